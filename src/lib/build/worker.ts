/// <reference lib="webworker" />
import { Builder } from './builder.ts';
import type { BuildEvent, BuildRequest } from './protocol.ts';

declare const self: DedicatedWorkerGlobalScope;

/** The toolchain, loading or loaded; a failed load is tried again at the next request. */
let loading: Promise<Builder> | undefined;
let tree: ReadonlyMap<string, string> = new Map();

const say = (event: BuildEvent) => self.postMessage(event);

self.onmessage = ({ data }: MessageEvent<BuildRequest>) => {
	if (data.ask === 'tree') tree = data.tree;
	else
		answer(data).catch((error: unknown) => {
			const message = error instanceof Error ? error.message : String(error);
			say({ say: 'failed', job: data.job, message });
		});
};

async function answer(request: Exclude<BuildRequest, { ask: 'tree' }>): Promise<void> {
	const { job, edits, site } = request;
	const progress = (now: Extract<BuildEvent, { say: 'progress' }>['progress']) =>
		say({ say: 'progress', job, progress: now });
	loading ??= Builder.load(site, tree, progress);
	const builder = await loading.catch((error: unknown) => {
		loading = undefined;
		throw error;
	});
	if (request.ask === 'build') say({ say: 'built', job, ...builder.build(edits, progress) });
	else {
		const { file } = request;
		say({ say: 'checked', job, file, messages: builder.check(file, edits) });
	}
}

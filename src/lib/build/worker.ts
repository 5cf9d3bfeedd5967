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
			say({ say: 'failed', job: data.job, message: wordsOf(error) });
		});
};

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function answer(request: Exclude<BuildRequest, { ask: 'tree' }>): Promise<void> {
	const { job, edits, site } = request;
	const progress = (now: Extract<BuildEvent, { say: 'progress' }>['progress']) =>
		say({ say: 'progress', job, progress: now });
	loading ??= Builder.load(site, tree, progress);
	const builder = await loading.catch((error: unknown) => {
		loading = undefined;
		throw error;
	});
	if (request.ask === 'build')
		say({ say: 'built', job, ...(await builder.build(edits, progress)) });
	else {
		const { file } = request;
		say({ say: 'checked', job, file, messages: await builder.check(file, edits, progress) });
	}
}

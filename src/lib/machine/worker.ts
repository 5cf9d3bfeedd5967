/// <reference lib="webworker" />
import type { BootSpec, Event, Request } from './protocol.ts';
import { WatchedRun } from './run.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Some 20 to 40 ms of work: Stop and typing are heard between slices. */
const sliceInstructions = 2_000_000;
/** Between two reports of progress, in milliseconds. */
const reportEvery = 120;

let current: { number: number; run: WatchedRun } | undefined;
let stopping = false;

const say = (event: Event) => self.postMessage(event);

self.onmessage = ({ data }: MessageEvent<Request>) => {
	if (data.ask === 'boot') void boot(data.run, data.spec);
	else if (data.ask === 'stop') stopping = true;
	else current?.run.machine.type(data.bytes);
};

async function boot(number: number, spec: BootSpec): Promise<void> {
	try {
		const run = new WatchedRun(spec);
		current = { number, run };
		stopping = false;
		await go(number, run);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		say({ say: 'failed', run: number, message });
	}
}

async function go(number: number, run: WatchedRun): Promise<void> {
	let reported = 0;
	// A later boot takes `current` over and so ends this run.
	while (current?.run === run) {
		const end = stopping ? undefined : run.slice(sliceInstructions);
		const bytes = run.takeOutput();
		if (bytes) say({ say: 'console', run: number, bytes });
		if (end || stopping) {
			say({ say: 'ended', run: number, end: run.outcome(end) });
			current = undefined;
			return;
		}
		if (performance.now() - reported > reportEvery) {
			reported = performance.now();
			say({ say: 'progress', run: number, progress: run.progress() });
		}
		await nextTask();
	}
}

/** Lets waiting messages in. A message to oneself comes sooner than a timer, which browsers delay. */
const channel = new MessageChannel();
function nextTask(): Promise<void> {
	return new Promise((resolve) => {
		channel.port1.onmessage = () => resolve();
		channel.port2.postMessage(undefined);
	});
}

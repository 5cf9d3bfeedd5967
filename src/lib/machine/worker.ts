/// <reference lib="webworker" />
import { prepareInterpreter } from 'emulator-core';
import type { BootSpec, Event, Request } from './protocol.ts';
import { WatchedRun } from './run.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Some 20 to 40 ms of work: Stop and typing are heard between slices. */
const sliceInstructions = 2_000_000;
/** Between two reports of progress, in milliseconds. */
const reportEvery = 150;
/** An idle guest still traps at every tick of its timer: after 20 s without a key the machine waits. */
const patience = 2_000_000_000;
/** After the verdict the machine runs no faster than its own clock: 50 ms of it in 50 ms. */
const pace = { milliseconds: 50, ticks: 5_000_000, instructions: 5_000_000 };

// The page starts this Worker while the images still arrive: that time is used.
prepareInterpreter();

let current: WatchedRun | undefined;
let stopping = false;
/** Ends the machine's wait for somebody who types. */
let wake: (() => void) | undefined;

const say = (event: Event) => self.postMessage(event);

self.onmessage = ({ data }: MessageEvent<Request>) => {
	if (data.ask === 'boot') {
		void boot(data.run, data.spec);
		wake?.();
	} else if (data.ask === 'stop') {
		stopping = true;
		wake?.();
	} else {
		current?.type(data.at, data.bytes);
		wake?.();
	}
};

async function boot(number: number, spec: BootSpec): Promise<void> {
	try {
		const run = new WatchedRun(spec);
		current = run;
		stopping = false;
		await experiment(number, run, spec.slice ?? sliceInstructions);
		await converse(number, run);
		if (current !== run) return;
		current = undefined;
		report(number, run);
		say({ say: 'ended', run: number, stopped: stopping, trapLog: run.trapLog() });
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		say({ say: 'failed', run: number, message });
	}
}

/** Runs until there is a verdict, or the student stops it. */
async function experiment(number: number, run: WatchedRun, slice: number): Promise<void> {
	let reported = 0;
	// A later boot takes `current` over and so ends this run.
	while (current === run && !stopping) {
		const verdict = run.advance(slice);
		if (verdict) {
			report(number, run);
			say({ say: 'judged', run: number, verdict, trapLog: run.judgedLog() });
			return;
		}
		if (performance.now() - reported > reportEvery) {
			reported = performance.now();
			report(number, run);
		}
		await nextTask();
	}
}

/** The experiment is over, the machine is still there: whoever types is answered, until it goes off. */
async function converse(number: number, run: WatchedRun): Promise<void> {
	const { machine } = run;
	run.connectGuest();
	let heard = machine.ticks;
	let reported = 0;
	while (current === run && !stopping) {
		const { reason } = machine.run({
			maxInstructions: pace.instructions,
			maxTicks: machine.ticks + pace.ticks
		});
		reportOutput(number, run);
		if (performance.now() - reported > reportEvery) {
			reported = performance.now();
			report(number, run);
		}
		if (reason === 'poweroff' || reason === 'reset') return;
		const patient = machine.ticks - heard < patience;
		const called = await new Promise<boolean>((resolve) => {
			wake = () => resolve(true);
			if (patient) setTimeout(() => resolve(false), pace.milliseconds);
		});
		if (called) heard = machine.ticks;
	}
}

function report(number: number, run: WatchedRun): void {
	reportOutput(number, run);
	say({ say: 'progress', run: number, progress: run.progress() });
}

function reportOutput(number: number, run: WatchedRun): void {
	for (const of of ['host', 'guest'] as const) {
		const bytes = run.output[of].take();
		if (bytes) say({ say: 'console', run: number, of, bytes });
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

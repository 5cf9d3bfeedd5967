import { ConsoleLog } from './console-log.ts';
import type { Verdict } from 'checks';
import {
	traceLength,
	type BootSpec,
	type ConsoleName,
	type Event,
	type Request,
	type RunProgress,
	type TraceLine
} from './protocol.ts';

/** `judged`: the verdict is there and the machine still runs. */
export type MachineStatus = 'off' | 'running' | 'judged' | 'stopped' | 'ended' | 'failed';

/**
 * The page's side of the machine: it owns the Worker and holds the last snapshot of everything the
 * Worker posted. Snapshots are plain and never changed; widgets derive from them.
 */
export class MachineState {
	#worker: Worker | undefined;
	#run = 0;
	#status = $state<MachineStatus>('off');
	#progress = $state.raw<RunProgress>();
	#verdict = $state.raw<Verdict>();
	#trapLog = '';
	#typed = $state(false);
	#failure = $state<string>();
	readonly consoles = { host: new ConsoleLog(), guest: new ConsoleLog() };
	#trace = $state.raw<readonly TraceLine[]>([]);

	get status(): MachineStatus {
		return this.#status;
	}

	/** The machine runs: during the experiment, and afterwards until it is stopped or goes off. */
	get on(): boolean {
		return this.#status === 'running' || this.#status === 'judged';
	}

	get progress(): RunProgress | undefined {
		return this.#progress;
	}

	get verdict(): Verdict | undefined {
		return this.#verdict;
	}

	/** Every exit of the guest, as text; empty until the run has been judged or stopped. */
	get trapLog(): string {
		return this.#trapLog;
	}

	/** Why the machine could not start or go on, in words for the student. */
	get failure(): string | undefined {
		return this.#failure;
	}

	/** Starts the Worker ahead of a boot, while what is to be booted still arrives. */
	warm(): void {
		this.#worker ??= this.#start();
	}

	/**
	 * Boots a fresh machine; whatever ran before is gone. Resolves when there is a verdict or the run has
	 * ended without one.
	 */
	boot(spec: BootSpec): Promise<void> {
		this.warm();
		this.consoles.host.clear();
		this.consoles.guest.clear();
		this.#trace = [];
		this.#status = 'running';
		this.#progress = undefined;
		this.#verdict = undefined;
		this.#trapLog = '';
		this.#typed = false;
		this.#failure = undefined;
		this.#ask({ ask: 'boot', run: ++this.#run, spec });
		this.#settle?.();
		return new Promise((resolve) => (this.#settle = resolve));
	}

	#settle: (() => void) | undefined;

	stop(): void {
		this.#ask({ ask: 'stop' });
	}

	/** The latest calls of the tracepoint, oldest first. */
	get trace(): readonly TraceLine[] {
		return this.#trace;
	}

	/** Types at a console; the guest hears it once the scripted run is over. */
	type(at: ConsoleName, bytes: Uint8Array): void {
		if (!this.on) return;
		this.#typed = true;
		this.#ask({ ask: 'type', at, bytes });
	}

	/** Something was typed at the machine that runs or ran last. */
	get typed(): boolean {
		return this.#typed;
	}

	dispose(): void {
		this.#worker?.terminate();
		this.#worker = undefined;
		this.#status = 'off';
		this.#settle?.();
	}

	#start(): Worker {
		const worker = new Worker(new URL('./worker.ts', import.meta.url), {
			type: 'module',
			name: 'machine'
		});
		worker.onmessage = (message: MessageEvent<Event>) => this.#hear(message.data);
		worker.onerror = (event) => {
			this.#fail(`The machine stopped with an error of its own: ${event.message}`);
			worker.terminate();
			this.#worker = undefined;
		};
		return worker;
	}

	#ask(request: Request): void {
		this.#worker?.postMessage(request);
	}

	#hear(event: Event): void {
		if (event.run !== this.#run) return;
		switch (event.say) {
			case 'console':
				return this.consoles[event.of].append(event.bytes);
			case 'progress':
				this.#progress = event.progress;
				if (event.progress.trace.length > 0)
					this.#trace = [...this.#trace, ...event.progress.trace].slice(-traceLength);
				return;
			case 'judged':
				this.#verdict = event.verdict;
				this.#trapLog = event.trapLog;
				this.#status = 'judged';
				return this.#settle?.();
			case 'ended':
				this.#trapLog = event.trapLog;
				this.#status = event.stopped ? 'stopped' : 'ended';
				return this.#settle?.();
			case 'failed':
				return this.#fail(event.message);
		}
	}

	#fail(message: string): void {
		this.#failure = message;
		this.#status = 'failed';
		this.#settle?.();
	}
}

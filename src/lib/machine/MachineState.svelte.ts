import { ConsoleLog } from './console-log.ts';
import type { BootSpec, Event, Request, RunOutcome, RunProgress } from './protocol.ts';

export type MachineStatus = 'off' | 'running' | 'ended' | 'failed';

/**
 * The page's side of the machine: it owns the Worker and holds the last snapshot of everything the
 * Worker posted. Snapshots are plain and never changed; widgets derive from them.
 */
export class MachineState {
	#worker: Worker | undefined;
	#run = 0;
	#status = $state<MachineStatus>('off');
	#progress = $state.raw<RunProgress>();
	#outcome = $state.raw<RunOutcome>();
	#failure = $state<string>();
	readonly console = new ConsoleLog();

	get status(): MachineStatus {
		return this.#status;
	}

	get progress(): RunProgress | undefined {
		return this.#progress;
	}

	get outcome(): RunOutcome | undefined {
		return this.#outcome;
	}

	/** Why the machine could not start or go on, in words for the student. */
	get failure(): string | undefined {
		return this.#failure;
	}

	/** Boots a fresh machine; whatever ran before is gone. Resolves when the run has ended. */
	boot(spec: BootSpec): Promise<void> {
		this.#worker ??= this.#start();
		this.console.clear();
		this.#status = 'running';
		this.#progress = undefined;
		this.#outcome = undefined;
		this.#failure = undefined;
		this.#ask({ ask: 'boot', run: ++this.#run, spec });
		this.#settle?.();
		return new Promise((resolve) => (this.#settle = resolve));
	}

	#settle: (() => void) | undefined;

	stop(): void {
		this.#ask({ ask: 'stop' });
	}

	/** Types at the host's console. */
	type(bytes: Uint8Array): void {
		if (this.#status === 'running') this.#ask({ ask: 'type', bytes });
	}

	dispose(): void {
		this.#worker?.terminate();
		this.#worker = undefined;
		this.#status = 'off';
		this.#settle?.();
	}

	#start(): Worker {
		const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
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
				return this.console.append(event.bytes);
			case 'progress':
				this.#progress = event.progress;
				return;
			case 'ended':
				this.#progress = event.end.progress;
				this.#outcome = event.end;
				this.#status = 'ended';
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

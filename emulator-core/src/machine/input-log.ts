import type { Clock } from '../bus/device.ts';

/** Bytes that come in, and the tick at which they arrive. */
export interface InputRecord {
	readonly tick: number;
	readonly bytes: readonly number[];
	/** On which line, if it is not uart0. */
	readonly to?: 'console';
}

/** Input that has arrived, and input that is still to come: of an earlier run, or of a known future. */
export class InputLog {
	/** In order of arrival; the array is replaced, never changed. */
	arrived: readonly InputRecord[] = [];
	#expected: readonly InputRecord[] = [];
	readonly #clock: Clock;
	readonly #deliver: (record: InputRecord) => void;

	constructor(clock: Clock, deliver: (record: InputRecord) => void) {
		this.#clock = clock;
		this.#deliver = deliver;
	}

	get expected(): readonly InputRecord[] {
		return this.#expected;
	}

	/** Replaces what is to come. It arrives ahead of whatever else is due at its tick. */
	expect(records: readonly InputRecord[]): void {
		this.#expected = [...records].sort((a, b) => a.tick - b.tick);
		const [first, ...later] = this.#expected;
		this.#clock.schedule(' input', first?.tick, () => {
			this.arrive(first!);
			this.expect(later);
		});
	}

	arrive(record: InputRecord): void {
		this.arrived = [...this.arrived, record];
		this.#deliver(record);
	}
}

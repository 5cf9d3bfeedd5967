import {
	comparePositions,
	type Machine,
	type Timeline,
	type TrapRecord,
	type What
} from 'emulator-core';
import { placeOf, worldOf, type Programs } from './code-view.ts';
import { isExit } from './positions.ts';
import type { Position } from './protocol.ts';
import { Refused } from './refused.ts';

/** How far a search runs on: some seconds of the machine's time, a second of the student's. */
export const farthest = 8_000_000;
/** Instructions and calls of one line that `over` goes through. */
const longestLine = 5_000;

/** Ways through a run that need to know what comes. */
export class Travel {
	readonly #timeline: Timeline;
	readonly #machine: Machine;
	readonly #programs: Programs;

	constructor(timeline: Timeline, machine: Machine, programs: Programs) {
		this.#timeline = timeline;
		this.#machine = machine;
		this.#programs = programs;
	}

	/** Behind the next entry or return that fits. @throws {Refused} none comes */
	nextTrap(fits: (record: TrapRecord) => boolean = () => true): Position {
		if (!this.#forward({ record: fits }, true))
			throw new Refused(
				'No exception is entered or left any more: the machine sleeps, or is switched off.'
			);
		this.#timeline.step();
		return this.#timeline.position;
	}

	/** Where the last entry or return before led. @throws {Refused} none is known */
	lastTrap(): Position {
		const timeline = this.#timeline;
		const now = timeline.position;
		while (timeline.back({ record: () => true }).position !== undefined) {
			const before = timeline.position;
			timeline.step();
			if (comparePositions(timeline.position, now) < 0) return timeline.position;
			timeline.seek(before);
		}
		throw new Refused(
			'This is where the lesson’s part of the run begins: no trap before is known.'
		);
	}

	/** Before the next instruction of the guest that exits. @throws {Refused} none comes */
	nextExit(): Position {
		if (!this.#forward({ record: isExit }))
			throw new Refused(
				'The guest does not exit any more: it sleeps, or the machine is switched off.'
			);
		return this.#timeline.position;
	}

	#forward(what: What, here = false): boolean {
		return this.#timeline.forward(what, { within: farthest, here }).position !== undefined;
	}

	/**
	 * To the next line of the same function: calls and exceptions on the way are gone through. Stops as
	 * well where the function is left, or where a call does not come back.
	 */
	over(): void {
		const start = this.#place();
		if (start === undefined) return void this.#timeline.step();
		for (let i = 0; i < longestLine; i++) {
			if (!this.#stepThrough()) return;
			const place = this.#place();
			if (place?.symbol !== start.symbol || place.line !== start.line) return;
		}
	}

	#place() {
		return placeOf(this.#machine, this.#programs);
	}

	/** One instruction with the call or exception that it makes; false if that does not come back. */
	#stepThrough(): boolean {
		const { cpu } = this.#machine;
		const [pc, sp, el] = [cpu.hot.pc, cpu.hot.sp, cpu.el];
		const guest = worldOf(this.#machine) === 'guest';
		const lr = cpu.hot.x(30);
		const from = this.#timeline.position;
		this.#timeline.step();
		const next = cpu.hot.pc;
		const called =
			cpu.el === el && cpu.hot.x(30) === pc + 4n && (lr !== pc + 4n || next !== pc + 4n);
		const trapped = cpu.el > el || this.#entered(from);
		if (next === pc + 4n || !(called || trapped)) return true;
		const reached = called ? [pc + 4n] : [pc, pc + 4n];
		return this.#forward({ reached, sp, el, ...(el < 2 && { guest }) }, true);
	}

	/** The step just made took an exception, to the same level perhaps. */
	#entered({ instruction }: Position): boolean {
		const last = this.#timeline.records.findLast(({ at }) => at <= instruction);
		return last?.at === instruction && last.what === 'entry';
	}
}

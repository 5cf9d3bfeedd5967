import {
	comparePositions,
	gicView,
	type ExplainedWalk,
	type RegisterSnapshot,
	type TrapRecord
} from 'emulator-core';
import { arrival } from './arrival.ts';
import { codeView, worldOf } from './code-view.ts';
import { becomeGuest, holdsGuest } from './guest.ts';
import { measure } from './measure.ts';
import type { Opened } from './opening.ts';
import { samePosition } from './positions.ts';
import type {
	Answer,
	Ask,
	Change,
	Measured,
	Next,
	Position,
	StepKind,
	Tried,
	VcpuView,
	View,
	Way
} from './protocol.ts';
import { Refused } from './refused.ts';
import { distance, search } from './search.ts';
import { parseSought, refusedByCore } from './sought.ts';
import { farthest, Travel } from './travel.ts';
import { tryChange } from './tries.ts';
import { vcpuView } from './vcpu-view.ts';

/** Records that a view holds, before the machine's place and after it. */
const shown = { before: 300, after: 300 };

/**
 * A lesson's machine as the page asks for it: everything of the protocol but the opening. It belongs
 * into a Worker, but knows nothing of one.
 */
export class Stepper {
	readonly #opened: Opened;
	readonly #travel: Travel;
	/** Where the machine stands first: nothing before is known. */
	readonly #start: Position;
	/** Registers one step earlier than where the machine stands, and the vCPU's memory. */
	#before: RegisterSnapshot | undefined;
	#vcpuBefore: VcpuView | undefined;
	/** The moment that was asked for: several may lie at one place. */
	#asked: string | undefined;
	/** Where the machine belongs while it runs ahead of what is asked. */
	#away: Position | undefined;
	#searching = false;

	constructor(opened: Opened) {
		this.#opened = opened;
		const { timeline, machine, programs } = opened;
		this.#travel = new Travel(timeline, machine, programs);
		this.#start = timeline.position;
	}

	/**
	 * Gets to know a part of the run while nothing is asked, so that going to a moment later is only going
	 * back. False once the last moment is known.
	 *
	 * @param instructions how far, at most
	 */
	runAhead(instructions: number): boolean {
		if (this.#searching) return true;
		const { timeline, moments } = this.#opened;
		const last = Math.max(0, ...Object.values(moments).map(({ instruction }) => instruction));
		if (timeline.furthest > last) {
			this.#comeBack();
			return false;
		}
		this.#away ??= timeline.position;
		timeline.seek(timeline.furthest);
		timeline.run({ maxInstructions: Math.min(instructions, last + 1 - timeline.furthest) });
		return true;
	}

	#comeBack(): void {
		if (this.#away !== undefined) this.#opened.timeline.seek(this.#away);
		this.#away = undefined;
	}

	/**
	 * What answers a request, a part at a time if it is a long search: between the parts it tells up to which
	 * instruction has been looked. Whoever gives up ends it with `return`; the machine is where it was then.
	 */
	*answering(ask: Exclude<Ask, { ask: 'open' }>): Generator<number, Answer, void> {
		if (ask.ask !== 'find') return this.answer(ask);
		this.#comeBack();
		const here = this.#opened.timeline.position;
		let found: Answer | undefined;
		this.#searching = true;
		try {
			return (found = yield* this.#find(ask.text, ask.way));
		} catch (error) {
			const refused = refusedByCore(error);
			if (refused instanceof Refused) return { say: 'refused', why: refused.message };
			throw error;
		} finally {
			this.#searching = false;
			if (found === undefined) this.#opened.timeline.seek(here);
		}
	}

	*#find(text: string, way: Way): Generator<number, Answer, void> {
		const { timeline } = this.#opened;
		const from = timeline.position;
		const goal = parseSought(text, this.#opened);
		if (goal.kind === 'position') {
			this.#seek({ instruction: goal.instruction, entered: false });
			const words = `${distance(from, timeline.position)}.`;
			return { say: 'found', view: this.view(), words: words[0]!.toUpperCase() + words.slice(1) };
		}
		const position = yield* search(timeline, goal, way);
		const words = arrival(this.#opened, goal, from);
		this.#seek(position);
		return { say: 'found', view: this.view(), words };
	}

	/** Never throws for what is asked: what cannot be done is refused in words, the machine unharmed. */
	answer(ask: Exclude<Ask, { ask: 'open' }>): Answer {
		this.#comeBack();
		const here = this.#opened.timeline.position;
		try {
			return this.#answer(ask);
		} catch (error) {
			this.#opened.timeline.seek(here);
			if (error instanceof Refused) return { say: 'refused', why: error.message };
			throw error;
		}
	}

	#answer(ask: Exclude<Ask, { ask: 'open' }>): Answer {
		switch (ask.ask) {
			case 'moment':
				this.#goto(ask.name);
				break;
			case 'seek':
				this.#seek(ask.to);
				break;
			case 'step':
				this.#steps(ask.by, ask.times ?? 1);
				break;
			case 'walk':
				return { say: 'walk', walk: this.#walk(ask.va, ask.access, ask.of) };
			case 'try':
				return { say: 'tried', outcome: this.#try(ask.change, ask.until) };
			case 'next':
				return { say: 'next', next: this.#aside(() => this.#next(ask.moment)) };
			case 'measure':
				return { say: 'measured', measured: this.#aside(() => this.#measure(ask.what)) };
			case 'find': {
				const finding = this.answering(ask);
				for (;;) {
					const { done, value } = finding.next();
					if (done) return value;
				}
			}
			case 'hash':
				return { say: 'hash', hash: this.#opened.machine.hash() };
		}
		return { say: 'view', view: this.view() };
	}

	#goto(name: string): void {
		this.#seek(this.#momentAt(name));
		this.#asked = name;
	}

	#momentAt(name: string): Position {
		const { moments } = this.#opened;
		const position = Object.hasOwn(moments, name) ? moments[name] : undefined;
		if (position === undefined)
			throw new Refused(
				`This tree’s run never comes to the moment “${name}”. The tree as shipped does: go back to it.`
			);
		return position;
	}

	/** Looks at another place of the run, and comes back: what the page shows is not touched. */
	#aside<T>(look: () => T): T {
		const here = this.#opened.timeline.position;
		try {
			return look();
		} finally {
			this.#opened.timeline.seek(here);
		}
	}

	#next(moment: string): Next {
		const { timeline, machine, programs } = this.#opened;
		const position = this.#momentAt(moment);
		timeline.seek(position);
		const { system } = machine.registers();
		const next = {
			world: worldOf(machine),
			text: codeView(machine, programs).instructions.find(({ current }) => current)?.text,
			hcr: system['HCR_EL2'] ?? 0n,
			spsr: system['SPSR_EL2'] ?? 0n
		};
		timeline.step();
		const { records } = timeline;
		const found = records[this.#indexBehind(records, position)];
		const entered = found?.at === position.instruction && found.what === 'entry';
		return { ...next, record: entered ? found : undefined, elAfter: machine.cpu.el };
	}

	#measure(what: Extract<Ask, { ask: 'measure' }>['what']): Measured {
		const { timeline, machine, moments } = this.#opened;
		const walk = (va: bigint) => this.#walk(va, 'read', 'guest');
		return measure({ machine, timeline, moments, travel: this.#travel, walk }, what);
	}

	/** Goes to a place by way of the one before it, to have seen the registers there. */
	#seek(to: Position): void {
		const { timeline, machine } = this.#opened;
		const { instruction, entered } = to;
		const last = timeline.furthest + farthest;
		if (!(instruction >= this.#start.instruction && instruction <= last))
			throw new Refused(
				`The run can be gone through from instruction ${this.#start.instruction} on, and from here ` +
					`to ${last} at a time: ${instruction} is not in that.`
			);
		if (!Number.isInteger(instruction))
			throw new Refused('Instructions are counted in whole numbers.');
		this.#asked = undefined;
		this.#before = undefined;
		this.#vcpuBefore = undefined;
		if (comparePositions(to, this.#start) <= 0) return void timeline.seek(this.#start);
		const earlier = entered ? instruction : Math.max(this.#start.instruction, instruction - 1);
		timeline.seek({ instruction: earlier, entered: false });
		while (comparePositions(timeline.position, to) < 0) {
			const here = timeline.position;
			const before = machine.registers();
			const vcpu = this.#vcpu(before);
			timeline.step();
			this.#before = before;
			this.#vcpuBefore = vcpu;
			if (samePosition(timeline.position, here)) break;
		}
		if (entered && !timeline.position.entered && timeline.position.instruction >= instruction)
			throw new Refused(`No interrupt is taken before instruction ${instruction}.`);
		if (timeline.position.instruction < instruction)
			throw new Refused(
				`The machine never executes ${instruction} instructions: it stops after ${timeline.position.instruction}.`
			);
	}

	/** Several steps are one answer; where the run ends before, it is as far as they came. */
	#steps(by: StepKind, times: number): void {
		this.#step(by);
		for (let i = 1; i < times; i++)
			try {
				this.#step(by);
			} catch (error) {
				if (error instanceof Refused) return;
				throw error;
			}
	}

	#step(by: StepKind): void {
		const { timeline, machine } = this.#opened;
		switch (by) {
			case 'instruction': {
				const here = timeline.position;
				const before = machine.registers();
				const vcpu = this.#vcpu(before);
				timeline.step();
				if (samePosition(timeline.position, here))
					throw new Refused(
						'The machine executes nothing any more: it sleeps for ever, or is off.'
					);
				this.#asked = undefined;
				this.#before = before;
				this.#vcpuBefore = vcpu;
				return;
			}
			case 'back': {
				if (comparePositions(timeline.position, this.#start) <= 0)
					throw new Refused('This is where the lesson’s part of the run begins.');
				timeline.stepBack();
				return this.#seek(timeline.position);
			}
			case 'over':
				this.#travel.over();
				return this.#seek(timeline.position);
			case 'trap':
				return this.#seek(this.#travel.nextTrap());
			case 'trap-back':
				return this.#seek(this.#travel.lastTrap());
			case 'exit':
				return this.#seek(this.#travel.nextExit());
		}
	}

	#walk(va: bigint, access: 'read' | 'write' | 'fetch', of: 'now' | 'guest'): ExplainedWalk {
		if (BigInt.asUintN(64, va) !== va)
			throw new Refused('An address has 64 bits: this number does not fit.');
		const { machine, timeline, programs, offsets } = this.#opened;
		if (of === 'now') return machine.explainWalk(va, access);
		if (worldOf(machine) === 'guest') return machine.explainWalk(va, access);
		const known = this.#recordsTo(timeline.position);
		if (holdsGuest(machine, known)) return machine.explainWalk(va, access, 1);
		return timeline.whatIf(() => {
			becomeGuest(machine, programs.host, offsets);
			return machine.explainWalk(va, access, 1);
		});
	}

	#recordsTo(position: Position): readonly TrapRecord[] {
		const { records } = this.#opened.timeline;
		return records.slice(0, this.#indexBehind(records, position));
	}

	#try(change: Change, until: 'exception' | 'acknowledge'): Tried {
		const { timeline, machine, programs, offsets } = this.#opened;
		const subject = { timeline, machine, travel: this.#travel, host: programs.host, offsets };
		return tryChange(subject, change, until, (records) => ({
			...this.#picture(),
			before: undefined,
			moment: undefined,
			records
		}));
	}

	/** The machine where it stands. */
	view(): View {
		this.#comeBack();
		return { ...this.#picture(), before: this.#before, vcpuBefore: this.#vcpuBefore };
	}

	#vcpu(registers: RegisterSnapshot): VcpuView | undefined {
		const { machine, programs, offsets } = this.#opened;
		return vcpuView(machine, registers, programs.host, offsets);
	}

	#picture(): View {
		const { machine, timeline, programs, moments } = this.#opened;
		const position = timeline.position;
		const registers = machine.registers();
		const here = (name: string) => samePosition(moments[name]!, position);
		const { records } = timeline;
		const now = this.#indexBehind(records, position);
		return {
			position,
			tick: machine.ticks,
			moment: this.#asked ?? Object.keys(moments).find(here),
			world: worldOf(machine),
			registers,
			before: undefined,
			interruptWaits: machine.interruptWaits,
			code: codeView(machine, programs),
			vcpu: this.#vcpu(registers),
			gic: gicView(machine.devices),
			records: records.slice(Math.max(0, now - shown.before), now + shown.after),
			range: { from: this.#start.instruction, to: timeline.furthest },
			moments
		};
	}

	/** Index of the first record that is not behind `position`. */
	#indexBehind(records: readonly TrapRecord[], position: Position): number {
		let low = 0;
		let high = records.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (records[middle]!.at < position.instruction) low = middle + 1;
			else high = middle;
		}
		// At the same instruction only an interrupt that has been entered is past.
		return position.entered && records[low]?.at === position.instruction ? low + 1 : low;
	}
}

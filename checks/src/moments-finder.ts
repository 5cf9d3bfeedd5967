import { disassemble, type Position, type TrapRecord } from 'emulator-core';
import type { GuestExit } from './exits.ts';
import type { ObservableMachine, Observation, Symbols } from './observer.ts';
import type {
	ExitFilter,
	MomentKind,
	MomentRule,
	MomentRules,
	MomentWorld,
	RecordFilter
} from './moments.ts';

/** A program's names, lines and instruction words. */
export interface Code extends Symbols {
	word(pc: bigint): number | undefined;
}

/** A kernel pointer as EL2 has it: VA_BITS of the tree's asm/memory.h. */
export const hypAddress = (va: bigint) => BigInt.asUintN(39, va);

/** Functions are shorter than this; where an instruction is looked for ends here. */
const longestFunction = 1024;

/** One thing that happened, of which a moment may be made. */
interface Happening {
	readonly position: Position;
	readonly fits: (what: MomentKind) => boolean;
}

/** What will be the moment, unless another comes before `before`. */
interface Candidate {
	readonly position: Position;
	readonly order: number;
}

/**
 * Finds a lesson's moments while a machine runs: attach it before the first instruction, behind
 * `observe`. Others who listen go on listening.
 */
export class MomentFinder {
	readonly #machine: ObservableMachine;
	readonly #programs: { readonly host: Code; readonly guest: Code };
	readonly #rules: MomentRules;
	readonly #seen: Observation;
	readonly #found = new Map<string, Position>();
	/** When it was found, in the order of happenings. */
	readonly #order = new Map<string, number>();
	readonly #fitted = new Map<string, number>();
	readonly #candidates = new Map<string, Candidate>();
	readonly #removals = new Map<string, () => void>();
	readonly #unknown = new Map<string, string>();
	#open: [name: string, rule: MomentRule][];
	#happenings = 0;
	#exits: number;
	#interruptAt = -1;

	constructor(
		machine: ObservableMachine,
		programs: { readonly host: Code; readonly guest: Code },
		seen: Observation,
		rules: MomentRules
	) {
		this.#machine = machine;
		this.#programs = programs;
		this.#rules = rules;
		this.#seen = seen;
		this.#exits = seen.exits.length;
		this.#open = Object.entries(rules).filter(([, { what }]) => what.kind !== 'at');
		for (const [name, { what }] of this.#open) {
			if (what.kind === 'symbol') this.#probe(name, what);
			if (what.kind === 'program') this.#probeProgram(name, what);
		}
		const listening = machine.trapLog.onRecord;
		machine.trapLog.onRecord = (record) => {
			listening?.(record);
			this.#hear(record);
		};
	}

	/** Every moment has its place. */
	get complete(): boolean {
		return this.#open.length === 0;
	}

	/** What has been found so far, in the order of the rules. */
	get positions(): Readonly<Record<string, Position>> {
		return Object.fromEntries(
			Object.keys(this.#rules).flatMap((name) => {
				const position = this.#positionOf(name);
				return position === undefined ? [] : [[name, position]];
			})
		);
	}

	/** Why a moment cannot come in this tree: it speaks of a symbol or instruction that is not there. */
	get unknown(): ReadonlyMap<string, string> {
		return this.#unknown;
	}

	/** Names of those that the run has not reached. */
	get missing(): readonly string[] {
		return Object.keys(this.#rules).filter((name) => this.#positionOf(name) === undefined);
	}

	#positionOf(name: string): Position | undefined {
		const { what } = this.#rules[name]!;
		if (what.kind !== 'at') return this.#found.get(name);
		const base = this.#positionOf(what.moment);
		if (base === undefined || what.plus === 0) return base;
		return { instruction: base.instruction + what.plus, entered: false };
	}

	#probe(name: string, what: Extract<MomentKind, { kind: 'symbol' }>): void {
		const { world } = what;
		const va = this.#addressOf(what);
		if (typeof va === 'string') {
			this.#unknown.set(name, va);
			return;
		}
		this.#removals.set(
			name,
			this.#machine.addProbe({
				va: world === 'hyp' ? hypAddress(va) : va,
				el: world === 'hyp' ? 2 : 1,
				...(world !== 'hyp' && { guest: world === 'guest' }),
				run: () => {
					if (what.with.every(([n, value]) => this.#machine.x(n) === value))
						this.#happened({ position: this.#here(), fits: (other) => other === what });
				}
			})
		);
	}

	#probeProgram(name: string, what: Extract<MomentKind, { kind: 'program' }>): void {
		const va = this.#programs.guest.address('exec_mark');
		if (va === undefined) {
			this.#unknown.set(name, 'there is no symbol exec_mark');
			return;
		}
		const started = () => this.#seen.programs.at(-1)?.split('/').at(-1) === what.name;
		const run = () => {
			if (started()) this.#happened({ position: this.#here(), fits: (other) => other === what });
		};
		this.#removals.set(name, this.#machine.addProbe({ va, el: 1, guest: true, run }));
	}

	/** Or why there is none. */
	#addressOf(what: Extract<MomentKind, { kind: 'symbol' }>): bigint | string {
		const { world, symbol, text, which } = what;
		const program = this.#programs[world === 'guest' ? 'guest' : 'host'];
		const start = program.address(symbol);
		if (start === undefined) return `there is no symbol ${symbol}`;
		if (text === undefined) return start;
		let left = which;
		for (let i = 0n; i < longestFunction; i++) {
			const pc = start + 4n * i;
			const word = program.word(pc);
			if (word === undefined) break;
			if (disassemble(word, pc).startsWith(text) && --left === 0) return pc;
		}
		return `no instruction of ${symbol} is written "${text}"`;
	}

	/** Where the machine is, told from within a probe or a record. */
	#here(): Position {
		return this.#at(this.#machine.instructions);
	}

	#at(instruction: number): Position {
		return { instruction, entered: this.#interruptAt === instruction };
	}

	#hear(record: TrapRecord): void {
		const { at, what, cause } = record;
		if (what === 'return') {
			const position = { instruction: at + 1, entered: false };
			return this.#happened({
				position,
				fits: (other) => other.kind === 'return' && fitsRecord(other, record)
			});
		}
		const before = this.#at(at);
		const asynchronous = cause !== 'sync';
		if (asynchronous) this.#interruptAt = at;
		const exit = this.#newExit();
		this.#happened({
			position: before,
			fits: (other) =>
				other.kind === 'interrupt'
					? cause === 'irq' && fitsRecord(other, record)
					: other.kind === 'exit' && exit !== undefined && this.#fitsExit(other, exit, record)
		});
		this.#happened({
			position: asynchronous ? this.#at(at) : { instruction: at + 1, entered: false },
			fits: (other) => other.kind === 'entry' && fitsRecord(other, record)
		});
	}

	/** The exit that the observation made of this record, if it is one. */
	#newExit(): GuestExit | undefined {
		const { exits } = this.#seen;
		if (exits.length === this.#exits) return undefined;
		this.#exits = exits.length;
		return exits.at(-1);
	}

	#happened({ position, fits }: Happening): void {
		if (this.#open.length === 0) return;
		this.#happenings++;
		const fitting = this.#open.filter(
			([, { what, after }]) => fits(what) && this.#past(after, position)
		);
		for (const [name, rule] of fitting) {
			const times = (this.#fitted.get(name) ?? 0) + 1;
			this.#fitted.set(name, times);
			if (times < rule.nth) continue;
			const candidate = { position, order: this.#happenings };
			if (rule.before === undefined) this.#settle(name, candidate);
			else this.#candidates.set(name, candidate);
		}
		// What was to come before one of those just found is settled now.
		for (const [name, { before }] of this.#open) {
			if (before === undefined || this.#positionOf(before) === undefined) continue;
			const candidate = this.#candidates.get(name);
			if (candidate) this.#settle(name, candidate);
		}
	}

	#settle(name: string, { position, order }: Candidate): void {
		this.#found.set(name, position);
		this.#order.set(name, order);
		this.#open = this.#open.filter(([other]) => other !== name);
		this.#removals.get(name)?.();
	}

	/** Has the moment `after` gone by? What happens at the same instruction may still be later. */
	#past(after: string | undefined, now: Position): boolean {
		if (after === undefined) return true;
		const order = this.#order.get(after);
		if (order !== undefined) return order < this.#happenings;
		const position = this.#positionOf(after);
		return position !== undefined && now.instruction > position.instruction;
	}

	#fitsExit(filter: ExitFilter, exit: GuestExit, record: TrapRecord): boolean {
		const { ec, is, ipa, touches, fault, register } = filter;
		const isAbort = record.stage !== undefined;
		if (ec !== undefined && (record.cause !== 'sync' || exit.ec !== ec)) return false;
		if (is !== undefined && exit.kind !== is) return false;
		if (ipa && (exit.ipa === undefined || exit.ipa < ipa[0] || exit.ipa > ipa[1])) return false;
		if (fault && !(isAbort && faultOf(record.esr) === fault)) return false;
		if (register !== undefined && !(exit.ec === 0x18 && registerOf(record.esr) === register))
			return false;
		if (filter.in !== undefined && this.#programs.guest.locate(exit.pc)?.symbol !== filter.in)
			return false;
		if (touches === undefined) return true;
		const symbol = this.#programs.guest.address(touches);
		// The kernel is smaller than 2 MB and lies alike within them at every address that it has.
		const page = (address: bigint) => (address >> 12n) & 0x1ffn;
		return symbol !== undefined && isAbort && page(record.far) === page(symbol);
	}
}

function fitsRecord(filter: RecordFilter, record: TrapRecord): boolean {
	const { from, to, ec, cause, world } = filter;
	if (from !== undefined && record.fromEl !== from) return false;
	if (to !== undefined && record.toEl !== to) return false;
	if (cause !== undefined && record.cause !== cause) return false;
	if (ec !== undefined && (record.cause !== 'sync' || record.esr >>> 26 !== ec)) return false;
	return world === undefined || worldOf(record) === world;
}

/** Whom an entry interrupts, or to whom a return goes. */
function worldOf({ what, fromEl, toEl, vmid }: TrapRecord): MomentWorld {
	if ((what === 'entry' ? fromEl : toEl) === 2) return 'hyp';
	return vmid === undefined ? 'host' : 'guest';
}

/** ISS.DFSC or IFSC, bits 5:2. */
function faultOf(esr: number): 'translation' | 'permission' | undefined {
	const status = (esr >> 2) & 15;
	if (status === 1) return 'translation';
	return status === 3 ? 'permission' : undefined;
}

/** The key of what a trapped MSR, MRS or SYS names: op0 op1 CRn CRm op2, from the ISS of class 0x18. */
function registerOf(iss: number): number {
	const bits = (low: number, width: number) => (iss >> low) & ((1 << width) - 1);
	return (
		(bits(20, 2) << 14) | (bits(14, 3) << 11) | (bits(10, 4) << 7) | (bits(1, 4) << 3) | bits(17, 3)
	);
}

import { ByteReader } from './byte-reader.ts';
import type { StoppedMachine } from './locations.ts';

/** How to find the frame of a caller from one address of a function. */
export interface FrameRules {
	cfa: { register: number; offset: number };
	/** Where saved registers lie, from the canonical frame address. */
	saved: ReadonlyMap<number, number>;
	/** Number of the register with the return address. */
	returns: number;
}

interface CommonEntry {
	codeAlign: number;
	dataAlign: number;
	returns: number;
	program: Uint8Array;
}

interface FrameEntry {
	start: bigint;
	end: bigint;
	common: CommonEntry;
	program: Uint8Array;
}

/** .debug_frame: what each function has done with the stack, address by address. */
export class CallFrames {
	readonly #entries: FrameEntry[];

	constructor(section: Uint8Array) {
		this.#entries = readEntries(section);
	}

	/** Undefined outside of the functions that the section describes. */
	at(pc: bigint): FrameRules | undefined {
		const entry = this.#entries.find(({ start, end }) => pc >= start && pc < end);
		return entry && new Interpreter(entry, pc).run();
	}

	/** The canonical frame address: SP before the function's first instruction. */
	frameAddress(machine: StoppedMachine): bigint | undefined {
		const rules = this.at(lookupAddress(machine));
		return rules && BigInt.asUintN(64, addressIn(rules, machine));
	}

	/** The machine as it will be when the function has returned; undefined where that cannot be told. */
	callerOf(machine: StoppedMachine): StoppedMachine | undefined {
		const rules = this.at(lookupAddress(machine));
		if (!rules) return undefined;
		const cfa = BigInt.asUintN(64, addressIn(rules, machine));
		const register = (number: number): bigint => {
			if (number === 31) return cfa;
			const offset = rules.saved.get(number);
			if (offset === undefined) return machine.register(number);
			const bytes = machine.memory(BigInt.asUintN(64, cfa + BigInt(offset)), 8);
			return bytes ? new ByteReader(bytes, 0, 'The stack').unsigned(8) : 0n;
		};
		const { vector } = machine;
		return {
			pc: register(rules.returns),
			calling: true,
			register,
			memory: (address, count) => machine.memory(address, count),
			...(vector && { vector })
		};
	}
}

/** Behind a call that does not return, the next address may be another function's. */
export const lookupAddress = ({ pc, calling }: StoppedMachine) => (calling ? pc - 1n : pc);

const addressIn = ({ cfa }: FrameRules, machine: StoppedMachine) =>
	machine.register(cfa.register) + BigInt(cfa.offset);

function readEntries(section: Uint8Array): FrameEntry[] {
	const commons = new Map<number, CommonEntry>();
	const entries: FrameEntry[] = [];
	for (let at = 0; at + 8 <= section.length;) {
		const reader = new ByteReader(section, at, '.debug_frame');
		const end = at + 4 + Number(reader.unsigned(4));
		if (end > section.length) throw reader.damaged();
		const id = Number(reader.unsigned(4));
		if (id === 0xffff_ffff) commons.set(at, readCommon(reader, end));
		else {
			const common = commons.get(id);
			if (!common) throw reader.damaged();
			const start = reader.unsigned(8);
			const size = reader.unsigned(8);
			entries.push({ start, end: start + size, common, program: rest(reader, end) });
		}
		at = end;
	}
	return entries;
}

function readCommon(reader: ByteReader, end: number): CommonEntry {
	const version = reader.unsigned(1);
	reader.string(); // augmentation: none in .debug_frame
	if (version >= 4n) reader.unsigned(2); // bytes of an address, of a segment selector
	const codeAlign = reader.uleb();
	const dataAlign = Number(reader.sleb());
	const returns = version === 1n ? Number(reader.unsigned(1)) : reader.uleb();
	return { codeAlign, dataAlign, returns, program: rest(reader, end) };
}

function rest(reader: ByteReader, end: number): Uint8Array {
	if (end < reader.at) throw reader.damaged();
	return reader.bytes(end - reader.at);
}

interface Row {
	cfa: { register: number; offset: number };
	saved: Map<number, number>;
}

/** Runs the instructions of an entry ("Call Frame Instructions") up to an address. */
class Interpreter {
	readonly #entry: FrameEntry;
	readonly #pc: bigint;
	#at: bigint;
	#row: Row = { cfa: { register: 31, offset: 0 }, saved: new Map() };
	#initial: Row = this.#row;
	readonly #remembered: Row[] = [];

	constructor(entry: FrameEntry, pc: bigint) {
		this.#entry = entry;
		this.#pc = pc;
		this.#at = entry.start;
	}

	run(): FrameRules {
		this.#execute(this.#entry.common.program);
		this.#initial = copy(this.#row);
		this.#execute(this.#entry.program);
		const { cfa, saved } = this.#row;
		return { cfa, saved, returns: this.#entry.common.returns };
	}

	#execute(program: Uint8Array): void {
		const reader = new ByteReader(program, 0, '.debug_frame');
		while (!reader.done && this.#at <= this.#pc) this.#instruction(reader);
	}

	#instruction(reader: ByteReader): void {
		const { codeAlign, dataAlign } = this.#entry.common;
		const row = this.#row;
		const byte = Number(reader.unsigned(1));
		const low = byte & 0x3f;
		const advance = (by: number) => void (this.#at += BigInt(by * codeAlign));
		if (byte >> 6 === 1) return advance(low);
		if (byte >> 6 === 2) return void row.saved.set(low, reader.uleb() * dataAlign);
		if (byte >> 6 === 3) return this.#restore(low);
		switch (byte) {
			case 0x00: // nop
				return;
			case 0x02: // advance_loc1
				return advance(Number(reader.unsigned(1)));
			case 0x03: // advance_loc2
				return advance(Number(reader.unsigned(2)));
			case 0x04: // advance_loc4
				return advance(Number(reader.unsigned(4)));
			case 0x05: // offset_extended
				return void row.saved.set(reader.uleb(), reader.uleb() * dataAlign);
			case 0x06: // restore_extended
				return this.#restore(reader.uleb());
			case 0x07: // undefined
			case 0x08: // same_value
				return void row.saved.delete(reader.uleb());
			case 0x0a: // remember_state
				return void this.#remembered.push(copy(row));
			case 0x0b: // restore_state
				this.#row = this.#remembered.pop() ?? row;
				return;
			case 0x0c: // def_cfa
				row.cfa = { register: reader.uleb(), offset: reader.uleb() };
				return;
			case 0x0d: // def_cfa_register
				row.cfa = { ...row.cfa, register: reader.uleb() };
				return;
			case 0x0e: // def_cfa_offset
				row.cfa = { ...row.cfa, offset: reader.uleb() };
				return;
			default:
				throw reader.damaged();
		}
	}

	#restore(register: number): void {
		const before = this.#initial.saved.get(register);
		if (before === undefined) this.#row.saved.delete(register);
		else this.#row.saved.set(register, before);
	}
}

const copy = ({ cfa, saved }: Row): Row => ({ cfa: { ...cfa }, saved: new Map(saved) });

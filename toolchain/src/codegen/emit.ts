import { remadePlace, type Allocation } from './allocate.ts';
import { epilogue, layOutFrame, prologue, type Frame } from './frame.ts';
import { moveConstant } from './immediates.ts';
import { invertCondition } from './select-compare.ts';
import {
	firstVector,
	firstVirtual,
	referenced,
	scratchRegisters,
	scratchVectors,
	views,
	zeroRegister,
	type Copy,
	type MachineBlock,
	type MachineFunction,
	type MachineInstruction,
	type Piece,
	type SlotAddress,
	type Source,
	type View
} from './machine.ts';
import type { KnownVariables } from './variable-bindings.ts';

/** A line of assembly with where it comes from. */
export interface EmittedLine {
	text: string;
	/** DILocation node, or -1. */
	location: number;
	inlineAsm: boolean;
	/** Set on branches, for the passes over finished blocks. */
	jump?: MachineBlock;
	branch?: { op: string; operands: string; target: MachineBlock };
	/** Where variables are when the line is about to be executed. */
	known?: KnownVariables;
}

export interface EmittedBlock {
	block: MachineBlock;
	lines: EmittedLine[];
	/** Number of the first line of each instruction. */
	starts: number[];
}

export interface EmittedFunction {
	blocks: EmittedBlock[];
	prologue: string[];
	frame: Frame;
	/** Address constants that need eight bytes in the data. */
	pool: Map<string, string>;
}

export function registerName(register: number, view: View): string {
	if (register === zeroRegister) return view === 'w' ? 'wzr' : 'xzr';
	return `${view}${register >= firstVector ? register - firstVector : register}`;
}

/** Offsets up to here are added to a symbol by the linker. */
const farthestFold = 1n << 20n;

/** Machine code with registers assigned, as text. */
export function emitFunction(machine: MachineFunction, allocation: Allocation): EmittedFunction {
	return new Emitter(machine, allocation).run();
}

class Emitter {
	readonly #machine: MachineFunction;
	readonly #places: Int32Array;
	readonly #frame: Frame;
	readonly #pool = new Map<string, string>();
	#lines: EmittedLine[] = [];
	#location = -1;
	/** Scratch registers taken by the instruction at hand. */
	#taken = new Set<number>();

	constructor(machine: MachineFunction, allocation: Allocation) {
		this.#machine = machine;
		this.#places = allocation.places;
		this.#frame = layOutFrame(machine, allocation);
	}

	run(): EmittedFunction {
		const machine = this.#machine;
		const blocks = machine.blocks.map((block) => {
			this.#lines = [];
			const starts: number[] = [];
			for (const insn of block.instructions) {
				starts.push(this.#lines.length);
				if (!insn.mark) this.#instruction(insn);
			}
			return { block, lines: this.#lines, starts };
		});
		return {
			blocks,
			prologue: prologue(machine, this.#frame),
			frame: this.#frame,
			pool: this.#pool
		};
	}

	#line(text: string): EmittedLine {
		const line: EmittedLine = { text, location: this.#location, inlineAsm: false };
		this.#lines.push(line);
		return line;
	}

	/** Physical register, or -1 - slot. */
	#place(register: number): number {
		return register < firstVirtual ? register : this.#places[register - firstVirtual]!;
	}

	#scratch(vector: boolean): number {
		const pool = vector ? scratchVectors : scratchRegisters;
		const free = pool.find((register) => !this.#taken.has(register));
		if (free === undefined) throw new Error('an instruction with too many operands in memory');
		this.#taken.add(free);
		return free;
	}

	#instruction(insn: MachineInstruction): void {
		this.#location = insn.location;
		this.#taken.clear();
		if (insn.copies) return this.#copies(insn.copies);
		if (insn.returns) for (const text of epilogue(this.#machine, this.#frame)) this.#line(text);
		if (insn.jump) {
			this.#line('').jump = insn.jump;
			return;
		}
		const homes = this.#loadOperands(insn);
		if (insn.slotAddress) {
			const d = homes.get(insn.defs[0]!) ?? this.#place(insn.defs[0]!);
			const { base, offset } = this.#frame.locate(insn.slotAddress.slot);
			this.#addressInto(`x${d}`, base, offset + insn.slotAddress.offset);
		} else {
			const text = this.#text(insn.text, homes);
			if (insn.branch) this.#line('').branch = { ...insn.branch, operands: text };
			else if (insn.inlineAsm) this.#asm(text);
			else if (text !== '') this.#line(text);
		}
		for (const register of insn.defs) {
			const home = homes.get(register);
			if (home !== undefined) this.#spill('str', home, this.#place(register));
		}
	}

	#asm(text: string): void {
		for (const line of text.split('\n'))
			if (line.trim() !== '') this.#line(line.trim()).inlineAsm = true;
	}

	/** Brings operands from memory to scratch registers, and finds scratch registers for results. */
	#loadOperands(insn: MachineInstruction): Map<number, number> {
		const homes = new Map<number, number>();
		for (const register of insn.uses) {
			const place = this.#place(register);
			if (place >= 0 || homes.has(register)) continue;
			const home = this.#scratch(this.#machine.classOf(register) === 'vector');
			homes.set(register, home);
			if (place === remadePlace) this.#remake(home, register);
			else this.#spill('ldr', home, place);
		}
		const reusable = insn.early ? [] : [...homes.values()];
		for (const register of insn.defs) {
			if (this.#place(register) >= 0 || homes.has(register)) continue;
			// A value that nobody reads got no place at all: slot or not, it needs a register to die in.
			const vector = this.#machine.classOf(register) === 'vector';
			const reuse = reusable.findIndex((home) => home >= firstVector === vector);
			homes.set(register, reuse >= 0 ? reusable.splice(reuse, 1)[0]! : this.#scratch(vector));
		}
		return homes;
	}

	/** Makes a value that has no register; what that takes of scratch registers is free again. */
	#remake(to: number, register: number): void {
		const taken = new Set(this.#taken);
		this.#make(to, this.#machine.remade.get(register)!);
		this.#taken = taken;
	}

	#spill(op: 'ldr' | 'str', register: number, place: number): void {
		const slot = -1 - place;
		const wide = this.#machine.slots[slot]!.size === 16 && register >= firstVector;
		const view: View = register < firstVector ? 'x' : wide ? 'q' : 'd';
		const size = wide ? 16 : 8;
		this.#memory(op, registerName(register, view), { slot, offset: 0, size });
	}

	#memory(op: string, register: string, address: SlotAddress): void {
		this.#line(`${op} ${register}, ${this.#slotText(address)}`);
	}

	/** `[sp, #n]`, by way of a scratch register where n is too large. */
	#slotText(address: SlotAddress): string {
		const { base, offset: start } = this.#frame.locate(address.slot);
		const offset = start + address.offset;
		const fits = address.pair
			? offset >= -512 && offset <= 504 && offset % 8 === 0
			: (offset >= 0 && offset % address.size === 0 && offset < 4096 * address.size) ||
				(offset >= -256 && offset < 256);
		if (fits) return offset === 0 ? `[${base}]` : `[${base}, #${offset}]`;
		const scratch = `x${this.#scratch(false)}`;
		this.#addressInto(scratch, base, offset);
		return `[${scratch}]`;
	}

	#addressInto(d: string, base: string, offset: number): void {
		if (offset < 0) {
			this.#line(`sub ${d}, ${base}, #${-offset}`);
			return;
		}
		if (offset < 4096) {
			this.#line(offset === 0 ? `mov ${d}, ${base}` : `add ${d}, ${base}, #${offset}`);
			return;
		}
		if (offset < 0x100_0000) {
			this.#line(`add ${d}, ${base}, #${offset >> 12}, lsl #12`);
			if (offset & 4095) this.#line(`add ${d}, ${d}, #${offset & 4095}`);
			return;
		}
		for (const text of moveConstant(BigInt(offset), d, 'w' + d.slice(1))) this.#line(text);
		this.#line(`add ${d}, ${base}, ${d}`);
	}

	#text(pieces: readonly Piece[], homes: Map<number, number>): string {
		let out = '';
		let slot: SlotAddress | undefined;
		for (const piece of pieces) {
			if (typeof piece === 'string') out += piece;
			else if (typeof piece === 'number') {
				const register = referenced(piece);
				const home = homes.get(register) ?? this.#place(register);
				out += registerName(home, views[piece & 7]!);
			} else {
				slot = piece;
				out += this.#slotText(piece);
			}
		}
		if (slot && !slot.pair) {
			const offset = this.#frame.locate(slot.slot).offset + slot.offset;
			// `ldr` at an offset that is no multiple of its width is `ldur`.
			if (offset % slot.size !== 0 && offset < 256) out = out.slice(0, 2) + 'u' + out.slice(2);
		}
		return out;
	}

	// --- copies -----------------------------------------------------------------------------------

	/** Copies made at once: ordered so that nothing is overwritten before it is read. */
	#copies(copies: readonly Copy[]): void {
		const pending: { to: number; from: number; wide: boolean }[] = [];
		const constants: { to: number; source: Source }[] = [];
		const seen = new Set<number>();
		for (const { destination, source } of copies) {
			const to = this.#place(destination);
			if (to < 0 && !this.#hasSlot(to)) continue;
			// A switch may lead to one block by several cases: the same copy again.
			if (seen.has(to)) continue;
			seen.add(to);
			if (source.kind !== 'register') {
				constants.push({ to, source });
				continue;
			}
			const from = this.#place(source.register);
			if (from === remadePlace) {
				constants.push({ to, source: this.#machine.remade.get(source.register)! });
				continue;
			}
			const wide = this.#machine.wide.has(destination) || this.#machine.wide.has(source.register);
			if (from !== to) pending.push({ to, from, wide });
		}
		for (const { to } of pending) if (to >= 0) this.#taken.add(to);
		for (const { to } of constants) if (to >= 0) this.#taken.add(to);
		const taken = new Set(this.#taken);
		while (pending.length > 0) {
			const ready = pending.findIndex(({ to }) => !pending.some(({ from }) => from === to));
			if (ready >= 0) {
				const { to, from, wide } = pending.splice(ready, 1)[0]!;
				this.#move(to, from, wide);
				this.#taken = new Set([...taken, ...pending.map((copy) => copy.from)]);
				continue;
			}
			// A cycle: one of its values steps aside.
			const aside = pending[0]!;
			const scratch = this.#scratch(this.#isVector(aside.from, aside.to));
			taken.add(scratch);
			this.#move(scratch, aside.from, aside.wide);
			aside.from = scratch;
		}
		for (const { to, source } of constants) {
			this.#taken = new Set(taken);
			this.#make(to, source);
		}
	}

	#hasSlot(place: number): boolean {
		return this.#machine.slots[-1 - place] !== undefined;
	}

	#isVector(a: number, b: number): boolean {
		const register = a >= 0 ? a : b;
		return register >= firstVector || (register < 0 && this.#machine.slots[-1 - a]!.size === 16);
	}

	#move(to: number, from: number, wide: boolean): void {
		if (to === from) return;
		if (to >= 0 && from >= 0) {
			if (to < firstVector && from < firstVector)
				this.#line(`mov x${to}, ${registerName(from, 'x')}`);
			else if (to >= firstVector && from >= firstVector) {
				if (wide) this.#line(`mov v${to - firstVector}.16b, v${from - firstVector}.16b`);
				else this.#line(`fmov d${to - firstVector}, d${from - firstVector}`);
			} else
				this.#line(
					`fmov ${to >= firstVector ? `d${to - firstVector}` : `x${to}`}, ${from >= firstVector ? `d${from - firstVector}` : registerName(from, 'x')}`
				);
		} else if (to >= 0) this.#spill('ldr', to, from);
		else if (from >= 0) this.#spill('str', from, to);
		else {
			const scratch = this.#scratch(wide);
			this.#spill('ldr', scratch, from);
			this.#spill('str', scratch, to);
			this.#taken.delete(scratch);
		}
	}

	/** A constant, an address, into a register or a spill slot. */
	#make(to: number, source: Source): void {
		if (source.kind === 'constant' && source.value === 0n && to < 0) {
			return this.#spill('str', zeroRegister, to);
		}
		if (source.kind === 'float') return this.#makeFloat(to, source);
		const d = to >= 0 ? to : this.#scratch(false);
		if (source.kind === 'constant')
			for (const text of moveConstant(source.value, `x${d}`, `w${d}`)) this.#line(text);
		else if (source.kind === 'slot') {
			const { base, offset } = this.#frame.locate(source.slot);
			this.#addressInto(`x${d}`, base, offset + source.offset);
		} else if (source.kind === 'page') this.#line(`adrp x${d}, ${source.of}`);
		else if (source.kind === 'symbol') this.#makeSymbol(`x${d}`, source);
		if (to < 0) this.#spill('str', d, to);
	}

	#makeFloat(to: number, source: Source & { kind: 'float' }): void {
		const d = to >= 0 ? to : this.#scratch(true);
		const v = d - firstVector;
		if (source.bits === 0n) {
			if (source.view === 'q') this.#line(`movi v${v}.2d, #0`);
			else this.#line(`fmov d${v}, xzr`);
		} else if (source.view === 'q') {
			const label = this.#constantPool(
				`.xword 0x${(source.bits & 0xffff_ffff_ffff_ffffn).toString(16)}, 0x${(source.bits >> 64n).toString(16)}`
			);
			const scratch = `x${this.#scratch(false)}`;
			this.#line(`adrp ${scratch}, ${label}`);
			this.#line(`add ${scratch}, ${scratch}, :lo12:${label}`);
			this.#line(`ldr q${v}, [${scratch}]`);
		} else {
			const general = this.#scratch(false);
			for (const text of moveConstant(source.bits, `x${general}`, `w${general}`)) this.#line(text);
			this.#line(source.view === 's' ? `fmov s${v}, w${general}` : `fmov d${v}, x${general}`);
		}
		if (to < 0) this.#spill('str', d, to);
	}

	#makeSymbol(d: string, source: Source & { kind: 'symbol' }): void {
		const { offset } = source;
		if (!source.pool && (offset > farthestFold || offset < -farthestFold)) {
			// A sum may lie far from any symbol, out of reach of ADRP: add it here.
			this.#makeSymbol(d, { ...source, offset: 0n });
			const scratch = this.#scratch(false);
			const text = moveConstant(BigInt.asUintN(64, offset), `x${scratch}`, `w${scratch}`);
			for (const line of [...text, `add ${d}, ${d}, x${scratch}`]) this.#line(line);
			return;
		}
		const text = offset === 0n ? source.name : `${source.name}${offset > 0n ? '+' : ''}${offset}`;
		if (source.pool) {
			const label = this.#constantPool(`.xword ${text}`);
			this.#line(`adrp ${d}, ${label}`);
			this.#line(`ldr ${d}, [${d}, :lo12:${label}]`);
		} else {
			this.#line(`adrp ${d}, ${text}`);
			this.#line(`add ${d}, ${d}, :lo12:${text}`);
		}
	}

	#constantPool(line: string): string {
		let label = this.#pool.get(line);
		if (label === undefined)
			this.#pool.set(line, (label = `.LCP_${this.#machine.name}_${this.#pool.size}`));
		return label;
	}
}

/** `b.eq` to `b.ne`, `cbz` to `cbnz`, `tbz` to `tbnz` and back. */
export function invertBranch(op: string): string {
	if (op.startsWith('b.')) return `b.${invertCondition(op.slice(2))}`;
	return { cbz: 'cbnz', cbnz: 'cbz', tbz: 'tbnz', tbnz: 'tbz' }[op]!;
}

import type { DebugVariable, Local } from '../ir/module.ts';

/**
 * Machine code before registers are assigned: a block is a list of instructions whose text is made of
 * strings and register references. Registers 0-30 are X0-X30, 31 the zero register, 32-63 V0-V31;
 * from `firstVirtual` on they are virtual and the allocator chooses.
 */
export const zeroRegister = 31;
export const firstVector = 32;
export const firstVirtual = 64;
export const frameRegister = 29;
export const linkRegister = 30;
/** Never allocated: spilled operands and large offsets pass through them. */
export const scratchRegisters = [16, 17, 18];
export const scratchVectors = [firstVector + 29, firstVector + 30, firstVector + 31];

export type RegisterClass = 'general' | 'vector';

/** How a register is written: x1, w1, b1, h1, s1, d1, q1, v1. */
export type View = 'x' | 'w' | 'b' | 'h' | 's' | 'd' | 'q' | 'v';
export const views: readonly View[] = ['x', 'w', 'b', 'h', 's', 'd', 'q', 'v'];
const viewIndex: Record<View, number> = { x: 0, w: 1, b: 2, h: 3, s: 4, d: 5, q: 6, v: 7 };

/** A place in the frame, printed as `[sp, #n]`. `size` is the width of the access, for its limits. */
export interface SlotAddress {
	slot: number;
	offset: number;
	size: number;
	/** Of ldp/stp, whose offsets reach less far. */
	pair?: boolean;
}

/** A register reference in an instruction's text. */
export type Reference = number;
export type Piece = string | Reference | SlotAddress;

export const ref = (register: number, view: View): Reference => register * 8 + viewIndex[view];
export const referenced = (piece: Reference): number => piece >> 3;

/** What a copy may come from: a register, or something made on the spot. */
export type Source =
	| { kind: 'register'; register: number }
	| { kind: 'constant'; value: bigint }
	| { kind: 'float'; bits: bigint; view: View }
	| { kind: 'symbol'; name: string; offset: bigint; pool: boolean }
	/** The 4 KiB page in which `of`, a symbol and an offset, lies. */
	| { kind: 'page'; of: string }
	| { kind: 'slot'; slot: number; offset: number };

export interface Copy {
	destination: number;
	source: Source;
}

/** A value as a debug record names it, one register's worth. */
export interface MarkedPart {
	/** Undefined where no instruction makes it. */
	source: Source | undefined;
	/** What is still to be done with it, as operations of DWARF. */
	steps?: readonly number[];
	/** Width, and its place in the value, both in bits. */
	bits: number;
	offset: number;
}

/** What is known of variables from here on; see `debug-marks.ts`. */
export type MachineMark =
	| { kind: 'variable'; record: DebugVariable; values: MarkedPart[][]; home?: Source | undefined }
	| { kind: 'stored'; id: number }
	| { kind: 'written'; slot: number }
	/** The register's definition was moved behind this place. */
	| { kind: 'moved'; register: number };

export interface MachineInstruction {
	text: Piece[];
	defs: number[];
	uses: number[];
	/** DILocation node, or -1. */
	location: number;
	/** Results are written while operands are still read. */
	early?: boolean;
	/** Physical registers destroyed. */
	clobbers?: readonly number[];
	/** All at once: sources are read before any destination is written. `text` is empty. */
	copies?: Copy[];
	/** Address of a slot into defs[0]. */
	slotAddress?: { slot: number; offset: number };
	/** Does nothing but write its results. */
	pure?: boolean;
	/** CMP and its kin: does nothing but set the flags. */
	compares?: boolean;
	/** Must access memory as it is written. */
	volatile?: boolean;
	/** Call with outgoing arguments or asm: the link register and the frame are needed. */
	call?: boolean;
	/** Inline assembly: the first line of its text belongs to the C statement of `location`. */
	inlineAsm?: boolean;
	/** Unconditional branch; dropped when its target comes next. `text` is empty. */
	jump?: MachineBlock;
	/** Conditional branch: `text` holds the operands after the mnemonic, the target is added. */
	branch?: { op: string; target: MachineBlock };
	/** Return: the epilogue goes before it. */
	returns?: boolean;
	/** No instruction, and nothing but variable locations may depend on it. */
	mark?: MachineMark;
	/** The result whose definition was moved here from where a mark says so. */
	late?: number;
}

export interface MachineBlock {
	/** Local label. */
	label: string;
	/** Something other than a branch of this function refers to the label. */
	named: boolean;
	instructions: MachineInstruction[];
	successors: MachineBlock[];
	/** Ends in an asm statement that may jump. */
	asmGoto: boolean;
	/** Estimated runs for each run of the function. */
	frequency: number;
	/** Set when something branches to it other than by falling through. */
	index: number;
}

export interface Slot {
	size: number;
	align: number;
	/** Name of the variable that lives here, for the location table. */
	variable?: number;
	/** From the stack pointer after the prologue. */
	offset: number;
}

export class MachineFunction {
	readonly name: string;
	readonly blocks: MachineBlock[] = [];
	readonly slots: Slot[] = [];
	/** Class of each virtual register, from `firstVirtual` on; `wide` ones hold 16 bytes. */
	readonly classes: RegisterClass[] = [];
	readonly wide = new Set<number>();
	/** Never to be spilled: operands of one instruction that needs many at once. */
	readonly pinned = new Set<number>();
	/** What a register's one definition puts there, where it may as well be made again at each use. */
	readonly remade = new Map<number, Source>();
	readonly constants: { label: string; lines: string[] }[] = [];
	readonly tables: { label: string; targets: MachineBlock[] }[] = [];
	/** Slots of the allocas, for the variables' locations. */
	variableSlots: ReadonlyMap<Local, number> = new Map();
	outgoing = 0;
	dynamicStack = false;
	hasCalls = false;
	/** Something reads X29, so it must point at the frame record. */
	framePointer = false;

	constructor(name: string) {
		this.name = name;
	}

	register(cls: RegisterClass, wide = false): number {
		this.classes.push(cls);
		const register = firstVirtual + this.classes.length - 1;
		if (wide) this.wide.add(register);
		return register;
	}

	classOf(register: number): RegisterClass {
		if (register >= firstVirtual) return this.classes[register - firstVirtual]!;
		return register >= firstVector ? 'vector' : 'general';
	}

	slot(size: number, align: number): number {
		this.slots.push({ size, align, offset: 0 });
		return this.slots.length - 1;
	}
}

/** Slot number that stands for the caller's outgoing arguments, above our frame. */
export const incomingSlot = -1;
/** Slot number of our own outgoing arguments, at the stack pointer. */
export const outgoingSlot = -2;
/** Slot number of what alloca has just made: above the outgoing arguments. */
export const dynamicSlot = -3;

import { a64 } from '../../../emulator-core/src/index.ts';
import { fieldOf, type Form } from '../../../emulator-core/src/isa/instruction.ts';
import { tableDecoder } from '../../../emulator-core/src/isa/table.ts';
import {
	systemInstructionNames,
	systemRegisterNames
} from '../../../emulator-core/src/cpu/index.ts';
import type { Random } from '../../conformance/random.ts';
import { randomWord } from '../../conformance/words.ts';

/** Bytes of memory that a block may touch: loads and stores start in the first part of them. */
export const windowBytes = 320;
const startsBelow = 256;

/**
 * One instruction of a block, with what it needs to be well defined wherever the block lies. Its address
 * register is loaded just before it, so that no register is reserved.
 */
export interface Step {
	readonly word: number;
	readonly form: Form;
	/** The address register gets the window's address and this many bytes. */
	readonly base?: { readonly register: number; readonly offset: number };
	/** The index register gets this. */
	readonly index?: { readonly register: number; readonly value: bigint };
	/** Instructions between that and the instruction itself: the load that a store-exclusive needs. */
	readonly before?: readonly number[];
	/** Where a branch goes: so many steps ahead, or back to an instruction beside it. */
	readonly branch?: { readonly field: string | undefined; readonly skips: number | 'back' };
	/** Four words behind the instruction, which it loads from. */
	readonly literal?: readonly number[];
}

/** What needs privilege, ends the program, or waits. The comparison of systems has these. */
const elsewhere = /^(SVC|HVC|SMC|BRK|HLT|UDF|ERET|MSR_i|SYSL)$/;

/** All forms that can run at EL0 and whose names `only` takes. */
export function formsAtEl0(only: RegExp): Form[] {
	return tableDecoder().forms.filter(({ row }) => !elsewhere.test(row.name) && only.test(row.name));
}

const keysOf = (table: readonly (readonly [string, number])[], names: readonly string[]) =>
	names.map((name) => {
		const key = table.find(([known]) => known.toUpperCase() === name)?.[1];
		if (key === undefined) throw new Error(`no ${name} in the table`);
		return key;
	});
const stored = ['NZCV', 'FPCR', 'FPSR', 'TPIDR_EL0'];
const writableKeys = keysOf(systemRegisterNames, stored);
const readableKeys = keysOf(systemRegisterNames, [
	...stored,
	'TPIDRRO_EL0',
	'CTR_EL0',
	'DCZID_EL0'
]);
const fpcrKey = writableKeys[1];
/**
 * FPCR.Len and FPCR.Stride keep what FPSCR has for AArch32: stored on a CPU that runs AArch32 (QEMU's),
 * RES0 on one that does not (ours).
 */
const onlyForAArch32 = 0x37_0000n;
const operationKeys = keysOf(systemInstructionNames, [
	'DC ZVA',
	'DC CVAC',
	'DC CVAU',
	'DC CIVAC',
	'IC IVAU'
]);

const addressing = /\{(Rn)[^|}]*\|(address|saddress|pre|post|base|basethen|indexed)(?::(\d+))?\}/;
const isGeneral = (form: Form, field: string) => new RegExp(`\\{${field}\\|[wx]\\}`).test(form.asm);

export function withField(form: Form, word: number, name: string, value: number): number {
	const { shift, width } = form.row.fields.find((f) => f.name === name)!;
	const mask = 2 ** width - 1;
	return ((word & ~(mask << shift)) | ((value & mask) << shift)) >>> 0;
}

const signed = (value: number, width: number) => (value << (32 - width)) >> (32 - width);

/** A random instruction of this form, or undefined where the draw is CONSTRAINED UNPREDICTABLE. */
export function randomStep(form: Form, random: Random): Step | undefined {
	const drawn = randomWord(form, random);
	if (drawn === undefined) return undefined;
	const { name } = form.row;
	const field = (wanted: string, of = drawn) => {
		const found = form.row.fields.find((f) => f.name === wanted);
		return found && fieldOf(found, of);
	};
	const offset = random.below(startsBelow);

	if (name === 'MRS')
		return { form, word: withField(form, drawn, 'key', random.pick(readableKeys) & 0x7fff) };
	if (name === 'MSR_r') {
		const key = random.pick(writableKeys);
		const word = withField(form, drawn, 'key', key & 0x7fff);
		const register = word & 31;
		if (key !== fpcrKey || register === 31) return { form, word };
		return { form, word, index: { register, value: random.value() & ~onlyForAArch32 } };
	}
	if (name === 'SYS') {
		const register = random.below(31);
		const key = random.pick(operationKeys) & 0x3fff;
		const word = (0xd508_0000 | (key << 5) | register) >>> 0;
		return { form, word, base: { register, offset } };
	}
	if (name === 'HINT') {
		const hint = (field('CRm')! << 3) | field('op2')!;
		return hint === 2 || hint === 3 ? undefined : { form, word: drawn };
	}
	if (/^(B|BL|B_cond|CBN?Z|TBN?Z)$/.test(name)) {
		const target = ['imm26', 'imm19', 'imm14'].find((f) => field(f) !== undefined);
		const skips = random.below(3) === 0 ? 'back' : random.below(3);
		return { form, word: drawn, branch: { field: target, skips } };
	}
	if (/^(BR|BLR|RET)$/.test(name))
		return field('Rn') === 31
			? undefined
			: { form, word: drawn, branch: { field: undefined, skips: random.below(3) } };
	if (/_lit$/.test(name)) {
		const literal = Array.from({ length: 4 }, () => random.word());
		return { form, word: withField(form, drawn, 'imm19', 2), literal };
	}
	const address = addressing.exec(form.asm);
	return address ? memoryStep(form, drawn, random, offset, address) : { form, word: drawn };
}

function memoryStep(
	form: Form,
	word: number,
	random: Random,
	offset: number,
	[, , kind, unit]: RegExpExecArray
): Step | undefined {
	const { name, fields } = form.row;
	const value = (wanted: string) => {
		const found = fields.find((f) => f.name === wanted);
		return found && fieldOf(found, word);
	};
	const [Rn, Rm, Rt, Rt2, Rs] = [value('Rn')!, value('Rm'), value('Rt'), value('Rt2'), value('Rs')];
	const writesBack = kind === 'pre' || kind === 'post' || kind === 'basethen';
	if (writesBack && Rn !== 31 && isGeneral(form, 'Rt') && (Rt === Rn || Rt2 === Rn))
		return undefined;
	if (Rt === Rt2 && name.startsWith('LD')) return undefined;
	if (Rs !== undefined && [Rt, Rt2, Rn].includes(Rs)) return undefined;

	const ordered = /^(ST|LD)(L|A)?X[RP]|^STLR|^LDAR/.test(name);
	if (ordered) offset &= ~15;
	let index: Step['index'];
	const immediate = fields.find((f) => /^imm(7|9|12)$/.test(f.name));
	if (immediate && kind !== 'post') {
		const { width } = immediate;
		const raw = fieldOf(immediate, word);
		offset -= (width === 12 ? raw : signed(raw, width)) * Number(unit ?? 1);
	}
	if (kind === 'indexed' && Rm !== 31) {
		if (Rm === Rn) return undefined;
		const option = value('option')!;
		const small = random.below(2048) - (option === 2 ? 0 : 1024);
		const low = BigInt.asUintN(option & 1 ? 64 : 32, BigInt(small));
		const high = option & 1 ? 0n : BigInt(random.word()) << 32n;
		index = { register: Rm!, value: high | low };
		offset -= small * (value('S') ? Number(unit) : 1);
	}
	const step = { form, word, base: { register: Rn, offset }, ...(index && { index }) };
	if (!/^STL?X[RP]/.test(name)) return step;

	// Half of the store-exclusives come after their load, the others find the monitor open.
	const clrex = a64.assemble('clrex', 0);
	const marker = random.below(31);
	if (random.below(2) === 0 || marker === Rn) return { ...step, before: [clrex] };
	// LDXR or LDXP of the same size: bit 22 is L.
	const spare = (marker + 1) % 31 === Rn ? 31 : (marker + 1) % 31;
	const load = (word | (1 << 22)) & ~(31 << 16) & ~(31 << 10) & ~31;
	const second = Rt2 === undefined ? 31 : spare;
	return { ...step, before: [clrex, (load | (31 << 16) | (second << 10) | marker) >>> 0] };
}

import { a64 } from '../../../emulator-core/src/index.ts';
import { elf } from '../../conformance/elf-image.ts';
import { ramBase } from '../../conformance/flat-machine.ts';
import { codeOf, move, slot, type Block } from './block.ts';
import { windowBytes } from './steps.ts';

/** A program that runs blocks one after another, under Linux at EL0 or on a bare machine from EL2. */
export interface BlockImage {
	/** An ELF executable for Linux. */
	readonly file: Uint8Array;
	/** Entry for a machine that starts at EL2 without an operating system. */
	readonly bareEntry: number;
	/** Offsets of what the program writes to its standard output: registers after, then memory. */
	readonly results: number;
	readonly resultBytes: number;
	/** Start of each block's code, as addresses. */
	readonly starts: readonly number[];
	/** The address of the SVC that ends it. */
	readonly end: number;
}

const bare = 0x1000;
const vectors = 0x2000;
const table = 0x3000;
const code = 0x4000;
const align = (n: number) => Math.ceil(n / 0x1000) * 0x1000;

/** From EL2 to EL0: RAM is normal memory, EL0 may do what Linux lets it do. */
const toEl0 = (entry: number) => [
	...move(0, 0x8000_0000n), // HCR_EL2.RW
	...words('msr hcr_el2, x0', 'mov x0, #0x33ff', 'msr cptr_el2, x0'),
	...move(0, 0x30_0000n),
	...words('msr cpacr_el1, x0', 'mov x0, #0xff', 'msr mair_el1, x0'),
	...move(0, 0x80_3519n), // T0SZ 25, cacheable, EPD1
	...words('msr tcr_el1, x0'),
	...move(0, BigInt(ramBase + table)),
	...words('msr ttbr0_el1, x0'),
	...move(0, BigInt(ramBase + 0x4000_0000 + vectors)),
	...words('msr vbar_el1, x0'),
	...move(0, 0x34d0_d985n & ~0x0008_0018n), // M, C, I, DZE, UCT, UCI; no checks of SP
	...words('msr sctlr_el1, x0', 'msr tpidr_el0, xzr', 'isb', 'mov x0, #0x3c0', 'msr spsr_el2, x0'),
	...move(0, BigInt(ramBase + entry)),
	...words('msr elr_el2, x0', 'eret')
];
const words = (...lines: string[]) => lines.map((line) => a64.assemble(line, 0));
const powerOff = [...move(0, 0x8400_0008n), ...words('smc #0')];

const even = Array.from({ length: 16 }, (_, n) => 2 * n);
const others = [
	['nzcv', slot.nzcv],
	['fpcr', slot.fpcr],
	['fpsr', slot.fpsr]
] as const;
/** X27 points to a slot, X28 to where to go on. */
const enter = words(
	...even.map((n) => `ldp q${n}, q${n + 1}, [x27, #${16 * n}]`),
	'add x27, x27, #512',
	...others.flatMap(([name, at]) => [`ldr x0, [x27, #${at - 512}]`, `msr ${name}, x0`]),
	`ldr x0, [x27, #${slot.sp - 512}]`,
	'mov sp, x0',
	...even.slice(0, 13).map((n) => `ldp x${n}, x${n + 1}, [x27, #${8 * n}]`),
	'ldr x26, [x27, #208]',
	'ldp x29, x30, [x27, #232]',
	'br x28'
);
const leave = words(
	...even.map((n) => `stp q${n}, q${n + 1}, [x27, #${16 * n}]`),
	'add x27, x27, #512',
	...even.slice(0, 13).map((n) => `stp x${n}, x${n + 1}, [x27, #${8 * n}]`),
	'str x26, [x27, #208]',
	'stp x29, x30, [x27, #232]',
	...others.flatMap(([name, at]) => [`mrs x0, ${name}`, `str x0, [x27, #${at - 512}]`]),
	'mov x0, sp',
	`str x0, [x27, #${slot.sp - 512}]`,
	'br x28'
);

export function imageOf(blocks: readonly Block[]): BlockImage {
	const longest = blocks.reduce((n, { steps }) => n + 20 + 16 * steps.length, 200) * 4;
	const data = code + align(longest);
	const results = data + align(blocks.length * slot.bytes);
	const memory = results + blocks.length * slot.bytes;
	const file = new Uint8Array(align(memory + blocks.length * windowBytes));
	const view = new DataView(file.buffer);
	let pc = code;
	const put = (list: readonly number[], at = pc) => {
		list.forEach((word, i) => view.setUint32(at + 4 * i, word, true));
		if (at === pc) pc += 4 * list.length;
	};
	const enterAt = pc;
	put(enter);
	const leaveAt = pc;
	put(leave);
	/** X27 := address, X28 := the instruction behind, which `to` comes back to. */
	const call = (to: number, address: number) => {
		put(move(27, BigInt(ramBase + address)));
		put([
			a64.assemble('adr x28, 0x8', 0),
			(0x1400_0000 | (((to - pc - 4) >> 2) & 0x3ff_ffff)) >>> 0
		]);
	};
	const entry = pc;
	const starts = blocks.map((block, n) => {
		file.set(block.registers, data + n * slot.bytes);
		file.set(block.memory, memory + n * windowBytes);
		call(enterAt, data + n * slot.bytes);
		const start = ramBase + pc;
		put(codeOf(block, start, ramBase + memory + n * windowBytes));
		call(leaveAt, results + n * slot.bytes);
		return start;
	});
	const resultBytes = blocks.length * (slot.bytes + windowBytes);
	put([...move(0, 1n), ...move(1, BigInt(ramBase + results)), ...move(2, BigInt(resultBytes))]);
	put(words('mov x8, #64'));
	const end = ramBase + pc;
	put(words('svc #0', 'mov x0, #0', 'mov x8, #93', 'svc #0'));
	if (pc > data) throw new Error('the code runs into the data');

	put(toEl0(entry), bare);
	for (let vector = 0; vector < 16; vector++) put(powerOff, vectors + 128 * vector);
	// Two gigabytes of the same RAM: the first for EL0, the second for the vectors of EL1.
	view.setBigUint64(table + 8, BigInt(ramBase) | 0x741n, true);
	view.setBigUint64(table + 16, BigInt(ramBase) | 0x701n, true);
	return { file: elf(file, entry), bareEntry: ramBase + bare, results, resultBytes, starts, end };
}

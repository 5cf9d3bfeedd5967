import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readElf, toImage, type Toolchain } from '../../../toolchain/src/index.ts';
import { FlatMachine, ramBase } from '../../conformance/flat-machine.ts';
import { gcc } from '../../toolchain/compilers.ts';

/**
 * The instructions that our compiler's code executes, against gcc's, both at -O2: programs without a C
 * library, each one function `run(n)` whose result both must agree on, counted by the emulator core.
 */

/** How often each program goes round: some hundred thousand instructions. */
export const rounds: Record<string, number> = {
	bits: 500,
	compress: 6000,
	crc32: 20,
	format: 60,
	hash: 4000,
	interpreter: 20,
	lists: 1000,
	matrix: 3,
	nbody: 60,
	queens: 7,
	quicksort: 1000,
	records: 1500,
	sha256: 60,
	sieve: 20000,
	strings: 150,
	transform: 24,
	tree: 600,
	wide: 12
};

const folder = import.meta.dirname;
export const programs: readonly string[] = readdirSync(folder)
	.filter((file) => file.endsWith('.c'))
	.map((file) => file.replace(/\.c$/, ''));

export interface Measured {
	/** What `run` gave back, in hexadecimal. */
	result: string;
	instructions: number;
	/** Of the code, tables beside it included. */
	bytes: number;
}

/** Semantics that C leaves open as Clang settles them, nothing else. */
const gccFlags = ['-O2', '-ffreestanding', '-ffp-contract=off', '-mno-outline-atomics', '-c'];

export function objectOfGcc(name: string): Uint8Array {
	const out = mkdtempSync(join(tmpdir(), 'trapline-code-'));
	try {
		const object = join(out, 'program.o');
		execFileSync(gcc, [...gccFlags, '-o', object, join(folder, `${name}.c`)]);
		return readFileSync(object);
	} finally {
		rmSync(out, { recursive: true });
	}
}

export function ourObject(toolchain: Toolchain, name: string): Uint8Array {
	const path = `${name}.c`;
	const files = new Map([[path, readFileSync(join(folder, path))]]);
	const { object, diagnostics } = toolchain.compile(path, files, { opt: '-O2', debug: false });
	if (!object) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
	return object;
}

/**
 * Links an object with the support routines, runs it on the bare machine and counts.
 *
 * @throws Error when it does not link or does not come to its end
 */
export function measure(toolchain: Toolchain, name: string, object: Uint8Array): Measured {
	const { machine, image } = load(toolchain, name, object);
	machine.write(ramBase, image);
	machine.setX(0, BigInt(rounds[name] ?? 1));
	let instructions = 0;
	while (!machine.taken && instructions < 100_000_000) {
		const slice = 1_000_000;
		machine.run(slice);
		instructions += slice - machine.fuel;
	}
	const kind = machine.taken?.kind ?? 'no end';
	if (kind !== 'hlt') throw new Error(`${name} stopped at ${machine.pc.toString(16)}: ${kind}`);
	return {
		result: machine.x(0).toString(16),
		instructions,
		bytes: codeBytes(object)
	};
}

const script = `
ENTRY(_start)
SECTIONS {
	. = 0x${ramBase.toString(16)};
	.text : { support.o(.text) *(.text*) }
	.rodata : { *(.rodata*) }
	.data : { *(.data*) }
	.bss : { *(.bss*) *(COMMON) }
	/DISCARD/ : { *(.eh_frame) *(.comment) }
}`;

export function load(toolchain: Toolchain, name: string, object: Uint8Array) {
	const path = 'support.s';
	const files = new Map([[path, readFileSync(join(folder, path))]]);
	const support = toolchain.assembleFile(path, files, { debug: false });
	const objects = new Map([
		['support.o', support.object!],
		[`${name}.o`, object]
	]);
	const linked = toolchain.link(objects, { path: 'program.ld', text: script });
	if (!linked.output) throw new Error(linked.diagnostics.map(({ message }) => message).join('\n'));
	const elf = readElf(linked.output);
	return { machine: new FlatMachine(), image: toImage(elf).bytes, elf };
}

function codeBytes(object: Uint8Array): number {
	const executable = 4n;
	return readElf(object)
		.sections.filter(({ flags }) => (BigInt(flags) & executable) !== 0n)
		.reduce((sum, { size }) => sum + size, 0);
}

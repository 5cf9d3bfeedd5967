/**
 * The speed of the interpreter on compiled C (mix.c), flat memory: millions of instructions a second.
 * Needs aarch64-linux-gnu-gcc. To run it:
 *   npx rolldown tests/bench/engine.bench.ts -p node -f esm -o .cache/engine.bench.mjs
 *   node .cache/engine.bench.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interpreterModule } from '../../emulator-core/src/engine/interpreter-module.ts';
import { FlatMachine, ramBase } from '../conformance/flat-machine.ts';

const start = `
	.text
	.globl _start
_start:	ldr x1, =0x40f00000
	mov sp, x1
	bl work
	hlt #0
`;

/** A flat binary of mix.c that runs from ramBase. */
function compile(optimisation: string): Uint8Array {
	const folder = mkdtempSync(join(tmpdir(), 'engine-bench-'));
	const file = (name: string) => join(folder, name);
	writeFileSync(file('start.s'), start);
	execFileSync('aarch64-linux-gnu-gcc', [
		...[optimisation, '-mgeneral-regs-only', '-ffreestanding', '-nostdlib', '-static'],
		...['-Wl,--build-id=none', `-Wl,-Ttext=${ramBase}`, '-o', file('mix.elf')],
		...[file('start.s'), join(process.cwd(), 'tests/bench/mix.c')]
	]);
	execFileSync('aarch64-linux-gnu-objcopy', ['-O', 'binary', file('mix.elf'), file('mix.bin')]);
	return readFileSync(file('mix.bin'));
}

function measure(optimisation: string, rounds: number) {
	const machine = new FlatMachine();
	machine.write(ramBase, compile(optimisation));
	machine.setX(0, BigInt(rounds));
	let instructions = 0;
	const cpu = process.cpuUsage();
	const slice = 1_000_000;
	const before = performance.now();
	let warm = before;
	let warmInstructions = 0;
	while (!machine.taken) {
		machine.run(slice);
		instructions += slice - machine.fuel;
		if (warmInstructions === 0 && instructions > 10_000_000) {
			warm = performance.now();
			warmInstructions = instructions;
		}
	}
	const after = performance.now();
	return {
		optimisation,
		taken: machine.taken.kind,
		result: machine.x(0).toString(16),
		instructions,
		/** By CPU time, which other load on the machine does not change much. */
		cpuMips: instructions / process.cpuUsage(cpu).user,
		mips: instructions / (after - before) / 1000,
		warmMips: (instructions - warmInstructions) / (after - warm) / 1000
	};
}

const before = performance.now();
const { size, decoder } = interpreterModule();
const milliseconds = performance.now() - before;
console.log({ forms: decoder.forms.length, moduleBytes: size, generatedInMs: milliseconds });
for (const [optimisation, rounds] of [
	['-O0', 40],
	['-O2', 120]
] as const)
	console.log(measure(optimisation, rounds));

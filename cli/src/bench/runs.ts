import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standardRun } from 'checks';
import { createMachine } from 'emulator-core';
import { readElf, toImage, type Toolchain } from 'toolchain';
import { failed } from '../failure.ts';
import { writeOutput } from '../files.ts';
import { messagesOf, root } from '../project.ts';
import { threadSeconds } from '../thread-time.ts';
import { qemuVersion, timeQemu, type QemuImages } from './qemu.ts';
import { digits, type Figure, type Section } from './report.ts';

interface Run {
	readonly instructions: number;
	readonly threadSeconds: number;
}

/** The standard run, ending by itself where the page's waits at the guest's prompt. */
const run = { ...standardRun, bootargs: 'console=ttyAMA0 hw2=run' };

const speed = ({ instructions, threadSeconds: s }: Run) => instructions / s / 1e6;
const fastest = (runs: readonly Run[]) => runs.reduce((a, b) => (speed(b) > speed(a) ? b : a));
const repeat = (times: number, one: () => Run) => Array.from({ length: times }, one);

/** The standard run of the shipped tree, in fresh processes and again and again in this one. */
export function benchStandardRun(
	outputs: ReadonlyMap<string, Uint8Array>,
	folder: string
): Section {
	const images = {
		kernel: join(folder, 'Image'),
		initrd: join(folder, 'host.cpio'),
		bootargs: run.bootargs
	};
	const kernel = outputs.get('Image')!;
	const initrd = outputs.get('host.cpio')!;
	writeOutput(images.kernel, kernel);
	writeOutput(images.initrd, initrd);
	const cold = fastest(repeat(3, () => coldRun(images, join(folder, 'stats.json'))));
	const warm = fastest(repeat(6, () => runHere({ ...run, kernel, initrd })));
	const M = 'M insns/s';
	return {
		title: 'The standard run: the host boots, its guest boots, mem and io run',
		figures: [
			{ name: 'length', value: cold.instructions / 1e6, unit: 'M insns' },
			{ name: 'interpreter, in a fresh process', value: speed(cold), unit: M, floor: 50, aim: 100 },
			{ name: 'interpreter, warm', value: speed(warm), unit: M },
			...besideQemu(images, warm)
		]
	};
}

/** Loops without kernel or MMU, compiled by our own toolchain. */
export function benchLoops(toolchain: Toolchain, folder: string): Section {
	const figures = ['compute', 'memory'].flatMap((name) => {
		const kernel = compileLoop(toolchain, name);
		const file = join(folder, name);
		writeOutput(file, kernel);
		const run = fastest(repeat(2, () => runHere({ board: 'virt', kernel })));
		const figure = { name: `${name}: interpreter`, value: speed(run), unit: 'M insns/s' };
		return [figure, ...besideQemu({ kernel: file }, run)];
	});
	return { title: 'Loops without a kernel (cli/bench)', figures };
}

function runHere(options: Parameters<typeof createMachine>[0]): Run {
	const machine = createMachine(options);
	const begin = threadSeconds();
	while (machine.run({ maxInstructions: 2_000_000 }).reason === 'budget');
	return { instructions: machine.instructions, threadSeconds: threadSeconds() - begin };
}

/** `trapline boot` in a process of its own, as it measures itself. */
function coldRun({ kernel, initrd, bootargs }: Required<QemuImages>, stats: string): Run {
	const self = fileURLToPath(new URL('../bin/trapline.js', import.meta.url));
	const ram = String(run.ramBytes);
	const words = ['boot', kernel, '--initrd', initrd, '--append', bootargs, '--ram', ram];
	execFileSync(process.execPath, [self, ...words, '--stats', stats], {
		stdio: 'ignore',
		timeout: 60_000
	});
	return JSON.parse(readFileSync(stats, 'utf8')) as Run;
}

function besideQemu(images: QemuImages, ours: Run): Figure[] {
	if (qemuVersion() === undefined) return [];
	const qemu = timeQemu(images);
	if (qemu === undefined) return [];
	const note =
		`QEMU, start included: ${digits(qemu.cpu)} s of CPU, ${digits(qemu.wall)} s by the clock; ` +
		'its run has slightly other instructions';
	return [
		{
			name: '  its time beside QEMU, in CPU seconds',
			value: ours.threadSeconds / qemu.cpu,
			unit: 'times',
			note
		}
	];
}

/** The address at which both machines load an Image with text_offset 0x8_0000. */
const script = {
	path: 'loop.lds',
	text: `ENTRY(_start)
SECTIONS {
	. = 0x40080000;
	.text : { *(.text .text.*) }
	.rodata : { *(.rodata .rodata.*) }
	.data : { *(.data .data.*) }
	.bss : { *(.bss .bss.*) }
	_end = .;
}`
};

function compileLoop(toolchain: Toolchain, name: string): Uint8Array {
	const sources = ['start.S', `${name}.c`];
	const files = new Map(
		sources.map((file) => [file, new Uint8Array(readFileSync(join(root, 'cli', 'bench', file)))])
	);
	const flags = { opt: '-O2', generalRegsOnly: true, debug: false };
	const start = toolchain.assembleFile('start.S', files, flags);
	const main = toolchain.compile(`${name}.c`, files, flags);
	const objects = new Map([
		['start.o', start.object ?? new Uint8Array()],
		['main.o', main.object ?? new Uint8Array()]
	]);
	const linked = start.object && main.object ? toolchain.link(objects, script) : undefined;
	if (!linked?.output) {
		const diagnostics = [start, main, linked].flatMap((step) => step?.diagnostics ?? []);
		throw failed(`cli/bench does not compile:\n${messagesOf({ diagnostics })}`);
	}
	return toImage(readElf(linked.output)).bytes;
}

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Experiment, standardRun } from 'checks';
import { createMachine, type MachineOptions } from 'emulator-core';
import { readElf, toImage, type Toolchain } from 'toolchain';
import { failed } from '../failure.ts';
import { writeOutput } from '../files.ts';
import { messagesOf, root } from '../project.ts';
import { symbolsOf } from '../symbols.ts';
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

type Outputs = ReadonlyMap<string, Uint8Array>;
const M = 'M insns/s';

/**
 * From the site's packed images to a host that has booted, as a lesson opens on it. To be called before
 * any other machine has run in this process: a page's Worker is new, too.
 */
export function benchOpening(outputs: Outputs): Section {
	const packed = (name: string) => gzipSync(outputs.get(name)!);
	const [image, cpio, vmlinux] = [packed('Image'), packed('host.cpio'), packed('vmlinux')];
	const begin = performance.now();
	const symbols = symbolsOf(gunzipSync(vmlinux));
	const machine = createMachine({
		...standardRun,
		kernel: gunzipSync(image),
		initrd: gunzipSync(cpio)
	});
	const subject = { machine, host: symbols, guest: symbols, shipped: true };
	const experiment = new Experiment(subject);
	while (!experiment.seen.hostBooted && !experiment.advance(200_000));
	const value = (performance.now() - begin) / 1000;
	const note = 'without the network and the page’s own code';
	return {
		title: 'Opening a lesson',
		figures: [{ name: 'to a live machine', value, unit: 's', floor: 3, atMost: true, note }]
	};
}

/**
 * The standard run of the shipped tree: in this process, where it has been run before, as it has in a page
 * when a student builds; and in fresh processes, where V8 has yet to compile what the run needs.
 */
export function benchStandardRun(outputs: Outputs, folder: string, once = false): Section {
	const images = {
		kernel: join(folder, 'Image'),
		initrd: join(folder, 'host.cpio'),
		bootargs: run.bootargs
	};
	const kernel = outputs.get('Image')!;
	const initrd = outputs.get('host.cpio')!;
	writeOutput(images.kernel, kernel);
	writeOutput(images.initrd, initrd);
	const cold = fastest(repeat(once ? 1 : 3, () => coldRun(images, join(folder, 'stats.json'))));
	const warm = fastest(repeat(once ? 3 : 6, () => runHere({ ...run, kernel, initrd })));
	return {
		title: 'The standard run: the host boots, its guest boots, mem and io run',
		figures: [
			{ name: 'length', value: cold.instructions / 1e6, unit: 'M insns' },
			{ name: 'interpreter', value: speed(warm), unit: M, floor: 50, aim: 100 },
			{ name: 'interpreter, in a fresh process', value: speed(cold), unit: M },
			...(once ? [] : besideQemu(images, warm))
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
		const figure = { name: `${name}: interpreter`, value: speed(run), unit: M };
		return [figure, ...besideQemu({ kernel: file }, run)];
	});
	return { title: 'Loops without a kernel (cli/bench)', figures };
}

function runHere(options: MachineOptions): Run {
	const machine = createMachine(options);
	const begin = threadSeconds();
	while (machine.run({ maxInstructions: 2_000_000 }).reason === 'budget');
	return { instructions: machine.instructions, threadSeconds: threadSeconds() - begin };
}

/** `trapline boot` in a process of its own, as it measures itself. */
function coldRun({ kernel, initrd, bootargs }: Required<QemuImages>, stats: string): Run {
	const self = fileURLToPath(new URL('../bin/trapline.js', import.meta.url));
	const machine = ['--board', run.board, '--ram', String(run.ramBytes)];
	const words = ['boot', kernel, '--initrd', initrd, '--append', bootargs, ...machine];
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

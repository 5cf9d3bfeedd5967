import {
	assemble,
	createMachine,
	Timeline,
	type Machine,
	type MachineOptions
} from 'emulator-core';
import { threadSeconds } from '../thread-time.ts';
import type { Figure, Section } from './report.ts';
import { stockMachine } from './stock.ts';

/** As far as rewinding is asked for. */
const LENGTH = 1_000_000_000;
const SEEKS = 40;
/** The bound for the 95th of a hundred. */
const BOUND = 500;
const SEED = 12_345;

/** What goes over 64 MB of RAM again and again: X0 is where, up to X1; X2 is another number in each round. */
const rewriting: Readonly<Record<string, readonly string[]>> = {
	'filled by a byte': ['stp x2, x2, [x0], #16'],
	'tested with counted words': ['str x2, [x0], #8', 'add x2, x2, #1'],
	'added to': ['ldr x3, [x0]', 'add x3, x3, #3', 'str x3, [x0], #8'],
	'copied to': ['ldp x3, x5, [x6], #16', 'stp x3, x5, [x0], #16'],
	'filled with random numbers, against the bound': [
		'eor x2, x2, x2, lsl #13',
		'eor x2, x2, x2, lsr #7',
		'eor x2, x2, x2, lsl #17',
		'str x2, [x0], #8'
	]
};

/**
 * How long it takes to go anywhere in a run of a billion instructions that the machine has been through:
 * random seeks, in time of a processor. Runs of a stock kernel, and programs that rewrite 64 MB.
 */
export function benchRewind(): Section {
	const figures = Object.entries(rewriting).flatMap(([name, loop]) =>
		measure(`64 MB ${name}`, createMachine(programOf(loop)))
	);
	const busy =
		'while true; do dd if=/dev/urandom bs=64k count=16 2>/dev/null | gzip | md5sum; ls -lR /bin; done';
	const kernel = stockMachine(busy);
	if (kernel !== undefined) figures.push(...measure('a stock kernel, its shell busy', kernel));
	return {
		title: `Going anywhere in ${LENGTH / 1e6} M instructions (${SEEKS} seeks, seed ${SEED})`,
		figures,
		...(kernel === undefined && {
			skipped: 'the stock kernel is not here: npm run test:stock fetches it'
		})
	};
}

function measure(name: string, machine: Machine): Figure[] {
	const timeline = new Timeline(machine);
	while (machine.instructions < LENGTH)
		if (timeline.run({ maxInstructions: 10_000_000 }) !== 'budget') break;
	let state = SEED;
	const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
	const times = Array.from({ length: SEEKS }, () => {
		const begin = threadSeconds();
		timeline.seek(Math.floor(random() * timeline.furthest));
		return 1000 * (threadSeconds() - begin);
	}).sort((a, b) => a - b);
	const of = (part: number) => times[Math.min(SEEKS - 1, Math.floor(part * SEEKS))]!;
	const { count, gaps } = timeline.checkpoints;
	const note =
		`half below ${of(0.5).toFixed(0)}, all below ${of(1).toFixed(0)}; ` +
		`${count} checkpoints, ${(Math.max(...gaps) / 1e6).toFixed(1)} M apart at most`;
	const meant = name.includes('random') ? {} : { aim: BOUND, atMost: true };
	return [{ name: `${name}: 95 of 100`, value: of(0.95), unit: 'ms', ...meant, note }];
}

/** A program without kernel or MMU that begins again with its loop for ever. */
function programOf(loop: readonly string[]): MachineOptions {
	const head = ['movz x2, #0x9e37', 'movk x2, #0x79b9, lsl #16'];
	const round = [
		'movz x0, #0x4100, lsl #16',
		'movz x1, #0x4500, lsl #16',
		'movz x6, #0x4500, lsl #16'
	];
	const back = (instructions: number) => `0x${(0x1000 - 4 * instructions).toString(16)}`;
	const words = [
		...[...head, ...round, ...loop, 'cmp x0, x1'].map((text) => assemble(text, 0)),
		assemble(`b.ne ${back(loop.length + 1)}`, 0x1000),
		assemble('add x2, x2, #1', 0),
		assemble(`b ${back(round.length + loop.length + 3)}`, 0x1000)
	];
	const image = new Uint8Array(64 + 4 * words.length);
	const view = new DataView(image.buffer);
	// The header of an arm64 Image.
	view.setUint32(0, 0x1400_0010, true);
	view.setBigUint64(16, BigInt(image.length), true);
	view.setUint32(56, 0x644d_5241, true);
	words.forEach((word, n) => view.setUint32(64 + 4 * n, word, true));
	return { board: 'virt', kernel: image, ramBytes: 2 ** 28 };
}

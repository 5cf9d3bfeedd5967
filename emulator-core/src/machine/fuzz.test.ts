import { describe, expect, it } from 'vitest';
import { createMachine } from './machine.ts';
import { program } from './program.ts';
import { startOthers } from './smp-programs.ts';
import { Timeline } from './timeline.ts';

/** xorshift32: the same words for the same seed. */
function randomWords(seed: number, count: number): Uint32Array {
	let state = seed || 1;
	return Uint32Array.from({ length: count }, () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return state >>> 0;
	});
}

/** Bases of encodings that reach the slow paths: system instructions, exceptions, exclusives. */
const pointed = [0xd500_0000, 0xd400_0000, 0xd600_0000, 0x0800_0000, 0xf800_0000, 0xb800_0000];

/** Code that no compiler wrote: random words, every other one made to look like a system instruction. */
function nonsense(seed: number, first = ''): Uint8Array {
	const head = program(`
		${first}
		others:
		adr x4, vectors
		msr vbar_el2, x4
		msr vbar_el1, x4
		movz x5, #0x8000, lsl #16
		msr hcr_el2, x5
		movz x1, #0x4060, lsl #16
		mov sp, x1
		b start
		.align 2048
		vectors:
		.align 4096
		start:
	`);
	const words = randomWords(seed, 4096).map((word, i) =>
		i % 2 ? word : (pointed[word % pointed.length]! | (word & 0x003f_ffff)) >>> 0
	);
	const image = new Uint8Array(head.length + words.byteLength);
	image.set(head);
	image.set(new Uint8Array(words.buffer), head.length);
	// The vectors, too, are nonsense; each run ends by its budget, whatever happens.
	image.set(new Uint8Array(words.buffer, 0, 2048), 2048);
	new DataView(image.buffer).setBigUint64(16, BigInt(image.length), true);
	return image;
}

describe('code without sense', () => {
	it.each(Array.from({ length: 40 }, (_, n) => 0x1234_5678 + 7919 * n))(
		'seed %i ends by its budget and is the same run twice',
		(seed) => {
			const run = (slice: number) => {
				const machine = createMachine({ board: 'virt', kernel: nonsense(seed), ramBytes: 2 ** 23 });
				let reason = 'budget';
				while (machine.instructions < 20_000 && reason === 'budget')
					reason = machine.run({
						maxInstructions: Math.min(slice, 20_000 - machine.instructions)
					}).reason;
				return { reason, hash: machine.hash(), instructions: machine.instructions };
			};
			const whole = run(20_000);
			expect(['budget', 'idle', 'poweroff', 'reset']).toContain(whole.reason);
			expect(run(333)).toEqual(whole);
		}
	);

	it.each(Array.from({ length: 16 }, (_, n) => 0x5eed_cafe + 7919 * n))(
		'seed %i on four CPUs is the same run, cut up, saved and restored',
		(seed) => {
			const kernel = nonsense(seed, startOthers('others'));
			const make = () => createMachine({ board: 'virt', kernel, ramBytes: 2 ** 23, cpus: 4 });
			const run = (slice: number, machine = make()) => {
				let reason = 'budget';
				while (machine.instructions < 60_000 && reason === 'budget')
					reason = machine.run({
						maxInstructions: Math.min(slice, 60_000 - machine.instructions)
					}).reason;
				return { reason, hash: machine.hash(), instructions: machine.instructions };
			};
			const whole = run(60_000);
			expect(['budget', 'idle', 'poweroff', 'reset']).toContain(whole.reason);
			expect(run(3331)).toEqual(whole);
			const half = make();
			half.run({ maxInstructions: 25_000 });
			const restored = make();
			restored.restore(half.save());
			expect(run(60_000, restored)).toEqual(whole);
		}
	);

	it.each(Array.from({ length: 6 }, (_, n) => 0x0bad_5eed + 7919 * n))(
		'seed %i is the same run back and forth',
		(seed) => {
			const make = () =>
				createMachine({ board: 'virt', kernel: nonsense(seed), ramBytes: 2 ** 23 });
			const straight = make();
			const hashes: string[] = [];
			const every = 37;
			for (let at = 0; at < 6000 && straight.instructions === at; at += every) {
				hashes.push(straight.hash());
				straight.run({ maxInstructions: every });
			}
			const timeline = new Timeline(make(), { spacing: 250 });
			for (const word of randomWords(seed, 40)) {
				const goal = word % hashes.length;
				timeline.seek(goal * every);
				expect(timeline.machine.hash(), `at ${goal * every}`).toBe(hashes[goal]);
				if (word & 0x1_0000) timeline.whatIf((machine) => machine.run({ maxInstructions: 500 }));
			}
		}
	);
});

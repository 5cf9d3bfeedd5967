/** `trapline boot --save`, `--from` and `--back`: a run goes on in another process, and comes back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createMachine, machineFromState } from 'emulator-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomNumbers, trapline, twoAtATime, type Ran } from './trapline.ts';

let folder = '';
const at = (name: string) => join(folder, name);
const file = (name: string) => new Uint8Array(readFileSync(at(name)));
const run = (...words: string[]) => trapline(words, folder);
const host = ['--initrd', 'out/host.cpio', '--append', 'console=ttyAMA0 hw2=run', '--ram', '256M'];
const boot = (...words: string[]) => run('boot', 'out/Image', ...host, ...words);
const make = () =>
	createMachine({
		board: 'virt',
		ramBytes: 2 ** 28,
		kernel: file('out/Image'),
		initrd: file('out/host.cpio'),
		bootargs: 'console=ttyAMA0 hw2=run'
	});

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'trapline-saved-'));
	expect(await run('build', '-o', 'out')).toMatchObject({ code: 0 });
	expect(await boot('--board', 'virt', '--max-insns', '9e6', '--save', 'nine')).toMatchObject({
		code: 0
	});
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function expectRefusal({ code, stdout, stderr }: Ran, message: string | RegExp): void {
	expect(stderr).toMatch(/^trapline boot: [^\n]*\n$/);
	expect(stderr).toMatch(message);
	expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
}

describe('a state saved by one process', () => {
	it('is the state that this process comes to, and goes on in a third as if never interrupted', async () => {
		const straight = make();
		let text = '';
		straight.onConsole = (bytes) => (text += String.fromCharCode(...bytes));
		straight.run({ maxInstructions: 9_000_000 });
		expect(machineFromState(file('nine')).hash()).toBe(straight.hash());
		text = '';
		const more = ['boot', '--from', 'nine', '--max-insns', '3_000_000'];
		const ran = await run(...more, '--save', 'twelve.gz', '--stats', 'stats');
		straight.run({ maxInstructions: 3_000_000 });
		expect(ran).toEqual({ code: 0, stderr: '', stdout: text });
		const twelve = new Uint8Array(gunzipSync(file('twelve.gz')));
		expect(machineFromState(twelve).hash()).toBe(straight.hash());
		const { instructions } = JSON.parse(readFileSync(at('stats'), 'utf8')) as {
			instructions: number;
		};
		expect(instructions).toBe(12_000_000);
		// Packed, and on from the middle of a run again, to its end.
		const rest = await run('boot', '--from', 'twelve.gz');
		text = '';
		expect(straight.run({}).reason).toBe('poweroff');
		expect(rest).toEqual({ code: 0, stderr: '', stdout: text });
	});

	it('is that of the very instruction at which --until found its text', async () => {
		const text = 'Linux version';
		const ran = await boot('--board', 'virt', '--until', text, '--save', 'until');
		expect(ran.code).toBe(0);
		expect(ran.stdout.endsWith(text)).toBe(true);
		const straight = make();
		let seen = '';
		straight.onConsole = (bytes) => {
			seen += String.fromCharCode(...bytes);
			if (seen.includes(text)) straight.pause();
		};
		straight.run({});
		expect(machineFromState(file('until')).hash()).toBe(straight.hash());
	});

	it('has several CPUs', async () => {
		const words = ['--board', 'virt', '--cpus', '4', '--max-insns', '2e6'];
		expect(await boot(...words, '--save', 'four')).toMatchObject({ code: 0 });
		const there = await run('boot', '--from', 'four', '--max-insns', '1e6', '--save', 'five');
		expect(there).toMatchObject({ code: 0, stderr: '' });
		expect(machineFromState(file('five')).cpus).toHaveLength(4);
		const again = machineFromState(file('four'));
		again.run({ maxInstructions: 1_000_000 });
		expect(machineFromState(file('five')).hash()).toBe(again.hash());
		expectRefusal(
			await run('boot', '--from', 'four', '--cpus', '2'),
			'with 4 CPUs, this one has 2'
		);
	});

	it.each<[string, string[], string | RegExp]>([
		['another board', ['--board', 'foundation'], /of a virt .* this machine is a foundation/],
		['other RAM', ['--ram', '128M'], 'bytes of RAM'],
		['more CPUs', ['--cpus', '3'], 'with 1 CPUs, this one has 3'],
		['a disk', ['--disk', 'nine'], 'this one has'],
		['an image', ['out/Image'], 'leave out out/Image'],
		['arguments', ['--append', 'quiet'], 'leave out quiet'],
		['no folder to save to', ['--save', 'none/x'], 'its folder does not exist']
	])('is refused with %s', async (_, words, message) =>
		expectRefusal(await run('boot', '--from', 'nine', ...words), message)
	);

	it('is refused where it is none, of another version, or packed and cut', async () => {
		const refuses = async (bytes: Uint8Array, message: string | RegExp) => {
			writeFileSync(at('bad'), bytes);
			expectRefusal(await run('boot', '--from', 'bad'), message);
		};
		expectRefusal(await run('boot', '--from', 'none'), 'cannot read the saved state none');
		await refuses(file('out/Image'), 'not a saved state');
		await refuses(new Uint8Array(), 'not a saved state');
		const other = file('nine');
		other[8]! += 1;
		await refuses(other, /format version \d+, this program reads version \d+/);
		await refuses(gzipSync(file('nine')).subarray(0, 5000), 'cannot unpack the saved state bad');
	});

	const seed = 20_250_101;
	it(`is refused in one line with bits flipped or its end cut off (seed ${seed})`, async () => {
		const random = randomNumbers(seed);
		const whole = file('nine');
		const cases = Array.from({ length: 16 }, (_, n) => n);
		await twoAtATime(cases, async (n) => {
			const bytes = n % 2 ? whole.slice(0, random(whole.length)) : whole.slice();
			const flipped = random(whole.length);
			if (n % 2 === 0) bytes[flipped]! ^= 1 << random(8);
			const name = `damaged-${n}`;
			writeFileSync(at(name), bytes);
			const ran = await run('boot', '--from', name);
			expect({ ...ran, stderr: '' }, `case ${n}`).toEqual({ code: 2, stdout: '', stderr: '' });
			expect(ran.stderr, `case ${n}`).toMatch(/^trapline boot: [^\n]*\n$/);
		});
	});
});

describe('--back', () => {
	const back = (...words: string[]) =>
		run(
			...['boot', 'out/Image', ...host, '--board', 'virt', '--max-insns', '9e6'],
			...['--symbols', 'out/vmlinux'],
			...words.flatMap((word) => ['--back', word])
		);
	const lines = ({ stdout }: Ran) => stdout.trimEnd().split('\n').slice(-3);

	it('says where the end is, and what happened last before it, one after another', async () => {
		const ran = await back('trap', 'register:ELR_EL2');
		expect(ran).toMatchObject({ code: 0, stderr: '' });
		const [end, trap, elr] = lines(ran);
		expect(end).toMatch(
			/^the end is at instruction 9000000: EL\d, PC 0x[0-9a-f]+( <\w+(\+0x[0-9a-f]+)?>)?: \w+/
		);
		expect(trap).toMatch(/^back to trap: instruction \d+(, an interrupt taken)?: EL\d, PC 0x/);
		expect(elr).toMatch(/^back to register:ELR_EL2: instruction \d+/);
		const numbers = [end, trap, elr].map((line) => Number(/instruction (\d+)/.exec(line!)![1]));
		expect(numbers[0]).toBeGreaterThan(numbers[1]!);
		expect(numbers[1]).toBeGreaterThanOrEqual(numbers[2]!);
		expect(await back('trap', 'register:ELR_EL2')).toEqual(ran);
	});

	it('finds instructions and stores by the names of an ELF file', async () => {
		const ran = await back('insn:schedule', 'write:console_pos');
		const [, insn, write] = lines(ran);
		expect(insn).toMatch(
			/^back to insn:schedule: instruction \d+: EL1, PC 0x[0-9a-f]+ <schedule>: /
		);
		expect(write).toMatch(/^back to write:console_pos: instruction \d+: EL1, PC 0x\w+ <\S+>: st/);
	});

	it('names an ELF file that is none', async () => {
		const words = ['--max-insns', '1000', '--back', 'trap', '--symbols', 'out/Image'];
		expectRefusal(await boot(...words), 'the ELF file has no names to read');
	});

	it.each<[string, string]>([
		['nowhere', '--back nowhere: give trap, write:ADDRESS'],
		['trap:1', '--back trap:1: give trap'],
		['insn', '--back insn: give trap'],
		['insn:no_such_name', 'no_such_name is no address, and no name in the ELF file'],
		['insn:0x1002', 'addresses are multiples of 4'],
		['register:Q99', 'There is no register "Q99"'],
		['register:X1@7', 'There is no CPU 7'],
		['register:CTR_EL0', 'read-only']
	])('%s is refused before the run', async (word, message) =>
		expectRefusal(await back(word), message)
	);

	it('says what never happened: exit code 1', async () => {
		const ran = await back('register:DBGBVR5_EL1');
		expect(ran.code).toBe(1);
		expect(ran.stderr).toMatch(/There is nothing of the kind before here: a write of DBGBVR5_EL1/);
	});
});

it('an image without names takes addresses', async () => {
	const words = ['--board', 'virt', '--max-insns', '1000'];
	expectRefusal(
		await boot(...words, '--back', 'insn:schedule'),
		'names need --symbols with an ELF file'
	);
	const ran = await boot(...words, '--back', 'insn:0x4008_0000');
	expect(ran.stdout).toMatch(/back to insn:0x4008_0000: instruction 0: EL2, PC 0x40080000: b 0x/);
});

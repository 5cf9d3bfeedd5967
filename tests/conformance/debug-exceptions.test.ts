import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine } from '../../emulator-core/src/index.ts';
import { debugProgram as image } from './debug-program.ts';
import { requireTool } from './oracle.ts';

interface Record {
	ec: string;
	iss: string;
	elr: string;
	far: string;
	ss: number;
}

/** What was printed, four words an exception; addresses relative to the image. FAR only where it is defined. */
function records(text: string): Record[] {
	const words = text
		.trim()
		.split('\n')
		.map((line) => BigInt('0x' + line.trim()));
	const found: Record[] = [];
	for (let i = 0; i + 3 < words.length; i += 4) {
		const [esr, elr, far, spsr] = words.slice(i, i + 4) as [bigint, bigint, bigint, bigint];
		const ec = esr >> 26n;
		found.push({
			ec: ec.toString(16),
			iss: (esr & 0x1ff_ffffn).toString(16),
			elr: (elr & 0xffffn).toString(16),
			far: ec === 0x34n ? far.toString(16) : '',
			ss: Number((spsr >> 21n) & 1n)
		});
	}
	return found;
}

function ours(slice: number): Record[] {
	const machine = createMachine({ board: 'virt', kernel: image });
	const text: string[] = [];
	machine.onConsole = (bytes) => text.push(String.fromCharCode(...bytes));
	let reason = 'budget';
	while (reason === 'budget' && machine.instructions < 100_000)
		reason = machine.run({ maxInstructions: slice }).reason;
	expect(reason).toBe('poweroff');
	return records(text.join(''));
}

describe('debug exceptions', () => {
	it('are the same in slices of any length', () => {
		expect(ours(1)).toEqual(ours(1_000_000));
	});

	it('begin with the breakpoint, then come what is watched, then each step', () => {
		const classes = ours(1_000_000).map(({ ec }) => ec);
		expect(classes.slice(0, 2)).toEqual(['30', '34']);
		expect(classes.filter((ec) => ec === '32').length).toBeGreaterThan(6);
		expect(classes.at(-1)).toBe('16');
	});

	it.runIf(requireTool('qemu-system-aarch64'))('are those of qemu-system-aarch64', () => {
		const folder = mkdtempSync(join(tmpdir(), 'debug-'));
		const file = join(folder, 'Image');
		writeFileSync(file, image);
		const machine = ['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a57'];
		const text = execFileSync(
			'qemu-system-aarch64',
			[...machine, '-m', '256', '-nographic', '-monitor', 'none', '-kernel', file],
			{ timeout: 30_000, input: '' }
		).toString();
		rmSync(folder, { recursive: true });
		expect(ours(1_000_000)).toEqual(records(text));
	});
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { classOf, exitKinds, observe, standardRun, type ExitKind } from 'checks';
import { boards, createMachine } from 'emulator-core';
import { Builder, root } from '../../cli/src/project.ts';
import { symbolsOf } from '../../cli/src/symbols.ts';

/** The rows of the README's table, and the kinds of exits that each adds up. */
const rows: [row: string, kinds: ExitKind[]][] = [
	['WFI', ['wfi', 'wfe']],
	['HVC', ['hvc-psci', 'hvc-other']],
	['SMC', ['smc']],
	['system registers', ['sysreg']],
	['data aborts in memory', ['mem-data']],
	['instruction aborts in memory', ['mem-fetch']],
	['MMIO in the kernel', ['io-kernel-read', 'io-kernel-write']],
	['MMIO to lkvm', ['io-user-read', 'io-user-write']],
	['instruction fetch outside memory', ['fetch-outside']],
	['interrupts', ['irq']]
];
const columns = ['boot_log:', 'mem_log:', 'io_log:'];

const readme = join(root, 'lessons/VM_HW2/README.md');

/**
 * Holds a row of the table in the tree's README against the machine: the numbers at each dump, and at
 * the end. After a change to the kernel, `UPDATE=1 npx vitest run --project boot standard-run` writes
 * the new numbers into the README: look at the difference before committing it.
 */
function expectDocumented(row: string, actual: readonly number[]): void {
	const lines = readFileSync(readme, 'utf8').split('\n');
	const at = lines.findIndex((text) => text.startsWith(`| ${row}`) && /\|\s+\d/.test(text));
	if (at < 0) throw new Error(`the README's table of the standard run has no row “${row}”`);
	const cells = lines[at]!.split('|');
	if (process.env.UPDATE) {
		actual.forEach((n, i) => (cells[i + 2] = `${String(n).padStart(cells[i + 2]!.length - 1)} `));
		lines[at] = cells.join('|');
		writeFileSync(readme, lines.join('\n'));
	}
	expect(actual).toEqual(cells.slice(2, 6).map(Number));
}

describe.each(Object.keys(boards))('the standard run (hw2=run), our build, on %s', (board) => {
	// Every trap is the same on all boards. Where the host's tick falls is not: its boot takes longer or shorter,
	// and so a guest that waits may wake and sleep once more.
	const followsTheTick = (row: string) =>
		board !== standardRun.board && ['interrupts', 'WFI', '**CPU trap**'].includes(row);
	const documented = rows.filter(([row]) => !followsTheTick(row));

	/** Exits by kind when a dump's line was complete, and at power-off. */
	const counted: Record<ExitKind, number>[] = [];
	let instructions = 0;
	let end = '';

	beforeAll(() => {
		const outputs = new Builder().pristine();
		const machine = createMachine({
			...standardRun,
			board,
			bootargs: 'console=ttyAMA0 hw2=run',
			kernel: outputs.get('Image')!,
			initrd: outputs.get('host.cpio')!
		});
		const symbols = symbolsOf(outputs.get('vmlinux')!);
		const seen = observe(machine, { host: symbols, guest: symbols });
		const count = () =>
			counted.push(
				Object.fromEntries(
					exitKinds.map((kind) => [
						kind,
						seen.exits.filter((e) => e.kind === kind && !e.retry).length
					])
				) as Record<ExitKind, number>
			);
		let line = '';
		machine.onConsole = (bytes) => {
			line += String.fromCharCode(...bytes);
			if (!line.endsWith('\n')) return;
			if (columns.some((label) => line.startsWith(label))) count();
			line = '';
		};
		end = machine.run({ maxInstructions: 60_000_000 }).reason;
		count();
		instructions = machine.instructions;
	}, 600_000);

	it('ends by powering off, within 60 million instructions', () => {
		expect(end).toBe('poweroff');
		expect(instructions).toBeLessThan(60_000_000);
		expect(counted).toHaveLength(4);
	});

	it.each(documented)('%s: as documented at each dump and at the end', (row, kinds) => {
		expectDocumented(
			row,
			counted.map((at) => kinds.reduce((sum, kind) => sum + at[kind], 0))
		);
	});

	const totals = (
		[
			['**CPU trap**', 'cpu'],
			['**MEM trap**', 'mem'],
			['**IO trap**', 'io']
		] as const
	).filter(([row]) => !followsTheTick(row));
	it.each(totals)('%s: all of its class', (row, c) => {
		const sums = counted.map((at) =>
			exitKinds.reduce((sum, kind) => sum + (classOf[kind] === c ? at[kind] : 0), 0)
		);
		expectDocumented(row, sums);
	});

	it('has every class, and no two classes as often at every dump', () => {
		const counts = rows
			.filter(([row]) => row !== 'instruction fetch outside memory')
			.map(([, kinds]) => counted.map((at) => kinds.reduce((sum, kind) => sum + at[kind], 0)));
		expect(Math.min(...counts.map((row) => row[3]!))).toBeGreaterThan(0);
		expect(new Set(counts.map(String)).size).toBe(counts.length);
	});
});

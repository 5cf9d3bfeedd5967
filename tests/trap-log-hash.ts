import { standardRun } from 'checks';
import { createMachine, type TrapRecord } from 'emulator-core';

/** What a run left behind, for comparison with the same run elsewhere. */
export interface RunPrint {
	/** SHA-256 of every record of the trap log, a line each, in order. */
	traps: string;
	records: number;
	instructions: number;
	ticks: number;
	/** The machine's own hash of its whole state at the end. */
	state: string;
}

const line = (record: TrapRecord) =>
	Object.values(record)
		.map((value) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : String(value)))
		.join(' ');

/**
 * The standard run, to the machine's switching off, `slice` instructions at a time. Node and browsers
 * have all that this needs.
 */
export async function printOfStandardRun(
	{ kernel, initrd }: { kernel: Uint8Array; initrd: Uint8Array },
	slice: number
): Promise<RunPrint> {
	const machine = createMachine({
		...standardRun,
		bootargs: 'console=ttyAMA0 hw2=run',
		kernel,
		initrd
	});
	const lines: string[] = [];
	machine.trapLog.onRecord = (record) => lines.push(line(record));
	machine.trapLog.onOutcome = ({ at, outcome }) => lines.push(`${at} went to ${outcome}`);
	let reason;
	do ({ reason } = machine.run({ maxInstructions: slice }));
	while (reason === 'budget' && machine.instructions < 200_000_000);
	if (reason !== 'poweroff') throw new Error(`the standard run ended with ${reason}`);
	const bytes = new TextEncoder().encode(lines.join('\n'));
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	const { instructions, ticks } = machine;
	const traps = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
	return { traps, records: lines.length, instructions, ticks, state: machine.hash() };
}

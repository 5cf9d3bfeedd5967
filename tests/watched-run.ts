import { standardRun } from 'checks';
import { symbolTable } from '../src/lib/build/symbol-table.ts';
import { WatchedRun } from '../src/lib/machine/run.ts';

/** What the page's machine Worker is given to boot, as the site ships it. */
export interface ShippedImages {
	readonly kernel: Uint8Array;
	readonly initrd: Uint8Array;
	readonly elf: Uint8Array;
}

/** The trap log that the page offers for download after the shipped tree's verdict, made here. */
export function judgedLog({ kernel, initrd, elf }: ShippedImages, slice: number): string {
	const symbols = symbolTable(elf);
	const run = new WatchedRun({
		...standardRun,
		kernel,
		initrd,
		symbols: { host: symbols, guest: symbols },
		shipped: true
	});
	while (!run.advance(slice));
	return run.judgedLog();
}

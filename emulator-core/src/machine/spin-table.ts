import type { Board } from '../boards/board.ts';
import type { AddressMap } from '../bus/address-map.ts';
import type { Cpus } from './cpus.ts';

/**
 * What CPUs do that wait at a spin table, as a boot loader leaves them: until the doubleword behind this
 * code is an address, they wait for events; then they go there, with X0 to X3 zero.
 */
const pen = [
	0x1000_0384, // adr x4, mailbox
	0xd503_205f, // again: wfe
	0xf940_0085, // ldr x5, [x4]
	0xb4ff_ffc5, // cbz x5, again
	0xd280_0000, // movz x0, #0
	0xd280_0001, // movz x1, #0
	0xd280_0002, // movz x2, #0
	0xd280_0003, // movz x3, #0
	0xd61f_00a0 //  br x5
];
/** Bytes from the code to the mailbox. */
const mailboxAt = 28 * 4;

/** All CPUs but the first run, and wait at the board's spin table. */
export function startAtSpinTable(map: AddressMap, { spinTable }: Board, cpus: Cpus): void {
	const code = spinTable! - mailboxAt;
	const ram = map.writableRam(code, 4 * pen.length)!;
	const words = new DataView(ram.buffer, ram.byteOffset);
	pen.forEach((word, n) => words.setUint32(4 * n, word, true));
	for (const { number } of cpus.all) if (number > 0) cpus.turnOn(number, BigInt(code), 0n);
}

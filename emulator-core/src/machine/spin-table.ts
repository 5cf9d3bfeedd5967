import type { Board } from '../boards/board.ts';
import { spinTableArea } from '../boards/dtb.ts';
import { FdtError } from '../boards/fdt.ts';
import { readFdt } from '../boards/fdt-read.ts';
import { hex, type AddressMap } from '../bus/address-map.ts';
import type { Cpus } from './cpus.ts';
import { MachineError } from './errors.ts';
import type { BootPlacement } from './loader.ts';

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

const penOf = (spinTable: number) => spinTable - mailboxAt;

/**
 * How the CPUs but the first come to run: as the device tree says that is given, or else at the spin table
 * of a board that has one.
 */
export function startOf(board: Board, dtb: Uint8Array | undefined): 'psci' | 'spin-table' {
	if (board.spinTable === undefined) return 'psci';
	return dtb === undefined || namesSpinTable(dtb) ? 'spin-table' : 'psci';
}

/** What is wrong with a tree, whoever puts it into RAM says. */
function namesSpinTable(dtb: Uint8Array): boolean {
	const text = (bytes: Uint8Array | undefined) => new TextDecoder('latin1').decode(bytes);
	try {
		const cpus = readFdt(dtb).root.children?.find(({ name }) => name === 'cpus');
		return (cpus?.children ?? []).some(
			({ properties }) => text(properties['enable-method']) === 'spin-table\0'
		);
	} catch (error) {
		if (error instanceof FdtError) return false;
		throw error;
	}
}

/** Before the images are there: what CPUs execute that wait. */
export function writePen(map: AddressMap, spinTable: number): void {
	const ram = map.writableRam(penOf(spinTable), 4 * pen.length)!;
	const words = new DataView(ram.buffer, ram.byteOffset);
	pen.forEach((word, n) => words.setUint32(4 * n, word, true));
}

/**
 * Afterwards: all CPUs but the first run and wait at the spin table. An image that begins there itself is
 * boot code, which expects all CPUs at its beginning, as on the model.
 */
export function startAtSpinTable(
	map: AddressMap,
	spinTable: number,
	cpus: Cpus,
	{ entry, dtb }: BootPlacement
): void {
	const { start, size } = spinTableArea(spinTable);
	const brings = entry >= start && entry < start + size;
	const ram = map.ram(penOf(spinTable), mailboxAt + 8)!;
	const words = new Uint32Array(ram.slice().buffer);
	if (!brings && !words.every((word, n) => word === (pen[n] ?? 0)))
		throw new MachineError(
			`The kernel lies at ${hex(start)} to ${hex(start + size - 1)}, where CPUs wait to be started. ` +
				'Link it to an address behind that, or give the machine one CPU.'
		);
	const first = brings ? entry : penOf(spinTable);
	for (const { number } of cpus.all)
		if (number > 0) cpus.turnOn(number, BigInt(first), brings ? BigInt(dtb) : 0n);
}

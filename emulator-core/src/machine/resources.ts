import type { Board } from '../boards/board.ts';
import { foundation } from '../boards/foundation.ts';
import { virt } from '../boards/virt.ts';
import { MachineError } from './errors.ts';

/** The boards by name. */
export const boards: Readonly<Record<string, Board>> = { virt, foundation };

const wasmPage = 65_536;

export function boardNamed(name: string): Board {
	const found = Object.hasOwn(boards, name) ? boards[name] : undefined;
	if (found !== undefined) return found;
	throw new MachineError(
		`There is no board "${name}". Boards are: ${Object.keys(boards).join(', ')}.`
	);
}

/** How many CPUs a machine on the board has. */
export function cpuCount(board: Board, asked = board.cpus): number {
	if (Number.isInteger(asked) && asked >= 1 && asked <= board.maxCpus) return asked;
	throw new MachineError(
		`${asked} CPUs are not possible: the board ${board.name} has 1 to ${board.maxCpus}.`
	);
}

/** Bytes of RAM that a machine can have. */
export function ramSize(bytes: number): number {
	if (Number.isInteger(bytes) && bytes >= 2 ** 20 && bytes <= 3 * 2 ** 30 && bytes % 4096 === 0)
		return bytes;
	throw new MachineError(
		`RAM of ${bytes} bytes is not possible: whole pages of 4096, from 1 MB to 3 GB.`
	);
}

/** The machine's one memory, all of it at once: it never grows. */
export function allocate(bytes: number): WebAssembly.Memory {
	const pages = Math.ceil(bytes / wasmPage);
	try {
		return new WebAssembly.Memory({ initial: pages, maximum: pages });
	} catch {
		throw new MachineError(
			`This computer (or browser) gives no ${Math.ceil(bytes / 2 ** 20)} MB for the machine's ` +
				'memory. Close other pages, or ask for less RAM.'
		);
	}
}

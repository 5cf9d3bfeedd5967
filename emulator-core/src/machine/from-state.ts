import { unpackCheckpoint, unpackJson } from './checkpoint.ts';
import { MachineError } from './errors.ts';
import { createMachine, type Machine, type MachineOptions } from './machine.ts';

/** What is not in a saved state, or is to be compared with it: the images are. */
export type StateOptions = Omit<Partial<MachineOptions>, 'kernel' | 'initrd' | 'bootargs' | 'dtb'>;

/**
 * A machine that goes on from a saved state. Board, RAM and number of CPUs are the state's where they are
 * left out; disks and other fittings must be those that it had.
 *
 * @throws {MachineError} where the state is damaged, of another version, or of another machine
 */
export function machineFromState(bytes: Uint8Array, options: StateOptions = {}): Machine {
	const own = identityIn(bytes);
	const machine = createMachine({ ...own, ...options, kernel: headerOnly() });
	machine.restore(bytes);
	return machine;
}

function identityIn(bytes: Uint8Array): Pick<MachineOptions, 'board' | 'ramBytes' | 'cpus'> {
	const section = unpackCheckpoint(bytes).get('BORD');
	try {
		const { board, ramBytes, cpus } = unpackJson(section!) as Record<string, unknown>;
		if (typeof board === 'string' && Number.isInteger(ramBytes) && Number.isInteger(cpus))
			return { board, ramBytes: ramBytes as number, cpus: cpus as number };
	} catch {
		// No section, or no JSON.
	}
	throw new MachineError('The saved state is damaged: it does not say of which machine it is.');
}

/** The header of an arm64 Image and nothing behind it: the state brings the RAM. */
function headerOnly(): Uint8Array {
	const image = new Uint8Array(64);
	const view = new DataView(image.buffer);
	view.setUint32(0, 0x1400_0000, true);
	view.setBigUint64(16, 64n, true);
	view.setUint32(56, 0x644d_5241, true);
	return image;
}

import { readElf, toImage } from '../../toolchain/src/index.ts';
import { FlatMachine, ramBase } from '../conformance/flat-machine.ts';

const ramBytes = 16 << 20;
/** Of AArch64 Linux. */
const [write, exit] = [64n, 93n];

/**
 * Runs a static program that needs no more of Linux than write and exit on the emulator, without a
 * kernel: what it prints and how it ends, in the form of `runInQemu`.
 */
export function runOnFlatMachine(program: Uint8Array, fuel = 400_000_000): string {
	const elf = readElf(program);
	const { base, bytes } = toImage(elf);
	const machine = new FlatMachine(ramBytes);
	machine.write(Number(base), bytes);
	machine.pc = elf.entry;
	machine.sp = BigInt(ramBase + ramBytes);
	let text = '';
	for (let left = fuel; left > 0;) {
		const taken = machine.run(left);
		left = machine.fuel;
		if (!taken) break;
		// The machine has no caches to clean.
		if (taken.kind === 'system') {
			machine.pc += 4n;
			continue;
		}
		if (taken.kind !== 'svc') {
			const at = `${taken.kind} 0x${taken.value.toString(16)} at 0x${machine.pc.toString(16)}`;
			return `${text}[${at}]\n`;
		}
		if (machine.x(8) === exit) return `${text}[exit ${machine.x(0) & 0xffn}]\n`;
		if (machine.x(8) !== write) return `${text}[system call ${machine.x(8)}]\n`;
		const start = machine.at(Number(machine.x(1)));
		const written = new Uint8Array(machine.memory.buffer, start, Number(machine.x(2)));
		text += new TextDecoder('latin1').decode(written);
		machine.setX(0, machine.x(2));
		machine.pc += 4n;
	}
	return `${text}[exit 124]\n`;
}

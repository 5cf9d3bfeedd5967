import { a64 } from '../../emulator-core/src/index.ts';
import { FlatMachine, ramBase, type Taken } from './flat-machine.ts';

/** Registers by name (`x0`, `sp`, `pc`), and the letters of the flags that are set. */
export type Registers = Partial<Record<`x${number}` | 'sp' | 'pc', bigint>> & { nzcv?: string };
export type After = Record<string, bigint | string | Taken | undefined>;

export const U64_MAX = 2n ** 64n - 1n;
/** Where memory operands of the batteries lie. */
export const data = BigInt(ramBase) + 0x1_0000n;

/** Puts instructions at ramBase, one after another; targets are absolute addresses. */
export function load(machine: FlatMachine, ...lines: string[]): void {
	const words = lines.map((line, i) => a64.assemble(line, ramBase + 4 * i));
	machine.writeWords(ramBase, words);
	machine.pc = BigInt(ramBase);
}

export function setRegisters(machine: FlatMachine, before: Registers): void {
	for (const [name, value] of Object.entries(before)) {
		if (name === 'nzcv') machine.nzcv = value as string;
		else if (name === 'sp') machine.sp = value as bigint;
		else if (name === 'pc') machine.pc = value as bigint;
		else machine.setX(Number(name.slice(1)), value as bigint);
	}
}

export function registers(machine: FlatMachine): After {
	const after: After = { nzcv: machine.nzcv, sp: machine.sp, pc: machine.pc, taken: machine.taken };
	for (let n = 0; n < 31; n++) after[`x${n}`] = machine.x(n);
	return after;
}

/** Executes exactly one instruction on a fresh machine. */
function step(asm: string, before: Registers = {}): After {
	const machine = new FlatMachine(1 << 20);
	load(machine, asm);
	setRegisters(machine, before);
	machine.run(1);
	return registers(machine);
}

/** Every engine runs every battery. */
export const engines = [{ name: 'interpreter', step, create: () => new FlatMachine(1 << 20) }];

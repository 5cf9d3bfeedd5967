import { exceptionCalls, type SlowCall } from './builder.ts';
import { hex } from '../fields.ts';
import type { Printer } from './words-print.ts';
import type { Node } from './words-value.ts';

/** What the words of one instruction need beside its semantics. */
export interface WordsContext {
	readonly word: number;
	readonly pc: bigint;
	/** The mask that N:immr:imms stand for, 64 bits. */
	bitMask(n: number, immr: number, imms: number): bigint;
	/** Names of system registers by op0:op1:CRn:CRm:op2, `HCR_EL2`; their purposes where one is known. */
	registerName(key: number): string;
	registerPurpose(key: number): string | undefined;
	/** What AT, DC, IC and TLBI do; `Xt` stands for their operand. */
	operationPurpose(key: number): string | undefined;
	/** A symbol at an address of code. */
	nameOf?: ((address: bigint) => string | undefined) | undefined;
	/** What the instruction computes, where that cannot be spelled out. */
	readonly named: string | undefined;
}

const callWords: Record<(typeof exceptionCalls)[number], string> = {
	svc: 'call the kernel: exception to EL1',
	hvc: 'call the hypervisor: exception to EL2',
	smc: 'call the firmware: exception to EL3',
	brk: 'breakpoint: debug exception',
	hlt: 'halt for an external debugger, which is not there: exception of unknown reason'
};

/** What the machine does outside of the semantics; undefined where other clauses say it. */
export function slowWords(
	call: SlowCall,
	args: readonly Node[],
	printer: Printer,
	context: WordsContext
): string | undefined {
	const number = (i: number) => Number(args[i]!.value);
	switch (call) {
		case 'eret':
			return 'return from the exception: PC = ELR and PSTATE = SPSR of this level';
		case 'wfi':
			return 'sleep until an interrupt is pending';
		case 'wfe':
			return 'sleep until an event or an interrupt';
		case 'sev':
			return number(0) ? 'let the next WFE of this CPU pass' : 'wake the other CPUs from WFE';
		case 'undefined':
			return 'not an instruction, for ever: exception of unknown reason';
		case 'callException':
			return `${callWords[exceptionCalls[number(0)]!]}, with the number ${smallOrHex(number(1))}`;
		case 'system': {
			const key = number(0);
			const operand = printer.value(args[1]!);
			const what = context.operationPurpose(key);
			if (what) return what.replaceAll('Xt', operand);
			return `the system operation ${context.registerName(key)}, which is not known here, with ${operand}`;
		}
		default:
			return undefined;
	}
}

const smallOrHex = (value: number) => (value < 10 ? String(value) : hex(BigInt(value)));

const single: Readonly<Record<number, string>> = {
	0o03: 'UAO',
	0o04: 'PAN',
	0o31: 'SSBS',
	0o32: 'DIT',
	0o34: 'TCO'
};

/** MSR (immediate), by op1:op2. */
export function pstateWords(field: number, imm: number): string {
	const letters = [...'DAIF'].filter((_, i) => (imm & (8 >> i)) !== 0);
	const change = (to: 0 | 1) => `(PSTATE.${letters.join('')} = ${to})`;
	switch (field) {
		case 0o05:
			return (imm & 1) === 1
				? "use this level's own stack pointer"
				: 'use the stack pointer SP_EL0';
		case 0o36:
			return letters.length === 0 ? 'nothing' : `mask ${masked(letters)} ${change(1)}`;
		case 0o37:
			return letters.length === 0 ? 'nothing' : `unmask ${masked(letters)} ${change(0)}`;
	}
	const name = single[field];
	if (name) return `PSTATE.${name} = ${imm & 1}`;
	return `write ${hex(BigInt(imm))} to a field of PSTATE that is not known here`;
}

const maskedWords: Readonly<Record<string, string>> = {
	D: 'debug exceptions',
	A: 'SErrors',
	I: 'IRQs',
	F: 'FIQs'
};

function masked(letters: readonly string[]): string {
	const words = letters.map((letter) => maskedWords[letter]!);
	return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

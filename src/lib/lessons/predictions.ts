import type { TrapRecord } from 'emulator-core';
import type { Next } from '../stepping/protocol.ts';
import { explanations, type Asked, type Happening } from './misconceptions.ts';

export type { Asked } from './misconceptions.ts';

export interface Option {
	readonly value: string;
	readonly text: string;
}

const className: Readonly<Record<string, string>> = {
	'0x01': 'WFI or WFE',
	'0x15': 'SVC, a system call',
	'0x16': 'HVC',
	'0x17': 'SMC',
	'0x18': 'access to a system register',
	'0x20': 'instruction abort from a lower level',
	'0x24': 'data abort from a lower level',
	'0x25': 'data abort at the same level'
};

/** What stands behind a class's name where the name alone would not do for a first reader. */
const inWords: Readonly<Record<string, string>> = {
	'0x01': ': an instruction that waits',
	'0x16': ': a call of the hypervisor',
	'0x17': ': a call of the firmware',
	'0x20': ': a fetch that failed',
	'0x24': ': a load or store that failed'
};

/** What can be answered, in the order shown. */
export const options: Readonly<Record<Asked, readonly Option[]>> = {
	traps: [
		{ value: 'none', text: 'No: the instruction does its work and the next one follows' },
		{ value: '1', text: 'Yes, to the guest’s own kernel at EL1' },
		{ value: '2', text: 'Yes, to the hypervisor at EL2' }
	],
	class: [
		...['0x01', '0x16', '0x17', '0x18', '0x20', '0x24'].map((ec) => ({
			value: ec,
			text: `${ec}, ${className[ec]}${inWords[ec] ?? ''}`
		})),
		{ value: 'interrupt', text: 'None: an interrupt has no class' },
		{ value: 'none', text: 'There is no exception' }
	],
	level: ['0', '1', '2', '3', '4'].map((value) => ({ value, text: `EL${value}` }))
};

/** The questions' own words. */
export const questions: Readonly<Record<Asked, string>> = {
	traps: 'Does the next instruction trap?',
	class: 'Which exception class will ESR_EL2 show?',
	level: 'At which level does the machine go on?'
};

const hex = (ec: number) => '0x' + ec.toString(16).padStart(2, '0');
const classOf = ({ esr }: TrapRecord) => hex(esr >>> 26);

/** The option that the machine chose. */
export function truth(asked: Asked, { record, elAfter }: Pick<Next, 'record' | 'elAfter'>): string {
	if (asked === 'level') return String(elAfter);
	if (record === undefined) return 'none';
	if (asked === 'traps') return String(record.toEl);
	return record.cause === 'sync' ? classOf(record) : 'interrupt';
}

/** What kind of thing it is that happens. */
export function happening({ record, world, text = '' }: Next): Happening {
	const mnemonic = text.split(/\s/, 1)[0]!;
	if (record === undefined) {
		if (mnemonic === 'eret') return 'eret';
		if (mnemonic === 'wfi') return world === 'guest' ? 'guest-wfi' : 'host-wfi';
		if (/\bcntv_/.test(text)) return 'timer';
		return /^(ld|st)/.test(mnemonic) ? 'access' : 'plain';
	}
	if (record.cause !== 'sync') return record.toEl === 1 ? 'virtual-interrupt' : 'interrupt';
	const stage = record.stage === 2 ? 2 : 1;
	switch (record.esr >>> 26) {
		case 0x01:
			return 'wfi';
		case 0x15:
			return 'svc';
		case 0x16:
			return 'hvc';
		case 0x17:
			return 'smc';
		case 0x18:
			return 'system-register';
		case 0x20:
		case 0x21:
			return `fetch-stage-${stage}`;
		case 0x24:
		case 0x25:
			return `data-stage-${stage}`;
	}
	return 'exception';
}

/** Why somebody may have answered so, and what is wrong with it: a few sentences. */
export function explain(asked: Asked, answered: string, next: Next): string {
	const own = explanations[asked][happening(next)];
	const found = own?.[answered] ?? own?.['else'] ?? explanations[asked].any?.[answered];
	return found ?? 'The machine does something else at this moment.';
}

/** What happened, and what decided it, read off the machine: some sentences. */
export function facts(next: Next): string {
	const { record, elAfter } = next;
	const routed = route(next);
	return `${happened(record, elAfter)}${routed === undefined ? '' : ` ${routed}`}`;
}

function happened(record: TrapRecord | undefined, elAfter: number): string {
	if (record === undefined) return `No exception: the machine went on at EL${elAfter}.`;
	const ec = classOf(record);
	const why =
		record.cause === 'sync'
			? `class ${ec}, ${className[ec] ?? 'another class'}`
			: `by an ${record.cause.toUpperCase()}, which has no class`;
	return `An exception from EL${record.fromEl} to EL${record.toEl}: ${why}.`;
}

/** Bits of HCR_EL2 that decide where something goes. */
const bits = { VM: 0, IMO: 4, TWI: 13, TSC: 19, TACR: 21, TSW: 22, TGE: 27, HCD: 29 };

/** Op0, Op1, CRn, CRm and Op2 of ESR_EL2's lower half, without Rt and the direction. */
const registerBits = 0x3f_fc1e;
const ACTLR_EL1 = 0x32_0400;
const CACHE_BY_SET = new Set([0x14_1c0c, 0x14_1c14, 0x14_1c1c]);

/** The register or bit that sent it there, as it was at that moment. */
function route(next: Next): string | undefined {
	const bit = (name: keyof typeof bits) =>
		`HCR_EL2.${name}, its bit ${bits[name]}, is ${(next.hcr >> BigInt(bits[name])) & 1n}`;
	switch (happening(next)) {
		case 'hvc':
			return `${bit('HCD')}: HVC has not been switched off.`;
		case 'smc':
			return `${bit('TSC')}.`;
		case 'svc':
			return `${bit('TGE')}: system calls stay at EL1.`;
		case 'wfi':
		case 'host-wfi':
			return `${bit('TWI')}.`;
		case 'guest-wfi':
			return `${bit('TWI')}, but there was nothing to wait for.`;
		case 'system-register': {
			const register = next.record!.esr & registerBits;
			if (register === ACTLR_EL1) return `${bit('TACR')}.`;
			return CACHE_BY_SET.has(register) ? `${bit('TSW')}.` : undefined;
		}
		case 'fetch-stage-1':
		case 'data-stage-1':
			return `The fault is of stage 1, and ${bit('TGE')}: it stays at EL1.`;
		case 'fetch-stage-2':
		case 'data-stage-2':
			return `The fault is of stage 2, which is on because ${bit('VM')}.`;
		case 'interrupt':
			return `${bit('IMO')}.`;
		case 'virtual-interrupt':
			return `${bit('IMO')}, which makes virtual interrupts possible; EL1 takes them.`;
		case 'eret': {
			const mode = (next.spsr >> 2n) & 3n;
			return `SPSR_EL2 was 0x${next.spsr.toString(16)}: its bits 3 and 2 are ${mode.toString(2).padStart(2, '0')}, which is EL${mode}.`;
		}
	}
	return undefined;
}

import type { TrapRecord } from 'emulator-core';

/** What is asked before an instruction executes: does it trap, how is the trap called, where does it go. */
export type Asked = 'traps' | 'class' | 'level';

export interface Option {
	readonly value: string;
	readonly text: string;
	/** Said to whoever chooses it and is wrong, where a general answer would miss the point. */
	readonly misconception?: string;
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
			text: `${ec}, ${className[ec]}`
		})),
		{
			value: 'interrupt',
			text: 'None: an interrupt has no class',
			misconception:
				'ESR_EL2 tells the class of a synchronous exception, one that an instruction caused. This was one.'
		},
		{ value: 'none', text: 'There is no exception' }
	],
	level: [
		{ value: '0', text: 'EL0' },
		{ value: '1', text: 'EL1' },
		{ value: '2', text: 'EL2' },
		{
			value: '3',
			text: 'EL3',
			misconception: 'EL3 is for firmware, and this machine has none: EL2 is its highest level.'
		},
		{
			value: '4',
			text: 'EL4',
			misconception: 'There is no EL4: the architecture’s levels are EL0, EL1, EL2 and EL3.'
		}
	]
};

/** The questions' own words. */
export const questions: Readonly<Record<Asked, string>> = {
	traps: 'Does the next instruction trap?',
	class: 'Which exception class will ESR_EL2 show?',
	level: 'At which level does the machine go on?'
};

const hex = (ec: number) => '0x' + ec.toString(16).padStart(2, '0');

/** The option that the machine chose. @param record the exception that the step entered, if any */
export function truth(asked: Asked, record: TrapRecord | undefined, elAfter: number): string {
	if (asked === 'level') return String(elAfter);
	if (record === undefined) return 'none';
	if (asked === 'traps') return String(record.toEl);
	return record.cause === 'sync' ? hex(record.esr >>> 26) : 'interrupt';
}

/** What happened, in a sentence. */
export function happened(record: TrapRecord | undefined, elAfter: number): string {
	if (record === undefined) return `No exception: the machine went on at EL${elAfter}.`;
	const ec = hex(record.esr >>> 26);
	const why =
		record.cause === 'sync'
			? `class ${ec}, ${className[ec] ?? 'another class'}`
			: `by an ${record.cause.toUpperCase()}, which has no class`;
	return `An exception from EL${record.fromEl} to EL${record.toEl}: ${why}.`;
}

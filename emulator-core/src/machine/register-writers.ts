import type { Cpu } from '../cpu/cpu.ts';
import { systemInstruction } from '../cpu/system-instructions.ts';
import type { SystemRegister } from '../cpu/sysregs/description.ts';
import { systemRegisters } from '../cpu/sysregs/index.ts';
import { EC } from '../cpu/syndrome.ts';
import { destinationsOf, writesSp, writesV, writesX } from '../isa/destinations.ts';
import type { Form } from '../isa/instruction.ts';
import { tableDecoder } from '../isa/table.ts';
import { MachineError } from './errors.ts';
import type { TrapRecord } from './trap-log.ts';

/** What writes one register. */
export interface Writers {
	/** The register, as Arm spells it. */
	readonly name: string;
	/** An instruction of this word writes it, if it takes no exception. */
	instruction(word: number): boolean;
	/** Whether it does where the CPU stands; always, if left out. A function tells when it has been executed. */
	here?(cpu: Cpu): boolean | (() => boolean);
	/** This entry or return writes it. */
	byException?(record: TrapRecord): boolean;
	/** The reset of a CPU that is started leaves it: V registers, and what the timers hold. */
	readonly keptByReset?: boolean;
}

/** Throws MachineError for what is no register, or for one that nothing writes. */
export function writersOf(cpu: Cpu, given: string): Writers {
	const name = given.trim().toUpperCase();
	const number = /^[XWVQD](\d{1,2})$/.exec(name)?.[1];
	const n = name === 'LR' ? 30 : Number(number ?? NaN);
	if (/^[XWL]/.test(name) && n <= 30)
		return { name: `X${n}`, instruction: byForm((form, word) => writesGeneral(form, word, n)) };
	if (/^[VQD]/.test(name) && n <= 31)
		return {
			name: `V${n}`,
			instruction: byForm((form, word) => writesV(form, word, n)),
			keptByReset: true
		};
	if (name === 'SP') return stackPointer(cpu.spSel === 0 ? 0 : cpu.el);
	const stack = /^SP_EL([012])$/.exec(name);
	if (stack) return stackPointer(Number(stack[1]));
	const register = systemRegisters.find((each) => each.name.toUpperCase() === name);
	if (register === undefined)
		throw new MachineError(
			`There is no register "${given}": X0 to X30, SP, SP_EL0 to SP_EL2, V0 to V31, or a system ` +
				'register as Arm spells it.'
		);
	return systemWriters(register);
}

function byForm(writes: (form: Form, word: number) => boolean): (word: number) => boolean {
	const decoder = tableDecoder();
	return (word) => {
		const number = decoder.decode(word);
		return number >= 0 && writes(decoder.forms[number]!, word);
	};
}

/** The firmware's answer to an SMC is in X0. */
const isSmc = (word: number) => (word & 0xffe0_001f) >>> 0 === 0xd400_0003;

const writesGeneral = (form: Form, word: number, n: number) =>
	writesX(form, word, n) || (n === 0 && isSmc(word));

const keyIn = (word: number) => (word >>> 5) & 0xffff;
const isMsr = (word: number) => (word & 0xfff0_0000) >>> 0 === 0xd510_0000;
const isSys = (word: number) => (word & 0xfff8_0000) >>> 0 === 0xd508_0000;
const isMsrImmediate = (word: number) => (word & 0xfff8_f01f) >>> 0 === 0xd500_401f;
/** op1:op2 of MSR (immediate). */
const pstateField = (word: number) => ((word >>> 13) & 0o70) | ((word >>> 5) & 7);

function stackPointer(el: number): Writers {
	const stacks = byForm(writesSp);
	const named = systemRegisters.find(({ name }) => name === `SP_EL${el}`)?.key;
	const isNamed = (word: number) => isMsr(word) && keyIn(word) === named;
	return {
		name: `SP_EL${el}`,
		instruction: (word) => stacks(word) || isNamed(word),
		// SP_EL0 may be named only while it is not in use, and SP_EL1 only at EL2.
		here: (cpu) => isNamed(wordAt(cpu)) || (cpu.spSel === 0 ? 0 : cpu.el) === el
	};
}

/** The instruction that comes now, which has just been fetched. */
function wordAt(cpu: Cpu): number {
	const { mmu, hot, bytes } = cpu;
	const page = mmu.translate(mmu.current, hot.pc, 'fetch');
	return 'ram' in page ? bytes.getUint32(page.ram + Number(hot.pc & 0xfffn), true) : 0;
}

/** PSTATE's parts by name: the fields of MSR (immediate) that change them. */
const pstate: Readonly<Record<string, readonly number[]>> = {
	DAIF: [0b011_110, 0b011_111],
	SPSEL: [0b000_101],
	NZCV: [],
	CURRENTEL: []
};

function systemWriters(register: SystemRegister): Writers {
	const name = register.name.toUpperCase();
	if (name === 'FPSR') return statusWriters(register);
	const keys = new Set([register.key, ...siblings(register)]);
	const fields = pstate[name];
	const writes = (word: number) => isMsr(word) && keys.has(keyIn(word));
	if (fields !== undefined) {
		const flags = byForm((form) => destinationsOf(form).nzcv);
		return {
			name: register.name,
			instruction: (word) =>
				writes(word) ||
				(isMsrImmediate(word) && fields.includes(pstateField(word))) ||
				(name === 'NZCV' && flags(word)),
			byException: ({ what }) => what === 'return' || name !== 'NZCV'
		};
	}
	if (register.readOnly && name !== 'OSLSR_EL1')
		throw new MachineError(`${register.name} is read-only: nothing writes it.`);
	return {
		name: register.name,
		instruction: (word) =>
			writes(word) ||
			(name === 'PAR_EL1' &&
				isSys(word) &&
				(systemInstruction(keyIn(word))?.name.startsWith('AT ') ?? false)),
		byException: (record) => record.what === 'entry' && entryWrites(name, record),
		keptByReset: name.startsWith('CNT') && register.read !== undefined
	};
}

/** FPSR collects flags: of the instructions that may set some, those count that set one that was clear. */
function statusWriters(register: SystemRegister): Writers {
	const mayCollect = byForm((form) => destinationsOf(form).fpsr);
	const isNamed = (word: number) => isMsr(word) && keyIn(word) === register.key;
	return {
		name: register.name,
		instruction: (word) => mayCollect(word) || isNamed(word),
		here: (cpu) => {
			const before = cpu.get(register);
			return isNamed(wordAt(cpu)) || (() => cpu.get(register) !== before);
		}
	};
}

/** Registers through which the same thing is written: a timer's TVAL and CVAL, the OS lock. */
function siblings({ name }: SystemRegister): number[] {
	const other = name.includes('_CVAL_')
		? name.replace('_CVAL_', '_TVAL_')
		: name.includes('_TVAL_')
			? name.replace('_TVAL_', '_CVAL_')
			: name === 'OSLSR_EL1'
				? 'OSLAR_EL1'
				: undefined;
	return systemRegisters.filter((each) => each.name === other).map(({ key }) => key);
}

const withFar: ReadonlySet<number> = new Set([
	...[EC.instructionAbortLower, EC.instructionAbortSame, EC.pcAlignment],
	...[EC.dataAbortLower, EC.dataAbortSame, 0x34, 0x35]
]);

/** What an exception entry banks and describes; `name` is in capitals. */
function entryWrites(name: string, { cause, toEl, esr, ipa, s1ptw }: TrapRecord): boolean {
	if (name === `ELR_EL${toEl}` || name === `SPSR_EL${toEl}`) return true;
	if (cause !== 'sync') return false;
	if (name === `ESR_EL${toEl}`) return true;
	if (name === `FAR_EL${toEl}`) return withFar.has(esr >>> 26);
	const permission = (esr & 0x3c) === 0b001100;
	return name === 'HPFAR_EL2' && ipa !== undefined && (!permission || s1ptw);
}

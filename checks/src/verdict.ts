import { diagnose } from './diagnose.ts';
import { trapClasses } from './exits.ts';
import type { GuestExit, IpaRange } from './exits.ts';
import { finding, type Finding } from './messages.ts';
import type { Observation, Symbols } from './observer.ts';
import { phaseTable, type Dump, type PhaseRow } from './table.ts';

/** How the run of the machine ended. */
export interface RunEnd {
	readonly reason: 'poweroff' | 'reset' | 'budget' | 'ticks' | 'idle' | 'probe';
	readonly instructions: number;
	/** The program counter and exception level at the end, and whether a guest was running. */
	readonly pc: bigint;
	readonly el: number;
	readonly guest: boolean;
}

/** What a run of the standard experiment showed. */
export interface Verdict {
	readonly passed: boolean;
	readonly findings: readonly Finding[];
	readonly table: readonly PhaseRow[];
	/** Running totals at the dumps after boot, mem and io, as far as the run came. */
	readonly dumps: readonly Dump[];
	readonly instructions: number;
}

/**
 * Judges a finished run. Something fatal (a panic, a hang) comes first; the counts up to it are judged
 * all the same, unless there are none.
 */
export function judge(
	seen: Observation,
	end: RunEnd,
	symbols: { host: Symbols; guest: Symbols },
	shipped: boolean,
	dumps: readonly Dump[]
): Verdict {
	const fatal = whatBroke(seen, end, symbols);
	const counts = seen.exits.length > 0 ? diagnose(seen, shipped) : [];
	// A run that broke off cannot prove a rule right, nor that the tracepoint would not have been called.
	const proven = counts.filter((f) => f.kind !== 'right' && f.code !== 'tracepoint-gone');
	const findings = fatal ? [fatal, ...proven] : counts;
	const passed = findings.length > 0 && findings.every((f) => f.kind === 'right');
	// By the rule that the student seems to follow: the other would show an error that is none.
	const [b, c] = [phaseTable(seen, 'b'), phaseTable(seen, 'c')];
	const table = deviation(b) < deviation(c) ? b : c;
	return { passed, findings, table, dumps, instructions: end.instructions };
}

/** By how many exits in all a student's counts are off. */
function deviation(table: readonly PhaseRow[]): number {
	let off = 0;
	for (const { student, machine } of table)
		if (student) for (const name of trapClasses) off += Math.abs(student[name] - machine[name]);
	return off;
}

function whatBroke(
	seen: Observation,
	end: RunEnd,
	symbols: { host: Symbols; guest: Symbols }
): Finding | undefined {
	const atEl2 = seen.faults.findLast((fault) => fault.record.fromEl === 2);
	if (atEl2) return finding('el2-fault', { cause: faultText(atEl2, symbols) });
	if (seen.panic) {
		const who = seen.panic.guest ? 'guest' : 'host';
		return finding('panic', { who, cause: faultText(seen.panic.fault, symbols) });
	}
	const ran = (name: string) => seen.phases.some((phase) => phase.name === name);
	const phase = seen.phases.at(-1)?.name ?? 'boot';
	const guestPlace = (pc: bigint) => place(pc, symbols.guest, seen.memory[0]);
	const where = end.guest ? guestPlace(end.pc) : place(end.pc, symbols.host);
	const who = end.guest ? 'guest' : end.el === 2 ? 'EL2 code' : 'host';
	if (seen.vmmEnded !== undefined && end.reason !== 'poweroff') {
		return finding(seen.exits.length === 0 ? 'guest-never-started' : 'guest-ended-early', {
			phase
		});
	}
	const last = seen.exits.at(-1);
	if (end.reason === 'ticks' && last?.kind === 'wfi') {
		return finding('guest-asleep', { phase, where, guest: guestPlace(last.pc) });
	}
	if (end.reason === 'budget' || end.reason === 'ticks') {
		return finding('hang', {
			instructions: end.instructions.toLocaleString('en'),
			phase,
			who,
			where,
			exit: exitText(last, guestPlace)
		});
	}
	if (end.reason === 'idle') {
		return finding('asleep', { phase, where, exit: exitText(last, guestPlace) });
	}
	if (seen.exits.length === 0) return finding('guest-never-started');
	if (!ran('mem') || !ran('io')) return finding('guest-ended-early', { phase });
	return undefined;
}

const classNames: Record<number, string> = {
	0x00: 'an undefined instruction',
	0x01: 'a WFI or WFE',
	0x0e: 'an illegal execution state',
	0x15: 'an SVC',
	0x16: 'an HVC',
	0x17: 'an SMC',
	0x18: 'a trapped system register access',
	0x20: 'an instruction abort from a lower level',
	0x21: 'an instruction abort',
	0x22: 'a misaligned PC',
	0x24: 'a data abort from a lower level',
	0x25: 'a data abort',
	0x26: 'a misaligned SP',
	0x3c: 'a BRK (BUG)'
};

const classHex = (ec: number) => `EC 0x${ec.toString(16).padStart(2, '0')}`;
const hex = (value: bigint) => `0x${value.toString(16)}`;

function faultText(
	fault: Observation['faults'][number] | undefined,
	symbols: { host: Symbols; guest: Symbols }
): string {
	if (!fault) return 'No exception came before it: the code itself called panic() or BUG().';
	const { record, guest } = fault;
	const ec = record.esr >>> 26;
	const abort = ec === 0x25 || ec === 0x21;
	const what = classNames[ec] ?? 'an exception';
	const at = abort ? ` on address ${hex(BigInt.asUintN(64, record.far))}` : '';
	return `The last exception was ${what} (${classHex(ec)})${at}, at ${place(record.pc, guest ? symbols.guest : symbols.host)}.`;
}

/** Why, where and with what address the guest was left last. */
function exitText(exit: GuestExit | undefined, guestPlace: (pc: bigint) => string): string {
	if (!exit) return 'No guest had run yet.';
	const { kind, ec, ipa, pc } = exit;
	const why =
		kind === 'irq' ? 'a host interrupt' : `${classNames[ec] ?? 'an exception'} (${classHex(ec)})`;
	const on = ipa === undefined ? '' : ` on IPA ${hex(ipa)}`;
	return `The guest’s last exit was ${why}${on}, at ${guestPlace(pc)}.`;
}

/** The tree's kernel is linked into its linear map of physical memory. */
const PAGE_OFFSET = 0xffff_ffc0_0000_0000n;
/** EL2 maps the same addresses without their upper 25 bits: KERN_TO_HYP. */
const HYP_PAGE_OFFSET = 0x40_0000_0000n;

/** The address for which code was linked that runs at `pc`: at EL2, or before its MMU is on. */
function linkedAt(pc: bigint, memory: IpaRange | undefined): bigint {
	if (pc >= HYP_PAGE_OFFSET && pc < 2n * HYP_PAGE_OFFSET) return pc - HYP_PAGE_OFFSET + PAGE_OFFSET;
	const inMemory = memory && pc >= memory.base && pc < memory.base + memory.size;
	return inMemory ? pc - memory.base + PAGE_OFFSET : pc;
}

/**
 * An address as a reader wants it: function, offset, file and line.
 *
 * @param memory of a guest, which runs at its physical addresses at first
 */
export function place(pc: bigint, symbols: Symbols, memory?: IpaRange): string {
	const found = symbols.locate(linkedAt(pc, memory));
	if (!found) return hex(pc);
	const line = found.file ? `, ${found.file}:${found.line}` : '';
	return `${found.symbol}+0x${found.offset.toString(16)} (${hex(pc)}${line})`;
}

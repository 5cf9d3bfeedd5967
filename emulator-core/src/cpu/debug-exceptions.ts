import { isFault } from '../mmu/index.ts';
import type { Cpu } from './cpu.ts';
import { takeException, takeSync } from './exceptions.ts';
import { CONTEXTIDR_EL1 } from './sysregs/el1.ts';
import { MDCR_EL2 } from './sysregs/el2.ts';
import { breakpointRegisters, MDSCR_EL1, OSLSR_EL1, watchpointRegisters } from './sysregs/debug.ts';
import { HCR } from './sysregs/traps.ts';
import { EC, debugStatus, stepIss, syndrome, watchpointIss } from './syndrome.ts';

/**
 * Self-hosted debug: hardware breakpoints, watchpoints and software step (Arm ARM D2). Nothing of it
 * costs anything until software enables it: breakpoints are probes of the decoded code, pages with
 * watchpoints are kept out of the soft TLB, and while a step is active the run loop executes one
 * instruction at a time.
 */

const SS = 1n;
const KDE = 1n << 13n;
const MDE = 1n << 15n;
const PSTATE_D = 8;

/** The level that debug exceptions are taken to: EL2 where MDCR_EL2.TDE or HCR_EL2.TGE say so. */
export function debugTarget(cpu: Cpu): 1 | 2 {
	return (cpu.get(MDCR_EL2) & (1n << 8n)) !== 0n || cpu.hcr(HCR.TGE) ? 2 : 1;
}

/** Are they taken from `el`, with PSTATE.D as `masked` says? */
function enabledFrom(cpu: Cpu, el: 0 | 1 | 2, masked: boolean): boolean {
	if ((cpu.get(OSLSR_EL1) & 2n) !== 0n) return false;
	const target = debugTarget(cpu);
	if (el !== target) return el < target;
	return (cpu.get(MDSCR_EL1) & KDE) !== 0n && !masked;
}

const enabledHere = (cpu: Cpu) => enabledFrom(cpu, cpu.el, (cpu.daif & PSTATE_D) !== 0);

// What breakpoints and watchpoints have in common

interface Point {
	/** Its control register: DBGBCR or DBGWCR. */
	readonly control: number;
	/** Its value register, unsigned. */
	readonly value: bigint;
	readonly number: number;
}

const bits = (value: number, high: number, low: number) =>
	(value >>> low) & (2 ** (high - low + 1) - 1);

function enabledPoints(cpu: Cpu, registers: typeof breakpointRegisters): Point[] {
	return registers
		.map(({ control, value }, number) => ({
			control: Number(cpu.get(control)),
			value: cpu.get(value),
			number
		}))
		.filter(({ control }) => (control & 1) !== 0);
}

/** HMC and PMC (PAC): the levels at which a point counts. */
function countsAt(control: number, el: 0 | 1 | 2): boolean {
	if (el === 2) return bits(control, 13, 13) === 1;
	return ((control >>> 1) & (el === 1 ? 1 : 2)) !== 0;
}

/** A linked point counts only while the breakpoint it names matches the context ID. */
function linkMatches(cpu: Cpu, control: number): boolean {
	const linked = enabledPoints(cpu, breakpointRegisters).find(
		({ number }) => number === bits(control, 19, 16)
	);
	if (linked === undefined || bits(linked.control, 23, 20) !== 0b0011) return false;
	return (linked.value & 0xffff_ffffn) === (cpu.get(CONTEXTIDR_EL1) & 0xffff_ffffn);
}

/** Addresses are compared in bits 48:2; those above are copies of bit 48. */
const address49 = (value: bigint) => BigInt.asUintN(49, value);

// Breakpoints

/** Does this one stop the instruction at `pc`? Types 0 and 1 compare the address, 2 and 3 the context ID. */
function breaks(cpu: Cpu, point: Point, pc: bigint): boolean {
	const type = bits(point.control, 23, 20);
	if (type > 3 || !countsAt(point.control, cpu.el)) return false;
	if (type === 2)
		return cpu.el < 2 && (point.value & 0xffff_ffffn) === (cpu.get(CONTEXTIDR_EL1) & 0xffff_ffffn);
	// A type 3 breakpoint is only for others to name.
	if (type === 3 || address49(point.value) >> 2n !== address49(pc) >> 2n) return false;
	return type === 0 || linkMatches(cpu, point.control);
}

/** Takes the exception if a breakpoint stops the instruction at `pc`. */
export function takeBreakpoint(cpu: Cpu, pc: bigint): boolean {
	if ((cpu.get(MDSCR_EL1) & MDE) === 0n || !enabledHere(cpu)) return false;
	if (!enabledPoints(cpu, breakpointRegisters).some((point) => breaks(cpu, point, pc)))
		return false;
	const target = debugTarget(cpu);
	takeSync(cpu, target, target === cpu.el ? EC.breakpointSame : EC.breakpointLower, debugStatus);
	return true;
}

/** Offsets in their page of the instructions that a breakpoint may stop; undefined for any. */
export function breakpointOffsets(cpu: Cpu): ReadonlySet<number> | undefined {
	const offsets = new Set<number>();
	if ((cpu.get(MDSCR_EL1) & MDE) === 0n) return offsets;
	for (const { control, value } of enabledPoints(cpu, breakpointRegisters)) {
		if (bits(control, 23, 20) === 2) return undefined;
		if (bits(control, 23, 20) < 2) offsets.add(Number(value & 0xffcn));
	}
	return offsets;
}

// Watchpoints

interface Watched {
	/** First byte and the one behind the last, 49 bits. */
	readonly from: bigint;
	readonly to: bigint;
	readonly point: Point;
}

/** The bytes that each enabled watchpoint watches: a mask of 2^n bytes, or bytes of one doubleword. */
export function watchedRanges(cpu: Cpu): Watched[] {
	if ((cpu.get(MDSCR_EL1) & MDE) === 0n) return [];
	return enabledPoints(cpu, watchpointRegisters).flatMap((point) => {
		const { control, value } = point;
		const mask = bits(control, 28, 24);
		const base = address49(value) & ~3n;
		if (mask >= 3) {
			const from = (base >> BigInt(mask)) << BigInt(mask);
			return [{ from, to: from + (1n << BigInt(mask)), point }];
		}
		const selected = bits(control, 12, 5);
		const start = base & ~7n;
		// With an address that is a multiple of 4 only, the select bits count from there.
		const first = (base & 4n) !== 0n ? base : start;
		const ranges: Watched[] = [];
		for (let i = 0n; i < 8n; i++)
			if ((selected >> Number(i)) & 1) ranges.push({ from: first + i, to: first + i + 1n, point });
		return ranges;
	});
}

/** Takes the exception if a watchpoint stops an access; it has been translated and would be done next. */
export function takeWatchpoint(
	cpu: Cpu,
	watched: readonly Watched[],
	va: bigint,
	size: number,
	write: boolean,
	unprivileged: boolean,
	maintenance = false
): boolean {
	if (!enabledHere(cpu)) return false;
	const el = unprivileged && cpu.el === 1 ? 0 : cpu.el;
	const first = address49(va);
	const end = first + BigInt(size);
	const hit = watched.find(({ from, to, point: { control } }) => {
		if (to <= first || from >= end || !countsAt(control, el)) return false;
		if ((bits(control, 4, 3) & (write ? 2 : 1)) === 0) return false;
		return bits(control, 20, 20) === 0 || linkMatches(cpu, control);
	});
	if (hit === undefined) return false;
	const target = debugTarget(cpu);
	const ec = target === cpu.el ? EC.watchpointSame : EC.watchpointLower;
	takeException(cpu, {
		target,
		cause: 'sync',
		esr: syndrome(ec, watchpointIss(write, maintenance)),
		returnTo: cpu.hot.pc,
		// The first byte of the access that is watched, with the bits above 48 as they were given.
		far: hit.from > first ? va + (hit.from - first) : va
	});
	return true;
}

// Software step

/** Is it active here: MDSCR_EL1.SS, and its exception is taken from this level? */
export function stepActive(cpu: Cpu): boolean {
	return cpu.stepRequested && enabledHere(cpu);
}

/** Takes the exception of a step that is done, before the next instruction. */
export function takeStepDone(cpu: Cpu): boolean {
	if (cpu.softwareStep || !stepActive(cpu)) return false;
	const target = debugTarget(cpu);
	const ec = target === cpu.el ? EC.softwareStepSame : EC.softwareStepLower;
	takeSync(cpu, target, ec, stepIss(cpu.stepped, cpu.steppedExclusive));
	cpu.steppedExclusive = false;
	return true;
}

/** The next instruction is the one that is stepped. */
export function beginStep(cpu: Cpu): void {
	cpu.stepping = true;
	cpu.stepped = false;
	const page = cpu.mmu.translate(cpu.mmu.current, cpu.hot.pc, 'fetch');
	const readable = !isFault(page) && page.ram >= 0;
	const word = readable ? cpu.bytes.getUint32(page.ram + Number(cpu.hot.pc & 0xfffn), true) : 0;
	// Load-exclusive and load-acquire exclusive, of one register or two.
	cpu.steppedExclusive = (word & 0x3fc0_0000) === 0x0840_0000;
}

/** It is done, unless it took an exception or returned from one. */
export function endStep(cpu: Cpu): void {
	if (cpu.stepping) cpu.softwareStep = false;
	else cpu.steppedExclusive = false;
	cpu.stepped ||= cpu.stepping;
	cpu.stepping = false;
}

/** What an ERET makes of PSTATE.SS: SPSR's, where debug exceptions are off before it and on behind it. */
export function stepAfterReturn(cpu: Cpu, spsr: number, to: 0 | 1 | 2): boolean {
	if ((cpu.get(MDSCR_EL1) & SS) === 0n || enabledHere(cpu)) return false;
	return enabledFrom(cpu, to, (spsr & (PSTATE_D << 6)) !== 0) && (spsr & (1 << 21)) !== 0;
}

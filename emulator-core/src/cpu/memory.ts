import type { AccessSize } from '../bus/device.ts';
import {
	alignmentStatus,
	externalAbort,
	faultStatus,
	isFault,
	type Access,
	type Fault,
	type Page,
	type TranslationContext
} from '../mmu/index.ts';
import { branchAddress } from './branch-address.ts';
import type { Cpu } from './cpu.ts';
import { takeWatchpoint } from './debug-exceptions.ts';
import { ownTarget, takeException } from './exceptions.ts';
import { AccessFlags } from './slow-paths.ts';
import { dataAbortIss, EC, instructionAbortIss, syndrome } from './syndrome.ts';

/** A data access that the CPU is about to do: what an abort of it has to tell. */
interface DataAccess {
	readonly va: bigint;
	readonly size: number;
	readonly flags: number;
	readonly write: boolean;
	/** DC and AT: CM and WnR are set in the syndrome. */
	readonly maintenance?: boolean;
}

const pageOffset = (va: bigint) => Number(va & 0xfffn);

/** The context of a data access: LDTR and STTR at EL1 see memory as EL0 does. */
export function dataContext(cpu: Cpu, flags: number): TranslationContext {
	return flags & AccessFlags.unprivileged && cpu.el === 1 ? cpu.mmu.contextOf(0) : cpu.mmu.current;
}

/** A load of up to 8 bytes, zero-extended; 0 if it faulted. */
export function load(cpu: Cpu, va: bigint, size: number, flags: number): bigint {
	const access = { va, size, flags, write: false };
	const context = dataContext(cpu, flags);
	if (misaligned(cpu, context, access)) return 0n;
	if (pageOffset(va) + size > 4096) return loadAcrossPages(cpu, context, access);

	const page = cpu.mmu.translate(context, va, 'read');
	if (isFault(page)) return abort(cpu, page, access);
	if (page.device && unaligned(access)) return alignmentAbort(cpu, access);
	if (watched(cpu, access)) return 0n;
	cpu.mmu.admit(context, va, page, 'read');
	return readPage(cpu, page, access);
}

/** A store of the low `size` bytes of `value`; or only a check (AccessFlags.checkShift). */
export function store(cpu: Cpu, va: bigint, value: bigint, size: number, flags: number): void {
	const access = { va, size, flags, write: true };
	const context = dataContext(cpu, flags);
	if (misaligned(cpu, context, access)) return;
	if (flags >> AccessFlags.checkShift !== 0) return void nextPageAlso(cpu, context, access);
	if (pageOffset(va) + size > 4096) return storeAcrossPages(cpu, context, access, value);

	const page = cpu.mmu.translate(context, va, 'write');
	if (isFault(page)) return void abort(cpu, page, access);
	if (page.device && unaligned(access)) return void alignmentAbort(cpu, access);
	if (watched(cpu, access)) return;
	writePage(cpu, page, access, value);
	cpu.mmu.admit(context, va, page, 'write');
}

/** Translates for a data access of one page; undefined if that faulted. */
export function translateData(cpu: Cpu, access: DataAccess): Page | undefined {
	const context = dataContext(cpu, access.flags);
	if (!access.maintenance && misaligned(cpu, context, access)) return undefined;
	const page = cpu.mmu.translate(context, access.va, access.write ? 'write' : 'read');
	if (!isFault(page)) return page;
	abort(cpu, page, access);
	return undefined;
}

/** The decoded entry of `target`, or 0 if fetching there faulted. PC becomes the address without a tag. */
export function fetch(cpu: Cpu, target: bigint): number {
	const va = branchAddress(cpu, target);
	cpu.hot.pc = va;
	const offset = pageOffset(va);
	if (offset & 3) {
		const esr = syndrome(EC.pcAlignment);
		takeException(cpu, { target: ownTarget(cpu), cause: 'sync', esr, returnTo: va, far: va });
		return 0;
	}
	const context = cpu.mmu.current;
	const page = cpu.mmu.translate(context, va, 'fetch');
	if (isFault(page)) return fetchAbort(cpu, page, va);
	if (page.ram < 0) return fetchAbort(cpu, externalAbort, va);
	return cpu.mmu.admitFetch(context, va, page) + (offset >> 2) * 8;
}

/** Marks the exclusive monitor after a load-exclusive. */
export function markExclusive(cpu: Cpu, va: bigint, size: number): void {
	const page = cpu.mmu.translate(cpu.mmu.current, va, 'read');
	if (!isFault(page)) cpu.hot.mark(page.pa + pageOffset(va), size);
}

/** STXR and STXP: 0 if stored, 1 if the monitor was lost. A fault leaves the monitor alone. */
export function storeExclusive(
	cpu: Cpu,
	va: bigint,
	values: readonly bigint[],
	size: number,
	flags: number
): number {
	const total = size * values.length;
	const access = {
		va,
		size: total,
		flags: flags | AccessFlags.ordered | AccessFlags.noSyndrome,
		write: true
	};
	const page = translateData(cpu, access);
	if (page === undefined) return 1;
	if (watched(cpu, access)) return 1;
	const marked = cpu.hot.monitor === page.pa + pageOffset(va);
	cpu.hot.openMonitor();
	if (!marked) return 1;
	values.forEach((value, i) => {
		const part = { ...access, va: va + BigInt(i * size), size };
		if (cpu.hot.leave !== 1) writePage(cpu, page, part, value);
	});
	cpu.mmu.admit(cpu.mmu.current, va, page, 'write');
	return 0;
}

/** DC ZVA: zeroes the 64 bytes around `va`. */
export function zeroBlock(cpu: Cpu, va: bigint): void {
	const start = va & ~63n;
	const flags = AccessFlags.noSyndrome;
	// FAR holds the address as given. For ESR_ELx.CM this is a store, not cache maintenance.
	const access = { va, size: 64, flags, write: true };
	const page = translateData(cpu, access);
	if (page === undefined) return;
	if (page.device) return void alignmentAbort(cpu, access);
	if (watched(cpu, { ...access, va: start })) return;
	// Where nothing answers, the first part takes the exception.
	for (let i = 0n; i < 64n && cpu.hot.leave !== 1; i += 8n)
		writePage(cpu, page, { va: start + i, size: 8, flags, write: true }, 0n);
}

/** Has a watchpoint stopped this access, which is otherwise allowed? */
function watched(cpu: Cpu, { va, size, flags, write, maintenance }: DataAccess): boolean {
	if (cpu.watched.length === 0) return false;
	const unprivileged = (flags & AccessFlags.unprivileged) !== 0;
	return takeWatchpoint(cpu, cpu.watched, va, size, write, unprivileged, maintenance);
}

function unaligned({ va, size, flags }: DataAccess): boolean {
	let bytes = size;
	if ((flags & AccessFlags.noSyndrome) !== 0) {
		const element = (flags >> AccessFlags.elementShift) & 3;
		if ((flags & AccessFlags.wide) !== 0) bytes = 2 * size;
		else if (element !== 0) bytes = 1 << (element - 1);
	}
	return (Number(va & 0xfn) & (bytes - 1)) !== 0;
}

/** Alignment that does not wait for translation: SCTLR_ELx.A, acquire, release, exclusive. */
function misaligned(cpu: Cpu, context: TranslationContext, access: DataAccess): boolean {
	const checked = context.alignMask !== 0 || (access.flags & AccessFlags.ordered) !== 0;
	if (!checked || !unaligned(access)) return false;
	alignmentAbort(cpu, access);
	return true;
}

function readPage(cpu: Cpu, page: Page, access: DataAccess): bigint {
	const { va, size } = access;
	const offset = pageOffset(va);
	if (page.ram >= 0) {
		const at = page.ram + offset;
		if (size === 8) return cpu.bytes.getBigUint64(at, true);
		if (size === 4) return BigInt(cpu.bytes.getUint32(at, true));
		return BigInt(size === 2 ? cpu.bytes.getUint16(at, true) : cpu.bytes.getUint8(at));
	}
	const value = cpu.map.read(page.pa + offset, size as AccessSize);
	return value ?? abort(cpu, externalAbort, access);
}

function writePage(cpu: Cpu, page: Page, access: DataAccess, value: bigint): void {
	const { va, size } = access;
	const offset = pageOffset(va);
	if (page.ram < 0) {
		if (!cpu.map.write(page.pa + offset, size as AccessSize, value))
			abort(cpu, externalAbort, access);
		return;
	}
	const at = page.ram + offset;
	cpu.map.written.stored(at, size);
	if (size === 8) cpu.bytes.setBigUint64(at, value, true);
	else if (size === 4) cpu.bytes.setUint32(at, Number(value & 0xffff_ffffn), true);
	else if (size === 2) cpu.bytes.setUint16(at, Number(value & 0xffffn), true);
	else cpu.bytes.setUint8(at, Number(value & 0xffn));
	const { codePages } = cpu.environment;
	if (codePages.hasCode(page.pa)) codePages.written(page.pa + offset, size);
}

/** The pages of several units that reach into the next page: takes the exception where one faults. */
function nextPageAlso(cpu: Cpu, context: TranslationContext, access: DataAccess): void {
	for (const va of [access.va, BigInt.asUintN(64, (access.va & ~0xfffn) + 0x1000n)]) {
		const page = cpu.mmu.translate(context, va, 'write');
		if (isFault(page)) return void abort(cpu, page, { ...access, va });
		if (page.device && unaligned(access)) return void alignmentAbort(cpu, access);
	}
}

/** Both pages translate before a byte moves; then byte by byte. */
function bothPages(
	cpu: Cpu,
	context: TranslationContext,
	access: DataAccess
): readonly [Page, Page] | undefined {
	const kind: Access = access.write ? 'write' : 'read';
	const second = (access.va & ~0xfffn) + 0x1000n;
	const pages: Page[] = [];
	for (const va of [access.va, BigInt.asUintN(64, second)]) {
		const page = cpu.mmu.translate(context, va, kind);
		if (isFault(page)) abort(cpu, page, { ...access, va });
		else if (page.device) alignmentAbort(cpu, access);
		else pages.push(page);
		if (pages.length === 0) return undefined;
	}
	return pages.length === 2 ? [pages[0]!, pages[1]!] : undefined;
}

function loadAcrossPages(cpu: Cpu, context: TranslationContext, access: DataAccess): bigint {
	const pages = bothPages(cpu, context, access);
	if (pages === undefined || watched(cpu, access)) return 0n;
	let value = 0n;
	for (let i = 0; i < access.size && cpu.hot.leave !== 1; i++) {
		const va = BigInt.asUintN(64, access.va + BigInt(i));
		const page = pages[pageOffset(va) >= pageOffset(access.va) ? 0 : 1];
		value |= readPage(cpu, page, { ...access, va, size: 1 }) << BigInt(8 * i);
	}
	return value;
}

function storeAcrossPages(
	cpu: Cpu,
	context: TranslationContext,
	access: DataAccess,
	value: bigint
): void {
	const pages = bothPages(cpu, context, access);
	if (pages === undefined || watched(cpu, access)) return;
	for (let i = 0; i < access.size && cpu.hot.leave !== 1; i++) {
		const va = BigInt.asUintN(64, access.va + BigInt(i));
		const page = pages[pageOffset(va) >= pageOffset(access.va) ? 0 : 1];
		writePage(cpu, page, { ...access, va, size: 1 }, (value >> BigInt(8 * i)) & 0xffn);
	}
}

/** A data abort for a fault of translation. Returns 0, the value of a load that did not happen. */
function abort(cpu: Cpu, fault: Fault, access: DataAccess): bigint {
	const stage2 = fault.stage === 2;
	const target = stage2 ? 2 : ownTarget(cpu);
	const iss = dataAbortIss({
		status: faultStatus(fault),
		write: access.write || access.maintenance === true,
		s1ptw: fault.s1ptw,
		cacheMaintenance: access.maintenance === true,
		instruction: stage2 && !fault.s1ptw && !access.maintenance ? access : undefined
	});
	const ec = target === cpu.el ? EC.dataAbortSame : EC.dataAbortLower;
	takeAbort(cpu, fault, target, syndrome(ec, iss), access.va, cpu.hot.pc);
	return 0n;
}

function alignmentAbort(cpu: Cpu, access: DataAccess): bigint {
	const target = ownTarget(cpu);
	const ec = target === cpu.el ? EC.dataAbortSame : EC.dataAbortLower;
	const iss = dataAbortIss({
		status: alignmentStatus,
		write: access.write,
		s1ptw: false,
		cacheMaintenance: access.maintenance === true,
		instruction: undefined
	});
	const esr = syndrome(ec, iss);
	const returnTo = cpu.hot.pc;
	takeException(cpu, { target, cause: 'sync', esr, returnTo, far: access.va, stage: 1 });
	return 0n;
}

function fetchAbort(cpu: Cpu, fault: Fault, va: bigint): number {
	const target = fault.stage === 2 ? 2 : ownTarget(cpu);
	const ec = target === cpu.el ? EC.instructionAbortSame : EC.instructionAbortLower;
	const esr = syndrome(ec, instructionAbortIss(faultStatus(fault), fault.s1ptw));
	takeAbort(cpu, fault, target, esr, va, va);
	return 0;
}

function takeAbort(
	cpu: Cpu,
	fault: Fault,
	target: 1 | 2,
	esr: number,
	far: bigint,
	returnTo: bigint
): void {
	// The fault knows the IPA as stage 2 was asked; HPFAR_EL2 is UNKNOWN for a plain permission fault.
	takeException(cpu, {
		target,
		cause: 'sync',
		esr,
		returnTo,
		far,
		ipa: fault.ipa,
		hpfarValid: fault.fault !== 'permission' || fault.s1ptw,
		stage: fault.stage,
		s1ptw: fault.s1ptw
	});
}

/** A translation fault of AT or DC at the current level, as its data abort. */
export function maintenanceAbort(cpu: Cpu, fault: Fault, va: bigint): void {
	abort(cpu, fault, { va, size: 1, flags: 0, write: true, maintenance: true });
}

import type { DeviceRegion } from '../bus/address-map.ts';
import type { Page, TranslationContext } from '../mmu/index.ts';
import type { Cpu } from './cpu.ts';
import { dataContext } from './memory.ts';
import { AccessFlags } from './slow-paths.ts';

/**
 * Slow loads and stores are mostly of devices, or of pages that generated code has lost sight of: the
 * translation is remembered, and an aligned access cannot fault. These functions do them with numbers
 * alone; whatever else comes up is memory.ts's, in full.
 */

const pageNumberOf = (low: number, high: number) => (high >>> 0) * 0x10_0000 + (low >>> 12);

/** The first of two units that must be aligned as one, and is not, may fault. */
function misaligned(low: number, size: number, flags: number): boolean {
	const asOne = AccessFlags.noSyndrome | AccessFlags.wide;
	return (low & ((flags & asOne) === asOne ? 2 * size - 1 : size - 1)) !== 0;
}

/** A load into cpuState.transfer; false if nothing was done. */
export function loadKnown(
	cpu: Cpu,
	low: number,
	high: number,
	size: number,
	flags: number
): boolean {
	if (cpu.watched.length > 0) return false;
	const context = dataContext(cpu, flags);
	const number = pageNumberOf(low, high);
	const page = context.pages.get(number);
	if (page === undefined || !page.read || misaligned(low, size, flags)) return false;
	const offset = low & 0xfff;
	if (page.ram < 0) return readDevice(cpu, context, number, page.pa + offset, size);
	const { bytes } = cpu;
	const at = page.ram + offset;
	if (size === 8) cpu.hot.setTransfer(bytes.getInt32(at, true), bytes.getInt32(at + 4, true));
	else if (size === 4) cpu.hot.setTransfer(bytes.getInt32(at, true), 0);
	else cpu.hot.setTransfer(size === 2 ? bytes.getUint16(at, true) : bytes.getUint8(at), 0);
	cpu.mmu.admitPage(context, number, page, 'read');
	return true;
}

/** A store of cpuState.transfer; false if nothing was done. */
export function storeKnown(
	cpu: Cpu,
	low: number,
	high: number,
	size: number,
	flags: number
): boolean {
	if (flags >> AccessFlags.checkShift !== 0 || cpu.watched.length > 0) return false;
	const context = dataContext(cpu, flags);
	const number = pageNumberOf(low, high);
	const page = context.pages.get(number);
	if (page === undefined || !page.write || misaligned(low, size, flags)) return false;
	const offset = low & 0xfff;
	if (page.ram < 0) return writeDevice(cpu, context, number, page.pa + offset, size);
	writeRam(cpu, page, offset, size);
	cpu.mmu.admitPage(context, number, page, 'write');
	return true;
}

function writeRam(cpu: Cpu, page: Page, offset: number, size: number): void {
	const { bytes, hot } = cpu;
	const at = page.ram + offset;
	cpu.map.written.stored(at, size);
	if (size === 1) bytes.setUint8(at, hot.transferLow);
	else if (size === 2) bytes.setUint16(at, hot.transferLow, true);
	else bytes.setInt32(at, hot.transferLow, true);
	if (size === 8) bytes.setInt32(at + 4, hot.transferHigh, true);
	const { codePages } = cpu.environment;
	if (codePages.hasCode(page.pa)) codePages.written(page.pa + offset, size);
}

function readDevice(
	cpu: Cpu,
	context: TranslationContext,
	number: number,
	pa: number,
	size: number
): boolean {
	const region = cpu.map.deviceAt(pa, size);
	if (region === undefined || size === 8) return false;
	cpu.hot.setTransfer(region.device.read(pa - region.base, size as 1 | 2 | 4), 0);
	if (region.device.mirrored !== undefined) mirror(cpu, context, number, pa, region);
	return true;
}

function writeDevice(
	cpu: Cpu,
	context: TranslationContext,
	number: number,
	pa: number,
	size: number
): boolean {
	const region = cpu.map.deviceAt(pa, size);
	if (region === undefined || size === 8) return false;
	const value = cpu.hot.transferLow;
	const whole = size === 4 ? value >>> 0 : value & (size === 2 ? 0xffff : 0xff);
	region.device.write(pa - region.base, whole, size as 1 | 2 | 4);
	if (region.device.mirrored !== undefined) mirror(cpu, context, number, pa, region);
	return true;
}

/** Lets generated code see the registers of a device that may be mirrored, in this page of this context. */
function mirror(
	cpu: Cpu,
	context: TranslationContext,
	number: number,
	pa: number,
	{ device, base }: DeviceRegion
): void {
	if (pa - base < 4096 && cpu.mirror.show(device.mirrored!))
		cpu.mmu.softTlb.insertMirrored(number, context.number);
}

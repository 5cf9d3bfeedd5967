import type { TrapRecord } from 'emulator-core';

/** What an exit of the guest was, told from the trap log alone. The order is the order of every table. */
export const exitKinds = [
	'wfi',
	'wfe',
	'hvc-psci',
	'hvc-other',
	'smc',
	'sysreg',
	'other-cpu',
	'mem-data',
	'mem-fetch',
	'io-kernel-read',
	'io-kernel-write',
	'io-user-read',
	'io-user-write',
	'fetch-outside',
	'irq'
] as const;
export type ExitKind = (typeof exitKinds)[number];

/** The homework's three classes, in the order in which the tracepoint prints them. */
export const trapClasses = ['cpu', 'mem', 'io'] as const;
export type TrapClass = (typeof trapClasses)[number];
export type Counts = Record<TrapClass, number>;

/** One exit of the guest that the host's handle_exit() saw, or (`retry`) that EL2 sent straight back. */
export interface GuestExit {
	readonly at: number;
	readonly kind: ExitKind;
	readonly ec: number;
	readonly pc: bigint;
	readonly ipa: bigint | undefined;
	/** EL2 returned to the guest by itself: the AT instruction of el1_trap found no translation. */
	readonly retry: boolean;
}

/** A range of guest-physical addresses: RAM that KVM_SET_USER_MEMORY_REGION gave, or the vGIC's window. */
export interface IpaRange {
	readonly base: bigint;
	readonly size: bigint;
}

export const within = (ranges: readonly IpaRange[], ipa: bigint) =>
	ranges.some((r) => ipa >= r.base && ipa < r.base + r.size);

/** Where the guest's physical addresses lead, as its VMM told KVM. */
export interface GuestMap {
	readonly memory: readonly IpaRange[];
	readonly distributor: readonly IpaRange[];
}

/** Exception classes (Arm ARM, ESR_ELx.EC) that a guest can exit with. */
const EC = { wfx: 0x01, hvc: 0x16, smc: 0x17, sysreg: 0x18, iabt: 0x20, dabt: 0x24 };

/**
 * Names an exit. `functionId` is the guest's X0: it tells a PSCI call from another HVC.
 * An abort is memory or I/O by its IPA and the memory that the VM was given, never by its EC.
 */
export function exitKind(record: TrapRecord, map: GuestMap, functionId: bigint): ExitKind {
	if (record.cause !== 'sync') return 'irq';
	const ec = record.esr >>> 26;
	switch (ec) {
		case EC.wfx:
			return record.esr & 1 ? 'wfe' : 'wfi';
		case EC.hvc:
			return isPsci(functionId) ? 'hvc-psci' : 'hvc-other';
		case EC.smc:
			return 'smc';
		case EC.sysreg:
			return 'sysreg';
		case EC.iabt:
			return inMemory(record, map) ? 'mem-fetch' : 'fetch-outside';
		case EC.dabt:
			return inMemory(record, map) ? 'mem-data' : ioKind(record, map);
		default:
			return 'other-cpu';
	}
}

const inMemory = (record: TrapRecord, map: GuestMap) =>
	record.ipa !== undefined && within(map.memory, record.ipa);

function ioKind(record: TrapRecord, map: GuestMap): ExitKind {
	const where = record.ipa !== undefined && within(map.distributor, record.ipa) ? 'kernel' : 'user';
	const write = (record.esr & (1 << 6)) !== 0; // ISS.WnR
	return `io-${where}-${write ? 'write' : 'read'}`;
}

/** PSCI 0.1 as KVM numbers it (0x95c1ba5e + 0..3), and the standard ids of 0.2. */
function isPsci(functionId: bigint): boolean {
	const id = Number(BigInt.asUintN(32, functionId));
	return (id >= 0x95c1_ba5e && id <= 0x95c1_ba61) || (id & 0xbfff_ffe0) >>> 0 === 0x8400_0000;
}

/** The class that counting rules B and C give each kind; undefined: no trap of the homework's sense. */
export const classOf: Record<ExitKind, TrapClass | undefined> = {
	wfi: 'cpu',
	wfe: 'cpu',
	'hvc-psci': 'cpu',
	'hvc-other': 'cpu',
	smc: 'cpu',
	sysreg: 'cpu',
	'other-cpu': 'cpu',
	'mem-data': 'mem',
	'mem-fetch': 'mem',
	'io-kernel-read': 'io',
	'io-kernel-write': 'io',
	'io-user-read': 'io',
	'io-user-write': 'io',
	'fetch-outside': undefined,
	irq: undefined
};

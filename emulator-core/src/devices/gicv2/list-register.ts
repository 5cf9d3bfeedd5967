/** The fields of GICH_LRn (GICv2 architecture, "List Registers"). */
export const Lr = {
	virtualId: (lr: number) => lr & 0x3ff,
	/** For a hardware interrupt: the physical interrupt to deactivate with it. */
	physicalId: (lr: number) => (lr >>> 10) & 0x3ff,
	/** For a software interrupt: the virtual CPU that sent an SGI. */
	cpuId: (lr: number) => (lr >>> 10) & 7,
	/** What the guest reads of a sender: nothing for a hardware interrupt, or one that is no SGI. */
	sender: (lr: number) => (lr & 0x8000_0000 || (lr & 0x3ff) >= 16 ? 0 : (lr >>> 10) & 7),
	priority: (lr: number) => ((lr >>> 23) & 0x1f) << 3,
	group: (lr: number) => ((lr >>> 30) & 1) as 0 | 1,
	state: (lr: number) => (lr >>> 28) & 3,
	pending: 1 << 28,
	active: 1 << 29,
	/** Of a software interrupt: raise a maintenance interrupt when the guest ends it. */
	eoi: 1 << 19,
	hw: 0x8000_0000,
	writable: 0xff8f_ffff
} as const;

const states = ['invalid', 'pending', 'active', 'pending+active'] as const;

/** What one list register says. */
export interface ListRegister {
	/** The INTID that the guest sees. */
	readonly virtualId: number;
	/** HW is 1: the physical INTID that is deactivated together with it. */
	readonly physicalId: number | undefined;
	/** HW is 0: which virtual CPU sent an SGI; 0 for other interrupts. */
	readonly cpuId: number | undefined;
	/** HW is 0: the guest's end of interrupt raises a maintenance interrupt. */
	readonly eoi: boolean;
	/** 0 is the most urgent, 0xf8 the least; steps of 8. */
	readonly priority: number;
	readonly state: (typeof states)[number];
	readonly group: 0 | 1;
	readonly hw: boolean;
}

/** Takes a GICH_LRn apart. */
export function decodeListRegister(lr: number): ListRegister {
	const hw = (lr & Lr.hw) !== 0;
	return {
		virtualId: Lr.virtualId(lr),
		physicalId: hw ? Lr.physicalId(lr) : undefined,
		cpuId: hw ? undefined : Lr.cpuId(lr),
		eoi: !hw && (lr & Lr.eoi) !== 0,
		priority: Lr.priority(lr),
		state: states[Lr.state(lr)]!,
		group: Lr.group(lr),
		hw
	};
}

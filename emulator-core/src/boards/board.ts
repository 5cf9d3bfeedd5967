import type { UnmappedPolicy } from '../bus/address-map.ts';
import type { VirtioVersion } from '../devices/virtio/mmio.ts';

/** An interrupt as a device tree names it: shared ones from INTID 32 on, a CPU's own from 16 on. */
export interface Interrupt {
	readonly type: 'spi' | 'ppi';
	readonly number: number;
	/** What the device tree says of it: a rising edge, or a high level if left out. */
	readonly trigger?: 'edge';
}
export const spi = (number: number, trigger?: 'edge'): Interrupt => ({
	type: 'spi',
	number,
	...(trigger && { trigger })
});
export const ppi = (number: number): Interrupt => ({ type: 'ppi', number });

/** The number by which the interrupt controller knows it. */
export const intid = ({ type, number }: Interrupt) => number + (type === 'spi' ? 32 : 16);

export interface Gicv2Part {
	readonly kind: 'gicv2';
	readonly name: 'gic';
	readonly gicd: number;
	readonly gicc: number;
	readonly gich: number;
	readonly gicv: number;
	readonly maintenance: Interrupt;
}

export interface GenericTimerPart {
	readonly kind: 'genericTimer';
	readonly name: 'timer';
	readonly secure: Interrupt;
	readonly phys: Interrupt;
	readonly virt: Interrupt;
	readonly hyp: Interrupt;
}

export interface PsciPart {
	readonly kind: 'psci';
	readonly name: 'psci';
	/** The instruction that calls the firmware. */
	readonly method: 'smc' | 'hvc';
}

export interface Pl011Part {
	readonly kind: 'pl011';
	readonly name: string;
	readonly base: number;
	readonly irq: Interrupt;
}

/** The real-time clock. */
export interface Pl031Part {
	readonly kind: 'pl031';
	readonly name: string;
	readonly base: number;
	readonly irq: Interrupt;
}

/** The Versatile Express system registers: switches, lights, counters, a number for the board. */
export interface VexpressSysregPart {
	readonly kind: 'vexpressSysreg';
	readonly name: string;
	readonly base: number;
}

/** A slot for a virtio device. One for disks is empty until the machine is given a disk for it. */
export interface VirtioMmioPart {
	readonly kind: 'virtioMmio';
	readonly name: string;
	readonly base: number;
	readonly irq: Interrupt;
	/** What the slot takes. Disks fill the slots for disks in the order of the board. */
	readonly takes: 'disk' | 'console' | 'entropy';
}

export type BoardPart =
	| Gicv2Part
	| GenericTimerPart
	| PsciPart
	| Pl011Part
	| Pl031Part
	| VexpressSysregPart
	| VirtioMmioPart;

/** A machine as data. The address map, the device tree and the picture of the board all come from it. */
export interface Board {
	readonly name: string;
	readonly title: string;
	/** What the root of its device tree is compatible with, the most specific first. */
	readonly compatible: readonly string[];
	/** How many a machine has unless whoever makes it says otherwise, and how many it can have. */
	readonly cpus: number;
	readonly maxCpus: number;
	/** Where CPUs but the first wait for an address to jump to, if a boot loader starts them that way. */
	readonly spinTable?: number;
	/** The `clock-frequency` of the timer in the device tree; left out, CNTFRQ_EL0 tells. */
	readonly timerHz?: number;
	/** The version of its virtio slots. */
	readonly virtio: VirtioVersion;
	/** `size` is what the board has unless whoever makes the machine says otherwise. */
	readonly ram: { readonly base: number; readonly size: number };
	/** What the bus does with an access that nothing takes; `abort` if left out. */
	readonly unmapped?: UnmappedPolicy;
	readonly devices: readonly BoardPart[];
}

/** Checks what data alone can get wrong and hands the board back. */
export function board(data: Board): Board {
	const taken = new Map<string, string>();
	for (const { name, irq } of interruptsOf(data)) {
		const key = `${irq.type} ${irq.number}`;
		const limit = irq.type === 'ppi' ? 16 : 988;
		if (!Number.isInteger(irq.number) || irq.number < 0 || irq.number >= limit)
			throw new RangeError(`${data.name}: ${name} asks for ${key}, which does not exist`);
		if (taken.has(key))
			throw new RangeError(`${data.name}: ${taken.get(key)} and ${name} both ask for ${key}`);
		taken.set(key, name);
	}
	return data;
}

export const gicv2 = (part: Omit<Gicv2Part, 'kind' | 'name'>): Gicv2Part => ({
	kind: 'gicv2',
	name: 'gic',
	...part
});

export const genericTimer = (part: Omit<GenericTimerPart, 'kind' | 'name'>): GenericTimerPart => ({
	kind: 'genericTimer',
	name: 'timer',
	...part
});

export const psci = (part: Omit<PsciPart, 'kind' | 'name'>): PsciPart => ({
	kind: 'psci',
	name: 'psci',
	...part
});

export const pl011 = (name: string, part: Omit<Pl011Part, 'kind' | 'name'>): Pl011Part => ({
	kind: 'pl011',
	name,
	...part
});

export const pl031 = (name: string, part: Omit<Pl031Part, 'kind' | 'name'>): Pl031Part => ({
	kind: 'pl031',
	name,
	...part
});

export const vexpressSysreg = (
	name: string,
	part: Omit<VexpressSysregPart, 'kind' | 'name'>
): VexpressSysregPart => ({ kind: 'vexpressSysreg', name, ...part });

export const virtioMmio = (
	name: string,
	part: Omit<VirtioMmioPart, 'kind' | 'name'>
): VirtioMmioPart => ({ kind: 'virtioMmio', name, ...part });

/** The part of one kind; undefined if the board has none. */
export function partOf<K extends BoardPart['kind']>(
	data: Board,
	kind: K
): Extract<BoardPart, { kind: K }> | undefined {
	return partsOf(data, kind)[0];
}

/** All parts of one kind, in the order of the board. */
export function partsOf<K extends BoardPart['kind']>(
	data: Board,
	kind: K
): Extract<BoardPart, { kind: K }>[] {
	return data.devices.filter((part): part is Extract<BoardPart, { kind: K }> => part.kind === kind);
}

/** How much address space each device takes. The GIC's are those of a GIC-400: DIR needs the second page. */
export const regionSizes = {
	gicd: 0x1000,
	gicc: 0x2000,
	gich: 0x2000,
	gicv: 0x2000,
	pl011: 0x1000,
	pl031: 0x1000,
	vexpressSysreg: 0x1000,
	virtioMmio: 0x200
} as const;

export interface BoardRegion {
	/** `ram`, or the name of the device as the bus knows it. */
	readonly name: string;
	readonly base: number;
	readonly size: number;
	readonly kind: 'ram' | keyof typeof regionSizes;
}

export interface BoardInterrupt {
	readonly name: string;
	readonly irq: Interrupt;
	readonly intid: number;
}

/** One box of the board's picture, and the interrupts that run from it to the interrupt controller. */
export interface BoardBlock {
	readonly name: string;
	readonly kind: 'cpu' | 'ram' | BoardPart['kind'];
	readonly title: string;
	readonly regions: readonly BoardRegion[];
	readonly interrupts: readonly BoardInterrupt[];
}

export interface BoardDescription {
	readonly name: string;
	readonly title: string;
	/** By ascending address. */
	readonly addressMap: readonly BoardRegion[];
	/** By ascending INTID. */
	readonly interrupts: readonly BoardInterrupt[];
	readonly picture: readonly BoardBlock[];
}

/** What is where on a board and which interrupt is whose, as plain data for maps, tables and pictures. */
export function describeBoard(data: Board): BoardDescription {
	const cpus: BoardBlock[] = Array.from({ length: data.cpus }, (_, n) => ({
		name: `cpu${n}`,
		kind: 'cpu',
		title: `CPU ${n}`,
		regions: [],
		interrupts: []
	}));
	const ram: BoardRegion = { name: 'ram', kind: 'ram', ...data.ram };
	const parts = data.devices.map((part) => ({
		name: part.name,
		kind: part.kind,
		title: titles[part.kind],
		regions: regionsOf(part),
		interrupts: partInterrupts(part)
	}));
	return {
		name: data.name,
		title: data.title,
		addressMap: [ram, ...data.devices.flatMap(regionsOf)].sort((a, b) => a.base - b.base),
		interrupts: interruptsOf(data).sort((a, b) => a.intid - b.intid),
		picture: [
			...cpus,
			{ name: 'ram', kind: 'ram', title: 'RAM', regions: [ram], interrupts: [] },
			...parts
		]
	};
}

const titles: Record<BoardPart['kind'], string> = {
	gicv2: 'Interrupt controller (GICv2)',
	genericTimer: 'Generic timer',
	psci: 'Firmware (PSCI)',
	pl011: 'Serial port (PL011)',
	pl031: 'Real-time clock (PL031)',
	vexpressSysreg: 'System registers (Versatile Express)',
	virtioMmio: 'Virtio slot'
};

function regionsOf(part: BoardPart): BoardRegion[] {
	const region = (name: string, kind: keyof typeof regionSizes, base: number): BoardRegion => ({
		name,
		base,
		size: regionSizes[kind],
		kind
	});
	switch (part.kind) {
		case 'gicv2':
			return (['gicd', 'gicc', 'gich', 'gicv'] as const).map((name) =>
				region(name, name, part[name])
			);
		case 'pl011':
		case 'pl031':
		case 'vexpressSysreg':
		case 'virtioMmio':
			return [region(part.name, part.kind, part.base)];
		default:
			return [];
	}
}

function partInterrupts(part: BoardPart): BoardInterrupt[] {
	const named = (name: string, irq: Interrupt) => ({ name, irq, intid: intid(irq) });
	switch (part.kind) {
		case 'gicv2':
			return [named('maintenance', part.maintenance)];
		case 'genericTimer':
			return (['secure', 'phys', 'virt', 'hyp'] as const).map((each) =>
				named(`timer.${each}`, part[each])
			);
		case 'pl011':
		case 'pl031':
		case 'virtioMmio':
			return [named(part.name, part.irq)];
		default:
			return [];
	}
}

const interruptsOf = (data: Board) => data.devices.flatMap(partInterrupts);

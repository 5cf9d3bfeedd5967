import {
	partOf,
	partsOf,
	regionSizes,
	type Board,
	type Interrupt,
	type Pl011Part,
	type Pl031Part,
	type VexpressSysregPart,
	type VirtioMmioPart
} from './board.ts';
import { cells, cells64, flag, text, writeFdt, type FdtNode } from './fdt.ts';

/** What a boot loader adds to a board's tree. */
export interface BootTree {
	readonly bootargs?: string;
	/** The physical addresses of the initramfs, `end` exclusive. */
	readonly initrd?: { readonly start: number; readonly end: number };
	/** RAM in bytes, if it is not the board's own. */
	readonly ramBytes?: number;
	/** How many CPUs the machine has, if not the board's own number. */
	readonly cpus?: number;
	/** How the CPUs but the first are started: by calls of the firmware, or at the board's spin table. */
	readonly enableMethod?: 'psci' | 'spin-table';
	/** The virtio slots that hold something; all, if left out. An empty one would only cost a probe. */
	readonly virtioSlots?: readonly string[];
	/** Bytes with which a kernel begins to make random numbers. */
	readonly rngSeed?: Uint8Array;
}

/** Nodes that others point at. */
const PHANDLE_GIC = 1;
const PHANDLE_UART_CLOCK = 2;

/** Interrupt flags as in Linux's bindings; PPIs add a mask of the CPUs they are wired to. */
const EDGE_RISING = 1;
const LEVEL_HIGH = 4;

/** What belongs to a spin table: boot code that waits there, which no kernel may overwrite. */
const SPIN_TABLE_BYTES = 0x1_0000;
export const spinTableArea = (spinTable: number) => ({
	start: spinTable - (spinTable % SPIN_TABLE_BYTES),
	size: SPIN_TABLE_BYTES
});

/** The device tree of `board` as a blob, for X0 at a kernel's entry. */
export function deviceTreeBlob(board: Board, boot: BootTree = {}): Uint8Array {
	const { spinTable } = board;
	const reserved =
		boot.enableMethod === 'spin-table' && spinTable !== undefined ? [spinTableArea(spinTable)] : [];
	return writeFdt(deviceTree(board, boot), reserved);
}

/**
 * The device tree of `board`, with what Linux 3.14 and 6.1 need to find: GICC of 8 KB (less, and
 * KVM runs without its vGIC), all four timer interrupts, the PL011's clocks (without apb_pclk there is
 * no ttyAMA0), a PSCI node that both 0.1 and 1.0 can read.
 */
export function deviceTree(board: Board, boot: BootTree = {}): FdtNode {
	const uarts = partsOf(board, 'pl011');
	const cpuCount = boot.cpus ?? board.cpus;
	return {
		name: '',
		properties: {
			'#address-cells': cells(2),
			'#size-cells': cells(2),
			'interrupt-parent': cells(PHANDLE_GIC),
			model: text(board.title),
			compatible: text(...board.compatible)
		},
		children: [
			chosen(boot, uarts[0]),
			...(uarts.length > 0 ? [aliases(uarts)] : []),
			memoryNode(board, boot),
			cpus(board, boot, cpuCount),
			...psci(board),
			...timer(board, cpuCount),
			...interruptController(board, cpuCount),
			...(uarts.length > 0 ? [uartClock] : []),
			...partsOf(board, 'vexpressSysreg').map(vexpressSysreg),
			...uarts.map(uart),
			...partsOf(board, 'pl031').map(rtc),
			...partsOf(board, 'virtioMmio')
				.filter(({ name }) => boot.virtioSlots?.includes(name) ?? true)
				.map(virtioMmio)
		]
	};
}

const unit = (name: string, base: number) => `${name}@${base.toString(16)}`;
const uartPath = ({ base }: Pl011Part) => '/' + unit('pl011', base);

function chosen(boot: BootTree, console: Pl011Part | undefined): FdtNode {
	return {
		name: 'chosen',
		properties: {
			...chosenProperties(boot),
			...(console && { 'stdout-path': text(uartPath(console)) })
		}
	};
}

/** What a boot loader says in `/chosen`. */
export const chosenProperties = ({
	bootargs,
	initrd,
	rngSeed
}: BootTree): FdtNode['properties'] => ({
	...(bootargs !== undefined && { bootargs: text(bootargs) }),
	...(initrd && {
		'linux,initrd-start': cells64(initrd.start),
		'linux,initrd-end': cells64(initrd.end)
	}),
	...(rngSeed && { 'rng-seed': rngSeed })
});

const aliases = (uarts: Pl011Part[]): FdtNode => ({
	name: 'aliases',
	properties: Object.fromEntries(uarts.map((each, n) => [`serial${n}`, text(uartPath(each))]))
});

/** RAM, for a parent with two cells for addresses and sizes. */
export const memoryNode = ({ ram }: Board, { ramBytes }: BootTree): FdtNode => ({
	name: unit('memory', ram.base),
	properties: {
		device_type: text('memory'),
		reg: cells64(ram.base, ramBytes ?? ram.size)
	}
});

const cpus = (board: Board, boot: BootTree, count: number): FdtNode => ({
	name: 'cpus',
	properties: { '#address-cells': cells(1), '#size-cells': cells(0) },
	children: Array.from({ length: count }, (_, n) => ({
		name: unit('cpu', n),
		properties: {
			device_type: text('cpu'),
			compatible: text('arm,armv8'),
			reg: cells(n),
			...enableMethod(board, boot)
		}
	}))
});

function enableMethod(board: Board, boot: BootTree): FdtNode['properties'] {
	if (boot.enableMethod === 'spin-table' && board.spinTable !== undefined)
		return {
			'enable-method': text('spin-table'),
			'cpu-release-addr': cells64(board.spinTable)
		};
	return partOf(board, 'psci') ? { 'enable-method': text('psci') } : {};
}

/** PSCI 0.1 (Linux 3.14) takes the function numbers from here, later versions know them. */
const psci = (board: Board): FdtNode[] =>
	partsOf(board, 'psci').map(({ method }) => ({
		name: 'psci',
		properties: {
			compatible: text('arm,psci-1.0', 'arm,psci-0.2', 'arm,psci'),
			method: text(method),
			cpu_suspend: cells(0xc400_0001),
			cpu_off: cells(0x8400_0002),
			cpu_on: cells(0xc400_0003),
			migrate: cells(0xc400_0005)
		}
	}));

/** The order of the four interrupts is the binding's: secure, non-secure, virtual, hypervisor. */
const timer = (board: Board, cpuCount: number): FdtNode[] =>
	partsOf(board, 'genericTimer').map(({ secure, phys, virt, hyp }) => ({
		name: 'timer',
		properties: {
			compatible: text('arm,armv8-timer', 'arm,armv7-timer'),
			'always-on': flag(),
			...(board.timerHz !== undefined && { 'clock-frequency': cells(board.timerHz) }),
			interrupts: cells(...[secure, phys, virt, hyp].flatMap((irq) => interrupt(irq, cpuCount)))
		}
	}));

const interruptController = (board: Board, cpuCount: number): FdtNode[] =>
	partsOf(board, 'gicv2').map(({ gicd, gicc, gich, gicv, maintenance }) => ({
		name: unit('interrupt-controller', gicd),
		properties: {
			// KVM in Linux 3.14 looks for this name only.
			compatible: text('arm,cortex-a15-gic'),
			phandle: cells(PHANDLE_GIC),
			'interrupt-controller': flag(),
			'#interrupt-cells': cells(3),
			'#address-cells': cells(0),
			reg: cells64(
				...[gicd, regionSizes.gicd],
				...[gicc, regionSizes.gicc],
				...[gich, regionSizes.gich],
				...[gicv, regionSizes.gicv]
			),
			interrupts: cells(...interrupt(maintenance, cpuCount))
		}
	}));

const uartClock: FdtNode = {
	name: 'apb-pclk',
	properties: {
		compatible: text('fixed-clock'),
		phandle: cells(PHANDLE_UART_CLOCK),
		'#clock-cells': cells(0),
		'clock-frequency': cells(24_000_000),
		'clock-output-names': text('clk24mhz')
	}
};

const uart = ({ base, irq }: Pl011Part): FdtNode => ({
	name: unit('pl011', base),
	properties: {
		compatible: text('arm,pl011', 'arm,primecell'),
		reg: cells64(base, regionSizes.pl011),
		interrupts: cells(...interrupt(irq)),
		clocks: cells(PHANDLE_UART_CLOCK, PHANDLE_UART_CLOCK),
		'clock-names': text('uartclk', 'apb_pclk')
	}
});

/** With its clock: an AMBA device whose bus clock is not named is never probed. */
const rtc = ({ base, irq }: Pl031Part): FdtNode => ({
	name: unit('pl031', base),
	properties: {
		compatible: text('arm,pl031', 'arm,primecell'),
		reg: cells64(base, regionSizes.pl031),
		interrupts: cells(...interrupt(irq)),
		clocks: cells(PHANDLE_UART_CLOCK),
		'clock-names': text('apb_pclk')
	}
});

/** Its pins by the offset of their register: Linux 6.1 looks for a node for each. */
const sysregPins = { 0x08: 'sys_led', 0x48: 'sys_mci', 0x4c: 'sys_flash' };

const vexpressSysreg = ({ base }: VexpressSysregPart): FdtNode => ({
	name: unit('sysreg', base),
	properties: {
		compatible: text('arm,vexpress-sysreg'),
		reg: cells64(base, regionSizes.vexpressSysreg),
		'#address-cells': cells(1),
		'#size-cells': cells(1),
		ranges: cells(0, ...split(base), regionSizes.vexpressSysreg)
	},
	children: Object.entries(sysregPins).map(([offset, pins]) => ({
		name: unit('gpio', Number(offset)),
		properties: {
			compatible: text(`arm,vexpress-sysreg,${pins}`),
			reg: cells(Number(offset), 4),
			'gpio-controller': flag(),
			'#gpio-cells': cells(2)
		}
	}))
});

/** An address as two cells. */
const split = (address: number) => [Math.floor(address / 2 ** 32), address % 2 ** 32];

const virtioMmio = ({ base, irq }: VirtioMmioPart): FdtNode => ({
	name: unit('virtio_mmio', base),
	properties: {
		compatible: text('virtio,mmio'),
		reg: cells64(base, regionSizes.virtioMmio),
		interrupts: cells(...interrupt(irq)),
		'dma-coherent': flag()
	}
});

/** The three cells of an interrupt: 0 for SPI or 1 for PPI, its number, its flags. */
function interrupt(irq: Interrupt, cpus = 0): number[] {
	if (irq.type === 'spi') return [0, irq.number, irq.trigger === 'edge' ? EDGE_RISING : LEVEL_HIGH];
	return [1, irq.number, LEVEL_HIGH | (((1 << cpus) - 1) << 8)];
}

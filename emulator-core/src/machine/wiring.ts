import type { Board, Interrupt } from '../boards/board.ts';
import { intid, partOf, partsOf, regionSizes } from '../boards/board.ts';
import { AddressMap } from '../bus/address-map.ts';
import type { Clock, GuestMemory, IrqLine, MmioDevice } from '../bus/device.ts';
import type { Cpu } from '../cpu/cpu.ts';
import { GenericTimer } from '../devices/generic-timer.ts';
import { Gicv2 } from '../devices/gicv2/gicv2.ts';
import { Pl011 } from '../devices/pl011.ts';
import { Pl031 } from '../devices/pl031.ts';
import { VexpressSysreg } from '../devices/vexpress-sysreg.ts';
import type { VirtioConsole } from '../devices/virtio/console.ts';
import type { CopyOnWriteDisk } from '../devices/virtio/disk.ts';
import { MachineError } from './errors.ts';
import type { Cpus } from './cpus.ts';
import type { Fittings } from './fittings.ts';
import { fillSlots } from './virtio-slots.ts';

/** The devices of a board, at their addresses and on their interrupts. */
export interface Devices {
	readonly gic: Gicv2;
	/** CPU 0's. */
	readonly timer: GenericTimer;
	/** Each CPU's own. */
	readonly timers: readonly GenericTimer[];
	readonly uarts: readonly Pl011[];
	/** Those of the options, in order, with what was written to them. */
	readonly disks: readonly CopyOnWriteDisk[];
	/** The virtio slots that hold something, by name. */
	readonly filledSlots: readonly string[];
	/** The virtio console, if there is one. */
	readonly console: VirtioConsole | undefined;
	/**
	 * What is saved and restored, in this order: who drives a line before who listens, so that the
	 * distributor, which remembers edges, has the last word.
	 */
	readonly stateful: readonly Pick<MmioDevice, 'name' | 'snapshotState' | 'restoreState'>[];
}

/** What is around the devices. */
export interface Surroundings {
	readonly map: AddressMap;
	readonly cpus: Cpus;
	readonly clock: Clock;
	readonly memory: GuestMemory;
	/** Where a byte of output goes: from `uart0`, or from the virtio console, `console`. */
	output(from: string, byte: number): void;
	note(text: string): void;
}

/** Builds the devices of `board` and puts them on the map and on the CPU's interrupt wires. */
export function wireDevices(board: Board, fittings: Fittings, around: Surroundings): Devices {
	const { map, cpus, clock } = around;
	const gicPart = partOf(board, 'gicv2');
	const timerPart = partOf(board, 'genericTimer');
	if (gicPart === undefined || timerPart === undefined)
		throw new MachineError(`The board ${board.name} needs a gicv2 and a genericTimer.`);

	const wire = (cpu: Cpu, line: keyof Cpu['lines']): IrqLine => ({
		set: (level) => cpus.setLine(cpu, line, level)
	});
	const gic = new Gicv2({
		outputs: cpus.all.map((cpu) => ({
			irq: wire(cpu, 'irq'),
			fiq: wire(cpu, 'fiq'),
			virq: wire(cpu, 'virq'),
			vfiq: wire(cpu, 'vfiq')
		})),
		maintenance: gicPart.maintenance.number,
		currentCpu: () => cpus.current.number
	});
	for (const name of ['gicd', 'gicc', 'gich', 'gicv'] as const)
		map.addDevice(gicPart[name], regionSizes[name], gic[name]);

	const input = (irq: Interrupt, cpu = 0) =>
		irq.type === 'spi' ? gic.spi(intid(irq) - 32) : gic.ppi(irq.number, cpu);
	const timers = cpus.all.map(({ number }) => {
		const lines = {
			secure: input(timerPart.secure, number),
			phys: input(timerPart.phys, number),
			virt: input(timerPart.virt, number),
			hyp: input(timerPart.hyp, number)
		};
		return new GenericTimer(clock, lines, number);
	});
	const uarts = partsOf(board, 'pl011').map((part) => {
		const backend = { write: (byte: number) => around.output(part.name, byte) };
		const uart = new Pl011(part.name, input(part.irq), backend, clock);
		map.addDevice(part.base, regionSizes.pl011, uart);
		return uart;
	});
	const rtcs = partsOf(board, 'pl031').map((part) => {
		const rtc = new Pl031(part.name, input(part.irq), clock, fittings.startTime);
		map.addDevice(part.base, regionSizes.pl031, rtc);
		return rtc;
	});
	const sysregs = partsOf(board, 'vexpressSysreg').map((part) => {
		const sysreg = new VexpressSysreg(part.name, clock);
		map.addDevice(part.base, regionSizes.vexpressSysreg, sysreg);
		return sysreg;
	});
	const { slots, disks, console } = fillSlots(board, fittings, around, input);
	const timerStates = timers.map((timer, cpu) => ({
		name: cpu === 0 ? 'timer' : `timer${cpu}`,
		snapshotState: () => timer.snapshotState(),
		restoreState: (state: unknown) => timer.restoreState(state)
	}));
	const { gicd, gicc, gich, gicv } = gic;
	const filledSlots = slots.filter(({ empty }) => !empty).map(({ name }) => name);
	const lineDrivers = [...timerStates, ...uarts, ...rtcs, ...sysregs, ...slots];
	return {
		...{ gic, timer: timers[0]!, timers, uarts, disks, console, filledSlots },
		stateful: [...lineDrivers, gich, gicv, gicc, gicd]
	};
}

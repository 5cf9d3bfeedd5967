import type { Board } from '../boards/board.ts';
import { intid, partOf, partsOf, regionSizes } from '../boards/board.ts';
import { AddressMap } from '../bus/address-map.ts';
import type { Clock, IrqLine, MmioDevice } from '../bus/device.ts';
import type { Cpu } from '../cpu/cpu.ts';
import { GenericTimer } from '../devices/generic-timer.ts';
import { Gicv2 } from '../devices/gicv2/gicv2.ts';
import { Pl011 } from '../devices/pl011.ts';
import { MachineError } from './errors.ts';

/** The devices of a board, at their addresses and on their interrupts. */
export interface Devices {
	readonly gic: Gicv2;
	readonly timer: GenericTimer;
	readonly uarts: readonly Pl011[];
	/**
	 * What is saved and restored, in this order: who drives a line before who listens, so that the
	 * distributor, which remembers edges, has the last word.
	 */
	readonly stateful: readonly Pick<MmioDevice, 'name' | 'snapshotState' | 'restoreState'>[];
}

/** Builds the devices of `board` and puts them on the map and on the CPU's interrupt wires. */
export function wireDevices(
	board: Board,
	map: AddressMap,
	cpu: Cpu,
	clock: Clock,
	console: (uart: number, byte: number) => void
): Devices {
	const gicPart = partOf(board, 'gicv2');
	const timerPart = partOf(board, 'genericTimer');
	if (gicPart === undefined || timerPart === undefined)
		throw new MachineError(`The board ${board.name} needs a gicv2 and a genericTimer.`);

	const wire = (line: keyof Cpu['lines']): IrqLine => ({
		set: (level) => cpu.setLine(line, level)
	});
	const gic = new Gicv2({
		outputs: [{ irq: wire('irq'), fiq: wire('fiq'), virq: wire('virq'), vfiq: wire('vfiq') }],
		maintenance: gicPart.maintenance.number
	});
	for (const name of ['gicd', 'gicc', 'gich', 'gicv'] as const)
		map.addDevice(gicPart[name], regionSizes[name], gic[name]);

	const input = (irq: { type: 'spi' | 'ppi'; number: number }) =>
		irq.type === 'spi' ? gic.spi(intid(irq) - 32) : gic.ppi(irq.number);
	const timer = new GenericTimer(clock, {
		secure: input(timerPart.secure),
		phys: input(timerPart.phys),
		virt: input(timerPart.virt),
		hyp: input(timerPart.hyp)
	});
	const uarts = partsOf(board, 'pl011').map((part, n) => {
		const backend = { write: (byte: number) => console(n, byte) };
		const uart = new Pl011(part.name, input(part.irq), backend, clock);
		map.addDevice(part.base, regionSizes.pl011, uart);
		return uart;
	});
	const timerState = {
		name: 'timer',
		snapshotState: () => timer.snapshotState(),
		restoreState: (state: unknown) => timer.restoreState(state)
	};
	const { gicd, gicc, gich, gicv } = gic;
	return { gic, timer, uarts, stateful: [timerState, ...uarts, gich, gicv, gicc, gicd] };
}

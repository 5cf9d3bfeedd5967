import type { Cpu } from './cpu.ts';
import { CNTHCTL_EL2, CNTKCTL_EL1 } from './sysregs/timer.ts';

/**
 * The tick at which the next event of the generic timer's event streams comes, if one is on: when bit EVNTI
 * of the virtual counter (CNTKCTL_EL1) or of the physical one (CNTHCTL_EL2) goes up or, with EVNTDIR, down.
 * `now` is CNTPCT.
 */
export function nextEventOfStream(cpu: Cpu, now: number): number | undefined {
	const { cntpct, cntvct } = cpu.timer;
	const streams = [
		distance(cpu.get(CNTKCTL_EL1), cntvct),
		distance(cpu.get(CNTHCTL_EL2), cntpct)
	].filter((each) => each !== undefined);
	return streams.length > 0 ? now + Math.min(...streams) : undefined;
}

const EVNTEN = 4n;
const EVNTDIR = 8n;

function distance(control: bigint, count: bigint): number | undefined {
	if ((control & EVNTEN) === 0n) return undefined;
	const bit = 1n << ((control >> 4n) & 15n);
	const period = bit * 2n;
	const transition = (control & EVNTDIR) === 0n ? bit : 0n;
	return Number(period - ((count - transition) & (period - 1n)));
}

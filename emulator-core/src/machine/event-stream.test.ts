import { describe, expect, it } from 'vitest';
import { createMachine } from './machine.ts';
import { program } from './program.ts';
import { powerOff } from './sample-programs.ts';

/** Sets the stream up, waits for six events with WFE, and notes the counter's value behind each. */
const kernel = (register: string, control: number, counter: string, offset = 0) =>
	program(`
	movz x0, #${offset}
	msr cntvoff_el2, x0
	movz x0, #${control}
	msr ${register}, x0
	movz x2, #0x4050, lsl #16
	movz x3, #6
	sevl
	wfe
	again:
	wfe
	mrs x1, ${counter}
	str x1, [x2], #8
	subs x3, x3, #1
	b.ne again
	${powerOff}
`);

function times(...of: Parameters<typeof kernel>): bigint[] {
	// With another CPU, though it is off: one that is alone does not wait.
	const machine = createMachine({
		board: 'virt',
		kernel: kernel(...of),
		ramBytes: 2 ** 23,
		cpus: 2
	});
	expect(machine.run({ maxInstructions: 1000, maxTicks: 1_000_000 })).toEqual({
		reason: 'poweroff'
	});
	return [...new BigUint64Array(machine.readPhysical(0x4050_0000, 48).buffer)];
}

const [EVNTEN, EVNTDIR] = [4, 8];
const evnti = (bit: number) => bit << 4;

describe('the event stream', () => {
	it.each<[string, Parameters<typeof kernel>, bigint, bigint]>([
		['rises of bit 5', ['cnthctl_el2', 3 | EVNTEN | evnti(5), 'cntpct_el0'], 64n, 32n],
		['falls of bit 5', ['cnthctl_el2', 3 | EVNTEN | EVNTDIR | evnti(5), 'cntpct_el0'], 64n, 0n],
		['rises of bit 15', ['cnthctl_el2', 3 | EVNTEN | evnti(15), 'cntpct_el0'], 65_536n, 32_768n],
		['the virtual count', ['cntkctl_el1', EVNTEN | evnti(6), 'cntvct_el0', 100], 128n, 64n]
	])('wakes a WFE at %s', (_, words, period, phase) => {
		const seen = times(...words);
		for (const [n, time] of seen.entries()) {
			// One instruction behind the one that was woken.
			expect(time % period, `event ${n}`).toBeGreaterThanOrEqual(phase);
			expect(time % period, `event ${n}`).toBeLessThanOrEqual(phase + 2n);
			if (n > 0) expect(BigInt.asUintN(64, time - seen[n - 1]!)).toBe(period);
		}
	});

	it('is not there unless it is on', () => {
		const machine = createMachine({
			...{ board: 'virt', kernel: kernel('cnthctl_el2', 3 | evnti(5), 'cntpct_el0') },
			...{ ramBytes: 2 ** 23, cpus: 2 }
		});
		expect(machine.run({ maxInstructions: 1000 })).toEqual({ reason: 'idle' });
	});
});

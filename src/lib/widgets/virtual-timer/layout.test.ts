import { describe, expect, it } from 'vitest';
import { examples } from './examples.ts';
import { countTicks, formatDistance, formatTicks, timerState, virtualTimer } from './layout.ts';

const { data: runs } = examples['The guest runs, and its timer counts']!;
const { data: expired } = examples['It expires while the guest runs']!;
const { data: sleeps } = examples['The guest sleeps, and the host keeps watch']!;

describe('lengths of time', () => {
	it.each([
		[0n, '0 ns'],
		[1n, '10 ns'],
		[99n, '990 ns'],
		[-100n, '1 µs'],
		[12_345n, '123.45 µs'],
		[300_223n, '3 ms'],
		[1_050_000_000n, '10.5 s']
	])('%d ticks of 100 MHz take %s', (ticks, text) => expect(formatTicks(ticks)).toBe(text));

	it.each([
		[7n, '70 ns'],
		[300_223n, '3,002.23 µs'],
		[-9_999_999n, '99,999.99 µs'],
		[10_000_000n, '100 ms']
	])('a distance of %d ticks is %s', (ticks, text) => expect(formatDistance(ticks)).toBe(text));

	it('counts ticks', () => {
		expect([1n, -1n, 12_345n].map(countTicks)).toEqual(['1 tick', '1 tick', '12,345 ticks']);
	});
});

describe('the state of a timer', () => {
	const at = (ctl: number, cval: bigint, physical: bigint, cntvoff = 0n) =>
		timerState({ ctl, cval, cntvoff }, physical);

	it('is expired from the tick of its deadline on', () => {
		expect(at(1, 100n, 99n)).toMatchObject({ expired: false, left: 1n });
		expect(at(1, 100n, 100n)).toMatchObject({ expired: true, left: 0n });
		expect(at(3, 100n, 130n)).toMatchObject({ expired: true, masked: true, left: -30n });
	});

	it('is never expired while it is off', () => expect(at(0, 100n, 130n).expired).toBe(false));

	it('counts from CNTVOFF, and compares without a sign, though the count is about to wrap', () => {
		expect(at(1, 2n ** 64n - 5n, 10n, 20n)).toMatchObject({ count: 2n ** 64n - 10n, left: 5n });
		expect(at(1, 2n, 10n, 20n)).toMatchObject({ left: 12n, expired: true });
	});
});

describe('the picture of the virtual timer', () => {
	it('reads the copy that counts', () => {
		expect(virtualTimer(runs, 560).distance).toEqual({
			ticks: '300,223 ticks',
			time: '3,002.23 µs'
		});
		expect(virtualTimer(sleeps, 560).distance.ticks).toBe('189,941 ticks');
	});

	it('puts the earlier mark left, with its label outside', () => {
		const ahead = virtualTimer(runs, 560).axis!;
		expect([ahead.now.x, ahead.now.anchor, ahead.deadline.anchor]).toEqual([100, 'end', 'start']);
		const past = virtualTimer(expired, 560).axis!;
		expect([past.deadline.x, past.deadline.anchor]).toEqual([100, 'end']);
		expect([past.now.x, past.now.anchor]).toEqual([460, 'start']);
	});

	it('writes both counts beside a mark', () => {
		const { now, deadline } = virtualTimer(runs, 560).axis!;
		expect([now.guest, now.physical]).toEqual(['484,520,781', '1,689,402,118']);
		expect([deadline.guest, deadline.physical]).toEqual(['484,821,004', '1,689,702,341']);
	});

	it('draws the host’s deadline only where it is on, open and near', () => {
		const host = (ctl: number, cval: bigint) =>
			virtualTimer({ ...runs, host: { ctl, cval } }, 560).axis!.host?.label;
		expect(host(1, runs.count + 300_223n)).toBe('the host’s timer, CNTP, in 3 ms');
		expect(host(3, runs.count + 300_223n)).toBeUndefined();
		expect(host(0, runs.count + 300_223n)).toBeUndefined();
		expect(host(1, runs.count + 901_000n)).toBeUndefined();
	});

	it('puts the distance between the counts only where it does not cover them', () => {
		const roomy = (data: typeof runs, width: number) => virtualTimer(data, width).axis!.roomy;
		expect([roomy(runs, 560), roomy(runs, 280)]).toEqual([true, false]);
		expect([roomy(expired, 560), roomy(expired, 300)]).toEqual([true, true]);
	});

	it.each([240, 320, 560, 720])('keeps marks and labels inside a width of %d', (width) => {
		for (const { data } of Object.values(examples)) {
			const axis = virtualTimer(data, width).axis;
			if (!axis) continue;
			for (const { x } of [axis.now, axis.deadline]) {
				expect(x).toBeGreaterThanOrEqual(100);
				expect(x).toBeLessThanOrEqual(width - 100);
			}
			for (const { x, label } of axis.ticks)
				if (label)
					for (const mark of [axis.now, axis.deadline])
						expect(Math.abs(x - mark.x)).toBeGreaterThan(34);
		}
	});

	it('survives a deadline at this very tick, and one an age away', () => {
		const data = (cval: bigint) => ({ ...runs, hardware: { ctl: 1, cval, cntvoff: 0n } });
		expect(virtualTimer(data(runs.count), 300).headline).toBe(
			'The timer expired at this very tick: its line is high.'
		);
		const far = virtualTimer(data(runs.count + 2n ** 63n - 1n), 300);
		expect(far.headline).toBe(
			'The timer fires in 9,223,372,036,854,775,807 ticks, that is 92,233,720,368.55 s.'
		);
		expect(far.axis!.ticks.every(({ x }) => Number.isFinite(x))).toBe(true);
	});

	it('says nothing of a deadline while the timer is off', () => {
		const { axis, headline, bits } = virtualTimer(
			examples['The guest has switched it off']!.data,
			560
		);
		expect(axis).toBeUndefined();
		expect(headline).toMatch(
			/^The guest’s timer is off\. On the guest’s count, CNTVCT, it is [\d,]+\.$/
		);
		expect(bits.map(({ value }) => value)).toEqual([0, 0, 0]);
	});

	it('marks what has changed, in both places', () => {
		const { data, before } = examples['KVM has raised its interrupt, and masked it']!;
		const { rows, bits } = virtualTimer(data, 560, before);
		expect(rows.map(({ name, hardware, saved }) => [name, hardware.was, saved.was])).toEqual([
			['CNTVOFF', '1,204,881,337', undefined],
			['CNTV_CVAL', undefined, '484,419,004'],
			['CNTV_CTL', '5', '1']
		]);
		expect(bits.map(({ name, was }) => [name, was])).toEqual([
			['ENABLE', undefined],
			['IMASK', 0],
			['ISTATUS', undefined]
		]);
	});

	it('tells whose timer it is', () => {
		expect(virtualTimer(runs, 560).whose).toMatch(
			/^The guest runs, and its values are in the hardware/
		);
		expect(virtualTimer(sleeps, 560).whose).toMatch(/an hrtimer, stands in/);
		expect(virtualTimer({ ...runs, world: 'hyp' }, 560).whose).toMatch(
			/^The guest’s values are in the hardware/
		);
		expect(virtualTimer(examples['No guest yet']!.data, 560).headline).toMatch(
			/^There is no guest/
		);
	});
});

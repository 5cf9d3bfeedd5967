import { describe, expect, it } from 'vitest';
import { HandClock } from './test-parts.ts';
import { VexpressSysreg } from './vexpress-sysreg.ts';

describe('the Versatile Express system registers', () => {
	const clock = new HandClock();
	const sysreg = new VexpressSysreg('sysreg', clock);
	const read = (offset: number) => sysreg.read(offset, 4);
	const write = (offset: number, value: number) => sysreg.write(offset, value, 4);

	it('count at 100 Hz and at 24 MHz', () => {
		clock.runTo(100_000_000);
		expect([read(0x24), read(0x5c)]).toEqual([100, 24_000_000]);
	});

	it('set and clear flags by two registers', () => {
		write(0x30, 0xf000_000f);
		write(0x34, 0x8000_0001);
		expect(read(0x30)).toBe(0x7000_000e);
	});

	it('complete what is asked of the controller at once', () => {
		write(0xa8, 0);
		write(0xa0, 0xabcd);
		write(0xa4, 0xc060_0000);
		expect([read(0xa0), read(0xa4), read(0xa8)]).toEqual([0xabcd, 0x4060_0000, 1]);
	});

	it('go on after they were saved and restored', () => {
		write(0x08, 0x1ff);
		const saved = JSON.parse(JSON.stringify(sysreg.snapshotState())) as unknown;
		const fresh = new VexpressSysreg('sysreg', clock);
		fresh.restoreState(saved);
		expect(fresh.snapshotState()).toEqual(saved);
		expect(fresh.read(0x08, 4)).toBe(0xff);
	});
});

import { describe, expect, it } from 'vitest';
import { RandomBytes } from '../random-bytes.ts';
import { Wire } from '../test-parts.ts';
import { VirtioEntropy } from './entropy.ts';
import { VirtioMmio } from './mmio.ts';
import { TestDriver, TestRam } from './test-driver.ts';

function make(seed: number) {
	const ram = new TestRam();
	const device = new VirtioMmio('virtio7', new Wire(), ram, new VirtioEntropy(seed));
	const driver = new TestDriver(device, ram);
	driver.start(1);
	const take = (length: number) => {
		driver.offer(0, driver.data(0), length, true);
		return driver.bytes(driver.data(0), driver.used(0).written);
	};
	return { device, driver, take };
}

describe('a virtio entropy device', () => {
	it('gives the bytes that follow from its seed', () => {
		const one = make(1);
		expect(one.driver.read(8)).toBe(4);
		const bytes = one.take(64);
		expect(bytes).toEqual([...new RandomBytes(1).next(64)]);
		expect(make(1).take(64)).toEqual(bytes);
		expect(make(2).take(64)).not.toEqual(bytes);
		expect(one.take(64)).not.toEqual(bytes);
	});

	it('gives a part where too much is asked for', () => {
		expect(make(1).take(0x1_0000)).toHaveLength(4096);
	});

	it('goes on after it was saved and restored', () => {
		const one = make(1);
		one.take(10);
		const saved = JSON.parse(JSON.stringify(one.device.snapshotState())) as unknown;
		const two = make(9);
		two.device.restoreState(saved);
		expect(two.device.snapshotState()).toEqual(saved);
		// A reset of the device does not begin the bytes anew: ten took three words.
		two.driver.start(1);
		expect(two.take(32)).toEqual([...new RandomBytes(1).next(12 + 32)].slice(12));
	});
});

describe('random bytes', () => {
	it('look random', () => {
		const counts = new Array<number>(256).fill(0);
		for (const byte of new RandomBytes(7).next(256 * 400)) counts[byte]++;
		// 400 of each are expected, with a deviation of 20.
		expect(Math.min(...counts)).toBeGreaterThan(300);
		expect(Math.max(...counts)).toBeLessThan(500);
	});

	it('go on from their state', () => {
		const one = new RandomBytes(3);
		one.next(5);
		const two = new RandomBytes(0);
		two.state = one.state;
		expect(two.next(16)).toEqual(one.next(16));
	});
});

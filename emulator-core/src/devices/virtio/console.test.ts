import { beforeEach, describe, expect, it } from 'vitest';
import { Wire } from '../test-parts.ts';
import { VirtioConsole } from './console.ts';
import { VirtioMmio } from './mmio.ts';
import { TestDriver, TestRam } from './test-driver.ts';

const RECEIVE = 0;
const TRANSMIT = 1;
const bytes = (text: string) => new TextEncoder().encode(text);

let ram: TestRam;
let irq: Wire;
let sent: number[];
let console_: VirtioConsole;
let device: VirtioMmio;
let driver: TestDriver;

beforeEach(() => {
	ram = new TestRam();
	irq = new Wire();
	sent = [];
	console_ = new VirtioConsole({ write: (byte) => sent.push(byte) });
	device = new VirtioMmio('virtio6', irq, ram, console_);
	driver = new TestDriver(device, ram);
	driver.start(2);
});

describe('a virtio console', () => {
	it('says what it is and how large', () => {
		expect([8, 0x34, 0x100, 0x104].map((at) => driver.read(at))).toEqual([
			...[3, 64, 80 | (24 << 16), 1]
		]);
	});

	it('sends what a request holds, all of it at once', () => {
		ram.bytes.set(bytes('hello'), 0x5000);
		driver.offer(TRANSMIT, driver.data(TRANSMIT), 5, false);
		expect(String.fromCharCode(...sent)).toBe('hello');
		expect([driver.used(TRANSMIT), irq.level]).toEqual([{ index: 1, written: 0 }, true]);
	});

	it('keeps a buffer until something is typed', () => {
		const at = driver.data(RECEIVE);
		driver.offer(RECEIVE, at, 16, true);
		expect([driver.used(RECEIVE).index, irq.level]).toEqual([0, false]);
		console_.receive(bytes('abc'));
		expect([driver.used(RECEIVE), irq.level]).toEqual([{ index: 1, written: 3 }, true]);
		expect(driver.bytes(at, 4)).toEqual([97, 98, 99, 0]);
	});

	it('keeps what is typed until there is a buffer, and spreads it over several', () => {
		console_.receive(bytes('abcdefg'));
		const at = driver.data(RECEIVE);
		driver.offer(RECEIVE, at, 4, true);
		expect(driver.used(RECEIVE)).toEqual({ index: 1, written: 4 });
		driver.offer(RECEIVE, at + 16, 4, true);
		expect(driver.used(RECEIVE)).toEqual({ index: 2, written: 3 });
		expect(driver.bytes(at + 16, 4)).toEqual([101, 102, 103, 0]);
		driver.offer(RECEIVE, at + 32, 4, true);
		expect(driver.used(RECEIVE).index).toBe(2);
	});

	it('keeps what is typed before there is a driver', () => {
		driver.write(0x70, 0);
		console_.receive(bytes('x'));
		driver.start(2);
		driver.offer(RECEIVE, driver.data(RECEIVE), 4, true);
		expect(driver.used(RECEIVE)).toEqual({ index: 1, written: 1 });
	});

	it('takes a character by its register, before there is a driver', () => {
		driver.write(0x70, 0);
		driver.write(0x108, 0x21);
		expect(sent).toEqual([0x21]);
	});

	it('needs a reset after a buffer outside RAM, and then goes on', () => {
		driver.offer(RECEIVE, 0, 16, true);
		console_.receive(bytes('q'));
		expect([driver.read(0x70), driver.read(0x60)]).toEqual([0x4f, 2]);
		ram.bytes.fill(0);
		driver.start(2);
		driver.offer(RECEIVE, driver.data(RECEIVE), 16, true);
		expect(driver.used(RECEIVE)).toEqual({ index: 1, written: 1 });
	});

	it('goes on after it was saved and restored', () => {
		console_.receive(bytes('abcdef'));
		const saved = JSON.parse(JSON.stringify(device.snapshotState())) as unknown;
		const fresh = new VirtioConsole({ write: () => {} });
		device = new VirtioMmio('virtio6', irq, ram, fresh);
		device.restoreState(saved);
		expect(device.snapshotState()).toEqual(saved);
	});
});

describe('version 2 of the transport', () => {
	it('keeps FEATURES_OK only for what was offered, VERSION_1 among it', () => {
		const agree = (low: number, high: number) => {
			for (const status of [0, 3]) driver.write(0x70, status);
			[low, high].forEach((value, word) => {
				driver.write(0x24, word);
				driver.write(0x20, value);
			});
			driver.write(0x70, 0xb);
			return driver.read(0x70);
		};
		expect(agree(0, 1)).toBe(0xb);
		expect(agree(5, 1)).toBe(0xb);
		expect(agree(0, 0)).toBe(3);
		expect(agree(2, 1)).toBe(3);
		expect(agree(0, 3)).toBe(3);
	});

	it('has no shared memory, and none of the registers of version 1', () => {
		expect(driver.read(0xb0)).toBe(0xffff_ffff);
		const unlisted: number[] = [];
		device.onUnlisted = ({ offset }) => unlisted.push(offset);
		for (const offset of [0x28, 0x3c, 0x40]) driver.write(offset, 1);
		expect(unlisted).toEqual([0x28, 0x3c, 0x40]);
	});
});

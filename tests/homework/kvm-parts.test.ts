/**
 * The parts of KVM, one guest for each: what it finds is written out in kvm-parts.c. And a guest of two vcpus,
 * each in a thread of lkvm's kind: they start, wake and stop each other.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { onTheHost } from './host-program.ts';

const tracing = '/sys/kernel/debug/tracing';
const here = (name: string) => join(import.meta.dirname, name);

describe('KVM', () => {
	let console: string;
	beforeAll(async () => {
		const traced = ['echo 1 > events/kvm/enable', '/kvm-parts', 'echo 0 > events/kvm/enable'];
		const commands = [`cd ${tracing}`, ...traced, 'cat trace', '/kvm-pair 37 11 23'];
		console = await onTheHost(commands, {
			'kvm-parts': ['kvm-parts.c', 'kvm-parts-guest.S'].map(here),
			'kvm-pair': ['kvm-pair.c', 'kvm-pair-guest.S', 'kvm-vm.h'].map((name) =>
				here(`../stock/${name}`)
			)
		});
	}, 150_000);

	it('does each of its parts', () => {
		const said = console.split('\n').filter((line) => /^(ok|wrong): /.test(line));
		expect(said).toEqual(
			[
				'MMIO',
				'undefined',
				'system registers',
				'PSCI 0.1',
				'edges',
				'level',
				'timer',
				'world switch',
				'one register'
			].map((part) => `ok: ${part}`)
		);
	});

	/** What the records of one event say, in their order. */
	const traced = (event: string) =>
		[...console.matchAll(new RegExp(`^ *kvm-parts-.*: kvm_${event}: (.*)$`, 'gm'))].map(
			([, text]) => text!
		);

	it('traces hypercalls', () => {
		const calls = traced('hvc').map((text) => text.replace(/^HVC at 0x80000[0-9a-f]{3} /, ''));
		const [off, psci] = ['(r0: 0x84000008, imm: 0x0)', '(r0: 0x95c1ba'];
		expect(calls).toEqual([
			off, // MMIO
			'(r0: 0x00000001, imm: 0x7)',
			off, // undefined
			off, // system registers
			...['5e', '61', '60', '60'].map((number) => `${psci}${number}, imm: 0x0)`),
			'(r0: 0x84000000, imm: 0x0)',
			off, // edges
			off, // level
			off, // timer
			off // world switch
		]);
	});

	it('traces loads and stores of devices', () => {
		const device = traced('mmio').filter((text) => text.includes('gpa 0x10000000 '));
		const bytes = '8182838485868788';
		// The last is of XZR.
		const loads = [1, 1, 1, 2, 2, 4, 4, 8, 8].flatMap((len) => [
			`mmio unsatisfied-read len ${len} gpa 0x10000000 val 0x0`,
			`mmio read len ${len} gpa 0x10000000 val 0x${bytes.slice(-2 * len)}`
		]);
		expect(device.slice(0, loads.length)).toEqual(loads);
		expect(traced('mmio')).toContain('mmio write len 2 gpa 0x10000008 val 0x8788');
	});

	it('traces interrupt lines, WFI, faults, and why KVM_RUN came back', () => {
		const line = (number: number, level: number) =>
			`Inject VGIC SPI interrupt (1), vcpu->idx: 0, num: ${number}, level: ${level}`;
		const edges = Array.from({ length: 12 }, (_, n) => [line(32 + n, 1), line(32 + n, 0)]).flat();
		expect(traced('irq_line')).toEqual([...edges, line(33, 1), line(33, 0)]);
		expect(traced('wfi')).toEqual([
			expect.stringMatching(/^guest executed wfi at: 0x80000[0-9a-f]{3}$/)
		]);
		// The first instruction of each of the eight guests is fetched from its first page.
		const fetched = traced('guest_fault').filter((text) =>
			/^ipa 0x80000000, hsr 0x8200000[5-7], hxfar 0x80000[0-9a-f]{3}, pc 0x80000[0-9a-f]{3}$/.test(
				text
			)
		);
		expect(fetched).toHaveLength(8);
		const reasons = traced('userspace_exit');
		expect(reasons.filter((text) => text === 'reason KVM_EXIT_SYSTEM_EVENT (24)')).toHaveLength(7);
		expect(new Set(reasons)).toEqual(
			new Set(['reason KVM_EXIT_MMIO (6)', 'reason KVM_EXIT_SYSTEM_EVENT (24)'])
		);
	});

	it('traces each stay in the guest', () => {
		const [entries, exits] = [traced('entry'), traced('exit')];
		expect(exits.length).toBe(entries.length);
		for (const entry of entries) expect(entry).toMatch(/^PC: 0x[48]000[0-9a-f]{4}$/);
		const classes = exits.map((text) => /^TRAP: HSR_EC: (0x00\w\w), PC: 0x/.exec(text)?.[1]);
		const count = (ec: string) => classes.filter((each) => each === ec).length;
		expect(count('0x0016')).toBe(traced('hvc').length);
		expect(count('0x0001')).toBe(traced('wfi').length);
		expect(count('0x0020') + count('0x0024')).toBe(traced('guest_fault').length);
		expect(count('0x0017')).toBe(1);
		const others = exits.filter((text) => !text.startsWith('TRAP: '));
		expect(others.filter((text) => !/^IRQ: HSR_EC: 0x0000, PC: 0x/.test(text))).toEqual([]);
	});

	it('runs two vcpus', () => {
		expect(console).toContain('kvm-pair: reads 0 and 23, wrong 0, reports 4');
		// 37 turns each, in which the other is always awaited by WFI; the sum of 0 to 22
		expect(console).toMatch(/^kvm-pair: WFIs 37 and 37, polls \d+, device 253$/m);
	});
});

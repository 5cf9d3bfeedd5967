/** VMs in great number, several at once, memory slots, the vGIC as a device; and nothing is left behind. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { onTheHost } from './host-program.ts';

const tracing = '/sys/kernel/debug/tracing';
/** An LDR or STR of X0, as the syndrome says it: no page there yet; a page that may only be read. */
const [firstRead, firstWrite] = ['0x93c08007', '0x93c0804f'];

const grep = (hsr: string) => `grep -c "hsr ${hsr}" ${tracing}/trace`;

describe('KVM', () => {
	let console: string;
	let exits: Map<number, number>;
	beforeAll(async () => {
		const commands = [
			`echo 1 > ${tracing}/events/kvm/kvm_guest_fault/enable`,
			'/kvm-leaks',
			...[firstRead, firstWrite].map((hsr) => `cmds ${grep(hsr)}`)
		];
		const programs = { 'kvm-leaks': join(import.meta.dirname, 'kvm-leaks.c') };
		console = await onTheHost(commands, programs, [], (ofVmid) => (exits = ofVmid));
	}, 150_000);

	it('gives back what 400 VMs took, and refuses what is wrong', () => {
		const said = console.split('\n').filter((line) => /^(ok|wrong): /.test(line));
		expect(said).toEqual([
			'ok: 400 VMs',
			'ok: 8 VMs at once',
			'ok: slots',
			'ok: memory that changes',
			'ok: device'
		]);
	});

	it('deals out 255 VMIDs, and then to all anew', () => {
		expect([...exits.keys()].sort((a, b) => a - b)).toEqual(
			Array.from({ length: 255 }, (_, n) => n + 1)
		);
		// The first VM has made 400 turns: half of them under its first VMID, and half under another.
		const many = [...exits].filter(([, count]) => count >= 200);
		expect(many.map(([vmid]) => vmid)).toEqual([1, 301 - 255 + 1]);
		for (const [, count] of many) expect(count).toBeLessThan(250);
	});

	it('faults once for the first read of a page, and once more for its first write', () => {
		// A page of each VM; of one VM another time, where its slot has moved to. Memory that changes has more.
		const pages = 1 + 300 + 100 + 8 + 2;
		for (const hsr of [firstRead, firstWrite]) {
			const [, count] = console.split(`# cmds ${grep(hsr)}\n`);
			expect(parseInt(count!)).toBeGreaterThan(pages);
			expect(parseInt(count!)).toBeLessThan(pages + 20);
		}
	});
});

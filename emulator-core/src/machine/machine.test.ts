import { describe, expect, it } from 'vitest';
import { MachineError } from './errors.ts';
import { createMachine, type Machine } from './machine.ts';
import { program } from './program.ts';
import { guestProgram, powerOff, timerProgram, vectorTable } from './sample-programs.ts';

const ramBytes = 2 ** 24;
const make = (kernel: Uint8Array, more = {}) =>
	createMachine({ board: 'virt', kernel, ramBytes, ...more });

function watched(machine: Machine): { text: () => string } {
	let text = '';
	machine.onConsole = (bytes) => (text += String.fromCharCode(...bytes));
	return { text: () => text };
}

/** EL2 sets itself up, drops to EL1, which calls it, prints and switches the machine off. */
const hvcProgram = program(`
	movz x1, #0x0900, lsl #16
	adr x4, vectors
	msr vbar_el2, x4
	movz x5, #0x8000, lsl #16
	msr hcr_el2, x5
	adr x6, el1
	msr elr_el2, x6
	movz x7, #0x3c5
	msr spsr_el2, x7
	eret
el1:
	movz w2, #0x61
	strb w2, [x1]
	hvc #5
	movz w2, #0x63
	strb w2, [x1]
	${powerOff}
called:
	mrs x20, esr_el2
	movz w2, #0x62
	strb w2, [x1]
	eret
${vectorTable('called', 'unexpected', 'unexpected')}
`);

describe('a machine', () => {
	it('goes to EL1, is called by HVC and switched off by SMC', () => {
		const machine = make(hvcProgram);
		const out = watched(machine);
		expect(machine.run({ maxInstructions: 1000 })).toEqual({ reason: 'poweroff' });
		expect(out.text()).toBe('abc');
		expect(machine.registers().x[20]).toBe(0x5a00_0005n);
		expect(machine.trapLog.counts.entries).toEqual([
			[0, 0, 0],
			[0, 0, 1],
			[0, 0, 0]
		]);
		expect(machine.run({ maxInstructions: 1 })).toEqual({ reason: 'poweroff' });
	});

	it('enters the kernel at EL2 with X0 at the device tree and everything masked', () => {
		const machine = make(hvcProgram, { bootargs: 'console=ttyAMA0' });
		const { el, pc, x, daif } = machine.registers();
		expect({ el, pc, daif }).toEqual({ el: 2, pc: 0x4020_0000n, daif: 15 });
		expect([...machine.readPhysical(Number(x[0]), 4)]).toEqual([0xd0, 0x0d, 0xfe, 0xed]);
	});
});

const plain = (machine: Machine) =>
	JSON.stringify(machine.trapLog.records, (_, v: unknown) =>
		typeof v === 'bigint' ? `0x${v.toString(16)}` : v
	);

describe('time', () => {
	it('is skipped by WFI until the timer fires', () => {
		const machine = make(timerProgram);
		const out = watched(machine);
		expect(machine.run({ maxInstructions: 100_000 })).toEqual({ reason: 'idle' });
		expect(out.text()).toBe('ttt');
		expect(machine.instructions).toBeLessThan(6000);
		expect(machine.ticks).toBeGreaterThan(3 * 0x4000);
		const irqs = machine.trapLog.records.filter(({ cause }) => cause === 'irq');
		expect(irqs.map(({ fromEl, toEl }) => [fromEl, toEl])).toEqual([
			[1, 1],
			[1, 1],
			[1, 1]
		]);
		machine.type([0x78]);
		expect(machine.run({ maxInstructions: 100_000 })).toEqual({ reason: 'poweroff' });
		expect(out.text()).toBe('tttx');
	});

	it('stops in the middle of a sleep at maxTicks', () => {
		const machine = make(timerProgram);
		expect(machine.run({ maxTicks: 10_000 })).toEqual({ reason: 'ticks' });
		expect(machine.ticks).toBe(10_000);
	});

	/** Runs to idle in slices, types a byte, runs to the end. */
	function sliced(slice: number): { hash: string; traps: string; ticks: number } {
		const machine = make(timerProgram);
		while (machine.run({ maxInstructions: slice }).reason === 'budget');
		machine.type([0x78]);
		while (machine.run({ maxInstructions: slice }).reason === 'budget');
		return { hash: machine.hash(), traps: plain(machine), ticks: machine.ticks };
	}

	it('does not depend on how a run is cut', () => {
		const whole = sliced(1e9);
		expect(JSON.parse(whole.traps)).toHaveLength(9);
		for (const slice of [1, 7, 1000]) expect(sliced(slice)).toEqual(whole);
	});

	it('comes again from the input log', () => {
		const first = make(timerProgram);
		first.run({ maxTicks: 60_000 });
		first.type([0x78]);
		first.run({});
		const second = make(timerProgram, { inputLog: first.inputLog });
		expect(second.run({})).toEqual({ reason: 'poweroff' });
		expect(second.hash()).toBe(first.hash());
		expect(plain(second)).toBe(plain(first));
	});
});

describe('a saved state', () => {
	it.each([1, 900, 2500, 4000])('goes on as if nothing had been, saved after %i', (at) => {
		const whole = make(timerProgram);
		whole.run({ maxInstructions: 4500 });
		const first = make(timerProgram);
		first.run({ maxInstructions: at });
		const saved = first.save();
		const second = make(hvcProgram);
		second.restore(saved);
		expect(second.hash()).toBe(first.hash());
		second.run({ maxInstructions: 4500 - at });
		expect(second.hash()).toBe(whole.hash());
		expect(plain(second)).toBe(plain(whole));
		expect(second.save()).toEqual(whole.save());
	});

	it('is refused when damaged, of another version, or of another machine; nothing changes', () => {
		const machine = make(timerProgram);
		machine.run({ maxInstructions: 500 });
		const hash = machine.hash();
		const saved = machine.save();
		const changed = (at: number, value: number) => {
			const copy = saved.slice();
			copy[at] = value;
			return copy;
		};
		expect(() => machine.restore(changed(8, 99))).toThrow(/format version 99/);
		expect(() => machine.restore(changed(saved.length >> 1, 0xa5))).toThrow(/damaged/);
		expect(() => machine.restore(changed(0, 0))).toThrow(/not a saved state/);
		expect(() => machine.restore(saved.slice(0, 1000))).toThrow(MachineError);
		expect(() => machine.restore(new Uint8Array())).toThrow(MachineError);
		const other = createMachine({ board: 'virt', kernel: timerProgram, ramBytes: 2 ** 25 });
		expect(() => other.restore(saved)).toThrow(/RAM/);
		expect(machine.hash()).toBe(hash);
	});
});

describe('a guest behind stage 2', () => {
	it('faults on what is not mapped, goes on where EL2 mapped it, and is counted', () => {
		const machine = make(guestProgram);
		expect(machine.run({ maxInstructions: 10_000 })).toEqual({ reason: 'poweroff' });
		const { x } = machine.registers();
		// str w12: SAS 2, SRT 12, WnR, translation fault at level 3.
		expect(x[26]).toBe(0x938c_0047n);
		expect(x[27]).toBe(0x40_4000n);
		// strh w12: SAS 1; level 1 maps nothing below 0x4000_0000.
		expect(x[22]).toBe(0x0c00_0006n);
		expect(x[23]).toBe(0xc_0000n);
		expect(x[13]).toBe(0x77n);
		expect(machine.readPhysical(0x4060_0010, 4)).toEqual(Uint8Array.of(0x77, 0, 0, 0));
		const aborts = machine.trapLog.records.filter(({ esr }) => esr >>> 26 === 0x24);
		expect(aborts.map(({ ipa, stage, vmid, outcome }) => [ipa, stage, vmid, outcome])).toEqual([
			[0x4040_0010n, 2, 7, 'guest'],
			[0x0c00_0006n, 2, 7, 'guest']
		]);
		expect(machine.trapLog.counts.vms[7]).toMatchObject({
			exits: 3,
			returns: 3,
			byClass: { 0x24: { host: 0, guest: 2 } }
		});
	});
});

describe('probes', () => {
	it('see the instruction before it runs, stop there, and let the run go on', () => {
		const machine = make(timerProgram);
		const seen: bigint[] = [];
		// The store of the handler's "t": found by its place in the program.
		const handler = machine.placement.entry + 4 * handlerStore();
		machine.addProbe({ va: BigInt(handler), run: (m) => seen.push(m.registers().x[19]!) });
		const remove = machine.addProbe({ va: BigInt(handler), el: 1, guest: false, stop: true });
		machine.addProbe({ va: BigInt(handler), el: 2, stop: true });
		expect(machine.run({})).toEqual({ reason: 'probe' });
		expect(machine.registers().pc).toBe(BigInt(handler));
		expect(machine.run({})).toEqual({ reason: 'probe' });
		remove();
		expect(machine.run({})).toEqual({ reason: 'idle' });
		expect(seen).toEqual([2n, 1n, 0n]);
		const unprobed = make(timerProgram);
		unprobed.run({});
		expect(machine.hash()).toBe(unprobed.hash());
	});

	/** Index of the word `strb w3, [x12]`. */
	function handlerStore(): number {
		const words = new Uint32Array(timerProgram.buffer);
		return words.indexOf(0x3900_0183);
	}
});

describe('what cannot be loaded', () => {
	const elf = (edit: (view: DataView) => void) => {
		const bytes = new Uint8Array(120);
		const view = new DataView(bytes.buffer);
		view.setUint32(0, 0x7f45_4c46);
		bytes[4] = 2;
		bytes[5] = 1;
		view.setUint16(16, 2, true);
		view.setUint16(18, 183, true);
		view.setBigUint64(32, 64n, true);
		view.setUint16(54, 56, true);
		view.setUint16(56, 1, true);
		view.setUint32(64, 1, true);
		view.setBigUint64(88, 0x4000_0000n, true);
		view.setBigUint64(96, 8n, true);
		view.setBigUint64(104, 8n, true);
		edit(view);
		return bytes;
	};
	it.each([
		['an empty file', new Uint8Array(), /only 0 bytes/],
		['text', new TextEncoder().encode('x'.repeat(100)), /neither an arm64 Image/],
		['an x86 ELF', elf((v) => v.setUint16(18, 62, true)), /another processor/],
		['a 32-bit ELF', elf((v) => v.setUint8(4, 1)), /64-bit/],
		['an ELF cut in its segment', elf((v) => v.setBigUint64(72, 116n, true)), /truncated/],
		['an ELF cut in its header', elf(() => {}).slice(0, 40), /truncated/],
		['an object file', elf((v) => v.setUint32(64, 2, true)), /nothing to load/],
		[
			'a segment outside RAM',
			elf((v) => v.setBigUint64(88, 0x1000n, true)),
			/does not fit.*RAM is 0x4000_0000/
		]
	])('%s', (_, kernel, message) => {
		expect(() => make(kernel)).toThrow(message);
		expect(() => make(kernel)).toThrow(MachineError);
	});

	it('an Image larger than RAM, an unknown board, an odd size of RAM', () => {
		const image = hvcProgram.slice();
		new DataView(image.buffer).setBigUint64(16, 2n ** 40n, true);
		expect(() => make(image)).toThrow(/does not fit/);
		expect(() => make(hvcProgram, { board: 'toaster' })).toThrow(/virt, foundation/);
		expect(() => make(hvcProgram, { ramBytes: 12345 })).toThrow(/whole pages/);
		expect(() => make(hvcProgram, { initrd: new Uint8Array(2 ** 24) })).toThrow(
			/initramfs.*at least 35 MB of RAM/
		);
	});
});

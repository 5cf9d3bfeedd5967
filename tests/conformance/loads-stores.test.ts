import { describe, expect, it } from 'vitest';
import { AccessFlags } from '../../emulator-core/src/cpu/slow-paths.ts';
import { cpuState } from '../../emulator-core/src/layout.ts';
import { ramBase, type FlatMachine } from './flat-machine.ts';
import { data, engines, load, setRegisters, type Registers } from './engines.ts';

const dataPa = Number(data);
const pattern = Uint8Array.from({ length: 64 }, (_, i) => 0x81 + i);

function put(machine: FlatMachine): void {
	machine.write(dataPa - 32, pattern);
}

function read64(machine: FlatMachine, offset: number): bigint {
	return machine.view.getBigUint64(machine.at(dataPa + offset), true);
}

// Bytes at `data`: a1 a2 a3 …; at data - 8: 99 9a 9b … a0.
describe.each(engines)('loads on the $name', ({ create }) => {
	it.each<[string, Registers, Registers]>([
		['ldr x0, [x1]', {}, { x0: 0xa8a7_a6a5_a4a3_a2a1n }],
		['ldr w0, [x1, #4]', {}, { x0: 0xa8a7_a6a5n }],
		['ldrb w0, [x1, #1]', {}, { x0: 0xa2n }],
		['ldrsb x0, [x1]', {}, { x0: 0xffff_ffff_ffff_ffa1n }],
		['ldrsb w0, [x1]', {}, { x0: 0xffff_ffa1n }],
		['ldrh w0, [x1, #2]', {}, { x0: 0xa4a3n }],
		['ldrsh w0, [x1]', {}, { x0: 0xffff_a2a1n }],
		['ldrsw x0, [x1]', {}, { x0: 0xffff_ffff_a4a3_a2a1n }],
		['ldur x0, [x1, #-1]', {}, { x0: 0xa7a6_a5a4_a3a2_a1a0n }],
		['ldr x0, [x1], #8', {}, { x0: 0xa8a7_a6a5_a4a3_a2a1n, x1: data + 8n }],
		['ldr x0, [x1, #-8]!', {}, { x0: 0xa09f_9e9d_9c9b_9a99n, x1: data - 8n }],
		['ldr x0, [x1, x2, lsl #3]', { x2: 1n }, { x0: 0xb0af_aead_acab_aaa9n }],
		['ldr w0, [x1, w2, sxtw #2]', { x2: 0xffff_fffen }, { x0: 0x9c9b_9a99n }],
		['ldrb w0, [x1, w2, uxtw]', { x2: 0xf_0000_0001n }, { x0: 0xa2n }],
		['ldp w0, w2, [x1]', {}, { x0: 0xa4a3_a2a1n, x2: 0xa8a7_a6a5n }],
		['ldpsw x0, x2, [x1]', {}, { x0: 0xffff_ffff_a4a3_a2a1n, x2: 0xffff_ffff_a8a7_a6a5n }],
		['ldp x0, x2, [x1], #16', {}, { x0: 0xa8a7_a6a5_a4a3_a2a1n, x1: data + 16n }],
		['ldnp x0, x2, [x1, #-16]', {}, { x2: 0xa09f_9e9d_9c9b_9a99n }],
		['ldar x0, [x1]', {}, { x0: 0xa8a7_a6a5_a4a3_a2a1n }],
		['ldtrb w0, [x1]', {}, { x0: 0xa1n }],
		['ldr xzr, [x1], #8', {}, { x1: data + 8n }]
	])('%s with %o', (asm, before, after) => {
		const machine = create();
		load(machine, asm, asm);
		put(machine);
		// Once through the slow path, once through the soft TLB.
		for (let round = 0; round < 2; round++) {
			setRegisters(machine, { x1: data, ...before, pc: BigInt(ramBase) });
			expect(machine.run(1)).toBeUndefined();
			for (const [name, value] of Object.entries(after))
				expect(machine.x(Number(name.slice(1)))).toBe(value);
			expect(machine.view.getBigUint64(cpuState.zr, true)).toBe(0n);
		}
	});

	it('goes to the slow path once for a page, and always across pages', () => {
		const machine = create();
		load(machine, 'ldr x0, [x1]', 'ldr x0, [x1, #8]', 'ldur x0, [x1, #-4]', 'ldur x0, [x1, #-4]');
		setRegisters(machine, { x1: data });
		machine.run(4);
		expect(machine.slowLoads).toBe(3);
	});

	it('checks alignment only where it is asked to', () => {
		const machine = create();
		load(machine, 'ldr x0, [x1]', 'ldr x0, [x1, #8]', 'ldur x0, [x1, #1]', 'ldur x0, [x1, #1]');
		setRegisters(machine, { x1: data });
		machine.view.setUint32(cpuState.alignMask, 15, true);
		machine.run(4);
		expect(machine.slowLoads).toBe(3);
	});

	it('leaves every register alone when the second half of a pair faults', () => {
		const machine = create();
		load(machine, 'ldp x0, x2, [x1], #16');
		const last = BigInt(ramBase + machine.ramBytes - 8);
		setRegisters(machine, { x0: 1n, x1: last, x2: 2n });
		expect(machine.run(1)).toEqual({ kind: 'data abort', value: last + 8n });
		expect([machine.x(0), machine.x(1), machine.x(2)]).toEqual([1n, last, 2n]);
		expect(machine.pc).toBe(BigInt(ramBase));
	});

	it('hands the syndrome to the slow path', () => {
		const machine = create();
		load(machine, 'ldrsh x7, [x1]', 'ldr x7, [x1], #8', 'ldtr w9, [x1]', 'ldaxr w9, [x1]');
		setRegisters(machine, { x1: 0n });
		const flags = [0, 4, 8, 12].map((offset) => {
			machine.pc = BigInt(ramBase + offset);
			machine.run(1);
			return machine.accesses.at(-1)!.flags;
		});
		expect(flags).toEqual([
			(7 << AccessFlags.rtShift) | AccessFlags.sixtyFour | AccessFlags.signExtend,
			AccessFlags.noSyndrome,
			(9 << AccessFlags.rtShift) | AccessFlags.unprivileged,
			AccessFlags.noSyndrome | AccessFlags.exclusive | AccessFlags.ordered
		]);
	});
});

const bytesAt = (machine: FlatMachine, pa: number, size: number) =>
	new Uint8Array(machine.memory.buffer.slice(machine.at(pa), machine.at(pa) + size));

describe.each(engines)('SP as a base on the $name', ({ create }) => {
	const forms = [
		...['ldr x0, [sp]', 'str w0, [sp, #8]!', 'ldrb w0, [sp, x2]', 'stp x0, x2, [sp], #16'],
		...['ldp q0, q1, [sp]', 'ldr s0, [sp, x2]', 'ldxr x0, [sp]', 'stxr w0, x2, [sp]'],
		...['ldur x0, [sp, #8]', 'stlr x0, [sp]', 'ldtr x0, [sp]']
	];
	const run = (asm: string, sp: bigint, mask: number) => {
		const machine = create();
		load(machine, asm);
		put(machine);
		setRegisters(machine, { x0: 7n, x2: 16n });
		machine.sp = sp;
		machine.view.setUint32(cpuState.stackMask, mask, true);
		const taken = machine.run(1);
		return { machine, taken };
	};

	it.each(forms)('must be aligned where that is checked: %s', (asm) => {
		const { machine, taken } = run(asm, data + 8n, 15);
		expect(taken).toEqual({ kind: 'sp alignment', value: data + 8n });
		expect([machine.x(0), machine.x(2), machine.sp]).toEqual([7n, 16n, data + 8n]);
		expect(read64(machine, 0)).toBe(0xa8a7_a6a5_a4a3_a2a1n);
		expect(machine.accesses).toEqual([]);
		expect(run(asm, data + 8n, 0).taken?.kind).not.toBe('sp alignment');
		expect(run(asm, data, 15).taken).toBeUndefined();
	});

	it.each(['ldr x0, [x1]', 'add sp, sp, #8', 'sub x0, sp, #1', 'ldr x0, [x1, x2]'])(
		'is not checked where it is none: %s',
		(asm) => {
			const machine = create();
			load(machine, asm);
			setRegisters(machine, { x1: data, x2: 16n });
			machine.sp = data + 8n;
			machine.view.setUint32(cpuState.stackMask, 15, true);
			expect(machine.run(1)).toBeUndefined();
		}
	);

	it('is moved by what writes back', () => {
		const { machine } = run('str x0, [sp, #-16]!', data + 16n, 15);
		expect(machine.sp).toBe(data);
		expect(read64(machine, 0)).toBe(7n);
		expect(run('ldr x0, [sp], #8', data, 15).machine.sp).toBe(data + 8n);
	});
});

describe.each(engines)('stores on the $name', ({ create }) => {
	it.each<[string, Registers, bigint]>([
		['str x0, [x1]', {}, 0x1122_3344_5566_7788n],
		['str w0, [x1]', {}, 0xa8a7_a6a5_5566_7788n],
		['strh w0, [x1, #2]', {}, 0xa8a7_a6a5_7788_a2a1n],
		['strb w0, [x1, x2]', { x2: 7n }, 0x88a7_a6a5_a4a3_a2a1n],
		['stur x0, [x1, #-4]', {}, 0xa8a7_a6a5_1122_3344n],
		['stp w0, wzr, [x1]', {}, 0x0000_0000_5566_7788n],
		['stlr w0, [x1]', {}, 0xa8a7_a6a5_5566_7788n],
		['str x0, [x1, #-8]!', { x1: data + 8n }, 0x1122_3344_5566_7788n],
		['sttr w0, [x1]', {}, 0xa8a7_a6a5_5566_7788n]
	])('%s with %o', (asm, before, after) => {
		const machine = create();
		load(machine, asm);
		for (let round = 0; round < 2; round++) {
			put(machine);
			setRegisters(machine, { x0: 0x1122_3344_5566_7788n, x1: data, ...before });
			machine.pc = BigInt(ramBase);
			expect(machine.run(1)).toBeUndefined();
			expect(read64(machine, 0)).toBe(after);
		}
	});

	it.each(['stp x0, x2, [x1], #16', 'stp w0, w2, [x1, #4]!', 'stp q0, q1, [x1, #-16]'])(
		'stores nothing where the second half faults: %s',
		(asm) => {
			const machine = create();
			load(machine, asm);
			const end = ramBase + machine.ramBytes;
			const last = BigInt(end - 8);
			setRegisters(machine, { x0: 1n, x1: last, x2: 2n });
			machine.write(end - 24, new Uint8Array(24).fill(0xa5));
			expect(machine.run(1)).toEqual({ kind: 'data abort', value: last + 8n });
			expect(machine.x(1)).toBe(last);
			expect(bytesAt(machine, end - 24, 24)).toEqual(new Uint8Array(24).fill(0xa5));
		}
	);

	it('stores a pair across pages where both answer', () => {
		const machine = create();
		load(machine, 'stp x0, x2, [x1]', 'stp x2, x0, [x1, #-8]');
		const at = ramBase + 0x8000;
		setRegisters(machine, { x0: 1n, x1: BigInt(at - 8), x2: 2n });
		expect(machine.run(2)).toBeUndefined();
		const words = new BigUint64Array(bytesAt(machine, at - 16, 24).buffer);
		expect([...words]).toEqual([2n, 1n, 2n]);
	});

	it('stores exclusively only while the monitor holds', () => {
		const machine = create();
		load(machine, 'ldxr x0, [x1]', 'stxr w2, x3, [x1]', 'stxr w4, x3, [x1]', 'clrex');
		put(machine);
		setRegisters(machine, { x1: data, x2: 9n, x3: 0x55n, x4: 9n });
		machine.run(4);
		expect([machine.x(0), machine.x(2), machine.x(4)]).toEqual([0xa8a7_a6a5_a4a3_a2a1n, 0n, 1n]);
		expect(read64(machine, 0)).toBe(0x55n);
	});

	it('moves SIMD registers to memory and back, clearing what is not loaded', () => {
		const machine = create();
		load(
			machine,
			'ldp q0, q1, [x1, #-32]',
			'stp q1, q0, [x1]',
			'ldr s0, [x1]',
			'fmov x5, d1',
			'fmov v0.d[1], x1',
			'ldr h1, [x1], #2'
		);
		put(machine);
		setRegisters(machine, { x1: data });
		machine.run(6);
		expect(read64(machine, 0)).toBe(0x9897_9695_9493_9291n);
		expect(machine.x(5)).toBe(0x9897_9695_9493_9291n);
		expect(machine.v(0)).toBe((data << 64n) | 0x9493_9291n);
		expect(machine.v(1)).toBe(0x9291n);
		expect(machine.x(1)).toBe(data + 2n);
	});
});

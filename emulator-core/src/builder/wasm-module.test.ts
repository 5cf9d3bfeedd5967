import { describe, expect, it } from 'vitest';
import { FunctionWriter, type WasmValue } from './function-writer.ts';
import { op, sizedOp } from './opcodes.ts';
import { memarg } from './wasm-builder.ts';
import { I32, I64, signed, unsigned, WasmModule } from './wasm-module.ts';

describe('LEB128', () => {
	it.each([
		[0, [0x00]],
		[127, [0x7f]],
		[128, [0x80, 0x01]],
		[624485, [0xe5, 0x8e, 0x26]]
	])('writes %d unsigned', (value, bytes) => {
		const out: number[] = [];
		unsigned(out, value);
		expect(out).toEqual(bytes);
	});

	it.each<[number | bigint, number[]]>([
		[63, [0x3f]],
		[64, [0xc0, 0x00]],
		[-64, [0x40]],
		[-123456, [0xc0, 0xbb, 0x78]],
		[-123456n, [0xc0, 0xbb, 0x78]],
		[-(2n ** 63n), [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f]]
	])('writes %d signed', (value, bytes) => {
		const out: number[] = [];
		signed(out, value);
		expect(out).toEqual(bytes);
	});
});

/** Makes `run(): void` over a memory of one page and calls it. */
function run(write: (f: FunctionWriter) => void): DataView {
	const wasm = new WasmModule();
	wasm.importMemory();
	const index = wasm.declare({ params: [], results: [] });
	const f = new FunctionWriter([]);
	write(f);
	wasm.setBody(index, f.bytes());
	wasm.exportFunction('run', index);
	const memory = new WebAssembly.Memory({ initial: 1 });
	const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm.bytes()), {
		env: { memory }
	});
	(instance.exports['run'] as () => void)();
	return new DataView(memory.buffer);
}

const load = (f: FunctionWriter, at: number) =>
	f.value(I64, memarg(op.i64_load, at), [f.const32(0)], true);
const store = (f: FunctionWriter, at: number, value: WasmValue) =>
	f.effect(memarg(op.i64_store, at), [f.const32(0), value]);

describe('a written function', () => {
	it('keeps what was read before a later write', () => {
		const memory = run((f) => {
			store(f, 0, f.const64(1n));
			const before = load(f, 0);
			store(f, 0, f.const64(2n));
			store(f, 8, before);
		});
		expect([memory.getBigInt64(0, true), memory.getBigInt64(8, true)]).toEqual([2n, 1n]);
	});

	it('computes a value once, also when both arms of an if use it', () => {
		const memory = run((f) => {
			const sum = f.value(I64, [sizedOp.add[1]], [f.const64(-5), load(f, 64)]);
			f.if(
				f.const32(0),
				() => store(f, 0, sum),
				() => store(f, 8, sum)
			);
			store(f, 16, sum);
		});
		expect([0, 8, 16].map((at) => memory.getBigInt64(at, true))).toEqual([0n, -5n, -5n]);
	});

	it('joins two paths in a variable', () => {
		const memory = run((f) => {
			const joined = f.variable(I64);
			f.if(
				f.value(I32, [op.i64_eqz], [load(f, 0)]),
				() => f.set(joined, f.const64(2n ** 64n - 1n)),
				() => f.set(joined, f.const64(7n))
			);
			store(f, 8, f.get(joined));
		});
		expect(memory.getBigInt64(8, true)).toBe(-1n);
	});
});

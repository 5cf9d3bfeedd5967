import { describe, expect, it } from 'vitest';
import { fromBitmap, HIT, instrument, stubUnused, toBitmap } from './index.ts';
import { makeProfile, recordProfile, usedFunctions, type ProfiledWork } from './profile.ts';

/** (import proc_exit) (func $a (export "a") (result i32) (i32.const 7)) (func (export "b") (call $a) (drop)) */
const module = Uint8Array.from([
	0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 12, 3, 0x60, 1, 0x7f, 0, 0x60, 0, 1, 0x7f, 0x60, 0, 0, 2,
	17, 1, 4, 0x77, 0x61, 0x73, 0x69, 9, 0x70, 0x72, 0x6f, 0x63, 0x5f, 0x65, 0x78, 0x69, 0x74, 0, 0,
	3, 3, 2, 1, 2, 7, 9, 2, 1, 0x61, 0, 1, 1, 0x62, 0, 2, 10, 12, 2, 4, 0, 0x41, 7, 0x0b, 5, 0, 0x10,
	1, 0x1a, 0x0b
]);
// The import section's length, filled in from its parts.
module[8 + 14 + 1] = 1 + 5 + 10 + 2;

const exportsOf = (bytes: Uint8Array<ArrayBuffer>, proc_exit: (code: number) => void) =>
	new WebAssembly.Instance(new WebAssembly.Module(bytes), { wasi: { proc_exit } }).exports as {
		a(): number;
		b(): void;
	};

describe('a profiled, stubbed module', () => {
	it('reports each function that runs', () => {
		const hits: number[] = [];
		exportsOf(instrument(module), (code) => hits.push(code - HIT)).b();
		expect(hits).toEqual([1, 0]);
	});
	it('keeps what was used and traps in what was not', () => {
		const lite = exportsOf(stubUnused(module, new Set([0])), () => {});
		expect(lite.a()).toBe(7);
		expect(() => lite.b()).toThrow(WebAssembly.RuntimeError);
	});
	it('stores the profile as a bit map', () => {
		expect(toBitmap(new Set([0, 9]), 12)).toEqual(Uint8Array.from([1, 2]));
		expect(fromBitmap(Uint8Array.from([1, 2]))).toEqual(new Set([0, 9]));
	});
});

describe('a profile', () => {
	/** Runs one of the two functions as a compiler's run would; tells which of them reported. */
	const work = (name: 'a' | 'b', reported: number[] = []): ProfiledWork => {
		return ({ llvm, onExit }) => {
			const proc_exit = (code: number) => {
				if (onExit(code)) reported.push(code - HIT);
			};
			const { exports } = new WebAssembly.Instance(llvm, { wasi: { proc_exit } });
			(exports[name] as () => void)();
		};
	};

	it('is recorded over all pieces of work, each function once', () => {
		const [first, second]: [number[], number[]] = [[], []];
		expect(recordProfile(module, [work('a', first), work('b', second)])).toEqual(new Set([0, 1]));
		expect(first).toEqual([0]);
		// b calls a, which is known by then.
		expect(second).toEqual([1]);
		expect(recordProfile(module, [work('a')])).toEqual(new Set([0]));
		expect(recordProfile(module, [])).toEqual(new Set());
	});

	it('leaves real exit codes to whoever runs the program', () => {
		const codes = [0, 1, 255, HIT - 1, HIT].map((code) => {
			let taken = false;
			recordProfile(module, [({ onExit }) => (taken = onExit(code))]);
			return taken;
		});
		expect(codes).toEqual([false, false, false, false, true]);
	});

	it('keeps its functions for the module that it was taken of, and for no other', () => {
		const profile = makeProfile(module, 'abc', new Set([1]));
		expect(profile).toEqual({ module: 'abc', functions: 2, used: Uint8Array.of(0b10) });
		expect(usedFunctions(profile, module, 'abc')).toEqual(new Set([1]));
		expect(usedFunctions(profile, module, 'abd')).toBeUndefined();
		expect(usedFunctions({ ...profile, functions: 3 }, module, 'abc')).toBeUndefined();
		const empty = module.slice(0, 8);
		expect(usedFunctions(profile, empty, 'abc')).toBeUndefined();
	});
});

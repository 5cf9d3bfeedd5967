import {
	codeStart,
	functionBodies,
	importedFunctions,
	rewriteBodies,
	signed,
	unsigned
} from './wasm-sections.ts';

/**
 * A smaller compiler for the page. Of LLVM's 133,000 functions one in seven ever runs while the tree
 * is compiled; the bodies of the others are replaced by `unreachable`. A run that needs one of them
 * traps, and the caller then takes the whole module.
 */

const opcode = { unreachable: 0x00, end: 0x0b, call: 0x10, i32Const: 0x41 };
/** proc_exit codes from here on are function numbers, not exit codes. */
export const HIT = 0x4000_0000;

/**
 * For recording a profile: each function first calls WASI's proc_exit with HIT plus its number. Those
 * in `known` are left alone: they would only cost time.
 */
export function instrument(
	wasm: Uint8Array,
	known: ReadonlySet<number> = new Set()
): Uint8Array<ArrayBuffer> {
	const exit = importedFunctions(wasm).indexOf('proc_exit');
	if (exit < 0) throw new Error('this module does not import proc_exit: it is no WASI command');
	return rewriteBodies(wasm, (index, { start, end }) => {
		if (known.has(index)) return [wasm.subarray(start, end)];
		const code = codeStart(wasm, start);
		const hit = [opcode.i32Const, ...signed(HIT + index), opcode.call, ...unsigned(exit)];
		return [wasm.subarray(start, code), Uint8Array.from(hit), wasm.subarray(code, end)];
	});
}

const stub = Uint8Array.from([0, opcode.unreachable, opcode.end]);

/** The module with the bodies of all functions outside `used` stubbed. */
export function stubUnused(wasm: Uint8Array, used: ReadonlySet<number>): Uint8Array<ArrayBuffer> {
	return rewriteBodies(wasm, (index, { start, end }) => [
		used.has(index) ? wasm.subarray(start, end) : stub
	]);
}

/** A set of function numbers as a bit map: what a profile is stored as. */
export function toBitmap(used: ReadonlySet<number>, functions: number): Uint8Array {
	const bits = new Uint8Array(Math.ceil(functions / 8));
	for (const index of used) bits[index >> 3]! |= 1 << (index & 7);
	return bits;
}

export function fromBitmap(bits: Uint8Array): Set<number> {
	const used = new Set<number>();
	for (let i = 0; i < bits.length * 8; i++) if (bits[i >> 3]! & (1 << (i & 7))) used.add(i);
	return used;
}

export const functionCount = (wasm: Uint8Array) => functionBodies(wasm).length;

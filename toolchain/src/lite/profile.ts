import { fromBitmap, functionCount, HIT, instrument, toBitmap } from './index.ts';

/** Work that a profile is taken of: it makes its toolchain of these two. */
export type ProfiledWork = (parts: {
	llvm: WebAssembly.Module;
	onExit: (code: number) => boolean;
}) => void;

/**
 * Runs each piece of work on the instrumented compiler; returns the numbers of all functions that ran.
 * What one piece has shown is not counted again in the next: the first should be small, for every call
 * of a counted function leaves WebAssembly.
 */
export function recordProfile(wasm: Uint8Array, pieces: readonly ProfiledWork[]): Set<number> {
	const used = new Set<number>();
	const onExit = (code: number) => {
		if (code < HIT) return false;
		used.add(code - HIT);
		return true;
	};
	for (const work of pieces)
		work({ llvm: new WebAssembly.Module(instrument(wasm, new Set(used))), onExit });
	return used;
}

/** A recorded profile as it is kept: for which module, and a bit for each of its functions. */
export interface Profile {
	/** SHA-256 of the module, in hexadecimal. */
	readonly module: string;
	readonly functions: number;
	readonly used: Uint8Array;
}

export function makeProfile(wasm: Uint8Array, module: string, used: ReadonlySet<number>): Profile {
	const functions = functionCount(wasm);
	return { module, functions, used: toBitmap(used, functions) };
}

/** The functions that a profile keeps, or undefined where it was taken of another module. */
export function usedFunctions(profile: Profile, wasm: Uint8Array, module: string) {
	const fits = profile.module === module && profile.functions === functionCount(wasm);
	return fits ? fromBitmap(profile.used) : undefined;
}

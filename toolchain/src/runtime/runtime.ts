import type { SourceFiles } from '../clang/clang.ts';
import { SHN_UNDEF, STB_LOCAL, STB_WEAK } from '../elf/constants.ts';
import { ElfError, isElf, readElf, type ElfSymbol } from '../elf/reader.ts';
import type { Toolchain } from '../toolchain.ts';
import { archiveMembers, isArchive } from './archive.ts';

/** What each source of toolchain/runtime defines. */
export const runtimeSymbols: Readonly<Record<string, readonly string[]>> = {
	'wide-divide.c': words('__udivti3 __umodti3 __divti3 __modti3 __udivmodti4 __divmodti4'),
	'wide-shift.c': words('__ashlti3 __lshrti3 __ashrti3 __multi3'),
	'wide-float.c': words(
		'__floattidf __floatuntidf __floattisf __floatuntisf __fixdfti __fixunsdfti __fixsfti __fixunssfti'
	),
	'quad-add.c': words('__addtf3 __subtf3'),
	'quad-multiply.c': words('__multf3'),
	'quad-divide.c': words('__divtf3'),
	'quad-compare.c': words('__eqtf2 __netf2 __lttf2 __letf2 __gttf2 __getf2 __unordtf2'),
	'quad-float.c': words('__extendsftf2 __extenddftf2 __trunctfsf2 __trunctfdf2'),
	'quad-integer.c': words(
		'__floattitf __floatuntitf __floatditf __floatunditf __floatsitf __floatunsitf ' +
			'__fixtfti __fixunstfti __fixtfdi __fixunstfdi __fixtfsi __fixunstfsi'
	),
	'complex-float.c': words('__mulsc3 __divsc3'),
	'complex-double.c': words('__muldc3 __divdc3'),
	'complex-quad.c': words('__multc3 __divtc3'),
	'power.c': words('__powisf2 __powidf2 __powitf2'),
	'memory.c': words('memcpy memmove memset memcmp'),
	'cache.c': words('__clear_cache'),
	'atomic.c': words(
		'__atomic_load __atomic_store __atomic_exchange __atomic_compare_exchange __atomic_is_lock_free'
	),
	'atomic-sized.c': ['load', 'store', 'exchange', 'compare_exchange', ...combining()].flatMap(
		(name) => [1, 2, 4, 8, 16].map((size) => `__atomic_${name}_${size}`)
	)
};

function combining(): string[] {
	const operations = words('add sub and or xor nand');
	return operations.flatMap((name) => [`fetch_${name}`, `${name}_fetch`]);
}

function words(text: string): string[] {
	return text.split(' ');
}

/** These must do in a kernel, where vector registers belong to programs. */
const withoutFloat = /^(?:wide-divide|wide-shift|memory|cache|atomic|atomic-sized)\.c$/;

const sourceOf = new Map(
	Object.entries(runtimeSymbols).flatMap(([file, names]) => names.map((name) => [name, file]))
);

/**
 * The library that compiled code counts on: what AArch64 has no instructions for. Compiled from its
 * sources by the toolchain itself, each file when a program first needs it.
 */
export class Runtime {
	readonly #files: Map<string, Uint8Array>;
	readonly #objects = new Map<string, Uint8Array>();

	/** @param sources the files of toolchain/runtime by name */
	constructor(sources: SourceFiles) {
		this.#files = new Map([...sources].map(([name, bytes]) => [`runtime/${name}`, bytes]));
	}

	/**
	 * The objects of the library that these objects and archives need and do not bring themselves.
	 *
	 * @throws Error if a source of the library does not compile
	 */
	missingFrom(
		objects: ReadonlyMap<string, Uint8Array>,
		toolchain: Toolchain
	): Map<string, Uint8Array> {
		const known = new Symbols();
		for (const bytes of objects.values()) known.add(bytes);
		const found = new Map<string, Uint8Array>();
		for (const name of known.needed) {
			const file = known.defined.has(name) ? undefined : sourceOf.get(name);
			if (file === undefined || found.has(`runtime/${file}`)) continue;
			const object = this.#object(file, toolchain);
			found.set(`runtime/${file}`, object);
			// What that needs in its turn is looked at by this same loop.
			known.add(object);
		}
		return new Map([...found].map(([path, object]) => [path.replace(/c$/, 'o'), object]));
	}

	#object(file: string, toolchain: Toolchain): Uint8Array {
		const known = this.#objects.get(file);
		if (known) return known;
		const { object, diagnostics } = toolchain.compile(`runtime/${file}`, this.#files, {
			opt: '-O2',
			// Else the loop of memcpy would become a call of memcpy.
			noBuiltin: true,
			debug: false,
			generalRegsOnly: withoutFloat.test(file)
		});
		if (!object) {
			const [first] = diagnostics;
			throw new Error(`the runtime's ${file} does not compile: ${first?.line}: ${first?.message}`);
		}
		this.#objects.set(file, object);
		return object;
	}
}

/** Global symbols of objects. What is no object at all is left for the linker to complain of. */
class Symbols {
	readonly defined = new Set<string>();
	readonly needed = new Set<string>();

	add(bytes: Uint8Array): void {
		if (isArchive(bytes)) for (const member of archiveMembers(bytes)) this.add(member);
		if (!isElf(bytes)) return;
		try {
			for (const symbol of readElf(bytes).symbols) this.#symbol(symbol);
		} catch (error) {
			if (!(error instanceof ElfError)) throw error;
		}
	}

	#symbol({ name, binding, sectionIndex }: ElfSymbol): void {
		if (binding === STB_LOCAL || name === '') return;
		if (sectionIndex !== SHN_UNDEF) this.defined.add(name);
		else if (binding !== STB_WEAK) this.needed.add(name);
	}
}

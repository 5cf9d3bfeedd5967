import type { CompileFlags } from '../clang/flags.ts';

/** `tree.json`: the build of a tree as data. */
export interface TreeManifest {
	asmOffsets?: { source: string; header: string; flags: string };
	flags: Record<string, FlagSet>;
	targets: Record<string, TargetEntry>;
	archives: Record<string, ArchiveEntry[]>;
}

export interface FlagSet {
	includes: string[];
	defines: Record<string, string>;
	opt: string;
	/** Vector registers may be used: programs that compute with floating point. */
	float?: boolean;
}

export type SourceEntry = string | { file: string; opt?: string };

export interface TargetEntry {
	flags: string;
	/** Linker script; `.lds.S` goes through the preprocessor. */
	link: string;
	output: string;
	/** Name of the flat image of the loaded segments, if one is wanted. */
	image?: string;
	sources: SourceEntry[];
}

export interface ArchiveEntry {
	path: string;
	mode?: string;
	target?: string;
	/** `image`: the target's flat image instead of its ELF file. */
	as?: string;
	archive?: string;
	source?: string;
	symlink?: string;
	/** Built from the tree as shipped, whatever the student changed. */
	pristine?: boolean;
}

/** Files made by the build stand below this folder in the compiler's file system. */
export const generatedFolder = 'trapline-build';

/**
 * @throws Error naming what is wrong with the manifest
 */
export function parseManifest(text: string): TreeManifest {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch (error) {
		throw new Error(`tree.json is not valid JSON: ${(error as Error).message}`, { cause: error });
	}
	const manifest = data as TreeManifest;
	for (const key of ['flags', 'targets', 'archives'] as const)
		if (typeof manifest?.[key] !== 'object')
			throw new Error(`tree.json has no "${key}": it must name flags, targets and archives`);
	for (const [name, target] of Object.entries(manifest.targets)) {
		if (!Array.isArray(target.sources) || typeof target.link !== 'string')
			throw new Error(`tree.json: target "${name}" needs "sources" and "link"`);
		if (!manifest.flags[target.flags])
			throw new Error(
				`tree.json: target "${name}" names the flags "${target.flags}", which are not there`
			);
	}
	return manifest;
}

/** The compiler's flags for a file of a target: what gcc's script and ours have in common. */
export function compileFlags(manifest: TreeManifest, name: string, opt?: string): CompileFlags {
	const set = manifest.flags[name]!;
	return {
		includes: [...set.includes, generatedFolder],
		defines: set.defines,
		opt: opt ?? set.opt,
		generalRegsOnly: set.float !== true,
		noBuiltin: true,
		strictAlign: true,
		warnings: [
			'-Wall',
			'-Wextra',
			'-Wno-unused-parameter',
			'-Wno-missing-field-initializers',
			'-Wno-initializer-overrides',
			'-Wno-sign-compare'
		]
	};
}

/** The build of a tree as data: the form of its `tree.json`. Paths are relative to the tree. */
export interface TreeManifest {
	/** A C file whose assembly text carries `.ascii "->NAME value"` lines, and the header they become. */
	readonly asmOffsets: { readonly source: string; readonly header: string; readonly flags: string };
	readonly flags: Readonly<Record<string, FlagSet>>;
	readonly targets: Readonly<Record<string, Target>>;
	readonly archives: Readonly<Record<string, readonly ArchiveMember[]>>;
}

export interface FlagSet {
	readonly includes: readonly string[];
	readonly defines: Readonly<Record<string, string>>;
	readonly opt: string;
}

export interface Target {
	/** Name of a flag set. */
	readonly flags: string;
	/** The linker script; `.lds.S` goes through the C preprocessor. */
	readonly link: string;
	/** Name of the ELF file. */
	readonly output: string;
	/** Name of the flat image, if one is wanted. */
	readonly image?: string;
	readonly sources: readonly (string | { readonly file: string; readonly opt?: string })[];
}

/** A member's contents come from one of `target`, `archive`, `source` (a file of the tree) or `symlink`. */
export interface ArchiveMember {
	readonly path: string;
	/** Octal, as chmod takes it; 0644 if left out. */
	readonly mode?: string;
	readonly target?: string;
	/** The target's flat image instead of its ELF file. */
	readonly as?: 'image';
	/** Built from the shipped sources, whatever was edited. */
	readonly pristine?: boolean;
	readonly archive?: string;
	readonly source?: string;
	readonly symlink?: string;
}

/** Reads a tree's manifest; says what is wrong with it where it cannot be one. */
export function readManifest(tree: ReadonlyMap<string, Uint8Array>): TreeManifest {
	const bytes = tree.get('tree.json');
	if (!bytes) throw new BuildSetupError('the tree has no tree.json: is this the VM_HW2 folder?');
	let manifest: TreeManifest;
	try {
		manifest = JSON.parse(new TextDecoder().decode(bytes)) as TreeManifest;
	} catch (error) {
		throw new BuildSetupError(`tree.json is not JSON: ${(error as Error).message}`);
	}
	for (const key of ['asmOffsets', 'flags', 'targets', 'archives'] as const) {
		if (typeof manifest[key] !== 'object') throw new BuildSetupError(`tree.json lacks "${key}"`);
	}
	for (const [name, target] of Object.entries(manifest.targets)) {
		if (!manifest.flags[target.flags]) {
			throw new BuildSetupError(`tree.json: target ${name} names flags "${target.flags}", which it does not define`);
		}
	}
	return manifest;
}

/** The tree itself cannot be built: something other than a compiler message stands in the way. */
export class BuildSetupError extends Error {
	override name = 'BuildSetupError';
}

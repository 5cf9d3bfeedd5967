import type { CompileFlags } from '../clang/flags.ts';

/** `tree.json`: the build of a tree as data. */
export interface TreeManifest {
	asmOffsets?: { source: string; header: string; flags: string };
	flags: Record<string, FlagSet>;
	targets: Record<string, TargetEntry>;
	/** What a program that is not in the tree is compiled and linked with. */
	program?: Required<Pick<TargetEntry, 'flags' | 'link' | 'libraries'>>;
	/** By name: sources of which a program that names the library gets what it calls. */
	libraries?: Record<string, SourceEntry[]>;
	archives: Record<string, ArchiveEntry[]>;
	/** ext2 images by name; those that others hold come first. */
	disks?: Record<string, DiskEntry>;
	/** What a boot loader puts into memory as one file, by name. */
	bootImages?: Record<string, BootImageEntry>;
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
	/** Compiled with the target's own flags. */
	libraries?: string[];
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

export interface DiskEntry {
	/** Of the image: `16M`, `512K`. */
	size: string;
	uuid: string;
	/** What all of its files are dated, as `2013-05-26T16:51:00Z`. */
	time: string;
	label?: string;
	members: DiskMemberEntry[];
}

export interface DiskMemberEntry extends ArchiveEntry {
	/** Another disk of the manifest. */
	disk?: string;
	/** An empty directory. */
	directory?: true;
}

/** Boot code with a kernel and a device tree, linked to one ELF file. */
export interface BootImageEntry {
	flags: string;
	link: string;
	sources: string[];
	/** The target whose flat image is the kernel: `Image` for the sources' `.incbin`. */
	kernel: string;
	/** The board whose device tree it is: `foundation.dtb` for the sources' `.incbin`. */
	board: string;
	bootargs: string;
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
		if (!isObject(manifest?.[key]))
			throw new Error(`tree.json has no "${key}": it must name flags, targets and archives`);
	for (const [name, flags] of Object.entries(manifest.flags))
		if (!isList(flags?.includes, isText) || !isObject(flags.defines) || !isText(flags.opt))
			throw new Error(`tree.json: flags "${name}" need "includes", "defines" and "opt"`);
	for (const [name, target] of Object.entries(manifest.targets)) {
		if (!isList(target?.sources, isSource) || !isText(target.link) || !isText(target.output))
			throw new Error(`tree.json: target "${name}" needs "sources", "link" and "output"`);
		if (!manifest.flags[target.flags])
			throw new Error(
				`tree.json: target "${name}" names the flags "${target.flags}", which are not there`
			);
		const absent = target.libraries?.find((library) => !manifest.libraries?.[library]);
		if (absent !== undefined)
			throw new Error(
				`tree.json: target "${name}" names the library "${absent}", which is not there`
			);
	}
	const { program } = manifest;
	if (program && !(manifest.flags[program.flags] && isText(program.link) && program.libraries))
		throw new Error('tree.json: "program" needs "flags" that are there, "link" and "libraries"');
	for (const [name, sources] of Object.entries(manifest.libraries ?? {}))
		if (!isList(sources, isSource))
			throw new Error(`tree.json: library "${name}" must be a list of sources`);
	for (const [name, entries] of Object.entries(manifest.archives))
		if (!isList(entries, (entry) => isObject(entry) && isText((entry as ArchiveEntry).path)))
			throw new Error(`tree.json: archive "${name}" must be a list of members with a "path"`);
	checkDisks(manifest.disks ?? {});
	checkBootImages(manifest);
	const offsets = manifest.asmOffsets;
	if (offsets !== undefined && !(isText(offsets.source) && isText(offsets.header)))
		throw new Error('tree.json: "asmOffsets" needs "source", "header" and "flags"');
	if (offsets !== undefined && !manifest.flags[offsets.flags])
		throw new Error(
			`tree.json: "asmOffsets" names the flags "${offsets.flags}", which are not there`
		);
	return manifest;
}

function checkDisks(disks: Record<string, DiskEntry>): void {
	if (!isObject(disks)) throw new Error('tree.json: "disks" must name disks and what is on them');
	for (const [name, disk] of Object.entries(disks)) {
		const isMember = (entry: unknown) =>
			isObject(entry) && isText((entry as DiskMemberEntry).path) && isRooted(entry);
		if (!isText(disk?.size) || !isText(disk.uuid) || !isText(disk.time))
			throw new Error(`tree.json: disk "${name}" needs "size", "uuid", "time" and "members"`);
		if (!/^\d+[KM]$/.test(disk.size))
			throw new Error(`tree.json: disk "${name}" has the size ${disk.size}: give 512K or 16M`);
		if (!(Date.parse(disk.time) > 0))
			throw new Error(
				`tree.json: disk "${name}" has the time ${disk.time}: give 2013-05-26T16:51Z`
			);
		if (!isList(disk.members, isMember))
			throw new Error(`tree.json: disk "${name}" must have "members", each with a "path" from /`);
	}
}

function checkBootImages({ bootImages = {}, flags, targets }: TreeManifest): void {
	if (!isObject(bootImages)) throw new Error('tree.json: "bootImages" must name boot images');
	for (const [name, entry] of Object.entries(bootImages)) {
		if (!isList(entry?.sources, isText) || ![entry.link, entry.board, entry.bootargs].every(isText))
			throw new Error(
				`tree.json: boot image "${name}" needs "sources", "link", "kernel", "board" and "bootargs"`
			);
		if (!flags[entry.flags] || targets[entry.kernel]?.image === undefined)
			throw new Error(
				`tree.json: boot image "${name}" names flags, or a kernel with an image, that are not there`
			);
	}
}

const isRooted = (entry: object) => (entry as DiskMemberEntry).path.startsWith('/');
const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is object =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown, each: (item: unknown) => boolean) =>
	Array.isArray(value) && value.every(each);
const isSource = (value: unknown) =>
	isText(value) || (isObject(value) && isText((value as { file?: unknown }).file));

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

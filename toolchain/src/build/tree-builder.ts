import type { Diagnostic } from '../clang/diagnostics.ts';
import { flagsKey, type CompileFlags } from '../clang/flags.ts';
import { toImage } from '../elf/image.ts';
import { readElf } from '../elf/reader.ts';
import { compileToAssembly, compileUnit, type Tools } from './compile-unit.ts';
import { cpio, fileType, type CpioMember } from './cpio.ts';
import { readManifest, type ArchiveMember, type FlagSet, type Target, type TreeManifest } from './manifest.ts';
import type { ObjectCache } from './object-cache.ts';

export type Tree = ReadonlyMap<string, Uint8Array>;

export interface BuildProgress {
	/** Units of this build that need work, and how many are done. */
	readonly done: number;
	readonly total: number;
	/** What is being worked on. */
	readonly file: string;
}

export interface TreeBuild {
	/** ELF files, images and archives by the names that tree.json gives them; absent where there were errors. */
	readonly outputs?: ReadonlyMap<string, Uint8Array>;
	/** The same of targets that an archive wants pristine. */
	readonly pristine?: ReadonlyMap<string, Uint8Array>;
	readonly diagnostics: readonly Diagnostic[];
	/** Files that were compiled or assembled, not found in the cache. */
	readonly compiled: readonly string[];
}

const linkFlags = ['-nostdlib', '-static', '-z', 'max-page-size=4096'];

/** Builds a tree: what did not change since an earlier build comes from the cache. */
export class TreeBuilder {
	readonly #tools: Tools;
	readonly #cache: ObjectCache;

	constructor(tools: Tools, cache: ObjectCache) {
		this.#tools = tools;
		this.#cache = cache;
	}

	/**
	 * @param tree the files to build, edits included
	 * @param shipped the unedited tree, for what must be pristine; `tree` itself if left out
	 */
	build(tree: Tree, shipped: Tree = tree, progress?: (now: BuildProgress) => void): TreeBuild {
		const manifest = readManifest(tree);
		const run = new BuildRun(this.#tools, this.#cache, manifest, progress);
		const { outputs } = run.targets(tree, Object.keys(manifest.targets));
		const wanted = new Set(
			Object.values(manifest.archives)
				.flat()
				.filter((member) => member.pristine && member.target !== undefined)
				.map((member) => member.target!)
		);
		const pristine = tree === shipped ? outputs : run.targets(shipped, [...wanted]).outputs;
		const { diagnostics, compiled } = run;
		if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics, compiled };
		for (const name of Object.keys(manifest.archives)) {
			outputs.set(name, run.archive(name, tree, outputs, pristine));
		}
		return { outputs, pristine, diagnostics, compiled };
	}
}

/** The flags of one file of a target. */
export function unitFlags(set: FlagSet, opt = set.opt): CompileFlags {
	return {
		includes: [...set.includes, '.'],
		defines: set.defines,
		opt,
		generalRegsOnly: true,
		warnings: ['-Wall']
	};
}

class BuildRun {
	readonly diagnostics: Diagnostic[] = [];
	readonly compiled: string[] = [];
	readonly #tools: Tools;
	readonly #cache: ObjectCache;
	readonly #manifest: TreeManifest;
	readonly #progress: ((now: BuildProgress) => void) | undefined;

	constructor(tools: Tools, cache: ObjectCache, manifest: TreeManifest, progress?: (now: BuildProgress) => void) {
		this.#tools = tools;
		this.#cache = cache;
		this.#manifest = manifest;
		this.#progress = progress;
	}

	/** Compiles and links targets; errors of all files are gathered before anything is linked. */
	targets(tree: Tree, names: readonly string[]): { outputs: Map<string, Uint8Array> } {
		const outputs = new Map<string, Uint8Array>();
		const files = this.#withOffsets(tree);
		if (!files) return { outputs };
		const objects = names.map((name) => this.#objects(files, this.#manifest.targets[name]!));
		names.forEach((name, i) => {
			if (objects[i]) this.#link(files, name, objects[i], outputs);
		});
		return { outputs };
	}

	/** The tree with the header of structure offsets that assembly includes. */
	#withOffsets(tree: Tree): Tree | undefined {
		const { source, header, flags: name } = this.#manifest.asmOffsets;
		const flags = unitFlags(this.#manifest.flags[name]!);
		const unit = `offsets ${source} ${flagsKey(flags)}`;
		let text = this.#cache.find(unit, tree);
		if (!text) {
			this.#progress?.({ done: 0, total: 1, file: source });
			const result = compileToAssembly(this.#tools.clang, source, tree, flags);
			this.diagnostics.push(...result.diagnostics);
			if (!result.text) return undefined;
			this.compiled.push(source);
			text = new TextEncoder().encode(offsetsHeader(source, result.text.text));
			this.#cache.keep(unit, tree, result.dependencies, text);
		}
		return new Map([...tree, [header, text]]);
	}

	#objects(files: Tree, target: Target): Map<string, Uint8Array> | undefined {
		const units = target.sources.map((entry) => {
			const { file, opt } = typeof entry === 'string' ? { file: entry, opt: undefined } : entry;
			const flags = unitFlags(this.#manifest.flags[target.flags]!, opt);
			const unit = `object ${file} ${flagsKey(flags)}`;
			return { file, flags, unit, object: this.#cache.find(unit, files) };
		});
		const stale = units.filter(({ object }) => !object);
		stale.forEach((unit, done) => {
			this.#progress?.({ done, total: stale.length, file: unit.file });
			const result = compileUnit(this.#tools, unit.file, files, unit.flags);
			this.diagnostics.push(...result.diagnostics);
			this.compiled.push(unit.file);
			if (!result.object) return;
			unit.object = result.object;
			this.#cache.keep(unit.unit, files, result.dependencies, result.object);
		});
		if (units.some(({ object }) => !object)) return undefined;
		return new Map(units.map(({ file, object }) => [file.replace(/\.[cSs]$/, '.o'), object!]));
	}

	#link(files: Tree, name: string, objects: Map<string, Uint8Array>, outputs: Map<string, Uint8Array>): void {
		const target = this.#manifest.targets[name]!;
		const unit = `link ${name} ${linkFlags.join(' ')}`;
		const flags = unitFlags(this.#manifest.flags[target.flags]!);
		// The script's own includes count as inputs too: they are among the tree's files.
		const script = this.#tools.clang.preprocess(target.link, files, { ...flags, defines: { ...flags.defines, __ASSEMBLY__: '1' } }, { lineMarkers: false });
		this.diagnostics.push(...script.diagnostics);
		if (script.text === undefined) return;
		const inputs: Tree = new Map([...objects, ['script', new TextEncoder().encode(script.text)]]);
		let elf = this.#cache.find(unit, inputs);
		if (!elf) {
			this.#progress?.({ done: 0, total: 1, file: target.output });
			const result = this.#tools.clang.link(objects, { path: `${name}.lds`, text: script.text }, linkFlags);
			this.diagnostics.push(...result.diagnostics);
			if (!result.output) return;
			elf = result.output;
			this.#cache.keep(unit, inputs, [...inputs.keys()], elf);
		}
		outputs.set(target.output, elf);
		if (target.image !== undefined) outputs.set(target.image, toImage(readElf(elf)).bytes);
	}

	archive(name: string, tree: Tree, outputs: Tree, pristine: Tree): Uint8Array {
		const members = this.#manifest.archives[name]!.map((member): CpioMember => {
			const type = member.symlink !== undefined ? fileType.symlink : fileType.regular;
			const mode = type | parseInt(member.mode ?? '0644', 8);
			return { path: member.path, mode, data: this.#contents(member, tree, outputs, pristine) };
		});
		return cpio(members);
	}

	#contents(member: ArchiveMember, tree: Tree, outputs: Tree, pristine: Tree): Uint8Array {
		if (member.symlink !== undefined) return new TextEncoder().encode(member.symlink);
		const target = member.target !== undefined ? this.#manifest.targets[member.target] : undefined;
		const from = target && member.pristine ? pristine : outputs;
		const data = target
			? from.get(member.as === 'image' ? (target.image ?? '') : target.output)
			: member.archive !== undefined
				? outputs.get(member.archive)
				: tree.get(member.source ?? '');
		if (!data) throw new Error(`tree.json: ${member.path} names something that is not built before it`);
		return data;
	}
}

/** `.ascii "->NAME value"` lines as `#define`s. */
function offsetsHeader(source: string, assembly: string): string {
	const lines = [...assembly.matchAll(/\.ascii "->(\w+) #?(-?\d+)"/g)];
	const defines = lines.map(([, name, value]) => `#define ${name} ${value}\n`);
	return `/* Made from ${source}: do not edit. */\n${defines.join('')}`;
}

import { formatDiagnostic, place, type Diagnostic } from '../clang/diagnostics.ts';
import { flagsKey, type CompileFlags } from '../clang/flags.ts';
import { toImage } from '../elf/image.ts';
import { readElf } from '../elf/reader.ts';
import { StubReached } from '../lite/stub-reached.ts';
import type { CompiledObject, Toolchain } from '../toolchain.ts';
import { contentHash, textHash } from './content-hash.ts';
import { writeCpio, type CpioMember } from './cpio.ts';
import { Ext2Error } from '../ext2/index.ts';
import { makeDisk, type DiskMember } from './disk-image.ts';
import {
	compileFlags,
	generatedFolder,
	parseManifest,
	type ArchiveEntry,
	type BootImageEntry,
	type DiskMemberEntry,
	type SourceEntry,
	type TargetEntry,
	type TreeManifest
} from './manifest.ts';

/** What earlier builds made, by source and flags: valid as long as every file it read is the same. */
export type BuildCache = Map<string, CachedObject>;

export interface CachedObject {
	object?: Uint8Array;
	/** asm-offsets and linker scripts are text. */
	text?: string;
	diagnostics: Diagnostic[];
	/** Path and content hash of every file read. */
	dependencies: [path: string, hash: string][];
}

export interface BuildInput {
	/** Paths relative to the tree's root; `tree.json` is one of them. */
	files: ReadonlyMap<string, Uint8Array>;
	/** Filled as the build goes on; hand the same one to the next build. */
	cache?: BuildCache;
	/** Outputs of the tree as shipped, for archive members marked pristine; else the tree's own. */
	pristine?: ReadonlyMap<string, Uint8Array>;
	/** Only these targets and archives. */
	only?: readonly string[];
	/**
	 * Makes disks and boot images too. The device trees of these are the machine's affair: a board's, with
	 * arguments for the kernel, as a blob; undefined if there is no such board.
	 */
	boot?: { deviceTree: (board: string, bootargs: string) => Uint8Array | undefined };
	progress?: (step: BuildProgress) => void;
}

export interface BuildProgress {
	done: number;
	total: number;
	file: string;
	/** The object was there already. */
	cached: boolean;
}

export interface BuildResult {
	ok: boolean;
	/** vmlinux, Image, programs, archives, by the names of the manifest. */
	outputs: Map<string, Uint8Array>;
	/** What asm-offsets.h defines, by name; empty where the tree has none. */
	offsets: Record<string, number>;
	diagnostics: Diagnostic[];
	compiled: number;
	reused: number;
	/** What of the cache this build made or took. */
	used: BuildCache;
}

/**
 * Builds a tree as its tree.json says. Never throws for what is in the files; a stubbed compiler throws
 * StubReached, and what was built until then is in the cache.
 */
export function buildTree(toolchain: Toolchain, input: BuildInput): BuildResult {
	const text = input.files.get('tree.json');
	try {
		if (!text) throw new Error('the tree has no tree.json: it says what is built from what');
		return new TreeBuild(toolchain, input, parseManifest(new TextDecoder().decode(text))).run();
	} catch (error) {
		if (error instanceof StubReached) throw error;
		const diagnostics = [place('tree.json', 1, 1, 'error', (error as Error).message)];
		return { ...nothing(), ok: false, diagnostics };
	}
}

/** What a C program needs of a tree that has a C library, beside its own files. */
export interface ProgramParts {
	/** Folders of headers, in the tree. */
	includes: string[];
	library: Map<string, Uint8Array>;
	script: string;
	compiled: number;
}

/**
 * Builds the library that a tree's "program" names.
 *
 * @throws Error with the compiler's messages, or if the tree has no "program"
 */
export function buildLibrary(
	toolchain: Toolchain,
	input: Pick<BuildInput, 'files' | 'cache'>
): ProgramParts {
	const manifest = parseManifest(new TextDecoder().decode(input.files.get('tree.json')));
	const { program } = manifest;
	if (!program) throw new Error('tree.json names no "program": the tree has no C library');
	return new TreeBuild(toolchain, input, manifest).program(program);
}

const nothing = (): BuildResult => ({
	ok: true,
	outputs: new Map(),
	offsets: {},
	diagnostics: [],
	compiled: 0,
	reused: 0,
	used: new Map()
});

class TreeBuild {
	readonly #toolchain: Toolchain;
	readonly #input: BuildInput;
	readonly #manifest: TreeManifest;
	readonly #files: Map<string, Uint8Array>;
	readonly #cache: BuildCache;
	readonly #hashes = new Map<string, string>();
	readonly #result = nothing();
	readonly #reported = new Set<string>();
	#done = 0;
	#total = 0;

	constructor(toolchain: Toolchain, input: BuildInput, manifest: TreeManifest) {
		this.#toolchain = toolchain;
		this.#input = input;
		this.#manifest = manifest;
		this.#files = new Map(input.files);
		this.#cache = input.cache ?? new Map();
	}

	run(): BuildResult {
		const wanted = this.#wantedTargets();
		this.#total = wanted.reduce(
			(sum, [, target]) => sum + target.sources.length + this.#librarySources(target).length + 1,
			0
		);
		if (this.#manifest.asmOffsets && !this.#asmOffsets(this.#manifest.asmOffsets))
			return this.#finish();
		for (const [name, target] of wanted) this.#target(name, target);
		if (this.#result.ok)
			for (const name of Object.keys(this.#manifest.archives))
				if (this.#isWanted(name)) this.#archive(name, []);
		if (this.#result.ok && this.#input.boot) this.#bootFiles(this.#input.boot.deviceTree);
		return this.#finish();
	}

	program(program: NonNullable<TreeManifest['program']>): ProgramParts {
		const target = { ...program, output: '', sources: [] };
		const library = this.#objects('libc', target, this.#librarySources(target));
		const script = this.#script(target);
		const { diagnostics, compiled } = this.#result;
		if (!library || script === undefined)
			throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
		return { includes: this.#manifest.flags[program.flags]!.includes, library, script, compiled };
	}

	#isWanted(name: string): boolean {
		return this.#input.only === undefined || this.#input.only.includes(name);
	}

	/** The targets asked for, and those that the archives asked for hold. */
	#wantedTargets(): [string, TargetEntry][] {
		const names = new Set(
			Object.keys(this.#manifest.targets).filter((name) => this.#isWanted(name))
		);
		const collect = (archive: string, depth = 0) => {
			for (const entry of this.#manifest.archives[archive] ?? []) {
				if (entry.target && !(entry.pristine && this.#pristineOutput(entry)))
					names.add(entry.target);
				if (entry.archive && depth < 8) collect(entry.archive, depth + 1);
			}
		};
		for (const name of Object.keys(this.#manifest.archives))
			if (this.#isWanted(name)) collect(name);
		return Object.entries(this.#manifest.targets).filter(([name]) => names.has(name));
	}

	#finish(): BuildResult {
		this.#result.ok &&= !this.#result.diagnostics.some(({ severity }) => severity === 'error');
		return this.#result;
	}

	/** A header is included by many files: its messages are told once. */
	#report(diagnostics: readonly Diagnostic[]): void {
		for (const diagnostic of diagnostics) {
			const key = formatDiagnostic(diagnostic);
			if (this.#reported.has(key)) continue;
			this.#reported.add(key);
			this.#result.diagnostics.push(diagnostic);
			if (diagnostic.severity === 'error') this.#result.ok = false;
		}
	}

	#hash(path: string): string {
		let hash = this.#hashes.get(path);
		if (hash === undefined) {
			const bytes = this.#files.get(path);
			this.#hashes.set(path, (hash = bytes ? contentHash(bytes) : 'absent'));
		}
		return hash;
	}

	/** What `make` would make, unless every file it read last time is unchanged. */
	#cached(
		key: string,
		file: string,
		make: () => Omit<CachedObject, 'dependencies'> & { dependencies: string[] }
	): CachedObject {
		const known = this.#cache.get(key);
		const fresh = known?.dependencies.every(([path, hash]) => this.#hash(path) === hash) ?? false;
		this.#input.progress?.({ done: this.#done, total: this.#total, file, cached: fresh });
		if (known && fresh) {
			this.#result.reused++;
			this.#result.used.set(key, known);
			this.#report(known.diagnostics);
			return known;
		}
		const { dependencies, ...made } = make();
		const entry: CachedObject = {
			...made,
			dependencies: dependencies.map((path) => [path, this.#hash(path)])
		};
		this.#result.compiled++;
		// A failure may end by a header that is not there yet, which no list of files read can name.
		if (entry.object || entry.text !== undefined) this.#keep(key, entry);
		else this.#cache.delete(key);
		this.#report(entry.diagnostics);
		return entry;
	}

	#keep(key: string, entry: CachedObject): void {
		this.#cache.set(key, entry);
		this.#result.used.set(key, entry);
	}

	/** `.ascii "->NAME value"` lines of the compiled file become the header's #defines. */
	#asmOffsets({ source, header, flags: name }: NonNullable<TreeManifest['asmOffsets']>): boolean {
		const flags = compileFlags(this.#manifest, name);
		const made = this.#cached(`offsets ${source} ${flagsKey(flags)}`, source, () => {
			const { assembly, ...rest } = this.#toolchain.compileToAssembly(source, this.#files, flags);
			return assembly === undefined ? rest : { ...rest, text: assembly.text };
		});
		if (made.text === undefined) return false;
		const defined = [...made.text.matchAll(/->(\w+) #?(-?[0-9]+)/g)];
		const lines = defined.map(([, symbol, value]) => `#define ${symbol} ${value}\n`);
		for (const [, symbol, value] of defined) this.#result.offsets[symbol!] = Number(value);
		const path = `${generatedFolder}/${header}`;
		const text = `/* Made from ${source}: do not edit. */\n${lines.join('')}`;
		this.#files.set(path, new TextEncoder().encode(text));
		this.#hashes.delete(path);
		return true;
	}

	#target(name: string, target: TargetEntry): void {
		const objects = this.#objects(name, target, target.sources);
		const library = this.#objects(name, target, this.#librarySources(target));
		const script = this.#script(target);
		if (!objects || !library || script === undefined) return;
		this.#input.progress?.({
			done: this.#done,
			total: this.#total,
			file: target.output,
			cached: false
		});
		const key = [...objects, ['library', new Uint8Array()] as const, ...library]
			.map(([path, bytes]) => `${path} ${contentHash(bytes)}`)
			.join('\n');
		const linkKey = `link ${name} ${textHash(key + script)}`;
		const linked =
			this.#cache.get(linkKey) ??
			(() => {
				const { output, diagnostics } = this.#toolchain.link(
					objects,
					{ path: `${generatedFolder}/${name}.lds`, text: script },
					linkFlags,
					library
				);
				const made: CachedObject = { diagnostics, dependencies: [] };
				if (output) made.object = output;
				for (const old of this.#cache.keys())
					if (old.startsWith(`link ${name} `)) this.#cache.delete(old);
				return made;
			})();
		this.#keep(linkKey, linked);
		this.#done++;
		this.#report(linked.diagnostics);
		if (!linked.object) {
			this.#result.ok = false;
			return;
		}
		this.#result.outputs.set(target.output, linked.object);
		if (target.image) this.#result.outputs.set(target.image, toImage(readElf(linked.object)).bytes);
	}

	#librarySources(target: TargetEntry): SourceEntry[] {
		return (target.libraries ?? []).flatMap((name) => this.#manifest.libraries![name]!);
	}

	/** What the compiler makes of `sources`; undefined if one of them does not compile. */
	#objects(
		name: string,
		target: TargetEntry,
		sources: readonly SourceEntry[]
	): Map<string, Uint8Array> | undefined {
		const objects = new Map<string, Uint8Array>();
		let failed = false;
		for (const entry of sources) {
			const { file, object } = this.#source(target, entry);
			this.#done++;
			if (object) objects.set(`${name}/${file.replace(/\.[cS]$/, '.o')}`, object);
			else failed = true;
		}
		return failed ? undefined : objects;
	}

	#source(
		target: TargetEntry,
		entry: SourceEntry
	): { file: string; object: Uint8Array | undefined } {
		const { file, opt } = typeof entry === 'string' ? { file: entry, opt: undefined } : entry;
		const flags = compileFlags(this.#manifest, target.flags, opt);
		if (!this.#files.has(file)) {
			this.#report([
				place('tree.json', 1, 1, 'error', `${file} is named here but is not in the tree`)
			]);
			return { file, object: undefined };
		}
		const made = this.#cached(`object ${file} ${flagsKey(flags)}`, file, () =>
			this.#object(file, flags)
		);
		return { file, object: made.object };
	}

	#object(file: string, flags: CompileFlags): CompiledObject {
		return file.endsWith('.S')
			? this.#toolchain.assembleFile(file, this.#files, assemblyFlags(flags))
			: this.#toolchain.compile(file, this.#files, flags);
	}

	#script(target: TargetEntry): string | undefined {
		const file = target.link;
		const bytes = this.#files.get(file);
		if (!bytes) {
			this.#report([
				place('tree.json', 1, 1, 'error', `the linker script ${file} is not in the tree`)
			]);
			return undefined;
		}
		if (!file.endsWith('.S')) return new TextDecoder().decode(bytes);
		const flags = assemblyFlags(compileFlags(this.#manifest, target.flags));
		return this.#cached(`script ${file} ${flagsKey(flags)}`, file, () =>
			this.#toolchain.preprocess(file, this.#files, flags, { lineMarkers: false })
		).text;
	}

	/** What a machine needs beside the kernel: its disks, and the kernel as a boot loader takes it. */
	#bootFiles(deviceTree: NonNullable<BuildInput['boot']>['deviceTree']): void {
		for (const name of Object.keys(this.#manifest.disks ?? {})) this.#disk(name);
		for (const [name, entry] of Object.entries(this.#manifest.bootImages ?? {})) {
			const tree = deviceTree(entry.board, entry.bootargs);
			if (tree) this.#bootImage(name, entry, tree);
			else this.#refuse(`the boot image ${name} is for ${entry.board}, and there is no such board`);
		}
	}

	#disk(name: string): void {
		const entry = this.#manifest.disks![name]!;
		const members: DiskMember[] = [];
		for (const member of entry.members) {
			const data = this.#diskMember(member);
			if (!data)
				return this.#refuse(`${member.path} of the disk ${name}: nothing makes its contents`);
			const type = member.directory ? 'directory' : member.symlink ? 'symlink' : 'file';
			const mode = Number.parseInt(member.mode ?? (member.directory ? '0755' : '0644'), 8);
			members.push({ path: member.path, type, mode, data });
		}
		try {
			this.#result.outputs.set(name, makeDisk(entry, members));
		} catch (error) {
			if (!(error instanceof Ext2Error)) throw error;
			this.#refuse(`the disk ${name}: ${error.message}`);
		}
	}

	#diskMember(member: DiskMemberEntry): Uint8Array | undefined {
		if (member.directory) return new Uint8Array();
		if (member.disk !== undefined) return this.#result.outputs.get(member.disk);
		return this.#member(member, []);
	}

	/** Not kept in the cache: it holds the kernel, and is made in no time. */
	#bootImage(name: string, entry: BootImageEntry, tree: Uint8Array): void {
		const kernel = this.#result.outputs.get(this.#manifest.targets[entry.kernel]!.image!)!;
		const files = new Map(this.#files).set('Image', kernel).set(`${entry.board}.dtb`, tree);
		const flags = assemblyFlags(compileFlags(this.#manifest, entry.flags));
		const objects = new Map<string, Uint8Array>();
		for (const file of entry.sources) {
			if (!files.has(file)) return this.#refuse(`${file} is named here but is not in the tree`);
			const { object, diagnostics } = this.#toolchain.assembleFile(file, files, flags);
			this.#report(diagnostics);
			if (!object) return;
			objects.set(file.replace(/\.S$/, '.o'), object);
		}
		if (!files.has(entry.link))
			return this.#refuse(`the linker script ${entry.link} is not in the tree`);
		const script = this.#toolchain.preprocess(entry.link, files, flags, { lineMarkers: false });
		this.#report(script.diagnostics);
		if (script.text === undefined) return;
		const { output, diagnostics } = this.#toolchain.link(
			objects,
			{ path: `${generatedFolder}/${name}.lds`, text: script.text },
			linkFlags
		);
		this.#report(diagnostics);
		if (output) this.#result.outputs.set(name, output);
	}

	#refuse(message: string): void {
		this.#report([place('tree.json', 1, 1, 'error', message)]);
	}

	#pristineOutput(entry: ArchiveEntry): Uint8Array | undefined {
		const name = this.#outputName(entry);
		return name === undefined ? undefined : this.#input.pristine?.get(name);
	}

	#outputName(entry: ArchiveEntry): string | undefined {
		if (entry.archive) return entry.archive;
		const target = entry.target === undefined ? undefined : this.#manifest.targets[entry.target];
		return entry.as === 'image' ? target?.image : target?.output;
	}

	#archive(name: string, path: readonly string[]): Uint8Array | undefined {
		const done = this.#result.outputs.get(name);
		if (done) return done;
		if (path.includes(name)) {
			this.#report([place('tree.json', 1, 1, 'error', `the archive ${name} would contain itself`)]);
			return undefined;
		}
		const members: CpioMember[] = [];
		for (const entry of this.#manifest.archives[name] ?? []) {
			const data = this.#member(entry, [...path, name]);
			if (!data) {
				const message = `${entry.path} of the archive ${name}: nothing makes its contents`;
				this.#report([place('tree.json', 1, 1, 'error', message)]);
				return undefined;
			}
			const type = entry.symlink === undefined ? 0o100000 : 0o120000;
			members.push({
				path: entry.path,
				mode: type | Number.parseInt(entry.mode ?? '0644', 8),
				data
			});
		}
		const bytes = writeCpio(members);
		this.#result.outputs.set(name, bytes);
		return bytes;
	}

	#member(entry: ArchiveEntry, path: readonly string[]): Uint8Array | undefined {
		if (entry.symlink !== undefined) return new TextEncoder().encode(entry.symlink);
		if (entry.source !== undefined) return this.#files.get(entry.source);
		if (entry.pristine) {
			const shipped = this.#pristineOutput(entry);
			if (shipped) return shipped;
		}
		if (entry.archive !== undefined) return this.#archive(entry.archive, path);
		const name = this.#outputName(entry);
		return name === undefined ? undefined : this.#result.outputs.get(name);
	}
}

const linkFlags = ['-static', '-z', 'max-page-size=4096', '--build-id=none'];

/** Assembly sources know themselves by two names: the compilers' and Linux's. */
function assemblyFlags(flags: CompileFlags): CompileFlags {
	return { ...flags, defines: { ...flags.defines, __ASSEMBLY__: '1' } };
}

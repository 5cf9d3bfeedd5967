import { a64 } from 'emulator-core';
import {
	buildTree,
	compileFlags,
	createToolchain,
	parseManifest,
	StubReached,
	unpackCache,
	type BuildCache,
	type BuildResult,
	type Diagnostic,
	type Toolchain
} from 'toolchain';
import type { BuildMessage, BuildProgress, Edits, Product } from './protocol.ts';
import { SiteData } from './site-data.ts';
import { symbolTable } from './symbol-table.ts';

/** What a run boots, by the names of tree.json. */
const kernel = { image: 'Image', elf: 'vmlinux' };
const initrd = 'host.cpio';

const encoder = new TextEncoder();

type Told = (now: BuildProgress) => void;

interface Built {
	readonly product: Product | undefined;
	readonly messages: BuildMessage[];
}

/** The toolchain with the tree as shipped, loaded once and kept warm. */
export class Builder {
	#toolchain: Toolchain;
	readonly #wholeToolchain: (progress: Told) => Promise<Toolchain>;
	readonly #tree: ReadonlyMap<string, Uint8Array>;
	readonly #cache: BuildCache;
	#shipped: BuildResult | undefined;
	/** The whole compiler on its way, and who hears how far it is. */
	#coming: Promise<Toolchain> | undefined;
	readonly #listening = new Set<Told>();

	private constructor(
		toolchain: Toolchain,
		wholeToolchain: (progress: Told) => Promise<Toolchain>,
		tree: ReadonlyMap<string, string>,
		cache: BuildCache
	) {
		this.#toolchain = toolchain;
		this.#wholeToolchain = wholeToolchain;
		this.#tree = new Map([...tree].map(([path, text]) => [path, encoder.encode(text)]));
		this.#cache = cache;
	}

	/** @throws {Error} in words for the student, if a part cannot be loaded */
	static async load(
		site: string,
		tree: ReadonlyMap<string, string>,
		progress: Told
	): Promise<Builder> {
		let total = 1;
		let compiler: 'small' | 'whole' = 'small';
		const data = new SiteData(site, (bytes) =>
			progress({ stage: 'loading', compiler, bytes: Math.min(bytes, total), total })
		);
		const index = await data.index();
		const { lite, whole } = index.llvm;
		compiler = lite ? 'small' : 'whole';
		const wanted = [lite ?? whole, index.headers, index.objects, ...(index.objects.after ?? [])];
		total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
		const [llvm, headers, objects] = await Promise.all([
			data.module(lite ?? whole),
			data.json<Record<string, string>>(index.headers),
			data.bytes(index.objects)
		]);
		const parts = { headers, assembler: a64 };
		const loadWhole = async (told: Told) => {
			const total = whole.bytes;
			const more = new SiteData(site, (bytes) =>
				told({ stage: 'loading', compiler: 'whole', bytes: Math.min(bytes, total), total })
			);
			return createToolchain({ ...parts, llvm: await more.module(whole) });
		};
		const toolchain = createToolchain({ ...parts, llvm, stubbed: lite !== undefined });
		return new Builder(toolchain, loadWhole, tree, unpackCache(objects));
	}

	/**
	 * Does work with the small compiler and, where that lacks a part, again with the whole one, which
	 * then stays.
	 */
	async #whatever<T>(progress: Told, work: () => T): Promise<T> {
		try {
			return work();
		} catch (error) {
			if (!(error instanceof StubReached)) throw error;
			this.#toolchain = await this.#loadWhole(progress);
			return work();
		}
	}

	/** Loads the whole compiler once, also where a check as one types and a build both ask for it. */
	#loadWhole(progress: Told): Promise<Toolchain> {
		this.#listening.add(progress);
		this.#coming ??= this.#wholeToolchain((now) => {
			for (const told of this.#listening) told(now);
		}).finally(() => {
			this.#coming = undefined;
			this.#listening.clear();
		});
		return this.#coming;
	}

	/** Builds the tree with the edits in it; no product where errors stood in the way. */
	build(edits: Edits, progress: Told): Promise<Built> {
		return this.#whatever(progress, () => this.#build(edits, progress));
	}

	#build(edits: Edits, progress: Told): Built {
		const start = performance.now();
		const shipped = this.#buildShipped(progress);
		const result =
			edits.length > 0 ? this.#run(this.#withEdits(edits), progress, shipped) : shipped;
		const messages = result.diagnostics.flatMap(toMessages);
		const [image, elf, archive] = [kernel.image, kernel.elf, initrd].map((name) =>
			result.outputs.get(name)
		);
		if (!result.ok || !image || !elf || !archive) return { product: undefined, messages };
		const guest = shipped.outputs.get(kernel.elf)!;
		const product: Product = {
			kernel: image,
			initrd: archive,
			symbols: { host: symbolTable(elf), guest: symbolTable(guest) },
			stepping: { elf: { host: elf, guest }, offsets: result.offsets },
			compiled: result.compiled,
			milliseconds: performance.now() - start
		};
		return { product, messages };
	}

	/** Errors and warnings of one file; headers are checked by what includes them, when built. */
	async check(file: string, edits: Edits, progress: Told): Promise<BuildMessage[]> {
		if (!file.endsWith('.c')) return [];
		const files = this.#withEdits(edits);
		const manifest = parseManifest(new TextDecoder().decode(files.get('tree.json')));
		const target = Object.values(manifest.targets).find(({ sources }) =>
			sources.some((entry) => (typeof entry === 'string' ? entry : entry.file) === file)
		);
		if (!target) return [];
		const flags = compileFlags(manifest, target.flags);
		const found = await this.#whatever(progress, () =>
			this.#toolchain.checkSyntax(file, files, flags)
		);
		return found.flatMap(toMessages);
	}

	/** The tree as shipped: the guest's kernel, and what an unedited tree gives. */
	#buildShipped(progress: Told): BuildResult {
		if (this.#shipped) return this.#shipped;
		const result = this.#run(this.#tree, progress);
		if (!result.ok) {
			const first = result.diagnostics.find(({ severity }) => severity === 'error');
			throw new Error(
				`The tree as shipped does not build: ${first ? `${first.file}:${first.line}: ${first.message}` : 'no output'}`
			);
		}
		return (this.#shipped = result);
	}

	#withEdits(edits: Edits): ReadonlyMap<string, Uint8Array> {
		const files = new Map(this.#tree);
		for (const [path, text] of edits) files.set(path, encoder.encode(text));
		return files;
	}

	#run(files: ReadonlyMap<string, Uint8Array>, progress: Told, shipped?: BuildResult): BuildResult {
		return buildTree(this.#toolchain, {
			files,
			cache: this.#cache,
			...(shipped && { pristine: shipped.outputs }),
			progress: ({ done, total, file, cached }) => {
				if (!cached) progress({ stage: 'compiling', done, total, file });
			}
		});
	}
}

function toMessages({ notes, ...diagnostic }: Diagnostic): BuildMessage[] {
	const file = diagnostic.file === '' ? undefined : diagnostic.file;
	return [{ ...diagnostic, file }, ...notes.flatMap(toMessages)];
}

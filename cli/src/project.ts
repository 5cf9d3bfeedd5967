import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
	buildLibrary,
	buildTree,
	formatDiagnostic,
	unpackCache,
	packCache,
	type BuildCache,
	type BuildProgress,
	type BuildResult,
	type ProgramParts,
	type Toolchain
} from 'toolchain';
import { boards, deviceTreeBlob } from 'emulator-core';
import { failed } from './failure.ts';
import { llvmVersion, loadToolchain } from './llvm.ts';
import { readTree, type Tree } from './submission.ts';
import { toolchainHash } from './toolchain-version.ts';

/** The folder that holds this copy of Trapline: the nearest one above that has the homework's tree. */
function findRoot(): string {
	let folder = dirname(fileURLToPath(import.meta.url));
	while (!existsSync(join(folder, 'lessons', 'VM_HW2', 'tree.json'))) {
		const above = resolve(folder, '..');
		if (above === folder)
			throw failed('the homework’s tree (lessons/VM_HW2) is not here: the copy is incomplete');
		folder = above;
	}
	return folder;
}

export const root = findRoot();
export const shippedFolder = join(root, 'lessons', 'VM_HW2');
export const cacheFolder = join(root, '.cache', 'trapline');
export const runtimeFolder = join(root, 'toolchain', 'runtime');

/** In a bundle: of the sources that it was made from (cli/vite.config.ts). */
declare const bundledToolchain: string | undefined;

/** Objects made by another version of the compiler, ours or Clang, are of no use to this one. */
const toolchainVersion =
	typeof bundledToolchain === 'string' ? bundledToolchain : toolchainHash(root);
const cacheFile = () => join(cacheFolder, `objects-${toolchainVersion}-${llvmVersion()}`);

/** The objects of earlier builds. What cannot be read is made again, and a line says so. */
function keptObjects(): BuildCache {
	const file = cacheFile();
	if (!existsSync(file)) return new Map();
	try {
		return unpackCache(readFileSync(file));
	} catch {
		console.error('the objects kept of the last build are damaged: all files are compiled again');
		return new Map();
	}
}

/** Builds trees, the shipped one first: the guest's kernel always comes from it. */
export class Builder {
	readonly shipped: Tree = readTree(shippedFolder);
	#toolchain: Toolchain | undefined;
	readonly #cache: BuildCache;
	#pristine: BuildResult | undefined;

	constructor() {
		this.#cache = keptObjects();
	}

	get toolchain(): Toolchain {
		return (this.#toolchain ??= loadToolchain(cacheFolder, runtimeFolder));
	}

	/** The shipped tree's outputs; fails with the compiler's messages if it does not build. */
	pristine(
		progress?: (step: BuildProgress) => void,
		toBoot = false
	): ReadonlyMap<string, Uint8Array> {
		if (!this.#pristine) {
			const before = this.#cache.size;
			this.#pristine = this.#build(this.shipped, undefined, progress, toBoot);
			if (!this.#pristine.ok)
				throw failed(`the shipped tree does not build:\n${messagesOf(this.#pristine)}`);
			if (this.#pristine.compiled > 0 || this.#cache.size > before) this.#keepCache();
		}
		return this.#pristine.outputs;
	}

	/** What the shipped tree's outputs were made of: the cache may hold more, of other builds. */
	get objects(): BuildCache {
		this.pristine();
		return this.#pristine!.used;
	}

	/** The shipped tree's C library: what `trapline cc --libc` links with. */
	library(): ProgramParts {
		const made = buildLibrary(this.toolchain, { files: this.shipped, cache: this.#cache });
		if (made.compiled > 0) this.#keepCache();
		return made;
	}

	/** What asm-offsets.h of the shipped tree defines. */
	get offsets(): Readonly<Record<string, number>> {
		this.pristine();
		return this.#pristine!.offsets;
	}

	/**
	 * Builds a tree with edits; `toBoot`, its disks and boot images too. Errors of the source are in the
	 * result.
	 */
	build(tree: Tree, progress?: (step: BuildProgress) => void, toBoot = false): BuildResult {
		const pristine = this.pristine(progress, toBoot && tree === this.shipped);
		return tree === this.shipped ? this.#pristine! : this.#build(tree, pristine, progress, toBoot);
	}

	#build(
		files: Tree,
		pristine: ReadonlyMap<string, Uint8Array> | undefined,
		progress: ((step: BuildProgress) => void) | undefined,
		toBoot = false
	): BuildResult {
		return buildTree(this.toolchain, {
			files,
			// A student's objects must not push the shipped ones out.
			cache: pristine ? new Map(this.#cache) : this.#cache,
			...(pristine && { pristine }),
			...(progress && { progress }),
			...(toBoot && { boot: { deviceTree } })
		});
	}

	/** Others may do the same at this moment: each writes a file of its own, and the last one stays. */
	#keepCache(): void {
		mkdirSync(cacheFolder, { recursive: true });
		const file = cacheFile();
		const written = join(cacheFolder, `new-objects-${process.pid}`);
		writeFileSync(written, packCache(this.#cache));
		renameSync(written, file);
		for (const name of readdirSync(cacheFolder)) {
			if (name.startsWith('objects') && name !== basename(file))
				rmSync(join(cacheFolder, name), { force: true });
		}
	}
}

/** As a boot loader on the model has it: CPUs at the spin table, the disk in the first virtio slot. */
function deviceTree(name: string, bootargs: string): Uint8Array | undefined {
	const board = Object.hasOwn(boards, name) ? boards[name] : undefined;
	if (!board) return undefined;
	const slot = board.devices.find((part) => part.kind === 'virtioMmio');
	return deviceTreeBlob(board, {
		bootargs,
		...(slot && { virtioSlots: [slot.name] }),
		...(board.spinTable !== undefined && { enableMethod: 'spin-table' })
	});
}

/** All errors and warnings, a line each. */
export const messagesOf = ({ diagnostics }: Pick<BuildResult, 'diagnostics'>) =>
	diagnostics.map(formatDiagnostic).join('\n');

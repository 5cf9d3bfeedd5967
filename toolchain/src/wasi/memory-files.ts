/**
 * The files a WASI program sees: a map from path to bytes. Directories are not kept, they are implied
 * by the paths of the files. Paths have no leading slash; the root directory is the empty path.
 */
export class MemoryFiles {
	readonly #files = new Map<string, FileNode>();
	/** Each with an inode: Clang takes directories of one inode for the same. */
	readonly #directories = new Map([['', 1]]);
	#inode = 1;

	constructor(files: Iterable<readonly [string, Uint8Array]> = []) {
		for (const [path, bytes] of files) this.put(normalizePath(path), bytes);
	}

	get(path: string): FileNode | undefined {
		return this.#files.get(path);
	}

	put(path: string, bytes: Uint8Array): FileNode {
		const node: FileNode = { inode: ++this.#inode, bytes, size: bytes.length };
		this.#files.set(path, node);
		for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
			const directory = path.slice(0, at);
			if (this.#directories.has(directory)) break;
			this.#directories.set(directory, ++this.#inode);
		}
		return node;
	}

	addDirectory(path: string): void {
		if (!this.#directories.has(path)) this.#directories.set(path, ++this.#inode);
	}

	remove(path: string): boolean {
		return this.#files.delete(path);
	}

	/** Inode of a directory; undefined if there is none. */
	directory(path: string): number | undefined {
		return this.#directories.get(path);
	}

	directoryInode(path: string): number {
		return this.#directories.get(path) ?? 1;
	}

	/** Names directly below a directory, each with whether it is a directory itself. */
	list(path: string): { name: string; directory: boolean }[] {
		const prefix = path === '' ? '' : path + '/';
		const below = (all: Iterable<string>) =>
			[...all]
				.filter((name) => name !== '' && name.startsWith(prefix))
				.map((name) => name.slice(prefix.length))
				.filter((name) => name !== '' && !name.includes('/'));
		return [
			...below(this.#directories.keys()).map((name) => ({ name, directory: true })),
			...below(this.#files.keys()).map((name) => ({ name, directory: false }))
		];
	}
}

/** A file: `bytes` is its buffer, which may be longer than the `size` bytes it holds. */
export interface FileNode {
	readonly inode: number;
	bytes: Uint8Array;
	size: number;
}

/** Grows in powers of two: a program may write a file three bytes at a time. */
export function writeAt(node: FileNode, offset: number, data: Uint8Array): void {
	const end = offset + data.length;
	if (end > node.bytes.length) {
		const grown = new Uint8Array(Math.max(end, node.bytes.length * 2, 4096));
		grown.set(node.bytes.subarray(0, node.size));
		node.bytes = grown;
	}
	node.bytes.set(data, offset);
	node.size = Math.max(node.size, end);
}

export function contents(node: FileNode): Uint8Array {
	return node.bytes.subarray(0, node.size);
}

/** Drops empty and `.` segments, resolves `..` (which stops at the root), and the leading slash. */
export function normalizePath(path: string): string {
	if (!path.includes('.') && !path.includes('//') && !path.startsWith('/') && !path.endsWith('/'))
		return path;
	const out: string[] = [];
	for (const segment of path.split('/')) {
		if (segment === '..') out.pop();
		else if (segment !== '' && segment !== '.') out.push(segment);
	}
	return out.join('/');
}

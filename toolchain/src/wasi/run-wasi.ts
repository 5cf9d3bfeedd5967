import { contents, MemoryFiles, normalizePath, writeAt, type FileNode } from './memory-files.ts';

export interface WasiResult {
	exitCode: number;
	stdout: string;
	stderr: string;
	/** The program died by a WebAssembly trap (its own assertion, or stack overflow): the reason. */
	trap?: string;
}

/**
 * Runs a WASI preview-1 command to its end, in a fresh instance: arguments in, text out, files read
 * from and written to `files`. Never throws for what the program does; a trap is in the result.
 *
 * @param onExit is asked first when the program ends itself; true means that it shall go on
 */
export function runWasi(
	module: WebAssembly.Module,
	args: readonly string[],
	files: MemoryFiles,
	onExit?: (code: number) => boolean
): WasiResult {
	const system = new WasiSystem(args, files, onExit);
	const instance = new WebAssembly.Instance(module, {
		wasi_snapshot_preview1: system.imports()
	});
	const { memory, _start } = instance.exports as { memory: WebAssembly.Memory; _start(): void };
	system.memory = memory;
	let exitCode = 0;
	let trap: string | undefined;
	try {
		_start();
	} catch (error) {
		if (error instanceof ProgramExit) exitCode = error.code;
		else {
			exitCode = 134;
			trap = error instanceof Error ? error.message : String(error);
		}
	}
	const result = { exitCode, stdout: system.output(1), stderr: system.output(2) };
	return trap === undefined ? result : { ...result, trap };
}

class ProgramExit extends Error {
	readonly code: number;
	constructor(code: number) {
		super(`exit ${code}`);
		this.code = code;
	}
}

/** Numbers of WASI preview 1. */
const errno = {
	success: 0,
	badf: 8,
	exist: 20,
	inval: 28,
	isdir: 31,
	noent: 44,
	nosys: 52,
	notdir: 54
};
const fileType = { character: 2, directory: 3, regular: 4 };
const openFlag = { create: 1, directory: 2, exclusive: 4, truncate: 8 };
const rootFd = 3;

interface OpenFile {
	path: string;
	/** Absent for a directory. */
	node?: FileNode;
	position: number;
	append: boolean;
}

class WasiSystem {
	memory!: WebAssembly.Memory;
	readonly #args: Uint8Array[];
	readonly #files: MemoryFiles;
	readonly #open = new Map<number, OpenFile>();
	readonly #streams: FileNode[] = [0, 1, 2].map((inode) => ({
		inode,
		bytes: new Uint8Array(1 << 12),
		size: 0
	}));
	readonly #onExit: ((code: number) => boolean) | undefined;
	#nextFd = rootFd + 1;
	#clock = 0n;

	constructor(
		args: readonly string[],
		files: MemoryFiles,
		onExit: ((code: number) => boolean) | undefined
	) {
		this.#onExit = onExit;
		const encoder = new TextEncoder();
		this.#args = args.map((arg) => encoder.encode(arg + '\0'));
		this.#files = files;
		this.#open.set(rootFd, { path: '', position: 0, append: false });
	}

	output(fd: 1 | 2): string {
		return new TextDecoder().decode(contents(this.#streams[fd]!));
	}

	/** Views die when the memory grows. */
	get #view(): DataView {
		const { buffer } = this.memory;
		if (this.#knownView?.buffer !== buffer) this.#knownView = new DataView(buffer);
		return this.#knownView;
	}
	#knownView: DataView | undefined;

	#bytes(at: number, length: number): Uint8Array {
		return new Uint8Array(this.memory.buffer, at, length);
	}

	#path(directory: number, at: number, length: number): string {
		const name = new TextDecoder().decode(this.#bytes(at, length));
		const base = this.#open.get(directory)?.path ?? '';
		return normalizePath(base === '' ? name : `${base}/${name}`);
	}

	#vectors(at: number, count: number): Uint8Array[] {
		const view = this.#view;
		const out: Uint8Array[] = [];
		// The compiler writes a word at a time: this is called a million times for a large file.
		for (let i = 0; i < count; i++) {
			const length = view.getUint32(at + 8 * i + 4, true);
			if (length > 0) out.push(this.#bytes(view.getUint32(at + 8 * i, true), length));
		}
		return out;
	}

	#putStat(at: number, type: number, inode: number, size: number): void {
		const view = this.#view;
		for (let i = 0; i < 64; i += 8) view.setBigUint64(at + i, 0n, true);
		view.setBigUint64(at, 1n, true);
		view.setBigUint64(at + 8, BigInt(inode), true);
		view.setUint8(at + 16, type);
		view.setBigUint64(at + 24, 1n, true);
		view.setBigUint64(at + 32, BigInt(size), true);
	}

	#statPath(path: string, at: number): number {
		const node = this.#files.get(path);
		if (node) this.#putStat(at, fileType.regular, node.inode, node.size);
		else {
			const directory = this.#files.directory(path);
			if (directory === undefined) return errno.noent;
			this.#putStat(at, fileType.directory, directory, 0);
		}
		return errno.success;
	}

	#read(node: FileNode, position: number, vectors: Uint8Array[]): number {
		let at = position;
		for (const vector of vectors) {
			const part = node.bytes.subarray(at, Math.min(at + vector.length, node.size));
			vector.set(part);
			at += part.length;
			if (part.length < vector.length) break;
		}
		return Math.max(0, at - position);
	}

	#openPath(path: string, flags: number, append: boolean, out: number): number {
		let node = this.#files.get(path);
		const directory = this.#files.directory(path) !== undefined;
		if (node && flags & openFlag.directory) return errno.notdir;
		if ((node || directory) && flags & openFlag.exclusive) return errno.exist;
		if (directory && flags & openFlag.create) return errno.isdir;
		if (!node && !directory) {
			if (!(flags & openFlag.create)) return errno.noent;
			node = this.#files.put(path, new Uint8Array());
		} else if (node && flags & openFlag.truncate) {
			// A new buffer: the old bytes may be the caller's.
			node.bytes = new Uint8Array();
			node.size = 0;
		}
		const fd = this.#nextFd++;
		this.#open.set(fd, node ? { path, node, position: 0, append } : { path, position: 0, append });
		this.#view.setUint32(out, fd, true);
		return errno.success;
	}

	#write(fd: number, vectors: Uint8Array[]): number {
		let written = 0;
		const open = this.#open.get(fd);
		const node = open?.node ?? this.#streams[fd]!;
		for (const vector of vectors) {
			const at = open && !open.append ? open.position : node.size;
			writeAt(node, at, vector);
			if (open) open.position = at + vector.length;
			written += vector.length;
		}
		return written;
	}

	#listDirectory(path: string, buffer: number, length: number, cookie: number): number {
		const encoder = new TextEncoder();
		let at = 0;
		for (const [index, entry] of this.#files.list(path).entries()) {
			if (index < cookie) continue;
			const name = encoder.encode(entry.name);
			const record = new Uint8Array(24 + name.length);
			const head = new DataView(record.buffer);
			head.setBigUint64(0, BigInt(index + 1), true);
			head.setBigUint64(8, BigInt(index + 1), true);
			head.setUint32(16, name.length, true);
			head.setUint8(20, entry.directory ? fileType.directory : fileType.regular);
			record.set(name, 24);
			const part = record.subarray(0, Math.min(record.length, length - at));
			this.#bytes(buffer + at, part.length).set(part);
			at += part.length;
			if (at === length) break;
		}
		return at;
	}

	imports(): Record<string, (...args: never[]) => unknown> {
		const put32 = (at: number, value: number) => this.#view.setUint32(at, value, true);
		const put64 = (at: number, value: bigint) => this.#view.setBigUint64(at, value, true);
		const nosys = () => errno.nosys;
		return {
			args_sizes_get: (count: number, size: number) => {
				put32(count, this.#args.length);
				put32(
					size,
					this.#args.reduce((sum, arg) => sum + arg.length, 0)
				);
				return errno.success;
			},
			args_get: (pointers: number, text: number) => {
				let at = text;
				for (const [i, arg] of this.#args.entries()) {
					put32(pointers + 4 * i, at);
					this.#bytes(at, arg.length).set(arg);
					at += arg.length;
				}
				return errno.success;
			},
			environ_sizes_get: (count: number, size: number) => {
				put32(count, 0);
				put32(size, 0);
				return errno.success;
			},
			environ_get: () => errno.success,
			// A clock that only counts: the same input must give the same output.
			clock_time_get: (_id: number, _precision: bigint, out: number) => {
				put64(out, (this.#clock += 1000n));
				return errno.success;
			},
			random_get: (at: number, length: number) => {
				this.#bytes(at, length).fill(0x5a);
				return errno.success;
			},
			fd_prestat_get: (fd: number, out: number) => {
				if (fd !== rootFd) return errno.badf;
				put32(out, 0);
				put32(out + 4, 1);
				return errno.success;
			},
			fd_prestat_dir_name: (_fd: number, at: number, length: number) => {
				this.#bytes(at, length).set(new TextEncoder().encode('/').subarray(0, length));
				return errno.success;
			},
			fd_fdstat_get: (fd: number, out: number) => {
				const open = this.#open.get(fd);
				if (!open && fd > 2) return errno.badf;
				const type = !open ? fileType.character : open.node ? fileType.regular : fileType.directory;
				put64(out, BigInt(type));
				put64(out + 8, 0xffff_ffff_ffff_ffffn);
				put64(out + 16, 0xffff_ffff_ffff_ffffn);
				return errno.success;
			},
			fd_filestat_get: (fd: number, out: number) => {
				const open = this.#open.get(fd);
				if (!open && fd > 2) return errno.badf;
				if (!open) this.#putStat(out, fileType.character, fd, 0);
				else if (!open.node)
					this.#putStat(out, fileType.directory, this.#files.directoryInode(open.path), 0);
				else this.#putStat(out, fileType.regular, open.node.inode, open.node.size);
				return errno.success;
			},
			fd_filestat_set_size: (fd: number, size: bigint) => {
				const node = this.#open.get(fd)?.node;
				if (!node) return errno.badf;
				const length = Number(size);
				if (length > node.size) writeAt(node, node.size, new Uint8Array(length - node.size));
				node.size = length;
				return errno.success;
			},
			fd_filestat_set_times: () => errno.success,
			fd_read: (fd: number, at: number, count: number, out: number) => {
				const open = this.#open.get(fd);
				put32(out, 0);
				if (fd === 0) return errno.success;
				if (!open) return errno.badf;
				if (!open.node) return errno.isdir;
				const length = this.#read(open.node, open.position, this.#vectors(at, count));
				open.position += length;
				put32(out, length);
				return errno.success;
			},
			fd_pread: (fd: number, at: number, count: number, offset: bigint, out: number) => {
				const node = this.#open.get(fd)?.node;
				if (!node) return errno.badf;
				put32(out, this.#read(node, Number(offset), this.#vectors(at, count)));
				return errno.success;
			},
			fd_write: (fd: number, at: number, count: number, out: number) => {
				if (!this.#open.get(fd)?.node && fd !== 1 && fd !== 2) return errno.badf;
				put32(out, this.#write(fd, this.#vectors(at, count)));
				return errno.success;
			},
			fd_seek: (fd: number, offset: bigint, whence: number, out: number) => {
				const open = this.#open.get(fd);
				if (!open?.node) return errno.badf;
				const base = [0, open.position, open.node.size][whence];
				if (base === undefined || base + Number(offset) < 0) return errno.inval;
				open.position = base + Number(offset);
				put64(out, BigInt(open.position));
				return errno.success;
			},
			fd_close: (fd: number) => (this.#open.delete(fd) || fd < 3 ? errno.success : errno.badf),
			fd_readdir: (fd: number, buffer: number, length: number, cookie: bigint, out: number) => {
				const open = this.#open.get(fd);
				if (!open) return errno.badf;
				put32(out, this.#listDirectory(open.path, buffer, length, Number(cookie)));
				return errno.success;
			},
			path_open: (
				fd: number,
				_lookup: number,
				at: number,
				length: number,
				flags: number,
				_rights: bigint,
				_inherit: bigint,
				fdFlags: number,
				out: number
			) => this.#openPath(this.#path(fd, at, length), flags, (fdFlags & 1) !== 0, out),
			path_filestat_get: (fd: number, _flags: number, at: number, length: number, out: number) =>
				this.#statPath(this.#path(fd, at, length), out),
			path_create_directory: (fd: number, at: number, length: number) => {
				this.#files.addDirectory(this.#path(fd, at, length));
				return errno.success;
			},
			path_unlink_file: (fd: number, at: number, length: number) =>
				this.#files.remove(this.#path(fd, at, length)) ? errno.success : errno.noent,
			path_rename: (
				fd: number,
				at: number,
				length: number,
				fd2: number,
				at2: number,
				n2: number
			) => {
				const from = this.#path(fd, at, length);
				const node = this.#files.get(from);
				if (!node) return errno.noent;
				this.#files.remove(from);
				this.#files.put(this.#path(fd2, at2, n2), contents(node));
				return errno.success;
			},
			path_link: nosys,
			path_readlink: () => errno.inval,
			path_remove_directory: nosys,
			path_symlink: nosys,
			poll_oneoff: nosys,
			proc_exit: (code: number) => {
				if (!this.#onExit?.(code)) throw new ProgramExit(code);
			}
		};
	}
}

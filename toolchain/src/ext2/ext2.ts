import type { ByteStore } from './block-cache.ts';
import { appendBlock, freeContents, readContents, writeContents } from './block-map.ts';
import { addName, changeName, emptyDirectory, findName, namesIn, removeName } from './directory.ts';
import { damaged, Ext2Error, NotThere } from './ext2-error.ts';
import {
	isDirectory,
	isFile,
	isShortSymlink,
	isSymlink,
	newInode,
	readInode,
	typeOf,
	writeInode,
	type Inode
} from './inode.ts';
import { modeOfType, ROOT_INODE, S_IFMT, viewOf, type FileType } from './layout.ts';
import { Volume } from './volume.ts';

/** What `stat` says. */
export interface FileStatus {
	readonly inode: number;
	readonly type: FileType;
	/** The permissions, without the type: 0o755. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	/** In bytes. */
	readonly size: number;
	/** In bytes, as it lies on the disk: without holes, with blocks of pointers. */
	readonly stored: number;
	readonly links: number;
	/** Of the last change of its contents, in seconds since 1970. */
	readonly modifyTime: number;
}

export interface NamedFile extends FileStatus {
	readonly name: string;
}

export interface Usage {
	readonly blockSize: number;
	readonly blocks: number;
	readonly freeBlocks: number;
	readonly inodes: number;
	readonly freeInodes: number;
	readonly label: string;
	/** False after a power cut, or while a machine has it mounted. */
	readonly clean: boolean;
}

const MAX_NAME = 255;
const MAX_SYMLINKS = 40;
const MAX_LINKS = 32_000;

/**
 * An ext2 file system in an image. Paths begin with `/`; the last symlink of a path is followed where
 * contents are read or written. Each operation is whole: if it throws, the image is as it was.
 */
export class Ext2 {
	readonly #volume: Volume;
	readonly #time: number;

	/**
	 * @param options.time what changes are dated, in seconds since 1970
	 * @throws Ext2Error if the image is no ext2 file system, or a damaged one
	 */
	constructor(store: ByteStore, { time }: { time: number }) {
		this.#volume = new Volume(store);
		// A deleted file is known by its time of deletion: never 0.
		this.#time = Math.max(1, time);
	}

	usage(): Usage {
		const { geometry, free } = this.#volume;
		const { blockSize, blocks, inodes, label, clean } = geometry;
		return {
			blockSize,
			blocks,
			freeBlocks: free.blocks,
			inodes,
			freeInodes: free.inodes,
			label,
			clean
		};
	}

	/** What is in a directory, in the order of names, without `.` and `..`. */
	list(path: string): NamedFile[] {
		const { inode } = this.#find(path);
		this.#expectDirectory(inode, path);
		return namesIn(this.#volume, inode, path)
			.filter(([name]) => name !== '.' && name !== '..')
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([name, number]) => {
				const found = readInode(this.#volume, number, `${withoutSlash(path)}/${name}`);
				return { name, ...this.#status(found) };
			});
	}

	/** What a path names; a symlink at its end is not followed. */
	stat(path: string): FileStatus {
		return this.#status(this.#find(path, false).inode);
	}

	exists(path: string): boolean {
		try {
			return this.#lookUp(path, false).inode !== undefined;
		} catch (error) {
			if (error instanceof NotThere) return false;
			throw error;
		}
	}

	readFile(path: string): Uint8Array {
		const { inode } = this.#find(path);
		if (!isFile(inode))
			throw new Ext2Error(`${path} is a ${typeOf(inode)}: it has no contents to read`);
		return readContents(this.#volume, inode, path);
	}

	readLink(path: string): string {
		const { inode } = this.#find(path, false);
		if (!isSymlink(inode)) throw new Ext2Error(`${path} is a ${typeOf(inode)}, not a symlink`);
		return this.#target(inode, path);
	}

	/** Makes a file or replaces its contents; `mode` is that of a new file, and of an old one if given. */
	writeFile(path: string, contents: Uint8Array, { mode }: { mode?: number } = {}): void {
		this.#change(() => {
			const found = this.#lookUp(path, true);
			const inode = found.inode ?? this.#create(found, modeOfType('file') | (mode ?? 0o644));
			if (!isFile(inode))
				throw new Ext2Error(`${path} is a ${typeOf(inode)}: a file cannot take its place`);
			freeContents(this.#volume, inode, path);
			writeContents(this.#volume, inode, contents);
			if (mode !== undefined) inode.mode = modeOfType('file') | (mode & ~S_IFMT);
			this.#touch(inode);
		});
	}

	makeDirectory(path: string, { mode = 0o755 }: { mode?: number } = {}): void {
		this.#change(() => {
			const found = this.#lookUp(path, false);
			this.#expectFree(found.inode, path);
			const { parent } = found;
			if (parent.links >= MAX_LINKS)
				throw new Ext2Error(`${parentOf(path)} has as many directories as ext2 can count`);
			const inode = this.#create(found, modeOfType('directory') | (mode & ~S_IFMT));
			appendBlock(this.#volume, inode, emptyDirectory(this.#volume, inode, parent));
			inode.links = 2;
			parent.links++;
			this.#touch(inode);
			this.#touch(parent);
		});
	}

	/** Makes `path` a symlink to `target`. */
	symlink(target: string, path: string): void {
		this.#change(() => {
			const text = new TextEncoder().encode(target);
			if (text.length === 0 || text.length >= this.#volume.geometry.blockSize)
				throw new Ext2Error(
					`a symlink cannot name ${text.length} bytes: 1 to ${this.#volume.geometry.blockSize - 1}`
				);
			const found = this.#lookUp(path, false);
			this.#expectFree(found.inode, path);
			const inode = this.#create(found, modeOfType('symlink') | 0o777);
			if (text.length < 4 * inode.pointers.length) {
				text.forEach((byte, n) => (inode.pointers[n >> 2]! |= byte << (8 * (n & 3))));
				inode.size = text.length;
			} else writeContents(this.#volume, inode, text);
			this.#touch(inode);
		});
	}

	/** Removes a name, and the file with its last one; a directory must be empty. */
	remove(path: string): void {
		this.#change(() => {
			const { parent, name, inode } = this.#find(path, false);
			this.#expectOwnName(name, path);
			this.#expectEmpty(inode, path);
			removeName(this.#volume, parent, name, parentOf(path));
			if (isDirectory(inode)) parent.links--;
			this.#touch(parent);
			this.#drop(inode, path);
		});
	}

	/** Gives a file another name; what had that name before is replaced, as by rename(2). */
	rename(from: string, to: string): void {
		this.#change(() => {
			const old = this.#find(from, false);
			const next = this.#lookUp(to, false);
			this.#expectOwnName(old.name, from);
			this.#expectOwnName(next.name, to);
			if (next.inode?.number === old.inode.number) return;
			if (isDirectory(old.inode)) this.#expectOutside(old.inode, next.parent, from, to);
			// Both may be in one directory: one copy of its inode is changed.
			if (next.parent.number === old.parent.number) next.parent = old.parent;
			if (next.inode) this.#replace(old.inode, next.inode, next, to);
			removeName(this.#volume, old.parent, old.name, parentOf(from));
			addName(this.#volume, next.parent, next.name, old.inode, parentOf(to));
			if (isDirectory(old.inode) && next.parent !== old.parent) {
				changeName(this.#volume, old.inode, '..', next.parent, from);
				old.parent.links--;
				next.parent.links++;
			}
			this.#touch(old.parent);
			this.#touch(next.parent);
			old.inode.changeTime = this.#time;
			writeInode(this.#volume, old.inode);
		});
	}

	/** Sets permissions, 0o755 for example; the type stays. */
	setMode(path: string, mode: number): void {
		this.#change(() => {
			const { inode } = this.#find(path);
			inode.mode = (inode.mode & S_IFMT) | (mode & ~S_IFMT);
			inode.changeTime = this.#time;
			writeInode(this.#volume, inode);
		});
	}

	/** All or nothing. */
	#change(work: () => void): void {
		const { readOnlyBecause } = this.#volume.geometry;
		if (readOnlyBecause !== undefined)
			throw new Ext2Error(`the file system can be read only: ${readOnlyBecause}`);
		try {
			work();
			this.#volume.setWriteTime(this.#time);
			this.#volume.cache.commit();
		} catch (error) {
			this.#volume.cache.discard();
			throw error;
		}
	}

	/** A path's directory, the name in it, and what it names if anything. */
	#lookUp(path: string, followLast: boolean): Place {
		if (!path.startsWith('/')) throw new Ext2Error(`${path || '""'}: a path begins with /`);
		const root = readInode(this.#volume, ROOT_INODE, '/');
		let place: Place = { parent: root, name: '.', inode: root };
		const names = path.split('/').filter((name) => name !== '' && name !== '.');
		let walked = '';
		for (let links = 0; names.length > 0;) {
			const directory = place.inode;
			const name = names.shift()!;
			if (!directory)
				throw new NotThere(`there is no ${walked}: make the directory first, then ${path}`);
			this.#expectDirectory(directory, walked || '/');
			if (new TextEncoder().encode(name).length > MAX_NAME || name.includes('\0'))
				throw new Ext2Error(`${path}: a name has at most ${MAX_NAME} bytes, and no NUL`);
			const number = findName(this.#volume, directory, name, walked || '/');
			const below = `${walked}/${name}`;
			const inode = number === undefined ? undefined : readInode(this.#volume, number, below);
			if (inode && isSymlink(inode) && (names.length > 0 || followLast)) {
				if (++links > MAX_SYMLINKS)
					throw new Ext2Error(
						`${path}: more than ${MAX_SYMLINKS} symlinks; do they go in a circle?`
					);
				const target = this.#target(inode, below);
				names.unshift(...target.split('/').filter((part) => part !== '' && part !== '.'));
				place = { parent: directory, name, inode: directory };
				if (target.startsWith('/'))
					[place, walked] = [{ parent: root, name: '.', inode: root }, ''];
				continue;
			}
			place = { parent: directory, name, inode };
			walked = below;
		}
		return place;
	}

	#find(path: string, followLast = true): Place & { inode: Inode } {
		const { parent, name, inode } = this.#lookUp(path, followLast);
		if (!inode) throw new NotThere(`there is no ${path} in this file system`);
		return { parent, name, inode };
	}

	#target(inode: Inode, path: string): string {
		if (!isShortSymlink(inode, this.#volume)) {
			if (inode.size >= this.#volume.geometry.blockSize)
				throw damaged(`the symlink ${path} would have ${inode.size} bytes`);
			return new TextDecoder().decode(readContents(this.#volume, inode, path));
		}
		if (inode.size >= 4 * inode.pointers.length)
			throw damaged(`the symlink ${path} would have ${inode.size} bytes`);
		const text = new Uint8Array(4 * inode.pointers.length);
		inode.pointers.forEach((word, n) => viewOf(text).setUint32(4 * n, word, true));
		return new TextDecoder().decode(text.subarray(0, inode.size));
	}

	/** A new inode with a name. */
	#create({ parent, name }: Place, mode: number): Inode {
		if (name === '.' || name === '..')
			throw new Ext2Error(`a new file cannot have the name ${name}`);
		const inode = newInode(this.#volume, parent.number, mode, this.#time);
		addName(this.#volume, parent, name, inode, name);
		this.#touch(parent);
		return inode;
	}

	/** Takes a name away from a file; with the last one its blocks and its inode go. */
	#drop(inode: Inode, path: string): void {
		const directory = isDirectory(inode);
		inode.changeTime = this.#time;
		inode.links -= directory ? inode.links : 1;
		if (inode.links === 0) {
			if (!isShortSymlink(inode, this.#volume)) freeContents(this.#volume, inode, path);
			this.#dropAttributes(inode, path);
			inode.deletionTime = this.#time;
			this.#volume.freeInode(inode.number, directory);
		}
		writeInode(this.#volume, inode);
	}

	/** Files with the same extended attributes share a block, which counts them. */
	#dropAttributes(inode: Inode, path: string): void {
		if (inode.attributes === 0) return;
		const block = this.#volume.checkBlock(inode.attributes, path);
		const view = this.#volume.cache.edit(block);
		const users = view.getUint32(4, true);
		if (view.getUint32(0, true) !== 0xea02_0000 || users === 0)
			throw damaged(`the extended attributes of ${path} are none`);
		if (users === 1) this.#volume.freeBlock(block);
		else view.setUint32(4, users - 1, true);
		inode.attributes = 0;
		inode.sectors = 0;
	}

	/** What a rename's target was before goes away. */
	#replace(moved: Inode, target: Inode, { parent, name }: Place, path: string): void {
		if (isDirectory(moved) !== isDirectory(target))
			throw new Ext2Error(
				`${path} is a ${typeOf(target)}: a ${typeOf(moved)} cannot take its place`
			);
		this.#expectEmpty(target, path);
		removeName(this.#volume, parent, name, parentOf(path));
		if (isDirectory(target)) parent.links--;
		this.#drop(target, path);
	}

	#touch(inode: Inode): void {
		inode.changeTime = inode.modifyTime = this.#time;
		writeInode(this.#volume, inode);
	}

	#status(inode: Inode): FileStatus {
		return {
			inode: inode.number,
			type: typeOf(inode),
			mode: inode.mode & ~S_IFMT,
			uid: inode.uid,
			gid: inode.gid,
			size: inode.size,
			stored: inode.sectors * 512,
			links: inode.links,
			modifyTime: inode.modifyTime
		};
	}

	#expectDirectory(inode: Inode, path: string): void {
		if (!isDirectory(inode)) throw new Ext2Error(`${path} is a ${typeOf(inode)}, not a directory`);
	}

	#expectFree(inode: Inode | undefined, path: string): void {
		if (inode) throw new Ext2Error(`${path} is there already: it is a ${typeOf(inode)}`);
	}

	/** Not the root, nor a directory by what its own entries call it. */
	#expectOwnName(name: string, path: string): void {
		if (name === '.' || name === '..')
			throw new Ext2Error(`${path} can neither be removed nor renamed by this name`);
	}

	#expectEmpty(inode: Inode, path: string): void {
		if (!isDirectory(inode)) return;
		const names = namesIn(this.#volume, inode, path).filter(
			([name]) => !['.', '..'].includes(name)
		);
		if (names.length > 0)
			throw new Ext2Error(`the directory ${path} is not empty: ${names[0]![0]} is in it`);
	}

	/** A directory cannot be moved into itself. */
	#expectOutside(moved: Inode, parent: Inode, from: string, to: string): void {
		const seen = new Set<number>();
		for (let each = parent; each.number !== ROOT_INODE;) {
			if (each.number === moved.number)
				throw new Ext2Error(`${from} cannot become ${to}, a place inside itself`);
			if (seen.has(each.number)) throw damaged(`the directories above ${to} go in a circle`);
			seen.add(each.number);
			const above = findName(this.#volume, each, '..', to);
			if (above === undefined) throw damaged(`a directory above ${to} has no ..`);
			each = readInode(this.#volume, above, `a directory above ${to}`);
			this.#expectDirectory(each, `what stands above ${to}`);
		}
	}
}

interface Place {
	parent: Inode;
	readonly name: string;
	readonly inode: Inode | undefined;
}

const withoutSlash = (path: string) => path.replace(/\/+$/, '');
const parentOf = (path: string) => withoutSlash(path).replace(/\/[^/]*$/, '') || '/';

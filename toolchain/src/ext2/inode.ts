import { ino, POINTERS, S_IFMT, typeOfMode, viewOf, type FileType } from './layout.ts';
import { damaged } from './ext2-error.ts';
import type { Volume } from './volume.ts';

/** A file's inode, taken apart; `writeInode` puts it back. */
export interface Inode {
	readonly number: number;
	/** Type and permissions, as in struct stat. */
	mode: number;
	uid: number;
	gid: number;
	/** In bytes. */
	size: number;
	/** Times in seconds since 1970. */
	accessTime: number;
	changeTime: number;
	modifyTime: number;
	deletionTime: number;
	/** Names of it. */
	links: number;
	/** Of 512 bytes, those of indirect blocks and of extended attributes too. */
	sectors: number;
	flags: number;
	/** The block pointers: 12 direct ones and three through indirect blocks; or a short symlink's text. */
	readonly pointers: Uint32Array;
	/** The block of its extended attributes, or 0. */
	attributes: number;
}

export const isDirectory = ({ mode }: Inode) => (mode & S_IFMT) === 0o040000;
export const isFile = ({ mode }: Inode) => (mode & S_IFMT) === 0o100000;
export const isSymlink = ({ mode }: Inode) => (mode & S_IFMT) === 0o120000;

/** A short symlink's text stands where the block pointers would. */
export const isShortSymlink = (inode: Inode, volume: Volume) =>
	isSymlink(inode) &&
	inode.sectors === (inode.attributes === 0 ? 0 : volume.geometry.blockSize / 512);

/** @throws Ext2Error if the inode is free, or of no type */
export function readInode(volume: Volume, number: number, owner: string): Inode {
	volume.checkInode(number, owner);
	const { block, offset } = volume.inodePlace(number);
	const view = viewOf(volume.cache.read(block));
	const u16 = (at: number) => view.getUint16(offset + at, true);
	const u32 = (at: number) => view.getUint32(offset + at, true);
	const mode = u16(ino.mode);
	if (!volume.isInodeUsed(number) || u16(ino.links) === 0)
		throw damaged(`${owner} is inode ${number}, which is free`);
	if (typeOfMode(mode) === undefined)
		throw damaged(`${owner} is of no known type (mode 0${mode.toString(8)})`);
	const regular = (mode & S_IFMT) === 0o100000;
	return {
		number,
		mode,
		uid: u16(ino.uid) + u16(ino.uidHigh) * 0x1_0000,
		gid: u16(ino.gid) + u16(ino.gidHigh) * 0x1_0000,
		size: u32(ino.size) + (regular ? u32(ino.sizeHigh) * 2 ** 32 : 0),
		accessTime: u32(ino.accessTime),
		changeTime: u32(ino.changeTime),
		modifyTime: u32(ino.modifyTime),
		deletionTime: u32(ino.deletionTime),
		links: u16(ino.links),
		sectors: u32(ino.sectors),
		flags: u32(ino.flags),
		pointers: Uint32Array.from({ length: POINTERS }, (_, n) => u32(ino.block + 4 * n)),
		attributes: u32(ino.attributes)
	};
}

/** Puts an inode back; with `fresh`, what stood in its place before is wiped. */
export function writeInode(volume: Volume, inode: Inode, fresh = false): void {
	const { block, offset } = volume.inodePlace(inode.number);
	const view = volume.cache.edit(block);
	if (fresh) new Uint8Array(view.buffer, offset, volume.geometry.inodeSize).fill(0);
	const u16 = (at: number, value: number) => view.setUint16(offset + at, value, true);
	const u32 = (at: number, value: number) => view.setUint32(offset + at, value, true);
	u16(ino.mode, inode.mode);
	u16(ino.uid, inode.uid & 0xffff);
	u16(ino.uidHigh, inode.uid >>> 16);
	u16(ino.gid, inode.gid & 0xffff);
	u16(ino.gidHigh, inode.gid >>> 16);
	u32(ino.size, inode.size);
	if (isFile(inode)) u32(ino.sizeHigh, Math.floor(inode.size / 2 ** 32));
	u32(ino.accessTime, inode.accessTime);
	u32(ino.changeTime, inode.changeTime);
	u32(ino.modifyTime, inode.modifyTime);
	u32(ino.deletionTime, inode.deletionTime);
	u16(ino.links, inode.links);
	u32(ino.sectors, inode.sectors);
	u32(ino.flags, inode.flags);
	inode.pointers.forEach((pointer, n) => u32(ino.block + 4 * n, pointer));
	u32(ino.attributes, inode.attributes);
}

/** A new inode in the group of `parent`; nothing names it yet. */
export function newInode(volume: Volume, parent: number, mode: number, time: number): Inode {
	const directory = (mode & S_IFMT) === 0o040000;
	const inode: Inode = {
		number: volume.allocateInode(parent, directory),
		mode,
		uid: 0,
		gid: 0,
		size: 0,
		accessTime: time,
		changeTime: time,
		modifyTime: time,
		deletionTime: 0,
		links: 1,
		sectors: 0,
		flags: 0,
		pointers: new Uint32Array(POINTERS),
		attributes: 0
	};
	writeInode(volume, inode, true);
	return inode;
}

export const typeOf = (inode: Inode): FileType => typeOfMode(inode.mode)!;

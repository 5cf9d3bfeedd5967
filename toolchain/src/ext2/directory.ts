import { appendBlock, blocksOf } from './block-map.ts';
import { damaged } from './ext2-error.ts';
import type { Inode } from './inode.ts';
import { codeOfMode, ENTRY_HEAD, entryBytes, INDEX_FLAG, viewOf } from './layout.ts';
import type { Volume } from './volume.ts';

/** A name in a directory, and where its entry stands. */
interface Entry {
	readonly name: Uint8Array;
	readonly inode: number;
	readonly block: number;
	readonly offset: number;
	/** In bytes, to the next entry. */
	readonly length: number;
	/** Where the entry before it in the same block stands. */
	readonly before: number | undefined;
}

/** All entries, unused ones too (inode 0). @throws Ext2Error where they do not chain through their blocks */
function* entries(volume: Volume, directory: Inode, path: string): Generator<Entry> {
	const { blockSize } = volume.geometry;
	if (directory.size % blockSize !== 0)
		throw damaged(
			`the directory ${path} has ${directory.size} bytes, which is no number of blocks`
		);
	const count = directory.size / blockSize;
	let next = 0;
	for (const { block, index } of blocksOf(volume, directory, path)) {
		if (index === undefined) continue;
		if (index >= count) break;
		if (index !== next++) throw damaged(`the directory ${path} has a hole`);
		yield* entriesOfBlock(volume, block, path);
	}
	if (next !== count) throw damaged(`the directory ${path} has a hole`);
}

function* entriesOfBlock(volume: Volume, block: number, path: string): Generator<Entry> {
	const { blockSize, fileTypes } = volume.geometry;
	const bytes = volume.cache.read(block);
	const view = viewOf(bytes);
	let before: number | undefined;
	for (let offset = 0; offset < blockSize;) {
		const room = blockSize - offset;
		const length = room < ENTRY_HEAD ? 0 : view.getUint16(offset + 4, true);
		// Without the type, its byte is the high one of the name's length.
		const nameBytes =
			length === 0 ? 0 : fileTypes ? view.getUint8(offset + 6) : view.getUint16(offset + 6, true);
		if (length % 4 !== 0 || length < entryBytes(nameBytes) || length > room)
			throw damaged(`an entry of the directory ${path} (block ${block}) has ${length} bytes`);
		const name = bytes.slice(offset + ENTRY_HEAD, offset + ENTRY_HEAD + nameBytes);
		yield { name, inode: view.getUint32(offset, true), block, offset, length, before };
		before = offset;
		offset += length;
	}
}

const same = (a: Uint8Array, b: Uint8Array) =>
	a.length === b.length && a.every((byte, n) => byte === b[n]);

const encode = (name: string) => new TextEncoder().encode(name);

/** The names in a directory with their inodes, `.` and `..` too, in the order of the disk. */
export function namesIn(volume: Volume, directory: Inode, path: string): [string, number][] {
	const decoder = new TextDecoder();
	return [...entries(volume, directory, path)]
		.filter(({ inode }) => inode !== 0)
		.map(({ name, inode }) => [decoder.decode(name), inode]);
}

/** The inode that a name stands for. */
export function findName(
	volume: Volume,
	directory: Inode,
	name: string,
	path: string
): number | undefined {
	const wanted = encode(name);
	for (const each of entries(volume, directory, path))
		if (each.inode !== 0 && same(each.name, wanted)) return each.inode;
	return undefined;
}

/** Writes an entry at an offset of a block. */
function putEntry(
	volume: Volume,
	view: DataView,
	at: { offset: number; length: number },
	name: Uint8Array,
	inode: Pick<Inode, 'number' | 'mode'>
): void {
	view.setUint32(at.offset, inode.number, true);
	view.setUint16(at.offset + 4, at.length, true);
	view.setUint8(at.offset + 6, name.length);
	view.setUint8(at.offset + 7, volume.geometry.fileTypes ? codeOfMode(inode.mode) : 0);
	new Uint8Array(view.buffer, view.byteOffset).set(name, at.offset + ENTRY_HEAD);
}

/** Adds a name that is not there yet: in the gap behind an entry, or in a new block. */
export function addName(
	volume: Volume,
	directory: Inode,
	name: string,
	inode: Pick<Inode, 'number' | 'mode'>,
	path: string
): void {
	const bytes = encode(name);
	const needed = entryBytes(bytes.length);
	directory.flags &= ~INDEX_FLAG;
	for (const each of entries(volume, directory, path)) {
		const taken = each.inode === 0 ? 0 : entryBytes(each.name.length);
		if (each.length - taken < needed) continue;
		const view = volume.cache.edit(each.block);
		if (taken > 0) view.setUint16(each.offset + 4, taken, true);
		const at = { offset: each.offset + taken, length: each.length - taken };
		return putEntry(volume, view, at, bytes, inode);
	}
	const contents = new Uint8Array(volume.geometry.blockSize);
	putEntry(volume, viewOf(contents), { offset: 0, length: contents.length }, bytes, inode);
	appendBlock(volume, directory, contents);
}

/** Removes a name: the entry before it takes its room, or it becomes an unused entry. */
export function removeName(volume: Volume, directory: Inode, name: string, path: string): void {
	const wanted = encode(name);
	directory.flags &= ~INDEX_FLAG;
	for (const each of entries(volume, directory, path)) {
		if (each.inode === 0 || !same(each.name, wanted)) continue;
		const view = volume.cache.edit(each.block);
		if (each.before === undefined) view.setUint32(each.offset, 0, true);
		else view.setUint16(each.before + 4, each.offset + each.length - each.before, true);
		return;
	}
	throw damaged(`the directory ${path} has lost the name ${name}`);
}

/** Lets a name stand for another inode. */
export function changeName(
	volume: Volume,
	directory: Inode,
	name: string,
	inode: Pick<Inode, 'number' | 'mode'>,
	path: string
): void {
	const wanted = encode(name);
	for (const each of entries(volume, directory, path)) {
		if (each.inode === 0 || !same(each.name, wanted)) continue;
		const view = volume.cache.edit(each.block);
		return putEntry(volume, view, each, wanted, inode);
	}
	throw damaged(`the directory ${path} has no ${name}`);
}

/** The first block of a new directory: itself and the one above. */
export function emptyDirectory(
	volume: Volume,
	self: Pick<Inode, 'number' | 'mode'>,
	parent: Pick<Inode, 'number' | 'mode'>
): Uint8Array {
	const contents = new Uint8Array(volume.geometry.blockSize);
	const view = viewOf(contents);
	putEntry(volume, view, { offset: 0, length: 12 }, encode('.'), self);
	putEntry(volume, view, { offset: 12, length: contents.length - 12 }, encode('..'), parent);
	return contents;
}

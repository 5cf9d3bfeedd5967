import { damaged, Ext2Error } from './ext2-error.ts';
import { isShortSymlink, type Inode } from './inode.ts';
import { DIRECT, POINTERS, viewOf } from './layout.ts';
import type { Volume } from './volume.ts';

/** A block of a file: the part of its contents that it holds, or a block of pointers. */
interface MappedBlock {
	readonly block: number;
	/** Which part, counted in blocks; undefined for a block of pointers. */
	readonly index: number | undefined;
}

const pointersIn = ({ geometry }: Volume) => geometry.blockSize / 4;

/** Pointers that one slot of an inode reaches: 1, then through one, two and three indirect blocks. */
const levelOf = (slot: number) => Math.max(0, slot - DIRECT + 1);

/** All blocks of a file, pointers before what they point at; holes are left out. */
export function* blocksOf(volume: Volume, inode: Inode, name: string): Generator<MappedBlock> {
	if (isShortSymlink(inode, volume)) return;
	const seen = new Set<number>();
	let index = 0;
	for (let slot = 0; slot < POINTERS; slot++) {
		const level = levelOf(slot);
		yield* walk(volume, inode.pointers[slot]!, level, index, name, seen);
		index += pointersIn(volume) ** level;
	}
}

function* walk(
	volume: Volume,
	block: number,
	level: number,
	index: number,
	name: string,
	seen: Set<number>
): Generator<MappedBlock> {
	if (block === 0) return;
	volume.checkBlock(block, name);
	if (seen.has(block)) throw damaged(`${name} has block ${block} twice`);
	seen.add(block);
	if (level === 0) {
		yield { block, index };
		return;
	}
	const pointers = viewOf(volume.cache.read(block));
	yield { block, index: undefined };
	const reach = pointersIn(volume) ** (level - 1);
	for (let n = 0; n < pointersIn(volume); n++)
		yield* walk(volume, pointers.getUint32(4 * n, true), level - 1, index + n * reach, name, seen);
}

/** More than this is not read at once: a damaged size would ask for all memory. */
const MAX_READ = 2 ** 30;

/** A file's contents; what it has no blocks for is zero. */
export function readContents(volume: Volume, inode: Inode, name: string): Uint8Array {
	const { blockSize } = volume.geometry;
	if (inode.size > MAX_READ)
		throw new Ext2Error(
			`${name} would have ${inode.size} bytes: more than ${MAX_READ} are not read at once`
		);
	const out = new Uint8Array(inode.size);
	for (const { block, index } of blocksOf(volume, inode, name)) {
		const at = (index ?? Infinity) * blockSize;
		if (at < inode.size) out.set(volume.cache.read(block).subarray(0, inode.size - at), at);
	}
	return out;
}

/** Gives all blocks of a file back; its size is 0 then. */
export function freeContents(volume: Volume, inode: Inode, name: string): void {
	const blocks = [...blocksOf(volume, inode, name)];
	for (const { block } of blocks) volume.freeBlock(block);
	inode.sectors = inode.attributes === 0 ? 0 : volume.geometry.blockSize / 512;
	inode.pointers.fill(0);
	inode.size = 0;
}

/** Gives an inode without blocks its contents. Blocks of nothing but zeros are left out: holes. */
export function writeContents(volume: Volume, inode: Inode, bytes: Uint8Array): void {
	const { blockSize } = volume.geometry;
	if (bytes.length > 0x7fff_ffff) throw new Ext2Error('a file of 2 GB or more is not written here');
	const count = Math.ceil(bytes.length / blockSize);
	const part = (index: number) => bytes.subarray(index * blockSize, (index + 1) * blockSize);
	/** How many of the first blocks are no holes: what a range holds is a difference. */
	const filled = new Uint32Array(count + 1);
	for (let index = 0; index < count; index++)
		filled[index + 1] = filled[index]! + (part(index).some((byte) => byte !== 0) ? 1 : 0);
	const isHole = (from: number, to: number) =>
		filled[Math.min(from, count)] === filled[Math.min(to, count)];

	const fill = (level: number, index: number): number => {
		const reach = pointersIn(volume) ** level;
		if (isHole(index, index + reach)) return 0;
		const block = takeBlock(volume, inode);
		const made = volume.cache.replace(block, level === 0 ? part(index) : undefined);
		for (let n = 0; level > 0 && n < pointersIn(volume); n++)
			made.setUint32(4 * n, fill(level - 1, index + (n * reach) / pointersIn(volume)), true);
		return block;
	};
	let index = 0;
	for (let slot = 0; slot < POINTERS; slot++) {
		inode.pointers[slot] = fill(levelOf(slot), index);
		index += pointersIn(volume) ** levelOf(slot);
	}
	if (count > index) throw new Ext2Error(`${bytes.length} bytes are too many for one file`);
	inode.size = bytes.length;
}

/** Adds a block of contents at the end of a file without holes; the size grows by it. */
export function appendBlock(volume: Volume, inode: Inode, contents: Uint8Array): void {
	const { blockSize } = volume.geometry;
	let index = inode.size / blockSize;
	let slot = 0;
	for (let reach = 1; index >= reach; slot++, reach = pointersIn(volume) ** levelOf(slot)) {
		if (slot === POINTERS - 1) throw new Ext2Error('the directory is full');
		index -= reach;
	}
	let read = () => inode.pointers[slot]!;
	let write = (block: number) => {
		inode.pointers[slot] = block;
	};
	for (let level = levelOf(slot); level > 0; level--) {
		let block = read();
		if (block === 0) {
			write((block = takeBlock(volume, inode)));
			volume.cache.replace(block);
		} else volume.checkBlock(block, 'a directory');
		const reach = pointersIn(volume) ** (level - 1);
		const at = 4 * Math.floor(index / reach);
		index %= reach;
		read = () => viewOf(volume.cache.read(block)).getUint32(at, true);
		write = (pointer) => volume.cache.edit(block).setUint32(at, pointer, true);
	}
	const block = takeBlock(volume, inode);
	write(block);
	volume.cache.replace(block, contents);
	inode.size += blockSize;
}

/** A free block, behind the last that the file took if possible. */
function takeBlock(volume: Volume, inode: Inode): number {
	const block = volume.allocateBlock(lastBlock.get(inode) ?? volume.goalOf(inode.number));
	lastBlock.set(inode, block);
	inode.sectors += volume.geometry.blockSize / 512;
	return block;
}
const lastBlock = new WeakMap<Inode, number>();

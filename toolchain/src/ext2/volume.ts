import { BlockCache, type ByteStore } from './block-cache.ts';
import { damaged, Ext2Error } from './ext2-error.ts';
import { readGeometry, type Geometry } from './geometry.ts';
import { DESCRIPTOR_BYTES, gd, hasSuperblock, sb, SUPERBLOCK_AT, viewOf } from './layout.ts';

/** Which of a group's two bitmaps, and what its bits stand for. */
interface Bitmap {
	readonly what: 'block' | 'inode';
	readonly bitmap: number;
	readonly groupFree: number;
	readonly totalFree: number;
}
const blockBitmap: Bitmap = {
	what: 'block',
	bitmap: gd.blockBitmap,
	groupFree: gd.freeBlocks,
	totalFree: sb.freeBlocks
};
const inodeBitmap: Bitmap = {
	what: 'inode',
	bitmap: gd.inodeBitmap,
	groupFree: gd.freeInodes,
	totalFree: sb.freeInodes
};

/** The blocks and inodes of a file system: which are taken, and where their groups keep them. */
export class Volume {
	readonly geometry: Geometry;
	readonly cache: BlockCache;

	/** @throws Ext2Error */
	constructor(store: ByteStore) {
		this.geometry = readGeometry(store);
		this.cache = new BlockCache(store, this.geometry.blockSize, this.geometry.blocks);
		for (let group = 0; group < this.geometry.groups; group++) this.#checkGroup(group);
	}

	/** Blocks and inodes that are free, as the superblock counts them. */
	get free(): { blocks: number; inodes: number } {
		const { block, offset } = this.#superblock();
		const view = viewOf(this.cache.read(block));
		return {
			blocks: view.getUint32(offset + sb.freeBlocks, true),
			inodes: view.getUint32(offset + sb.freeInodes, true)
		};
	}

	/** Refuses a number that no file can have been given. */
	checkBlock(block: number, owner: string): number {
		const { firstDataBlock, blocks } = this.geometry;
		if (block > firstDataBlock && block < blocks && !this.#isTable(block)) return block;
		throw damaged(`${owner} has block ${block}, which is not a block for files`);
	}

	checkInode(inode: number, owner: string): number {
		const { inodes, firstInode } = this.geometry;
		if (inode === 2 || (inode >= firstInode && inode <= inodes)) return inode;
		throw damaged(`${owner} is inode ${inode}, and files have 2 or ${firstInode} to ${inodes}`);
	}

	/** Where an inode stands. */
	inodePlace(inode: number): { block: number; offset: number } {
		const { inodesPerGroup, inodeSize, blockSize } = this.geometry;
		const group = Math.floor((inode - 1) / inodesPerGroup);
		const at = ((inode - 1) % inodesPerGroup) * inodeSize;
		const block = this.#descriptor(group, gd.inodeTable) + Math.floor(at / blockSize);
		return { block, offset: at % blockSize };
	}

	isInodeUsed(inode: number): boolean {
		const { inodesPerGroup } = this.geometry;
		const bit = (inode - 1) % inodesPerGroup;
		const group = Math.floor((inode - 1) / inodesPerGroup);
		const bitmap = this.cache.read(this.#descriptor(group, gd.inodeBitmap));
		return (bitmap[bit >> 3]! & (1 << (bit & 7))) !== 0;
	}

	/** A block that was free, as near behind `goal` as there is one. @throws Ext2Error when the disk is full */
	allocateBlock(goal: number): number {
		const { firstDataBlock, blocksPerGroup } = this.geometry;
		const [group, start] = split(goal - firstDataBlock, blocksPerGroup);
		const found = this.#take(blockBitmap, group, start);
		if (found === undefined)
			throw new Ext2Error(
				'the disk is full: no block is free. Remove something, or make a larger one.'
			);
		const block = firstDataBlock + found.group * blocksPerGroup + found.bit;
		if (block === firstDataBlock || this.#isTable(block))
			throw damaged(`block ${block} holds tables of the file system and is said to be free`);
		return block;
	}

	/** The first block of the group that an inode belongs to: where its contents should lie. */
	goalOf(inode: number): number {
		const { firstDataBlock, blocksPerGroup, inodesPerGroup } = this.geometry;
		return firstDataBlock + Math.floor((inode - 1) / inodesPerGroup) * blocksPerGroup;
	}

	freeBlock(block: number): void {
		const { firstDataBlock, blocksPerGroup } = this.geometry;
		this.#give(blockBitmap, block, split(block - firstDataBlock, blocksPerGroup));
	}

	/** An inode that was free, if possible in the group of `parent`. @throws Ext2Error when there is none */
	allocateInode(parent: number, isDirectory: boolean): number {
		const { inodesPerGroup, firstInode } = this.geometry;
		const [group, bit] = split(parent - 1, inodesPerGroup);
		const found = this.#take(inodeBitmap, group, group === 0 ? firstInode - 1 : bit);
		if (found === undefined)
			throw new Ext2Error(
				'the disk holds as many files as it can: no inode is free. Remove some, or make a larger one.'
			);
		const inode = found.group * inodesPerGroup + found.bit + 1;
		if (inode < firstInode) throw damaged(`the reserved inode ${inode} is said to be free`);
		if (isDirectory) this.#count(found.group, gd.usedDirectories, 1);
		return inode;
	}

	freeInode(inode: number, isDirectory: boolean): void {
		const place = split(inode - 1, this.geometry.inodesPerGroup);
		this.#give(inodeBitmap, inode, place);
		if (isDirectory) this.#count(place[0], gd.usedDirectories, -1);
	}

	setWriteTime(seconds: number): void {
		const { block, offset } = this.#superblock();
		this.cache.edit(block).setUint32(offset + sb.writeTime, seconds, true);
	}

	#superblock(): { block: number; offset: number } {
		const { blockSize } = this.geometry;
		return {
			block: Math.floor(SUPERBLOCK_AT / blockSize),
			offset: SUPERBLOCK_AT % blockSize
		};
	}

	#descriptorPlace(group: number): { block: number; offset: number } {
		const { firstDataBlock, blockSize } = this.geometry;
		const at = group * DESCRIPTOR_BYTES;
		return { block: firstDataBlock + 1 + Math.floor(at / blockSize), offset: at % blockSize };
	}

	#descriptor(group: number, field: number): number {
		const { block, offset } = this.#descriptorPlace(group);
		return viewOf(this.cache.read(block)).getUint32(offset + field, true);
	}

	#inodeTableBlocks(): number {
		const { inodesPerGroup, inodeSize, blockSize } = this.geometry;
		return Math.ceil((inodesPerGroup * inodeSize) / blockSize);
	}

	#checkGroup(group: number): void {
		const { firstDataBlock, blocks } = this.geometry;
		const bad = (what: string, at: number) =>
			damaged(`the ${what} of group ${group} would be at block ${at}`);
		const table = this.#descriptor(group, gd.inodeTable);
		const tables: [string, number, number][] = [
			['block bitmap', this.#descriptor(group, gd.blockBitmap), 1],
			['inode bitmap', this.#descriptor(group, gd.inodeBitmap), 1],
			['inode table', table, this.#inodeTableBlocks()]
		];
		const first = firstDataBlock + 1 + this.geometry.descriptorBlocks;
		for (const [what, at, count] of tables)
			if (at < first || at + count > blocks) throw bad(what, at);
	}

	/** A block of its group's bitmaps, inode table or copy of the superblock. */
	#isTable(block: number): boolean {
		const { firstDataBlock, blocksPerGroup, descriptorBlocks, sparseSuper } = this.geometry;
		const [group, at] = split(block - firstDataBlock, blocksPerGroup);
		if ((!sparseSuper || hasSuperblock(group)) && at <= descriptorBlocks) return true;
		const { block: home, offset } = this.#descriptorPlace(group);
		const view = viewOf(this.cache.read(home));
		const field = (name: number) => view.getUint32(offset + name, true);
		const table = block - field(gd.inodeTable);
		return (
			block === field(gd.blockBitmap) ||
			block === field(gd.inodeBitmap) ||
			(table >= 0 && table < this.#inodeTableBlocks())
		);
	}

	#bitsOf({ what }: Bitmap, group: number): number {
		const { blocks, firstDataBlock, blocksPerGroup, inodesPerGroup } = this.geometry;
		if (what === 'inode') return inodesPerGroup;
		return Math.min(blocksPerGroup, blocks - firstDataBlock - group * blocksPerGroup);
	}

	/** Finds a clear bit, from a place onwards and then in all groups, and sets it. */
	#take(kind: Bitmap, startGroup: number, startBit: number) {
		const { groups } = this.geometry;
		for (let n = 0; n <= groups; n++) {
			const group = (startGroup + n) % groups;
			const bitmap = this.#descriptor(group, kind.bitmap);
			const bytes = this.cache.read(bitmap);
			const bit = firstClear(bytes, n === 0 ? startBit : 0, this.#bitsOf(kind, group));
			if (bit === undefined) continue;
			this.#flip(bitmap, bit);
			this.#count(group, kind.groupFree, -1);
			this.#countAll(kind.totalFree, -1);
			return { group, bit };
		}
		return undefined;
	}

	#give(kind: Bitmap, number: number, [group, bit]: readonly [number, number]): void {
		const bitmap = this.#descriptor(group, kind.bitmap);
		if ((this.cache.read(bitmap)[bit >> 3]! & (1 << (bit & 7))) === 0)
			throw damaged(`the ${kind.what} ${number} is in use, but its bitmap says that it is free`);
		this.#flip(bitmap, bit);
		this.#count(group, kind.groupFree, 1);
		this.#countAll(kind.totalFree, 1);
	}

	#flip(bitmap: number, bit: number): void {
		const view = this.cache.edit(bitmap);
		view.setUint8(bit >> 3, view.getUint8(bit >> 3) ^ (1 << (bit & 7)));
	}

	#count(group: number, field: number, change: number): void {
		const { block, offset } = this.#descriptorPlace(group);
		const view = this.cache.edit(block);
		const next = view.getUint16(offset + field, true) + change;
		if (next < 0 || next > 0xffff) throw damaged(`the counts of group ${group} are wrong`);
		view.setUint16(offset + field, next, true);
	}

	#countAll(field: number, change: number): void {
		const { block, offset } = this.#superblock();
		const view = this.cache.edit(block);
		const next = view.getUint32(offset + field, true) + change;
		if (next < 0) throw damaged('the superblock’s counts of what is free are wrong');
		view.setUint32(offset + field, next, true);
	}
}

const split = (index: number, per: number): readonly [number, number] => [
	Math.floor(index / per),
	index % per
];

function firstClear(bitmap: Uint8Array, from: number, bits: number): number | undefined {
	for (let bit = from; bit < bits; bit++) {
		if ((bit & 7) === 0 && bitmap[bit >> 3] === 0xff) bit += 7;
		else if ((bitmap[bit >> 3]! & (1 << (bit & 7))) === 0) return bit;
	}
	return undefined;
}

import type { ByteStore } from './block-cache.ts';
import { Ext2Error } from './ext2-error.ts';
import { Ext2 } from './ext2.ts';
import {
	codeOfMode,
	DESCRIPTOR_BYTES,
	FILETYPE,
	FIRST_INODE,
	gd,
	hasSuperblock,
	ino,
	MAGIC,
	ROOT_INODE,
	sb,
	SPARSE_SUPER,
	STATE_CLEAN,
	SUPERBLOCK_AT,
	SUPERBLOCK_BYTES,
	viewOf
} from './layout.ts';

export interface MakeOptions {
	/** In bytes; 4096, which is a page, if left out. */
	readonly blockSize?: 1024 | 2048 | 4096;
	/** 16 bytes as `01234567-89ab-cdef-0123-456789abcdef`. */
	readonly uuid: string;
	/** In seconds since 1970. */
	readonly time: number;
	/** At most 16 bytes. */
	readonly label?: string;
	/** How many files it can hold; one for each 8 KB if left out. */
	readonly inodes?: number;
}

const INODE_BYTES = 128;
const BYTES_PER_INODE = 8192;
const DIRECTORY_MODE = 0o040755;

interface Plan {
	readonly blockSize: number;
	readonly blocks: number;
	readonly firstDataBlock: number;
	readonly blocksPerGroup: number;
	readonly groups: number;
	readonly inodesPerGroup: number;
	readonly descriptorBlocks: number;
	readonly tableBlocks: number;
}

/**
 * Makes an ext2 file system over the whole of a store: revision 1, with file types in its directories and
 * copies of the superblock in few groups; a root directory and `lost+found`. The same options make the
 * same bytes.
 *
 * @throws Ext2Error for a size or options that no file system can have
 */
export function makeExt2(store: ByteStore, options: MakeOptions): Ext2 {
	const plan = planFor(store.size, options);
	const uuid = parseUuid(options.uuid);
	const label = new TextEncoder().encode(options.label ?? '');
	if (label.length > 16) throw new Ext2Error('a label has at most 16 bytes');
	const write = (block: number, bytes: Uint8Array) => store.write(block * plan.blockSize, bytes);

	for (let at = 0; at < store.size; at += plan.blockSize)
		store.write(at, new Uint8Array(Math.min(plan.blockSize, store.size - at)));
	const descriptors = new Uint8Array(plan.descriptorBlocks * plan.blockSize);
	let freeBlocks = 0;
	for (let group = 0; group < plan.groups; group++) {
		const layout = layOutGroup(plan, group);
		freeBlocks += layout.size - layout.taken;
		const { blockBitmap, inodeBitmap } = bitmapsOf(plan, group, layout);
		write(layout.blockBitmap, blockBitmap);
		write(layout.inodeBitmap, inodeBitmap);
		putDescriptor(viewOf(descriptors.subarray(group * DESCRIPTOR_BYTES)), plan, group, layout);
	}
	const superblock = superblockOf(plan, options, uuid, label, freeBlocks);
	for (let group = 0; group < plan.groups; group++) {
		if (!hasSuperblock(group)) continue;
		const first = plan.firstDataBlock + group * plan.blocksPerGroup;
		viewOf(superblock).setUint16(sb.blockGroup, group, true);
		store.write(group === 0 ? SUPERBLOCK_AT : first * plan.blockSize, superblock);
		write(first + 1, descriptors);
	}
	putRoot(store, plan, options.time);
	const made = new Ext2(store, { time: options.time });
	made.makeDirectory('/lost+found', { mode: 0o700 });
	return made;
}

function planFor(size: number, { blockSize = 4096, inodes }: MakeOptions): Plan {
	const firstDataBlock = blockSize === 1024 ? 1 : 0;
	const blocksPerGroup = 8 * blockSize;
	for (let blocks = Math.floor(size / blockSize); ;) {
		const groups = Math.ceil((blocks - firstDataBlock) / blocksPerGroup);
		const wanted = Math.max(inodes ?? Math.ceil(size / BYTES_PER_INODE), FIRST_INODE + 5);
		const perBlock = blockSize / INODE_BYTES;
		const tableBlocks = Math.ceil(wanted / Math.max(groups, 1) / perBlock);
		const plan = {
			blockSize,
			blocks,
			firstDataBlock,
			blocksPerGroup,
			groups,
			inodesPerGroup: tableBlocks * perBlock,
			descriptorBlocks: Math.ceil((groups * DESCRIPTOR_BYTES) / blockSize),
			tableBlocks
		};
		if (groups < 1 || blocks > 0xffff_ffff || plan.inodesPerGroup > 8 * blockSize)
			throw badSize(size);
		const last = layOutGroup(plan, groups - 1);
		// Room for the root directory and lost+found, and for a file.
		if (last.size >= last.taken + 8) return plan;
		if (groups === 1) throw badSize(size);
		// A last group that has no room but for its own tables is left out.
		blocks = firstDataBlock + (groups - 1) * blocksPerGroup;
	}
}

const badSize = (size: number) =>
	new Ext2Error(`a file system of ${size} bytes cannot be made: give 256 KB to 16 GB or so`);

interface GroupLayout {
	/** In blocks. */
	readonly size: number;
	readonly blockBitmap: number;
	readonly inodeBitmap: number;
	readonly inodeTable: number;
	/** Blocks of tables at its beginning; in the first group also the root directory's. */
	readonly taken: number;
}

function layOutGroup(plan: Plan, group: number): GroupLayout {
	const first = plan.firstDataBlock + group * plan.blocksPerGroup;
	const copies = hasSuperblock(group) ? 1 + plan.descriptorBlocks : 0;
	return {
		size: Math.min(plan.blocksPerGroup, plan.blocks - first),
		blockBitmap: first + copies,
		inodeBitmap: first + copies + 1,
		inodeTable: first + copies + 2,
		taken: copies + 2 + plan.tableBlocks + (group === 0 ? 1 : 0)
	};
}

/** What is taken from the start, and what lies behind the end of a short last group, is marked. */
function bitmapsOf(plan: Plan, group: number, { size, taken }: GroupLayout) {
	const blockBitmap = new Uint8Array(plan.blockSize);
	const inodeBitmap = new Uint8Array(plan.blockSize);
	const mark = (bitmap: Uint8Array, from: number, to: number) => {
		for (let bit = from; bit < to; bit++) bitmap[bit >> 3]! |= 1 << (bit & 7);
	};
	mark(blockBitmap, 0, taken);
	mark(blockBitmap, size, 8 * plan.blockSize);
	mark(inodeBitmap, 0, group === 0 ? FIRST_INODE - 1 : 0);
	mark(inodeBitmap, plan.inodesPerGroup, 8 * plan.blockSize);
	return { blockBitmap, inodeBitmap };
}

function putDescriptor(view: DataView, plan: Plan, group: number, layout: GroupLayout): void {
	const first = group === 0;
	view.setUint32(gd.blockBitmap, layout.blockBitmap, true);
	view.setUint32(gd.inodeBitmap, layout.inodeBitmap, true);
	view.setUint32(gd.inodeTable, layout.inodeTable, true);
	view.setUint16(gd.freeBlocks, layout.size - layout.taken, true);
	view.setUint16(gd.freeInodes, plan.inodesPerGroup - (first ? FIRST_INODE - 1 : 0), true);
	view.setUint16(gd.usedDirectories, first ? 1 : 0, true);
}

function superblockOf(
	plan: Plan,
	{ time }: MakeOptions,
	uuid: Uint8Array,
	label: Uint8Array,
	freeBlocks: number
): Uint8Array {
	const bytes = new Uint8Array(SUPERBLOCK_BYTES);
	const view = viewOf(bytes);
	const u32 = (at: number, value: number) => view.setUint32(at, value, true);
	const u16 = (at: number, value: number) => view.setUint16(at, value, true);
	const inodes = plan.groups * plan.inodesPerGroup;
	u32(sb.inodesCount, inodes);
	u32(sb.blocksCount, plan.blocks);
	u32(sb.freeBlocks, freeBlocks);
	u32(sb.freeInodes, inodes - (FIRST_INODE - 1));
	u32(sb.firstDataBlock, plan.firstDataBlock);
	u32(sb.logBlockSize, Math.log2(plan.blockSize / 1024));
	u32(sb.logFragmentSize, Math.log2(plan.blockSize / 1024));
	u32(sb.blocksPerGroup, plan.blocksPerGroup);
	u32(sb.fragmentsPerGroup, plan.blocksPerGroup);
	u32(sb.inodesPerGroup, plan.inodesPerGroup);
	u32(sb.writeTime, time);
	u16(sb.maxMountCount, 0xffff); // never asks for a check by itself
	u16(sb.magic, MAGIC);
	u16(sb.state, STATE_CLEAN);
	u16(sb.errors, 1); // go on
	u32(sb.lastCheck, time);
	u32(sb.revision, 1);
	u32(sb.firstInode, FIRST_INODE);
	u16(sb.inodeSize, INODE_BYTES);
	u32(sb.incompat, FILETYPE);
	u32(sb.roCompat, SPARSE_SUPER);
	bytes.set(uuid, sb.uuid);
	bytes.set(label, sb.label);
	u32(sb.mkfsTime, time);
	return bytes;
}

/** The root directory: its inode, and the block with `.` and `..`, which are both itself. */
function putRoot(store: ByteStore, plan: Plan, time: number): void {
	const { inodeTable, taken } = layOutGroup(plan, 0);
	const block = plan.firstDataBlock + taken - 1;
	const inode = new Uint8Array(INODE_BYTES);
	const view = viewOf(inode);
	view.setUint16(ino.mode, DIRECTORY_MODE, true);
	view.setUint32(ino.size, plan.blockSize, true);
	for (const at of [ino.accessTime, ino.changeTime, ino.modifyTime]) view.setUint32(at, time, true);
	view.setUint16(ino.links, 2, true);
	view.setUint32(ino.sectors, plan.blockSize / 512, true);
	view.setUint32(ino.block, block, true);
	store.write(inodeTable * plan.blockSize + (ROOT_INODE - 1) * INODE_BYTES, inode);

	const contents = new Uint8Array(plan.blockSize);
	const names = viewOf(contents);
	const entry = (at: number, length: number, dots: number) => {
		names.setUint32(at, ROOT_INODE, true);
		names.setUint16(at + 4, length, true);
		names.setUint8(at + 6, dots);
		names.setUint8(at + 7, codeOfMode(DIRECTORY_MODE));
		contents.fill(0x2e, at + 8, at + 8 + dots);
	};
	entry(0, 12, 1);
	entry(12, plan.blockSize - 12, 2);
	store.write(block * plan.blockSize, contents);
}

function parseUuid(text: string): Uint8Array {
	const digits = text.replaceAll('-', '');
	if (!/^[0-9a-fA-F]{32}$/.test(digits))
		throw new Ext2Error(
			`${text} is no UUID: give 32 hexadecimal digits such as 01234567-89ab-cdef-0123-456789abcdef`
		);
	return Uint8Array.from({ length: 16 }, (_, n) => parseInt(digits.slice(2 * n, 2 * n + 2), 16));
}

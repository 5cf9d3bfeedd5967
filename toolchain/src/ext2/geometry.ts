import type { ByteStore } from './block-cache.ts';
import { damaged, Ext2Error } from './ext2-error.ts';
import {
	BTREE_DIR,
	DESCRIPTOR_BYTES,
	FILETYPE,
	LARGE_FILE,
	MAGIC,
	sb,
	SPARSE_SUPER,
	STATE_CLEAN,
	SUPERBLOCK_AT,
	SUPERBLOCK_BYTES,
	viewOf
} from './layout.ts';

/** What never changes in a file system, read from its superblock and found to make sense. */
export interface Geometry {
	readonly blockSize: number;
	readonly blocks: number;
	readonly inodes: number;
	readonly firstDataBlock: number;
	readonly blocksPerGroup: number;
	readonly inodesPerGroup: number;
	readonly inodeSize: number;
	/** The first inode that is not reserved. */
	readonly firstInode: number;
	readonly groups: number;
	/** Blocks of the table of group descriptors. */
	readonly descriptorBlocks: number;
	readonly sparseSuper: boolean;
	/** Directory entries say the type of what they name. */
	readonly fileTypes: boolean;
	/** Why nothing may be written; undefined if it may. */
	readonly readOnlyBecause: string | undefined;
	/** The last to write it unmounted it, and found no errors. */
	readonly clean: boolean;
	readonly label: string;
}

/** What an image is, if it is no ext2: bytes at an offset. */
const others: readonly [at: number, bytes: readonly number[], what: string][] = [
	[0, [0x30, 0x37, 0x30, 0x37, 0x30], 'a cpio archive: an initramfs, for --initrd'],
	[0, [0x1f, 0x8b], 'packed with gzip: unpack it first (gunzip)'],
	[0, [0x51, 0x46, 0x49, 0xfb], 'a qcow2 image: `qemu-img convert -O raw` makes a plain one'],
	[0, [0x7f, 0x45, 0x4c, 0x46], 'an ELF file, a program'],
	[510, [0x55, 0xaa], 'a disk with a partition table: give the partition alone']
];

/** Features of ext3 and ext4 that change what stands where. */
const unknownFormats: readonly [bit: number, what: string][] = [
	[0x1, 'compressed files'],
	[0x4, 'a journal that must be replayed first'],
	[0x8, 'its journal alone'],
	[0x10, 'meta block groups'],
	[0x40, 'extents (ext4)'],
	[0x80, '64-bit block numbers (ext4)'],
	[0x200, 'flexible block groups (ext4)'],
	[0x8000, 'files inside inodes (ext4)']
];

/** Reads the superblock. @throws Ext2Error for what is no ext2, or one that makes no sense */
export function readGeometry(store: ByteStore): Geometry {
	if (store.size < SUPERBLOCK_AT + SUPERBLOCK_BYTES)
		throw new Ext2Error(
			`the image has only ${store.size} bytes: an ext2 file system begins with 2048.`
		);
	const start = new Uint8Array(SUPERBLOCK_AT + SUPERBLOCK_BYTES);
	store.read(0, start);
	const block = viewOf(start.subarray(SUPERBLOCK_AT));
	const u32 = (at: number) => block.getUint32(at, true);
	const u16 = (at: number) => block.getUint16(at, true);
	if (u16(sb.magic) !== MAGIC) throw noExt2(start);
	checkFormat(u32(sb.incompat));

	const logBlockSize = u32(sb.logBlockSize);
	if (logBlockSize > 6)
		throw damaged(`its block size would be 2 to the power ${logBlockSize + 10}`);
	const blockSize = 1024 << logBlockSize;
	const [blocks, inodes] = [u32(sb.blocksCount), u32(sb.inodesCount)];
	const firstDataBlock = u32(sb.firstDataBlock);
	const [blocksPerGroup, inodesPerGroup] = [u32(sb.blocksPerGroup), u32(sb.inodesPerGroup)];
	const old = u32(sb.revision) === 0;
	const inodeSize = old ? 128 : u16(sb.inodeSize);
	const firstInode = old ? 11 : u32(sb.firstInode);

	if (blocks * blockSize > store.size)
		throw new Ext2Error(
			`the file system has ${blocks} blocks of ${blockSize} bytes, but the image ends after ` +
				`${store.size} bytes: it is cut off. Copy it again.`
		);
	if (firstDataBlock !== (blockSize === 1024 ? 1 : 0))
		throw damaged(`its first data block would be ${firstDataBlock}`);
	if (blocks <= firstDataBlock + 1) throw damaged(`it would have ${blocks} blocks`);
	const bits = 8 * blockSize;
	if (blocksPerGroup === 0 || blocksPerGroup > bits)
		throw damaged(`its groups would have ${blocksPerGroup} blocks (1 to ${bits} are possible)`);
	if (inodesPerGroup === 0 || inodesPerGroup > bits)
		throw damaged(`its groups would have ${inodesPerGroup} inodes (1 to ${bits} are possible)`);
	if (inodeSize < 128 || inodeSize > blockSize || (inodeSize & (inodeSize - 1)) !== 0)
		throw damaged(`its inodes would have ${inodeSize} bytes`);
	const groups = Math.ceil((blocks - firstDataBlock) / blocksPerGroup);
	if (inodes !== groups * inodesPerGroup)
		throw damaged(`${groups} groups of ${inodesPerGroup} inodes are not ${inodes} inodes`);
	if (firstInode < 11 || firstInode > inodes)
		throw damaged(`the first inode for files would be ${firstInode}`);
	const descriptorBlocks = Math.ceil((groups * DESCRIPTOR_BYTES) / blockSize);
	if (firstDataBlock + 1 + descriptorBlocks > blocks)
		throw damaged(`the descriptors of ${groups} groups do not fit into ${blocks} blocks`);
	return {
		blockSize,
		blocks,
		inodes,
		firstDataBlock,
		blocksPerGroup,
		inodesPerGroup,
		inodeSize,
		firstInode,
		groups,
		descriptorBlocks,
		sparseSuper: (u32(sb.roCompat) & SPARSE_SUPER) !== 0,
		fileTypes: (u32(sb.incompat) & FILETYPE) !== 0,
		readOnlyBecause: whyReadOnly(u32(sb.roCompat)),
		clean: u16(sb.state) === STATE_CLEAN,
		label: textUpToNul(start.subarray(SUPERBLOCK_AT + sb.label, SUPERBLOCK_AT + sb.label + 16))
	};
}

function noExt2(start: Uint8Array): Ext2Error {
	const other = others.find(([at, bytes]) => bytes.every((byte, i) => start[at + i] === byte));
	const what = other
		? `It is ${other[2]}.`
		: 'Is it another file, or a disk that has no format yet?';
	return new Ext2Error(
		`this is no ext2 file system: bytes 1080 and 1081 are not 53 ef (hexadecimal). ${what}`
	);
}

function checkFormat(incompat: number): void {
	const unknown = incompat & ~FILETYPE;
	if (unknown === 0) return;
	const known = unknownFormats.filter(([bit]) => unknown & bit).map(([, what]) => what);
	throw new Ext2Error(
		`this is no plain ext2 file system: it has ${known.join(', ') || 'features not known here'}. ` +
			'Make one with `mke2fs -t ext2`, or with `trapline disk mkfs`.'
	);
}

function whyReadOnly(roCompat: number): string | undefined {
	const unknown = roCompat & ~(SPARSE_SUPER | LARGE_FILE | BTREE_DIR);
	return unknown === 0
		? undefined
		: 'it has features of ext4 that whoever writes must keep up ' +
				`(bits ${unknown.toString(16)} of s_feature_ro_compat). Make one with \`mke2fs -t ext2\`.`;
}

const textUpToNul = (bytes: Uint8Array) => new TextDecoder().decode(bytes).split('\0')[0]!;

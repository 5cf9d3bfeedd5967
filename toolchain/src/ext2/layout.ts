/**
 * Where things stand in an ext2 image, as Linux's Documentation/filesystems/ext4 ("super", "group_descr",
 * "inodes", "directory") describes them for the fields that ext2 has. All numbers are little-endian.
 */

/** The superblock stands at this byte, whatever the block size. */
export const SUPERBLOCK_AT = 1024;
export const SUPERBLOCK_BYTES = 1024;
export const MAGIC = 0xef53;

/** Offsets in the superblock. */
export const sb = {
	inodesCount: 0,
	blocksCount: 4,
	freeBlocks: 12,
	freeInodes: 16,
	firstDataBlock: 20,
	logBlockSize: 24,
	logFragmentSize: 28,
	blocksPerGroup: 32,
	fragmentsPerGroup: 36,
	inodesPerGroup: 40,
	writeTime: 48,
	maxMountCount: 54,
	magic: 56,
	state: 58,
	errors: 60,
	lastCheck: 64,
	revision: 76,
	firstInode: 84,
	inodeSize: 88,
	blockGroup: 90,
	compat: 92,
	incompat: 96,
	roCompat: 100,
	uuid: 104,
	label: 120,
	mkfsTime: 264
} as const;

/** `state`: unmounted cleanly, no errors found. */
export const STATE_CLEAN = 1;

/** `incompat`: directory entries say the type of what they name. */
export const FILETYPE = 0x2;
/** `roCompat`: copies of the superblock in few groups only; files of 2 GB and more. */
export const SPARSE_SUPER = 0x1;
export const LARGE_FILE = 0x2;
/** `roCompat` of ext3: the name that dir_index had once. */
export const BTREE_DIR = 0x4;

/** Offsets in a group's descriptor. */
export const gd = {
	blockBitmap: 0,
	inodeBitmap: 4,
	inodeTable: 8,
	freeBlocks: 12,
	freeInodes: 14,
	usedDirectories: 16
} as const;
export const DESCRIPTOR_BYTES = 32;

/** Offsets in an inode. */
export const ino = {
	mode: 0,
	uid: 2,
	size: 4,
	accessTime: 8,
	changeTime: 12,
	modifyTime: 16,
	deletionTime: 20,
	gid: 24,
	links: 26,
	sectors: 28,
	flags: 32,
	block: 40,
	attributes: 104,
	sizeHigh: 108,
	uidHigh: 120,
	gidHigh: 122
} as const;

/** Of an inode's 15 block pointers the last three go through one, two and three indirect blocks. */
export const DIRECT = 12;
export const POINTERS = 15;
/** An inode flag: the directory has a hash index, which whoever adds a name in the plain way must give up. */
export const INDEX_FLAG = 0x1000;

export const ROOT_INODE = 2;
export const FIRST_INODE = 11;

/** The type bits of a mode, and the same in a directory entry. */
export const S_IFMT = 0o170000;
export const fileTypes = [
	{ type: 'fifo', mode: 0o010000, code: 5 },
	{ type: 'character device', mode: 0o020000, code: 3 },
	{ type: 'directory', mode: 0o040000, code: 2 },
	{ type: 'block device', mode: 0o060000, code: 4 },
	{ type: 'file', mode: 0o100000, code: 1 },
	{ type: 'symlink', mode: 0o120000, code: 7 },
	{ type: 'socket', mode: 0o140000, code: 6 }
] as const;
export type FileType = (typeof fileTypes)[number]['type'];

export const typeOfMode = (mode: number): FileType | undefined =>
	fileTypes.find((each) => each.mode === (mode & S_IFMT))?.type;
export const modeOfType = (type: FileType) => fileTypes.find((each) => each.type === type)!.mode;
export const codeOfMode = (mode: number) =>
	fileTypes.find((each) => each.mode === (mode & S_IFMT))?.code ?? 0;

/** A directory entry: inode, length of the entry, length of the name, type, name; at multiples of 4. */
export const ENTRY_HEAD = 8;
export const entryBytes = (nameBytes: number) => (ENTRY_HEAD + nameBytes + 3) & ~3;

/** With sparse_super, which groups hold copies of superblock and descriptors. */
export function hasSuperblock(group: number): boolean {
	if (group <= 1) return true;
	return [3, 5, 7].some((base) => {
		let power = base;
		while (power < group) power *= base;
		return power === group;
	});
}

export const viewOf = (bytes: Uint8Array) =>
	new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export { Ext2, type FileStatus, type NamedFile, type Usage } from './ext2.ts';
export { makeExt2, type MakeOptions } from './mkfs.ts';
export { Ext2Error } from './ext2-error.ts';
export { memoryStore, type ByteStore } from './block-cache.ts';
export type { FileType } from './layout.ts';

/** C and assembly to AArch64 ELF. No DOM, no Node: the caller brings the compiler's module and the files. */
export { Clang, type SourceFiles } from './clang/clang.ts';
export type { Diagnostic } from './clang/diagnostics.ts';
export type { CompileFlags } from './clang/flags.ts';
export { extractHeaders } from './clang/headers.ts';
export { compileToAssembly, compileUnit, type Tools } from './build/compile-unit.ts';
export { contentHash } from './build/content-hash.ts';
export { cpio, fileType } from './build/cpio.ts';
export { BuildSetupError, readManifest, type TreeManifest } from './build/manifest.ts';
export { ObjectCache } from './build/object-cache.ts';
export { TreeBuilder, unitFlags, type BuildProgress, type Tree, type TreeBuild } from './build/tree-builder.ts';
export { toImage } from './elf/image.ts';
export { ElfError, isElf, readElf, type ElfFile } from './elf/reader.ts';
export { SymbolIndex } from './elf/symbols.ts';
export { readLineTable, type LineTable } from './dwarf/line-reader.ts';
export { listing } from './elf/listing.ts';

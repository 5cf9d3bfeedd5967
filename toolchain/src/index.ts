export {
	createToolchain,
	Toolchain,
	type CompiledAssembly,
	type CompiledObject,
	type ToolchainParts
} from './toolchain.ts';
export type { SourceFiles, LinkResult } from './clang/clang.ts';
export type { CompileFlags } from './clang/flags.ts';
export { extractHeaders } from './clang/headers.ts';
export { formatDiagnostic, type Diagnostic, type Severity } from './clang/diagnostics.ts';
export {
	buildLibrary,
	buildTree,
	type BuildCache,
	type BuildInput,
	type BuildProgress,
	type BuildResult,
	type ProgramParts
} from './build/build-tree.ts';
export {
	compileFlags,
	generatedFolder,
	parseManifest,
	type TreeManifest
} from './build/manifest.ts';
export { readCpio, writeCpio, type CpioMember } from './build/cpio.ts';
export {
	Ext2,
	Ext2Error,
	makeExt2,
	memoryStore,
	type ByteStore,
	type FileStatus,
	type MakeOptions,
	type NamedFile
} from './ext2/index.ts';
export { programsIn } from './build/programs.ts';
export { packRepeats, unpackRepeats } from './build/repeats.ts';
export { contentHash } from './build/content-hash.ts';
export { assemble, type Assembled } from './asm/assemble.ts';
export type { AsmDiagnostic } from './asm/diagnostics.ts';
export type { A64Assembler } from './asm/a64.ts';
export { readElf, isElf, ElfError, type ElfFile, type ElfSymbol } from './elf/reader.ts';
export { SymbolIndex } from './elf/symbols.ts';
export { listing, type ListingOptions, type ListingRow } from './elf/listing.ts';
export { toImage } from './elf/image.ts';
export { codeWords } from './elf/words.ts';
export { readLineTable, type LineRange, type LineTable } from './dwarf/line-reader.ts';
export {
	readDebugInfo,
	type DebugFunction,
	type DebugInfo,
	type Entry as DebugEntry
} from './dwarf/debug-info.ts';
export type { StoppedMachine } from './dwarf/locations.ts';
export {
	backtrace,
	localsAt,
	showVariable,
	typeName,
	type ShownFrame,
	type ShownVariable
} from './dwarf/values.ts';
export { stubUnused } from './lite/index.ts';
export {
	makeProfile,
	recordProfile,
	usedFunctions,
	type Profile,
	type ProfiledWork
} from './lite/profile.ts';
export { StubReached } from './lite/stub-reached.ts';
export { packCache, unpackCache } from './build/cache-file.ts';

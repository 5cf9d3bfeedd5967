export { Mmu, externalAbort, pageNumber } from './mmu.ts';
export type { CodePageQuery, ExplainedWalk } from './mmu.ts';
export type { Page, TranslationContext } from './context.ts';
export type { ContextFilter } from './contexts.ts';
export { alignmentStatus, faultStatus, isFault } from './faults.ts';
export type { Access, Fault, FaultKind, Level, Stage } from './faults.ts';
export type { WalkStep, DescriptorKind } from './lookup.ts';
export type { RawTranslationRegisters, RegimeName } from './regime.ts';
export type { Stage1Result } from './stage1.ts';

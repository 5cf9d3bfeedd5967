export type { TrapRecord } from './machine/trap-log.ts';
export type { OutcomeCounts, TrapCounts, VmCounts, TrapLog } from './machine/trap-log.ts';
export { createMachine } from './machine/machine.ts';
export { machineFromState } from './machine/from-state.ts';
export type { StateOptions } from './machine/from-state.ts';
export { boards } from './machine/resources.ts';
export type {
	InputRecord,
	Machine,
	MachineOptions,
	Position,
	RegisterSnapshot,
	RunLimits,
	StopReason
} from './machine/machine.ts';
export { accessFromEl1, callFunction, setSystemRegisters } from './machine/as-if.ts';
export { Timeline } from './machine/timeline.ts';
export type { Found, SearchLimits, TimelineLimits, TimelineOptions } from './machine/timeline.ts';
export type { TrapFilter, What } from './machine/searches.ts';
export { comparePositions } from './machine/hits.ts';
export type { Checkpoint } from './machine/memory-checkpoint.ts';
export { MachineError } from './machine/errors.ts';
export type { Probe } from './machine/probes.ts';
export { systemInstructionNames, systemRegisterNames, systemRegisterPurpose } from './cpu/index.ts';
export { decodeDescriptor, decodeRegister, decodeSyndrome, ipaOf } from './cpu/decode/index.ts';
export { EC } from './cpu/syndrome.ts';
export type {
	DecodedRegister,
	Descriptor,
	DescriptorOptions,
	Syndrome
} from './cpu/decode/index.ts';
export type { DecodedField } from './fields.ts';
export { indexBits, tableIndex } from './mmu/index.ts';
export type {
	Access,
	ExplainedWalk,
	Fault,
	Level,
	Stage,
	StageGeometry,
	WalkGeometry,
	WalkStep
} from './mmu/index.ts';
export { gicView } from './devices/gic-view.ts';
export type { GicView, TimerView } from './devices/gic-view.ts';
export { decodeGich } from './devices/gicv2/decode-gich.ts';
export type { DecodedGich } from './devices/gicv2/decode-gich.ts';
export { imageOf } from './devices/virtio/disk.ts';
export type { DiskImage } from './devices/virtio/disk.ts';
export { decodeListRegister } from './devices/gicv2/list-register.ts';
export type { ListRegister } from './devices/gicv2/list-register.ts';
export { describeBoard } from './boards/board.ts';
export { deviceTreeBlob, type BootTree } from './boards/dtb.ts';
export type {
	Board,
	BoardBlock,
	BoardDescription,
	BoardInterrupt,
	BoardRegion
} from './boards/board.ts';
import {
	systemInstructionNames,
	systemInstructionPurpose,
	systemRegister,
	systemRegisterNames
} from './cpu/index.ts';
import { interpreterModule } from './engine/interpreter-module.ts';
import { createA64 } from './isa/a64.ts';
export type { A64, Explanation } from './isa/a64.ts';
export type {
	A64Assembler,
	AssemblyContext,
	AssemblyError,
	Encoded,
	FixupKind
} from './isa/assembler.ts';

/** Assembler and disassembler of this machine's instructions; the toolchain gets it as an argument. */
export const a64 = /* @__PURE__ */ createA64(systemRegisterNames, systemInstructionNames, {
	register: (key) => systemRegister(key)?.what,
	operation: systemInstructionPurpose
});
/** The text of an instruction word at an address. */
export const disassemble = (word: number, pc: bigint | number): string => a64.disassemble(word, pc);
/** One instruction's word; throws an Error with a message for the reader. */
export const assemble = (text: string, pc: bigint | number): number => a64.assemble(text, pc);

/** Generates and compiles the interpreter ahead of the first machine, which otherwise does. */
export function prepareInterpreter(): void {
	interpreterModule();
}

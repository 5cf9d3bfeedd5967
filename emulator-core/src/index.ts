export type { TrapRecord } from './machine/trap-log.ts';
export type { OutcomeCounts, TrapCounts, VmCounts, TrapLog } from './machine/trap-log.ts';
export { boards, createMachine } from './machine/machine.ts';
export type {
	InputRecord,
	Machine,
	MachineOptions,
	RegisterSnapshot,
	RunLimits,
	StopReason
} from './machine/machine.ts';
export { MachineError } from './machine/errors.ts';
export type { Probe } from './machine/probes.ts';
export { systemInstructionNames, systemRegisterNames } from './cpu/index.ts';
export type { ExplainedWalk, Fault, WalkStep } from './mmu/index.ts';
export { describeBoard } from './boards/board.ts';
export type {
	Board,
	BoardBlock,
	BoardDescription,
	BoardInterrupt,
	BoardRegion
} from './boards/board.ts';

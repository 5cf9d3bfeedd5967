export { Cpu } from './cpu.ts';
export type { CpuEnvironment, ExceptionLevel, TimerPort, TrapEvent } from './cpu.ts';
export { packPstate, takeIllegalState } from './exceptions.ts';
export { takePendingInterrupt, wakesFromWfi } from './interrupts.ts';
export { slowPathsOf } from './slow-path-calls.ts';
export type { CodePages, SlowPaths } from './slow-paths.ts';
export { systemInstructionNames, systemInstructionPurpose } from './system-instructions.ts';
export type { SystemRegister } from './sysregs/description.ts';
export {
	systemRegister,
	systemRegisterNames,
	systemRegisterPurpose,
	systemRegisters
} from './sysregs/index.ts';

import type { Instruction } from '../instruction.ts';
import { threeSame } from './three-same.ts';
import { transfersSimd } from './transfers.ts';

/** Floating point and Advanced SIMD, by the groups of the Arm ARM's index by encoding (C4.1). */
export const simdFp: readonly Instruction[] = [...transfersSimd, ...threeSame];

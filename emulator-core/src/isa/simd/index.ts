import type { Instruction } from '../instruction.ts';
import { acrossLanes } from './across-lanes.ts';
import { byElement } from './by-element.ts';
import { copy } from './copy.ts';
import { crypto } from './crypto.ts';
import { fpConvert } from './fp-convert.ts';
import { fpScalar } from './fp-scalar.ts';
import { fpVector } from './fp-vector.ts';
import { modifiedImmediate } from './modified-immediate.ts';
import { permutes } from './permute.ts';
import { shiftImmediate } from './shift-immediate.ts';
import { structures } from './structures.ts';
import { threeDifferent } from './three-different.ts';
import { threeSame } from './three-same.ts';
import { transfersSimd } from './transfers.ts';
import { twoRegister } from './two-register.ts';

/** Floating point and Advanced SIMD, by the groups of the Arm ARM's index by encoding (C4.1). */
export const simdFp: readonly Instruction[] = [
	...transfersSimd,
	...threeSame,
	...threeDifferent,
	...byElement,
	...twoRegister,
	...acrossLanes,
	...shiftImmediate,
	...copy,
	...permutes,
	...modifiedImmediate,
	...structures,
	...crypto,
	...fpScalar,
	...fpConvert,
	...fpVector
];

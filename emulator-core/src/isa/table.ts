import { branchesSystem } from './branches-system.ts';
import { dataProcessingImm } from './data-processing-imm.ts';
import { dataProcessingReg } from './data-processing-reg.ts';
import { Decoder } from './decoder.ts';
import type { Instruction } from './instruction.ts';
import { loadsStores } from './loads-stores.ts';
import { simdFp } from './simd/index.ts';
import { transfersSimd } from './simd/transfers.ts';

/** The whole table. The order matters only to the assembler: of equal forms, the first is taken. */
export const instructionSet: readonly Instruction[] = [
	...dataProcessingImm,
	...dataProcessingReg,
	...branchesSystem,
	...loadsStores,
	...simdFp
];

/** What most programs do without: their handlers are made when they are needed. */
export const rareInstructions: ReadonlySet<Instruction> = new Set(
	simdFp.filter((row) => !transfersSimd.includes(row))
);

let decoder: Decoder | undefined;

/** The decoder of the table, made when it is first needed and shared by all. */
export function tableDecoder(): Decoder {
	return (decoder ??= new Decoder(instructionSet));
}

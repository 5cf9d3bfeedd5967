import type { Builder, Operand } from '../../builder/builder.ts';
import type { BlockOperationName } from '../../builder/vector-builder.ts';
import { insn, type Instruction } from '../instruction.ts';

/** The cryptographic extension: AES, SHA-1 and SHA-256. PMULL is in three-different.ts. */

/** Vd := the operation of Vd and the other operands, of which SHA-1's second is one word. */
function ofVd(
	operation: BlockOperationName,
	b: Builder,
	Rd: Operand,
	Rn: Operand,
	Rm?: Operand,
	nBits: 32 | 128 = 128
): void {
	b.needSimd();
	const others = [b.vector(Rn, nBits), ...(Rm ? [b.vector(Rm, 128)] : [])];
	b.setVector(Rd, b.block(operation, b.vector(Rd, 128), ...others), 128);
}

function aesRound(name: string, opcode: string, operation: BlockOperationName): Instruction {
	return insn(name.toUpperCase(), `01001110 00 10100 ${opcode} 10 Rn:5 Rd:5`, {
		asm: `${name} {Rd|v:16b}, {Rn|v:16b}`,
		sem: (b, { Rn, Rd }) => ofVd(operation, b, Rd, Rn)
	});
}

function aesMix(name: string, opcode: string, operation: BlockOperationName): Instruction {
	return insn(name.toUpperCase(), `01001110 00 10100 ${opcode} 10 Rn:5 Rd:5`, {
		asm: `${name} {Rd|v:16b}, {Rn|v:16b}`,
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			b.setVector(Rd, b.block(operation, b.vector(Rn, 128)), 128);
		}
	});
}

/** How the first two operands are written; the third is always four words. */
const written = {
	sha1: { operands: '{Rd|q}, {Rn|s}', nBits: 32 },
	sha256: { operands: '{Rd|q}, {Rn|q}', nBits: 128 },
	schedule: { operands: '{Rd|v:4s}, {Rn|v:4s}', nBits: 128 }
} as const;

function threeRegisters(
	name: string,
	opcode: string,
	kind: keyof typeof written,
	operation: BlockOperationName
): Instruction {
	const { operands, nBits } = written[kind];
	return insn(name.toUpperCase(), `01011110 00 0 Rm:5 0 ${opcode} 00 Rn:5 Rd:5`, {
		asm: `${name} ${operands}, {Rm|v:4s}`,
		sem: (b, { Rm, Rn, Rd }) => ofVd(operation, b, Rd, Rn, Rm, nBits)
	});
}

function twoRegisters(name: string, opcode: string, operation: BlockOperationName): Instruction {
	return insn(name.toUpperCase(), `01011110 00 10100 ${opcode} 10 Rn:5 Rd:5`, {
		asm: `${name} {Rd|v:4s}, {Rn|v:4s}`,
		sem: (b, { Rn, Rd }) => ofVd(operation, b, Rd, Rn)
	});
}

export const crypto: readonly Instruction[] = [
	aesRound('aese', '00100', 'aesEncrypt'),
	aesRound('aesd', '00101', 'aesDecrypt'),
	aesMix('aesmc', '00110', 'aesMix'),
	aesMix('aesimc', '00111', 'aesInverseMix'),
	threeRegisters('sha1c', '000', 'sha1', 'sha1Choose'),
	threeRegisters('sha1p', '001', 'sha1', 'sha1Parity'),
	threeRegisters('sha1m', '010', 'sha1', 'sha1Majority'),
	threeRegisters('sha1su0', '011', 'schedule', 'sha1Schedule0'),
	threeRegisters('sha256h', '100', 'sha256', 'sha256AToD'),
	threeRegisters('sha256h2', '101', 'sha256', 'sha256EToH'),
	threeRegisters('sha256su1', '110', 'schedule', 'sha256Schedule1'),
	insn('SHA1H', '01011110 00 10100 00000 10 Rn:5 Rd:5', {
		asm: 'sha1h {Rd|s}, {Rn|s}',
		sem: (b, { Rn, Rd }) => {
			b.needSimd();
			const rotated = b.ror(b.truncate(b.v(Rn, 0)), 2);
			b.setV(Rd, b.zext(rotated, 64), b.constant(0, 64));
		}
	}),
	twoRegisters('sha1su1', '00001', 'sha1Schedule1'),
	twoRegisters('sha256su0', '00010', 'sha256Schedule0')
];

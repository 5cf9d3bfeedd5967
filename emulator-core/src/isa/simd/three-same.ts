import type { Builder } from '../../builder/builder.ts';
import type { LaneBits, LaneOperationName } from '../../builder/lane-operations.ts';
import type { Vector } from '../../builder/vector-builder.ts';
import { insn, type Instruction } from '../instruction.ts';
import { arrangement, laneBits, vectorBits } from './arrangements.ts';

/** Advanced SIMD three same: Vd, Vn and Vm have the same lanes. */

type Bit = '0' | '1';
/** What an instruction makes of n and m; d is what Vd was. */
type Compute = (b: Builder, bits: LaneBits, n: Vector, m: Vector, d: Vector) => Vector;

const one =
	(operation: LaneOperationName): Compute =>
	(b, bits, n, m) =>
		b.lanes(operation, bits, n, m);

/** `sizes`: bits of the lanes that there are; lanes of 64 bits only in vectors of 128. */
function vectorForm(
	mnemonic: string,
	U: Bit,
	opcode: string,
	sizes: readonly LaneBits[],
	compute: Compute
): Instruction {
	return insn(
		`${mnemonic.toUpperCase()}_v`,
		`0 Q:1 ${U} 01110 size:2 1 Rm:5 ${opcode} 1 Rn:5 Rd:5`,
		{
			variants: ['Q', 'size'],
			asm: ({ Q, size }) => {
				const bits = laneBits(size);
				if (!sizes.includes(bits) || (bits === 64 && !Q)) return undefined;
				const v = arrangement(Q, bits);
				return `${mnemonic} {Rd|v:${v}}, {Rn|v:${v}}, {Rm|v:${v}}`;
			},
			sem: (b, { Q, size, Rm, Rn, Rd }) => {
				b.needSimd();
				const width = vectorBits(Q);
				const [n, m, d] = [b.vector(Rn, width), b.vector(Rm, width), b.vector(Rd, width)];
				b.setVector(Rd, compute(b, laneBits(size), n, m, d), width);
			}
		}
	);
}

const small = [8, 16, 32] as const;
const every = [8, 16, 32, 64] as const;

export const threeSame: readonly Instruction[] = [
	vectorForm('add', '0', '10000', every, one('add')),
	vectorForm('sub', '1', '10000', every, one('sub')),
	vectorForm('mul', '0', '10011', small, one('mul')),
	vectorForm('mla', '0', '10010', small, (b, bits, n, m, d) =>
		b.lanes('add', bits, d, b.lanes('mul', bits, n, m))
	),
	vectorForm('mls', '1', '10010', small, (b, bits, n, m, d) =>
		b.lanes('sub', bits, d, b.lanes('mul', bits, n, m))
	),
	vectorForm('sqadd', '0', '00001', every, one('saturatingAddSigned')),
	vectorForm('cmeq', '1', '10001', every, one('equal'))
];

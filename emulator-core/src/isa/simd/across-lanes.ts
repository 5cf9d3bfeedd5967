import type { LaneBits, LaneOperationName } from '../../vectors/lane-operations.ts';
import { insn, type Instruction } from '../instruction.ts';
import { across, arrangement, laneBits, letterOf, vectorBits, type Bit } from './arrangements.ts';

/** Advanced SIMD across lanes: one number made of all lanes. Integers only. */

function row(
	name: string,
	U: Bit,
	opcode: string,
	operation: LaneOperationName,
	long?: 'signed' | 'unsigned'
): Instruction {
	return insn(`${name.toUpperCase()}_v`, `0 Q:1 ${U} 01110 size:2 11000 ${opcode} 10 Rn:5 Rd:5`, {
		variants: ['Q', 'size'],
		asm: ({ Q, size }) => {
			if (size === 3 || (size === 2 && !Q)) return undefined;
			const bits = laneBits(size);
			const to = letterOf((long ? 2 * bits : bits) as LaneBits);
			return `${name} {Rd|${to}}, {Rn|v:${arrangement(Q, bits)}}`;
		},
		sem: (b, { Q, size, Rn, Rd }) => {
			b.needSimd();
			const [bits, width] = [laneBits(size), vectorBits(Q)];
			const n = b.vector(Rn, width);
			if (!long) return b.setVector(Rd, across(b, operation, bits, width, n), bits);
			const wide = (2 * bits) as LaneBits;
			const [low, high] = ([0, 1] as const).map((half) =>
				b.extendLanes(bits as 8 | 16 | 32, long === 'signed', half, n)
			);
			const sums = Q ? b.lanes('add', wide, low!, high!) : low!;
			b.setVector(Rd, across(b, 'add', wide, 128, sums), wide);
		}
	});
}

export const acrossLanes: readonly Instruction[] = [
	row('addv', '0', '11011', 'add'),
	row('saddlv', '0', '00011', 'add', 'signed'),
	row('uaddlv', '1', '00011', 'add', 'unsigned'),
	row('smaxv', '0', '01010', 'maxSigned'),
	row('umaxv', '1', '01010', 'maxUnsigned'),
	row('sminv', '0', '11010', 'minSigned'),
	row('uminv', '1', '11010', 'minUnsigned')
];

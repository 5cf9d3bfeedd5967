import type { FixupKind } from './assembler.ts';

/** How a value gets into an instruction: which bits of it, where, and what it must satisfy. */
interface Rule {
	/** Lowest bit of the value that is kept; the bits below must be zero where `aligned`. */
	readonly from: number;
	readonly bits: number;
	readonly shift: number;
	readonly aligned?: boolean;
	/** Whether the value must fit, and how it is read: not checked if left out. */
	readonly fits?: 'signed' | 'unsigned';
}

const branch = (bits: number, shift: number): Rule => ({
	from: 2,
	bits,
	shift,
	aligned: true,
	fits: 'signed'
});
const lo12 = (from: number): Rule => ({ from, bits: 12 - from, shift: 10, aligned: true });
const movw = (group: number, fits?: 'signed' | 'unsigned'): Rule => ({
	from: 16 * group,
	bits: 16,
	shift: 5,
	...(fits ? { fits } : {})
});

const rules: Readonly<Record<FixupKind, Rule>> = {
	call26: branch(26, 0),
	jump26: branch(26, 0),
	condbr19: branch(19, 5),
	tstbr14: branch(14, 5),
	ld_prel_lo19: branch(19, 5),
	adr_prel_lo21: { from: 0, bits: 21, shift: 0, fits: 'signed' },
	adr_prel_pg_hi21: { from: 12, bits: 21, shift: 0, aligned: true, fits: 'signed' },
	add_abs_lo12: { from: 0, bits: 12, shift: 10 },
	ldst8_lo12: lo12(0),
	ldst16_lo12: lo12(1),
	ldst32_lo12: lo12(2),
	ldst64_lo12: lo12(3),
	ldst128_lo12: lo12(4),
	movw_uabs_g0: movw(0, 'unsigned'),
	movw_uabs_g0_nc: movw(0),
	movw_uabs_g1: movw(1, 'unsigned'),
	movw_uabs_g1_nc: movw(1),
	movw_uabs_g2: movw(2, 'unsigned'),
	movw_uabs_g2_nc: movw(2),
	movw_uabs_g3: movw(3),
	movw_sabs_g0: movw(0, 'signed'),
	movw_sabs_g1: movw(1, 'signed'),
	movw_sabs_g2: movw(2, 'signed')
};

export function applyFixup(
	word: number,
	kind: FixupKind,
	value: bigint
): number | { error: string } {
	const rule = rules[kind];
	const from = BigInt(rule.from);
	value = rule.fits === 'unsigned' ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value);
	if (rule.aligned && (value & ((1n << from) - 1n)) !== 0n)
		return {
			error: `the target must be a multiple of ${1n << from}, but is off by ${value & ((1n << from) - 1n)}`
		};
	let field = value >> from;
	if (rule.fits) {
		const room = BigInt(rule.bits);
		// The signed moves have a sign of their own: MOVN for negative values.
		const isMove = kind.startsWith('movw_sabs');
		const [least, most] =
			rule.fits === 'unsigned'
				? [0n, (1n << room) - 1n]
				: isMove
					? [-(1n << room), (1n << room) - 1n]
					: [-(1n << (room - 1n)), (1n << (room - 1n)) - 1n];
		if (field < least || field > most)
			return {
				error: `the target is out of reach: ${value} is not from ${least << from} to ${((most + 1n) << from) - (rule.aligned ? 1n << from : 1n)}`
			};
		if (isMove) {
			// opc (bits 30:29) says MOVN (00) or MOVZ (10).
			word = field < 0n ? word & ~(1 << 30) : word | (1 << 30);
			if (field < 0n) field = ~field;
		}
	}
	const bits = Number(field & ((1n << BigInt(rule.bits)) - 1n));
	if (kind === 'adr_prel_lo21' || kind === 'adr_prel_pg_hi21')
		return ((word & ~0x60ff_ffe0) | ((bits & 3) << 29) | ((bits >> 2) << 5)) >>> 0;
	const mask = (2 ** rule.bits - 1) * 2 ** rule.shift;
	return ((word & ~mask) | (bits << rule.shift)) >>> 0;
}

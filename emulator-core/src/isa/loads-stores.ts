import type { AccessOptions, Builder, Operand, Value } from '../builder/builder.ts';
import { extendedRegister } from './data-processing-reg.ts';
import { insn, type Instruction } from './instruction.ts';

/** Loads and stores of general registers. */

type Bits2 = '00' | '01' | '10' | '11';

/** One transfer between memory and Rt: all addressing forms have the same ones. */
interface Transfer {
	name: string;
	size: Bits2;
	opc: Bits2;
	/** Bytes in memory. */
	bytes: 1 | 2 | 4 | 8;
	/** How Rt is written: a W or an X register. */
	rt: 'w' | 'x';
	load: boolean;
	signed?: boolean;
}

const transfers: readonly Transfer[] = [
	{ name: 'strb', size: '00', opc: '00', bytes: 1, rt: 'w', load: false },
	{ name: 'ldrb', size: '00', opc: '01', bytes: 1, rt: 'w', load: true },
	{ name: 'ldrsb', size: '00', opc: '10', bytes: 1, rt: 'x', load: true, signed: true },
	{ name: 'ldrsb', size: '00', opc: '11', bytes: 1, rt: 'w', load: true, signed: true },
	{ name: 'strh', size: '01', opc: '00', bytes: 2, rt: 'w', load: false },
	{ name: 'ldrh', size: '01', opc: '01', bytes: 2, rt: 'w', load: true },
	{ name: 'ldrsh', size: '01', opc: '10', bytes: 2, rt: 'x', load: true, signed: true },
	{ name: 'ldrsh', size: '01', opc: '11', bytes: 2, rt: 'w', load: true, signed: true },
	{ name: 'str', size: '10', opc: '00', bytes: 4, rt: 'w', load: false },
	{ name: 'ldr', size: '10', opc: '01', bytes: 4, rt: 'w', load: true },
	{ name: 'ldrsw', size: '10', opc: '10', bytes: 4, rt: 'x', load: true, signed: true },
	{ name: 'str', size: '11', opc: '00', bytes: 8, rt: 'x', load: false },
	{ name: 'ldr', size: '11', opc: '01', bytes: 8, rt: 'x', load: true }
];

/** Brings a loaded value, zero-extended to 64 bits, into the form that Rt gets. */
function extendLoaded(b: Builder, value: Value, { bytes, rt, signed }: Transfer): Value {
	if (!signed) return value;
	const wide = b.signExtend(value, (8 * bytes) as 8 | 16 | 32);
	return rt === 'x' ? wide : b.truncate(wide);
}

/** The access itself. `syndrome`: whether an abort at stage 2 can describe it. */
function access(
	b: Builder,
	t: Transfer,
	address: Value,
	Rt: Operand,
	syndrome: boolean,
	more: AccessOptions = {}
): void {
	const described = syndrome ? { rt: Rt, sixtyFour: t.rt === 'x', signed: t.signed ?? false } : {};
	const options = { unit: t.bytes, ...described, ...more };
	if (t.load) b.setX(Rt, extendLoaded(b, b.load(address, options)[0]!, t));
	else b.store(address, [b.x(Rt, 64)], options);
}

/** Base and offset before or after the access; the base is written only once the access is done. */
function writeBack(
	b: Builder,
	t: Transfer,
	Rn: Operand,
	Rt: Operand,
	imm9: Operand,
	when: 'pre' | 'post'
): void {
	const base = b.xsp(Rn, 64);
	const moved = b.add(base, b.simm(imm9, 64));
	const at = when === 'pre' ? moved : base;
	if (t.load) {
		const value = extendLoaded(b, b.load(at, { unit: t.bytes })[0]!, t);
		b.setXsp(Rn, moved);
		b.setX(Rt, value);
	} else {
		b.store(at, [b.x(Rt, 64)], { unit: t.bytes });
		b.setXsp(Rn, moved);
	}
}

function addressingForms(t: Transfer): Instruction[] {
	const { name, size, opc, bytes, rt } = t;
	const row = name.toUpperCase() + '_' + rt;
	const unscaled = name.replace('str', 'stur').replace('ldr', 'ldur');
	const unprivileged = name.replace('str', 'sttr').replace('ldr', 'ldtr');
	const log = Math.log2(bytes);
	return [
		insn(`${row}_uimm`, `${size} 111 0 01 ${opc} imm12:12 Rn:5 Rt:5`, {
			asm: `${name} {Rt|${rt}}, {Rn imm12|address:${bytes}}`,
			sem: (b, { imm12, Rn, Rt }) =>
				access(b, t, b.add(b.xsp(Rn, 64), b.imm(imm12, 64, log)), Rt, true)
		}),
		insn(`${row}_unscaled`, `${size} 111 0 00 ${opc} 0 imm9:9 00 Rn:5 Rt:5`, {
			asm: `${unscaled} {Rt|${rt}}, {Rn imm9|address}`,
			aliases: [{ asm: `${name} {Rt|${rt}}, {Rn imm9|address}`, inputOnly: true }],
			sem: (b, { imm9, Rn, Rt }) => access(b, t, b.add(b.xsp(Rn, 64), b.simm(imm9, 64)), Rt, true)
		}),
		insn(`${row}_post`, `${size} 111 0 00 ${opc} 0 imm9:9 01 Rn:5 Rt:5`, {
			asm: `${name} {Rt|${rt}}, {Rn imm9|post}`,
			sem: (b, { imm9, Rn, Rt }) => writeBack(b, t, Rn, Rt, imm9, 'post')
		}),
		insn(`${row}_unprivileged`, `${size} 111 0 00 ${opc} 0 imm9:9 10 Rn:5 Rt:5`, {
			asm: `${unprivileged} {Rt|${rt}}, {Rn imm9|address}`,
			sem: (b, { imm9, Rn, Rt }) =>
				access(b, t, b.add(b.xsp(Rn, 64), b.simm(imm9, 64)), Rt, true, { unprivileged: true })
		}),
		insn(`${row}_pre`, `${size} 111 0 00 ${opc} 0 imm9:9 11 Rn:5 Rt:5`, {
			asm: `${name} {Rt|${rt}}, {Rn imm9|pre}`,
			sem: (b, { imm9, Rn, Rt }) => writeBack(b, t, Rn, Rt, imm9, 'pre')
		}),
		insn(`${row}_reg`, `${size} 111 0 00 ${opc} 1 Rm:5 option:3 S:1 10 Rn:5 Rt:5`, {
			variants: ['option', 'S'],
			asm: ({ option }) =>
				option & 2 ? `${name} {Rt|${rt}}, {Rn Rm option S|indexed:${bytes}}` : undefined,
			sem: (b, { Rm, option, S, Rn, Rt }) => {
				const offset = extendedRegister(b, Rm, option, 64, S ? log : 0);
				access(b, t, b.add(b.xsp(Rn, 64), offset), Rt, true);
			}
		})
	];
}

const prefetchNote = 'nothing but a hint: this memory will soon be needed';

/** Prefetches are hints: nothing to do. */
const prefetch: Instruction[] = [
	insn('PRFM_uimm', '11 111 0 01 10 imm12:12 Rn:5 Rt:5', {
		note: prefetchNote,
		asm: 'prfm {Rt|prefetch}, {Rn imm12|address:8}',
		sem: () => undefined
	}),
	insn('PRFUM', '11 111 0 00 10 0 imm9:9 00 Rn:5 Rt:5', {
		note: prefetchNote,
		asm: 'prfum {Rt|prefetch}, {Rn imm9|address}',
		aliases: [{ asm: 'prfm {Rt|prefetch}, {Rn imm9|address}', inputOnly: true }],
		sem: () => undefined
	}),
	insn('PRFM_reg', '11 111 0 00 10 1 Rm:5 option:3 S:1 10 Rn:5 Rt:5', {
		note: prefetchNote,
		variants: ['option', 'S'],
		asm: ({ option }) =>
			option & 2 ? 'prfm {Rt|prefetch}, {Rn Rm option S|indexed:8}' : undefined,
		sem: () => undefined
	}),
	insn('PRFM_lit', '11 011 0 00 imm19:19 Rt:5', {
		note: prefetchNote,
		asm: 'prfm {Rt|prefetch}, {imm19|label:ld_prel_lo19}',
		sem: () => undefined
	})
];

function literal(name: string, opc: '00' | '01' | '10', t: Transfer): Instruction {
	return insn(`${name.toUpperCase()}_${t.rt}_lit`, `${opc} 011 0 00 imm19:19 Rt:5`, {
		asm: `${name} {Rt|${t.rt}}, {imm19|label:ld_prel_lo19}`,
		sem: (b, { imm19, Rt }) => access(b, t, b.add(b.pc(), b.simm(imm19, 64, 2)), Rt, true)
	});
}

const find = (name: string, rt: 'w' | 'x') =>
	transfers.find((t) => t.name === name && t.rt === rt)!;

type PairMode = 'nontemporal' | 'post' | 'offset' | 'pre';
const pairModes = [
	['nontemporal', '000'],
	['post', '001'],
	['offset', '010'],
	['pre', '011']
] as const;

/** Both registers are loaded before either is written: a fault in the second changes nothing. */
function pair(
	mode: PairMode,
	bits: '000' | '001' | '010' | '011',
	opc: '00' | '01' | '10'
): Instruction[] {
	const unit = opc === '10' ? 8 : 4;
	const rt = opc === '00' ? 'w' : 'x';
	const form = mode === 'pre' || mode === 'post' ? `${mode}:${unit}` : `saddress:${unit}`;
	const suffix = `${opc === '01' ? 'SW' : ''}_${rt}_${mode}`;
	const letter = mode === 'nontemporal' ? 'n' : '';
	const address = (b: Builder, Rn: Operand, imm7: Operand) => {
		const base = b.xsp(Rn, 64);
		const moved = b.add(base, b.simm(imm7, 64, Math.log2(unit)));
		return { at: mode === 'post' ? base : moved, moved };
	};
	const writesBack = mode === 'pre' || mode === 'post';
	const load = insn(`LDP${suffix}`, `${opc} 101 0 ${bits} 1 imm7:7 Rt2:5 Rn:5 Rt:5`, {
		asm: `${opc === '01' ? 'ldpsw' : `ld${letter}p`} {Rt|${rt}}, {Rt2|${rt}}, {Rn imm7|${form}}`,
		sem: (b, { imm7, Rt2, Rn, Rt }) => {
			const { at, moved } = address(b, Rn, imm7);
			const loaded = b.load(at, { unit, count: 2 });
			const [first, second] =
				opc === '01' ? loaded.map((value) => b.signExtend(value, 32)) : loaded;
			if (writesBack) b.setXsp(Rn, moved);
			b.setX(Rt, first!);
			b.setX(Rt2, second!);
		}
	});
	if (opc === '01') return mode === 'nontemporal' ? [] : [load];
	const store = insn(`STP${suffix}`, `${opc} 101 0 ${bits} 0 imm7:7 Rt2:5 Rn:5 Rt:5`, {
		asm: `st${letter}p {Rt|${rt}}, {Rt2|${rt}}, {Rn imm7|${form}}`,
		sem: (b, { imm7, Rt2, Rn, Rt }) => {
			const { at, moved } = address(b, Rn, imm7);
			b.store(at, [b.x(Rt, 64), b.x(Rt2, 64)], { unit, count: 2 });
			if (writesBack) b.setXsp(Rn, moved);
		}
	});
	return [store, load];
}

/** Exclusives and the ordered accesses: bytes, halfwords, words, doublewords by `size`. */
function exclusive(size: Bits2): Instruction[] {
	const bytes = ([1, 2, 4, 8] as const)[parseInt(size, 2)]!;
	const letter = bytes === 1 ? 'b' : bytes === 2 ? 'h' : '';
	const rt = bytes === 8 ? 'x' : 'w';
	const tag = bytes === 8 ? '_x' : bytes === 4 ? '_w' : letter.toUpperCase();
	const rows: Instruction[] = [];
	for (const o0 of ['0', '1'] as const) {
		const acquire = o0 === '1' ? 'a' : '';
		const release = o0 === '1' ? 'l' : '';
		rows.push(
			insn(
				`ST${release.toUpperCase()}XR${tag}`,
				`${size} 001000 0 0 0 Rs:5 ${o0} xxxxx Rn:5 Rt:5`,
				{
					asm: `st${release}xr${letter} {Rs|w}, {Rt|${rt}}, {Rn|base}`,
					sem: (b, { Rs, Rn, Rt }) => storeExclusive(b, bytes, 0, Rs, Rn, Rt, Rt)
				}
			),
			insn(
				`LD${acquire.toUpperCase()}XR${tag}`,
				`${size} 001000 0 1 0 xxxxx ${o0} xxxxx Rn:5 Rt:5`,
				{
					asm: `ld${acquire}xr${letter} {Rt|${rt}}, {Rn|base}`,
					sem: (b, { Rn, Rt }) => {
						const va = b.xsp(Rn, 64);
						const [value] = b.load(va, { unit: bytes, exclusive: true });
						b.slow('markExclusive', va, b.constant(bytes, 32));
						b.setX(Rt, value!);
					}
				}
			)
		);
		if (bytes < 4) continue;
		rows.push(
			insn(
				`ST${release.toUpperCase()}XP${tag}`,
				`${size} 001000 0 0 1 Rs:5 ${o0} Rt2:5 Rn:5 Rt:5`,
				{
					asm: `st${release}xp {Rs|w}, {Rt|${rt}}, {Rt2|${rt}}, {Rn|base}`,
					sem: (b, { Rs, Rt2, Rn, Rt }) => storeExclusive(b, bytes, 1, Rs, Rn, Rt, Rt2)
				}
			),
			insn(
				`LD${acquire.toUpperCase()}XP${tag}`,
				`${size} 001000 0 1 1 xxxxx ${o0} Rt2:5 Rn:5 Rt:5`,
				{
					asm: `ld${acquire}xp {Rt|${rt}}, {Rt2|${rt}}, {Rn|base}`,
					sem: (b, { Rt2, Rn, Rt }) => {
						const va = b.xsp(Rn, 64);
						const unit = bytes === 8 ? 8 : 4;
						const loaded = b.load(va, { unit, count: 2, align: 2 * unit, exclusive: true });
						b.slow('markExclusive', va, b.constant(2 * unit, 32));
						b.setX(Rt, loaded[0]!);
						b.setX(Rt2, loaded[1]!);
					}
				}
			)
		);
	}
	const ordered: Transfer = { name: '', size, opc: '00', bytes, rt, load: false };
	rows.push(
		insn(`STLR${tag}`, `${size} 001000 1 0 0 xxxxx 1 xxxxx Rn:5 Rt:5`, {
			asm: `stlr${letter} {Rt|${rt}}, {Rn|base}`,
			sem: (b, { Rn, Rt }) => access(b, ordered, b.xsp(Rn, 64), Rt, true, { ordered: true })
		}),
		insn(`LDAR${tag}`, `${size} 001000 1 1 0 xxxxx 1 xxxxx Rn:5 Rt:5`, {
			asm: `ldar${letter} {Rt|${rt}}, {Rn|base}`,
			sem: (b, { Rn, Rt }) =>
				access(b, { ...ordered, load: true }, b.xsp(Rn, 64), Rt, true, { ordered: true })
		})
	);
	return rows;
}

/** `flags` 14: ordered, exclusive, without a syndrome (AccessFlags in cpu/slow-paths.ts). */
function storeExclusive(
	b: Builder,
	bytes: number,
	pairs: 0 | 1,
	Rs: Operand,
	Rn: Operand,
	Rt: Operand,
	Rt2: Operand
): void {
	const number = (value: number) => b.constant(value, 32);
	const [va, lo, hi] = [b.xsp(Rn, 64), b.x(Rt, 64), b.x(Rt2, 64)];
	b.setX(Rs, b.slow('storeExclusive', va, lo, hi, number(bytes), number(pairs), number(14)));
}

export const loadsStores: readonly Instruction[] = [
	...transfers.flatMap(addressingForms),
	...prefetch,
	literal('ldr', '00', find('ldr', 'w')),
	literal('ldr', '01', find('ldr', 'x')),
	literal('ldrsw', '10', find('ldrsw', 'x')),
	...pairModes.flatMap(([mode, bits]) =>
		(['00', '01', '10'] as const).flatMap((opc) => pair(mode, bits, opc))
	),
	...(['00', '01', '10', '11'] as const).flatMap(exclusive)
];

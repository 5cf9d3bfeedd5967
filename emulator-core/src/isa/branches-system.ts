import { exceptionCalls } from '../builder/builder.ts';
import { conditionNames, conditionSynonyms } from './conditions.ts';
import { insn, type Alias, type Instruction } from './instruction.ts';

/** Branches, exception generation and system instructions. */

const compareBranch = (mnemonic: 'cbz' | 'cbnz', op: '0' | '1') =>
	insn(mnemonic.toUpperCase(), `sf:1 011010 ${op} imm19:19 Rt:5`, {
		variants: ['sf'],
		asm: `${mnemonic} {Rt|r}, {imm19|label:condbr19}`,
		sem: (b, { sf, imm19, Rt }) => {
			const isZero = b.eqz(b.x(Rt, sf ? 64 : 32));
			b.if(op === '0' ? isZero : b.eqz(isZero), () => b.branchBy(imm19));
		}
	});

const testBranch = (mnemonic: 'tbz' | 'tbnz', op: '0' | '1') =>
	insn(mnemonic.toUpperCase(), `b5:1 011011 ${op} b40:5 imm14:14 Rt:5`, {
		variants: ['b5'],
		asm: `${mnemonic} {Rt|rbit}, {b5 b40|bitnumber}, {imm14|label:tstbr14}`,
		sem: (b, { b5, b40, imm14, Rt }) => {
			const word = b5 ? b.truncate(b.lshr(b.x(Rt, 64), 32)) : b.x(Rt, 32);
			const bit = b.and(b.lshr(word, b.imm(b40, 32)), b.constant(1, 32));
			b.if(op === '0' ? b.eqz(bit) : bit, () => b.branchBy(imm14));
		}
	});

const exceptionCall = (
	name: (typeof exceptionCalls)[number],
	opc: '000' | '001' | '010',
	ll: '00' | '01' | '10' | '11'
) =>
	insn(name.toUpperCase(), `11010100 ${opc} imm16:16 000 ${ll}`, {
		asm: `${name} {imm16|hex}`,
		sem: (b, { imm16 }) => {
			const kind = b.constant(exceptionCalls.indexOf(name), 32);
			b.slow('callException', kind, b.imm(imm16, 32));
		}
	});

/** Hints by number, and what those are for that do nothing here. */
const hints: Readonly<Record<number, { name: string; note?: string }>> = {
	0: { name: 'nop' },
	1: { name: 'yield', note: 'a hint: another thread may go first' },
	2: { name: 'wfe' },
	3: { name: 'wfi' },
	4: { name: 'sev' },
	5: { name: 'sevl' },
	16: { name: 'esb', note: 'let no error of memory slip past this point' },
	20: { name: 'csdb', note: 'let no guessed value be used past this point' }
};

/** What DMB and DSB order, by the lower half of CRm; the upper half names those who see it. */
const ordered = [
	{ earlier: 'memory access', later: 'ones' },
	{ earlier: 'load', later: 'loads and stores' },
	{ earlier: 'store', later: 'stores' },
	{ earlier: 'memory access', later: 'ones' }
] as const;
const domains = [' (outer shareable)', '', ' (inner shareable)', ''] as const;

const barrierNotes = {
	dsb: ({ CRm }) => {
		const { earlier } = ordered[CRm & 3]!;
		const maintenance = earlier === 'memory access' ? ', TLB and cache operation' : '';
		return `wait until every earlier ${earlier}${maintenance} is complete${domains[CRm >> 2]}`;
	},
	dmb: ({ CRm }) => {
		const { earlier, later } = ordered[CRm & 3]!;
		return `keep every earlier ${earlier} before the later ${later}${domains[CRm >> 2]}`;
	},
	isb: () => 'fetch what follows anew: it sees every change of system registers before'
} satisfies Record<string, (fields: { CRm: number }) => string>;

const barrier = (
	name: 'dsb' | 'dmb' | 'isb',
	op2: '100' | '101' | '110',
	aliases: Alias<'CRm'>[] = []
) =>
	insn(name.toUpperCase(), `1101010100 0 00 011 0011 CRm:4 ${op2} 11111`, {
		asm: `${name} {CRm|barrier${name === 'isb' ? ':isb' : ''}}`,
		aliases: aliases as Alias[],
		note: barrierNotes[name],
		// One CPU at a time, no reordering, and decoded code follows every write: nothing is left to wait for.
		sem: () => undefined
	});

export const branchesSystem: readonly Instruction[] = [
	insn('B_cond', '01010100 imm19:19 0 cond:4', {
		variants: ['cond'],
		asm: ({ cond }) => `b.${conditionNames[cond]} {imm19|label:condbr19}`,
		aliases: ({ cond }) =>
			[
				`b${conditionNames[cond]}`,
				...Object.keys(conditionSynonyms)
					.filter((name) => conditionSynonyms[name] === cond)
					.flatMap((name) => [`b.${name}`, `b${name}`])
			].map((name) => ({ asm: `${name} {imm19|label:condbr19}`, inputOnly: true })),
		sem: (b, { cond, imm19 }) => b.if(b.condition(cond), () => b.branchBy(imm19))
	}),
	insn('B', '0 00101 imm26:26', {
		asm: 'b {imm26|label:jump26}',
		sem: (b, { imm26 }) => b.branchBy(imm26)
	}),
	insn('BL', '1 00101 imm26:26', {
		asm: 'bl {imm26|label:call26}',
		sem: (b, { imm26 }) => {
			b.setLink(b.add(b.pc(), b.constant(4, 64)));
			b.branchBy(imm26);
		}
	}),
	compareBranch('cbz', '0'),
	compareBranch('cbnz', '1'),
	testBranch('tbz', '0'),
	testBranch('tbnz', '1'),
	insn('BR', '1101011 0000 11111 000000 Rn:5 00000', {
		asm: 'br {Rn|x}',
		sem: (b, { Rn }) => b.branchTo(b.x(Rn, 64))
	}),
	insn('BLR', '1101011 0001 11111 000000 Rn:5 00000', {
		asm: 'blr {Rn|x}',
		sem: (b, { Rn }) => {
			const target = b.x(Rn, 64);
			b.setLink(b.add(b.pc(), b.constant(4, 64)));
			b.branchTo(target);
		}
	}),
	insn('RET', '1101011 0010 11111 000000 Rn:5 00000', {
		asm: 'ret {Rn|x}',
		aliases: [{ asm: 'ret', with: { Rn: 30 } }],
		note: 'the function returns',
		sem: (b, { Rn }) => b.branchTo(b.x(Rn, 64))
	}),
	insn('ERET', '1101011 0100 11111 000000 11111 00000', {
		asm: 'eret',
		sem: (b) => void b.slow('eret')
	}),

	exceptionCall('svc', '000', '01'),
	exceptionCall('hvc', '000', '10'),
	exceptionCall('smc', '000', '11'),
	exceptionCall('brk', '001', '00'),
	exceptionCall('hlt', '010', '00'),
	insn('UDF', '0000000000000000 imm16:16', {
		asm: 'udf {imm16|imm}',
		sem: (b, { imm16 }) => void b.slow('undefined', b.imm(imm16, 32))
	}),

	insn('HINT', '1101010100 0 00 011 0010 CRm:4 op2:3 11111', {
		asm: 'hint {CRm op2|hex}',
		aliases: Object.entries(hints).map(([number, { name }]) => ({
			asm: name,
			with: { CRm: Number(number) >> 3, op2: Number(number) & 7 }
		})),
		note: ({ CRm, op2 }) => hints[(CRm << 3) | op2]?.note,
		sem: (b, { CRm, op2 }) => {
			const hint = b.join([CRm, op2], 32);
			b.if(b.eq(hint, b.constant(3, 32)), () => void b.slow('wfi'));
			b.if(b.eq(hint, b.constant(2, 32)), () => void b.slow('wfe'));
			b.if(b.eq(hint, b.constant(4, 32)), () => void b.slow('sev', b.constant(0, 32)));
			b.if(b.eq(hint, b.constant(5, 32)), () => void b.slow('sev', b.constant(1, 32)));
		}
	}),
	insn('CLREX', '1101010100 0 00 011 0011 CRm:4 010 11111', {
		asm: 'clrex {CRm|hex}',
		aliases: [{ asm: 'clrex', with: { CRm: 15 } }],
		sem: (b) => b.clearMonitor()
	}),
	barrier('dsb', '100', [
		{ asm: 'ssbb', with: { CRm: 0 } },
		{ asm: 'pssbb', with: { CRm: 4 } }
	]),
	barrier('dmb', '101'),
	barrier('isb', '110', [{ asm: 'isb', with: { CRm: 15 } }]),

	insn('MSR_i', '1101010100 0 00 op1:3 0100 CRm:4 op2:3 11111', {
		asm: 'msr {op1 op2|pstate}, {CRm|hex}',
		sem: (b, { op1, CRm, op2 }) => b.writePstateField(b.join([op1, op2], 32), CRm)
	}),
	insn('SYS', '1101010100 0 01 op1:3 CRn:4 CRm:4 op2:3 Rt:5', {
		asm: 'sys {op1|imm}, {CRn|cr}, {CRm|cr}, {op2|imm}, {Rt|x}',
		aliases: [
			{ asm: 'at {op1 CRn CRm op2|sysop:at}, {Rt|x}' },
			{ asm: 'dc {op1 CRn CRm op2|sysop:dc}, {Rt|x}' },
			{ asm: 'ic {op1 CRn CRm op2|sysop:ic0}', with: { Rt: 31 } },
			{ asm: 'ic {op1 CRn CRm op2|sysop:ic}, {Rt|x}' },
			{ asm: 'tlbi {op1 CRn CRm op2|sysop:tlbi0}', with: { Rt: 31 } },
			{ asm: 'tlbi {op1 CRn CRm op2|sysop:tlbi}, {Rt|x}' },
			{ asm: 'sys {op1|imm}, {CRn|cr}, {CRm|cr}, {op2|imm}', with: { Rt: 31 } }
		],
		sem: (b, { op1, CRn, CRm, op2, Rt }) => {
			const key = b.or(b.join([op1, CRn, CRm, op2], 32), b.constant(1 << 14, 32));
			b.slow('system', key, b.x(Rt, 64), b.imm(Rt, 32));
		}
	}),
	insn('SYSL', '1101010100 1 01 op1:3 CRn:4 CRm:4 op2:3 Rt:5', {
		asm: 'sysl {Rt|x}, {op1|imm}, {CRn|cr}, {CRm|cr}, {op2|imm}',
		sem: (b, { op1, CRn, CRm, op2, Rt }) => {
			const key = b.or(b.join([op1, CRn, CRm, op2], 32), b.constant(1 << 14, 32));
			b.setX(Rt, b.slow('readSystemRegister', key, b.imm(Rt, 32)));
		}
	}),
	insn('MSR_r', '1101010100 0 1 key:15 Rt:5', {
		asm: 'msr {key|sysreg}, {Rt|x}',
		sem: (b, { key, Rt }) => b.writeSystemRegister(key, Rt)
	}),
	insn('MRS', '1101010100 1 1 key:15 Rt:5', {
		asm: 'mrs {Rt|x}, {key|sysreg}',
		sem: (b, { key, Rt }) => b.readSystemRegister(key, Rt)
	})
];

import type { Instruction, Value } from '../ir/module.ts';
import { ref, type View } from './machine.ts';
import { callRuntime } from './select-call.ts';
import { bitsOf, type Selector } from './selector.ts';

const names: Record<string, string> = { fadd: 'fadd', fsub: 'fsub', fmul: 'fmul', fdiv: 'fdiv' };
const quadNames: Record<string, string> = {
	fadd: '__addtf3',
	fsub: '__subtf3',
	fmul: '__multf3',
	fdiv: '__divtf3'
};

export const floatView = (value: { type: Value['type'] }): View =>
	value.type.kind === 'float'
		? 's'
		: value.type.kind === 'half'
			? 'h'
			: value.type.kind === 'fp128'
				? 'q'
				: 'd';

export function selectFloatBinary(s: Selector, insn: Instruction): void {
	const view = floatView(insn);
	if (view === 'q') return callRuntime(s, quadNames[insn.op] ?? 'fmodl', insn);
	if (insn.op === 'frem') return callRuntime(s, view === 's' ? 'fmodf' : 'fmod', insn);
	const [a, b] = insn.operands as [Value, Value];
	s.alu(names[insn.op]!, view, s.result(insn), s.use(a), s.use(b));
}

export function selectFloatNegate(s: Selector, insn: Instruction): void {
	s.alu('fneg', floatView(insn), s.result(insn), s.use(insn.operands[0]!));
}

/** Conversions between floats, and between floats and integers. */
export function selectFloatCast(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const to = insn.type;
	if (to.kind === 'fp128' || value.type.kind === 'fp128') return quadCast(s, insn);
	switch (insn.op) {
		case 'fpext':
		case 'fptrunc':
			s.alu('fcvt', floatView(insn), s.result(insn), [s.use(value), floatView(value)]);
			return;
		case 'fptosi':
		case 'fptoui': {
			const bits = bitsOf(insn);
			const suffix = floatView(value) === 's' ? 'sf' : 'df';
			if (bits > 64)
				return callRuntime(s, `__fix${insn.op === 'fptoui' ? 'uns' : ''}${suffix}ti`, insn);
			const name = insn.op === 'fptosi' ? 'fcvtzs' : 'fcvtzu';
			s.alu(name, bits <= 32 ? 'w' : 'x', s.result(insn), [s.use(value), floatView(value)]);
			return;
		}
		case 'sitofp':
		case 'uitofp': {
			const bits = bitsOf(value);
			const signed = insn.op === 'sitofp';
			const suffix = floatView(insn) === 's' ? 'sf' : 'df';
			if (bits > 64) return callRuntime(s, `__float${signed ? '' : 'un'}ti${suffix}`, insn);
			const width = bits <= 32 ? 32 : 64;
			const n = s.useExtended(value, signed, width);
			s.alu(signed ? 'scvtf' : 'ucvtf', floatView(insn), s.result(insn), [
				n,
				width === 32 ? 'w' : 'x'
			]);
		}
	}
}

function quadCast(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const letters = (item: { type: Value['type'] }) =>
		item.type.kind === 'int'
			? item.type.bits <= 32
				? 'si'
				: 'di'
			: ({ float: 'sf', double: 'df', fp128: 'tf' } as Record<string, string>)[item.type.kind]!;
	const name = {
		fpext: '__extend',
		fptrunc: '__trunc',
		fptosi: '__fix',
		fptoui: '__fixuns',
		sitofp: '__float',
		uitofp: '__floatun'
	}[insn.op]!;
	const two = insn.op === 'fpext' || insn.op === 'fptrunc' ? '2' : '';
	callRuntime(s, `${name}${letters(value)}${letters(insn)}${two}`, insn);
}

/** bitcast between a general and a vector register of the same width. */
export function selectBitcast(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const d = s.result(insn);
	const from = value.type.kind === 'int' || value.type.kind === 'ptr';
	const bits = bitsOf(value);
	const views: [View, View] = bits <= 32 ? ['w', 's'] : ['x', 'd'];
	if (bits > 64 || bits < 16)
		throw new Error(`bitcast of ${bits} bits between banks is not supported`);
	const source = s.use(value);
	const [a, b] = from
		? [ref(d, views[1]), ref(source, views[0])]
		: [ref(d, views[0]), ref(source, views[1])];
	s.emit(['fmov ', a, ', ', b], [d], [source]);
}

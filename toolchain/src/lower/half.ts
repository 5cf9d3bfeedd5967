import type { Instruction, Value } from '../ir/module.ts';
import { doubleType, floatType, halfType, intType } from '../ir/types.ts';
import { type Builder, intValue } from './builder.ts';

const isHalf = (value: { type: Value['type'] }) => value.type.kind === 'half';
const arithmetic = new Set('fadd fsub fmul fdiv frem'.split(' '));
const mathematics =
	/^llvm\.(?:sqrt|floor|ceil|trunc|rint|nearbyint|round|roundeven|fma|fmuladd|minnum|maxnum|minimum|maximum|minimumnum|maximumnum)\./;

/**
 * Half precision is a format of memory before Armv8.2: arithmetic is single precision's, rounded once
 * more, which gives the same result because single precision has more than twice the digits.
 */
export function lowerHalf(b: Builder, insn: Instruction): boolean {
	const value = insn.operands[0];
	if (!value || !(isHalf(insn) || insn.operands.some(isHalf))) return false;
	const single = (operand: Value): Value =>
		isHalf(operand) ? b.cast('fpext', operand, floatType) : operand;
	const operands = () => insn.operands.map(single);
	const name = insn.op === 'call' && 'name' in insn.callee! ? insn.callee.name : '';
	if (arithmetic.has(insn.op)) {
		const result = b.emit(insn.op, floatType, operands());
		b.emit('fptrunc', halfType, [result], { result: insn.result! });
		return true;
	}
	if (insn.op === 'fcmp') {
		b.emit('fcmp', insn.type, operands(), { predicate: insn.predicate!, result: insn.result! });
		return true;
	}
	if (insn.op === 'fneg' || /^llvm\.(?:fabs|copysign)\./.test(name)) {
		changeSign(b, insn, insn.op === 'fneg' ? 'fneg' : name);
		return true;
	}
	if (insn.op === 'fptosi' || insn.op === 'fptoui') {
		b.emit(insn.op, insn.type, operands(), { result: insn.result! });
		return true;
	}
	if (/^llvm\.fpto[su]i\.sat\./.test(name)) {
		b.call(name, insn.type, operands(), { result: insn.result! });
		return true;
	}
	if (insn.op === 'sitofp' || insn.op === 'uitofp') {
		// What double precision would round is beyond half precision's range.
		const result = b.emit(insn.op, doubleType, insn.operands);
		b.emit('fptrunc', halfType, [result], { result: insn.result! });
		return true;
	}
	if (mathematics.test(name)) {
		const result = b.call(name, floatType, operands());
		b.emit('fptrunc', halfType, [result], { result: insn.result! });
		return true;
	}
	return false;
}

function changeSign(b: Builder, insn: Instruction, name: string): void {
	const i16 = intType(16);
	const bits = b.cast('bitcast', insn.operands[0]!, i16);
	let changed: Value;
	if (name === 'fneg') changed = b.emit('xor', i16, [bits, intValue(i16, 0x8000)]);
	else {
		changed = b.emit('and', i16, [bits, intValue(i16, 0x7fff)]);
		if (name.includes('copysign')) {
			const other = b.cast('bitcast', insn.operands[1]!, i16);
			const sign = b.emit('and', i16, [other, intValue(i16, 0x8000)]);
			changed = b.emit('or', i16, [changed, sign]);
		}
	}
	b.emit('bitcast', halfType, [changed], { result: insn.result! });
}

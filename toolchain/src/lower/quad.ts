import type { Instruction, Value } from '../ir/module.ts';
import { fp128Type, intType, type Type } from '../ir/types.ts';
import { i128, i32, i64, intValue, type Builder } from './builder.ts';
import type { LoweringContext } from './lower-function.ts';

const isQuad = (value: { type: Type }) => value.type.kind === 'fp128';

/** Predicate to the support routine and the comparison of its result with 0; U routines see NaNs. */
const comparisons: Record<string, [routine: string, predicate: string]> = {
	oeq: ['__eqtf2', 'eq'],
	ogt: ['__gttf2', 'sgt'],
	oge: ['__getf2', 'sge'],
	olt: ['__lttf2', 'slt'],
	ole: ['__letf2', 'sle'],
	une: ['__netf2', 'ne'],
	ugt: ['__letf2', 'sgt'],
	uge: ['__lttf2', 'sge'],
	ult: ['__getf2', 'slt'],
	ule: ['__gttf2', 'sle'],
	uno: ['__unordtf2', 'ne'],
	ord: ['__unordtf2', 'eq']
};

/** long double: comparisons, signs and conversions that are not one call with the operands as they are. */
export function lowerQuad(b: Builder, insn: Instruction, context: LoweringContext): boolean {
	const value = insn.operands[0];
	if (!value || !(isQuad(insn) || insn.operands.some(isQuad))) return false;
	const name = insn.op === 'call' && 'name' in insn.callee! ? insn.callee.name : '';
	const result = insn.result!;
	if (insn.op === 'fcmp') return compareQuad(b, insn);
	if (insn.op === 'fneg' || /^llvm\.(?:fabs|copysign)\./.test(name)) {
		changeSign(b, insn, name, context);
		return true;
	}
	if (/^llvm\.fmuladd\./.test(name)) {
		const product = b.emit('fmul', fp128Type, insn.operands.slice(0, 2));
		b.emit('fadd', fp128Type, [product, insn.operands[2]!], { result });
		return true;
	}
	const routine = /^llvm\.(fma|sqrt|floor|ceil|trunc|rint|nearbyint|round|minnum|maxnum)\./.exec(
		name
	)?.[1];
	if (routine !== undefined) {
		const library = { minnum: 'fmin', maxnum: 'fmax' }[routine] ?? routine;
		b.call(`${library}l`, fp128Type, insn.operands, { result });
		return true;
	}
	if (insn.op === 'bitcast') {
		const slot = context.scratch(16);
		b.store(value, slot, 16);
		b.load(insn.type, slot, 16, { result });
		return true;
	}
	return convertQuad(b, insn, value);
}

function compareQuad(b: Builder, insn: Instruction): boolean {
	const result = insn.result!;
	const predicate = insn.predicate!;
	const call = (routine: string) => b.call(routine, i32, insn.operands);
	if (predicate === 'ueq' || predicate === 'one') {
		const unordered = b.icmp('ne', call('__unordtf2'), intValue(i32, 0));
		const equal = b.icmp('eq', call('__eqtf2'), intValue(i32, 0));
		const either = b.emit('or', insn.type, [unordered, equal]);
		if (predicate === 'ueq') b.define(result, either);
		else b.emit('xor', insn.type, [either, intValue(insn.type, 1)], { result });
		return true;
	}
	const [routine, condition] = comparisons[predicate] ?? [];
	if (routine === undefined) return false;
	b.emit('icmp', insn.type, [call(routine), intValue(i32, 0)], { predicate: condition!, result });
	return true;
}

function changeSign(b: Builder, insn: Instruction, name: string, context: LoweringContext): void {
	const slot = context.scratch(32);
	b.store(insn.operands[0]!, slot, 16);
	const sign = intValue(i64, 1n << 63n);
	const rest = intValue(i64, (1n << 63n) - 1n);
	let top: Value = b.load(i64, b.offset(slot, 8), 8);
	if (insn.op === 'fneg') top = b.emit('xor', i64, [top, sign]);
	else {
		top = b.emit('and', i64, [top, rest]);
		if (name.includes('copysign')) {
			b.store(insn.operands[1]!, b.offset(slot, 16), 16);
			const other = b.load(i64, b.offset(slot, 24), 8);
			top = b.emit('or', i64, [top, b.emit('and', i64, [other, sign])]);
		}
	}
	b.store(top, b.offset(slot, 8), 8);
	b.load(fp128Type, slot, 16, { result: insn.result! });
}

/** Conversions whose integer is not exactly what a routine takes. */
function convertQuad(b: Builder, insn: Instruction, value: Value): boolean {
	const result = insn.result!;
	if (insn.op === 'sitofp' || insn.op === 'uitofp') {
		const signed = insn.op === 'sitofp';
		const bits = value.type.kind === 'int' ? value.type.bits : 0;
		const width = bits <= 32 ? 32 : bits <= 64 ? 64 : 128;
		const wide = b.extend(value, intType(width), signed);
		if (width < 128 && wide === value) return false;
		if (width < 128) b.emit(insn.op, fp128Type, [wide], { result });
		else b.call(signed ? '__floattitf' : '__floatuntitf', fp128Type, [wide], { result });
		return true;
	}
	if (insn.op === 'fptosi' || insn.op === 'fptoui') {
		const signed = insn.op === 'fptosi';
		const bits = insn.type.kind === 'int' ? insn.type.bits : 0;
		const width = bits <= 32 ? 32 : bits <= 64 ? 64 : 128;
		if (width < 128 && width === bits) return false;
		const wide =
			width < 128
				? b.emit(insn.op, intType(width), [value])
				: b.call(signed ? '__fixtfti' : '__fixunstfti', i128, [value]);
		if (width === bits) b.define(result, wide);
		else b.emit('trunc', insn.type, [wide], { result });
		return true;
	}
	return false;
}

/** Atomic accesses of floats are those of integers of the same width. */
export function lowerAtomicFloat(b: Builder, insn: Instruction): boolean {
	if (insn.ordering === undefined) return false;
	const isFloat = (type: Type) => ['half', 'float', 'double', 'fp128'].includes(type.kind);
	if (insn.op === 'load' && isFloat(insn.type)) {
		const bits = intType(insn.type.size * 8);
		const loaded = b.emit('load', bits, insn.operands, copyAccess(insn));
		b.emit('bitcast', insn.type, [loaded], { result: insn.result! });
		return true;
	}
	if (insn.op === 'store' && isFloat(insn.operands[0]!.type)) {
		const [value, pointer] = insn.operands as [Value, Value];
		const bits = b.cast('bitcast', value, intType(value.type.size * 8));
		b.effect('store', bits.type, [bits, pointer], copyAccess(insn));
		return true;
	}
	if (insn.op === 'atomicrmw' && insn.predicate === 'xchg' && isFloat(insn.type)) {
		const [pointer, value] = insn.operands as [Value, Value];
		const bits = b.cast('bitcast', value, intType(value.type.size * 8));
		const old = b.emit('atomicrmw', bits.type, [pointer, bits], {
			...copyAccess(insn),
			predicate: 'xchg'
		});
		b.emit('bitcast', insn.type, [old], { result: insn.result! });
		return true;
	}
	return false;
}

const copyAccess = ({ ordering, align, volatile }: Instruction): Partial<Instruction> => ({
	...(ordering === undefined ? {} : { ordering }),
	...(align === undefined ? {} : { align }),
	...(volatile === undefined ? {} : { volatile })
});

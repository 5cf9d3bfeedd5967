import type { Instruction } from '../ir/module.ts';
import type { Type } from '../ir/types.ts';
import type { Builder } from './builder.ts';

/** How C's mathematical library ends the names of its functions on a type. */
const endings: Partial<Record<Type['kind'], string>> = { float: 'f', double: '', fp128: 'l' };
/** And how the compiler's own library does. */
const modes: Partial<Record<Type['kind'], string>> = { float: 'sf', double: 'df', fp128: 'tf' };

const inLibrary =
	/^llvm\.(pow|exp|exp2|exp10|log|log2|log10|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|ldexp)\./;
/** To a whole number and then to an integer, which the machine has instructions for. */
const toInteger: Readonly<Record<string, string>> = {
	lround: 'round',
	llround: 'round',
	lrint: 'rint',
	llrint: 'rint'
};

/** Intrinsics that are functions of a library under another name, or two operations in one. */
export function lowerLibraryCall(b: Builder, insn: Instruction): boolean {
	const name = insn.op === 'call' && 'name' in insn.callee! ? insn.callee.name : '';
	const kind = insn.operands[0]?.type.kind ?? 'void';
	const result = insn.result!;
	if (name.startsWith('llvm.powi.')) {
		if (modes[kind] === undefined) throw new Error(`${name} is not supported`);
		b.call(`__powi${modes[kind]}2`, insn.type, insn.operands, { result });
		return true;
	}
	if (name === 'llvm.clear_cache') {
		b.effect('call', insn.type, insn.operands, {
			callee: { kind: 'global', type: insn.operands[0]!.type, name: '__clear_cache' },
			arguments: insn.operands.map(() => ({}))
		});
		return true;
	}
	const stem = inLibrary.exec(name)?.[1];
	if (stem !== undefined && endings[kind] !== undefined) {
		b.call(stem + endings[kind], insn.type, insn.operands, { result });
		return true;
	}
	const rounding = toInteger[/^llvm\.(ll?r(?:ound|int))\./.exec(name)?.[1] ?? ''];
	if (rounding !== undefined && endings[kind] !== undefined) {
		const type = insn.operands[0]!.type;
		const whole = b.call(`llvm.${rounding}.${kind}`, type, insn.operands);
		b.emit('fptosi', insn.type, [whole], { result });
		return true;
	}
	return false;
}

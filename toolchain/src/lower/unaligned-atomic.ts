import type { Instruction, Value } from '../ir/module.ts';
import { ptrType, voidType } from '../ir/types.ts';
import { i1, i32, i8, intValue, type Builder } from './builder.ts';
import type { LoweringContext } from './lower-function.ts';

/** The strongest order, as C numbers them: the library knows no other. */
const order = intValue(i32, 5);
const inLibrary: Readonly<Record<string, string>> = {
	xchg: 'exchange',
	add: 'fetch_add',
	sub: 'fetch_sub',
	and: 'fetch_and',
	or: 'fetch_or',
	xor: 'fetch_xor',
	nand: 'fetch_nand'
};

/**
 * Atomic accesses of integers and pointers that may lie at no multiple of their size: the instructions
 * fault there, so a function of the library does them, which takes a lock if it must.
 */
export function lowerUnalignedAtomic(
	b: Builder,
	insn: Instruction,
	context: LoweringContext
): boolean {
	if (insn.ordering === undefined || insn.align === undefined) return false;
	const value = insn.op === 'load' ? undefined : insn.operands[insn.op === 'store' ? 0 : 1];
	const type = value?.type ?? insn.type;
	if (insn.align >= type.size || (type.kind !== 'int' && type.kind !== 'ptr')) return false;
	const pointer = insn.operands[insn.op === 'store' ? 1 : 0]!;
	const name = (operation: string) => `__atomic_${operation}_${type.size}`;
	const result = insn.result!;
	switch (insn.op) {
		case 'load':
			b.call(name('load'), type, [pointer, order], { result });
			return true;
		case 'store':
			b.effect('call', voidType, [pointer, value!, order], {
				callee: { kind: 'global', type: ptrType, name: name('store') },
				arguments: [{}, {}, {}]
			});
			return true;
		case 'atomicrmw': {
			const operation = inLibrary[insn.predicate!];
			if (operation === undefined)
				throw new Error(
					`an atomic ${insn.predicate} of an object at no multiple of its size is not supported`
				);
			b.call(name(operation), type, [pointer, value!, order], { result });
			return true;
		}
		case 'cmpxchg': {
			const expected = context.scratch(type.size);
			b.store(value!, expected, 16);
			const args: Value[] = [pointer, expected, insn.operands[2]!, order, order];
			const done = b.call(name('compare_exchange'), i8, args);
			const seen = b.load(type, expected, 16);
			b.aggregate(insn.type, [seen, b.emit('trunc', i1, [done])], result);
			return true;
		}
		default:
			return false;
	}
}

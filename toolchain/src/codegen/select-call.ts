import type { Attributes, Instruction, Value } from '../ir/module.ts';
import { callerSaved, placeArguments, placeResult } from './calling-convention.ts';
import { foldAddress } from './constant-address.ts';
import { outgoingSlot, ref, type Copy } from './machine.ts';
import { partsOf } from './parts.ts';
import { storePart } from './select-memory.ts';
import type { Selector } from './selector.ts';

interface CallArgument {
	value: Value;
	attributes: Attributes;
}

export function selectPlainCall(s: Selector, insn: Instruction): void {
	const args = insn.operands.map((value, i) => ({ value, attributes: insn.arguments![i]! }));
	const callee = insn.callee as Value;
	call(s, callee, args, insn);
}

/** A call of a support routine with an instruction's own operands and result. */
export function callRuntime(
	s: Selector,
	name: string,
	insn: Instruction,
	args: readonly Value[] = insn.operands
): void {
	call(
		s,
		{ kind: 'global', type: { kind: 'ptr', size: 8, align: 8 }, name },
		args.map((value) => ({ value, attributes: {} })),
		insn
	);
}

function call(s: Selector, callee: Value, args: readonly CallArgument[], insn: Instruction): void {
	const { machine } = s;
	machine.hasCalls = true;
	const types = args.map(({ value, attributes }) => ({ type: value.type, attributes }));
	const { places, stack } = placeArguments(types);
	machine.outgoing = Math.max(machine.outgoing, (stack + 15) & ~15);
	const direct = s.resolve(callee).value;
	let target: number | string;
	if (direct.kind === 'local') target = s.use(callee);
	else {
		const address = foldAddress(direct, s.unit);
		const plain = address?.offset === 0n && address.minus === undefined;
		target = (plain ? address.symbol : undefined) ?? s.use(callee);
	}
	const copies: Copy[] = [];
	const uses: number[] = [];
	for (const [i, { value }] of args.entries()) {
		for (const [j, part] of partsOf(value.type).entries()) {
			const place = places[i]![j]!;
			if ('register' in place) {
				uses.push(place.register);
				if (value.kind !== 'undef')
					copies.push({ destination: place.register, source: s.source(value, j) });
			} else {
				const address = {
					kind: 'slot' as const,
					slot: outgoingSlot,
					offset: place.stack - part.offset
				};
				storePart(s, value, j, part, address);
			}
		}
	}
	s.copies(copies);
	const results = partsOf(insn.type);
	const places0 = placeResult(results);
	const defs = places0;
	const text = typeof target === 'string' ? [`bl ${target}`] : ['blr ', ref(target, 'x')];
	const bl = s.emit(text, [...defs], typeof target === 'number' ? [...uses, target] : uses);
	bl.call = true;
	bl.clobbers = callerSaved;
	takeResults(s, insn, places0);
}

/** Copies what a call left in registers to whoever asked for it. */
export function takeResults(s: Selector, insn: Instruction, places: readonly number[]): void {
	const copies: Copy[] = [];
	for (const [i, register] of places.entries()) {
		const destination = s.asked(insn.result, i);
		if (destination !== undefined)
			copies.push({ destination, source: { kind: 'register', register } });
	}
	s.copies(copies);
	normalizeBool(s, insn);
}

/** AAPCS64 leaves the bits above a bool unspecified; here an i1 is always 0 or 1. */
function normalizeBool(s: Selector, insn: Instruction): void {
	if (insn.type.kind !== 'int' || insn.type.bits !== 1) return;
	const d = s.asked(insn.result);
	if (d !== undefined) s.alu('and', 'w', d, d, '#0x1');
}

export function selectReturn(s: Selector, insn: Instruction): void {
	const value = insn.operands[0];
	const uses: number[] = [];
	if (value && value.kind !== 'undef') {
		const parts = partsOf(value.type);
		const places = placeResult(parts);
		s.copies(places.map((destination, i) => ({ destination, source: s.source(value, i) })));
		uses.push(...places);
	}
	s.emit(['ret'], [], uses).returns = true;
}

import type { Instruction } from '../ir/module.ts';
import { isAddImmediate } from './immediates.ts';
import { ref, type MachineBlock, type View } from './machine.ts';
import { conditional } from './select-compare.ts';
import { bitsOf, type Selector } from './selector.ts';

interface Case {
	value: bigint;
	target: MachineBlock;
}

/** Dense values jump through a table, others by a tree of comparisons. */
export function selectSwitch(s: Selector, insn: Instruction): void {
	const bits = bitsOf(insn.operands[0]!);
	if (bits > 64) throw new Error('a switch over more than 64 bits is not supported');
	const view: View = bits <= 32 ? 'w' : 'x';
	const width = bits <= 32 ? 32 : 64;
	const targets = insn.targets!.map((target) => s.blockOf.get(target)!);
	const otherwise = targets[0]!;
	const cases = insn
		.cases!.map((value, i) => ({ value: BigInt.asUintN(bits, value), target: targets[i + 1]! }))
		.sort((a, b) => (a.value < b.value ? -1 : 1));
	// Ranges that wrap around zero are denser as signed numbers.
	const signed = cases
		.map((item) => ({ ...item, value: BigInt.asIntN(bits, item.value) }))
		.sort((a, b) => (a.value < b.value ? -1 : 1));
	const spread = (list: Case[]) => (list.length ? list.at(-1)!.value - list[0]!.value : 0n);
	const useSigned = spread(signed) < spread(cases);
	const list = useSigned ? signed : cases;
	const register = s.useExtended(insn.operands[0]!, useSigned, width);
	if (list.length >= 5 && spread(list) < BigInt(list.length * 3))
		table(s, register, view, list, otherwise);
	else tree(s, register, view, list, otherwise, useSigned);
}

function compareWith(s: Selector, register: number, view: View, value: bigint): void {
	if (isAddImmediate(value)) s.plain('cmp', view, register, `#${value}`);
	else if (isAddImmediate(-value)) s.plain('cmn', view, register, `#${-value}`);
	else s.plain('cmp', view, register, s.constant(value, view === 'w' ? 32 : 64));
}

function jumpTo(s: Selector, target: MachineBlock): void {
	s.emit([], [], []).jump = target;
}

function tree(
	s: Selector,
	register: number,
	view: View,
	list: readonly Case[],
	otherwise: MachineBlock,
	signed: boolean
): void {
	if (list.length <= 4) {
		for (const { value, target } of list) {
			compareWith(s, register, view, value);
			conditional(s, 'b.eq', [], [], target);
		}
		return jumpTo(s, otherwise);
	}
	const middle = list.length >> 1;
	const label = s.freshLabel();
	compareWith(s, register, view, list[middle]!.value);
	s.emit([`b.${signed ? 'ge' : 'hs'} ${label}`], [], []);
	tree(s, register, view, list.slice(0, middle), otherwise, signed);
	s.emit([`${label}:`], [], []);
	tree(s, register, view, list.slice(middle), otherwise, signed);
}

function table(
	s: Selector,
	register: number,
	view: View,
	list: readonly Case[],
	otherwise: MachineBlock
): void {
	const first = list[0]!.value;
	const length = Number(list.at(-1)!.value - first) + 1;
	const label = s.freshLabel();
	let index = register;
	if (first !== 0n) {
		index = s.fresh();
		if (isAddImmediate(first)) s.alu('sub', view, index, register, `#${first}`);
		else if (isAddImmediate(-first)) s.alu('add', view, index, register, `#${-first}`);
		else s.alu('sub', view, index, register, s.constant(first, view === 'w' ? 32 : 64));
	}
	compareWith(s, index, view, BigInt(length - 1));
	conditional(s, 'b.hi', [], [], otherwise);
	const targets = Array<MachineBlock>(length).fill(otherwise);
	for (const { value, target } of list) targets[Number(value - first)] = target;
	s.machine.tables.push({ label, targets });
	const [base, offset, target] = [s.fresh(), s.fresh(), s.fresh()];
	s.emit(['adr ', ref(base, 'x'), `, ${label}`], [base], []);
	s.emit(
		['ldrsw ', ref(offset, 'x'), ', [', ref(base, 'x'), ', ', ref(index, 'w'), ', uxtw #2]'],
		[offset],
		[base, index]
	);
	s.alu('add', 'x', target, base, offset);
	s.emit(['br ', ref(target, 'x')], [], [target]);
}

import type { InlineAsm, Instruction, Value } from '../ir/module.ts';
import { foldAddress } from './constant-address.ts';
import {
	firstVector,
	linkRegister,
	ref,
	views,
	zeroRegister,
	type Copy,
	type MachineBlock,
	type Piece,
	type View
} from './machine.ts';
import { partsOf } from './parts.ts';
import { addressOf, addressText } from './select-memory.ts';
import { bitsOf, type Selector } from './selector.ts';

/** One operand of an asm statement, in the order of its constraint string. */
interface AsmOperand {
	kind: 'register' | 'text' | 'memory' | 'label';
	register: number;
	view: View;
	/** Immediate, symbol, or address in brackets. */
	text: Piece[];
	uses: number[];
	target?: MachineBlock;
}

interface Constraint {
	output: boolean;
	early: boolean;
	indirect: boolean;
	/** `{x0}` */
	fixed?: number;
	/** Number of the output it is tied to. */
	tied?: number;
	/** `=@cceq`: no register, but whether a condition holds afterwards. */
	condition?: string;
	codes: string;
}

const noOperand = { register: -1, view: 'x' as View, text: [], uses: [] };

/** Binds the operands of an asm statement and fills its template in. */
export function selectInlineAsm(s: Selector, insn: Instruction): void {
	const asm = insn.callee as InlineAsm;
	const fields = splitConstraints(asm.constraints);
	const clobbers = fields.filter((field) => field.startsWith('~'));
	const labels = fields.filter((field) => field.startsWith('!'));
	const constraints = fields
		.filter((field) => !field.startsWith('~') && !field.startsWith('!'))
		.map(parseConstraint);
	const operands: AsmOperand[] = [];
	const before: Copy[] = [];
	const after: Copy[] = [];
	const defs: number[] = [];
	const uses: number[] = [];
	const conditions: [result: number, condition: string][] = [];
	let argument = 0;
	let part = 0;
	const outputs = partsOf(insn.type);
	for (const constraint of constraints) {
		if (constraint.output && !constraint.indirect) {
			const type = outputs[part]!;
			const d = s.asked(insn.result, part);
			if (constraint.condition !== undefined) {
				if (insn.op === 'callbr')
					throw new Error('a flag as an output of "asm goto" is not supported');
				operands.push({ ...noOperand, kind: 'text' });
				if (d !== undefined) conditions.push([d, constraint.condition]);
				part++;
				continue;
			}
			const register = outputRegister(s, insn, constraint, part, type.float);
			operands.push({ ...noOperand, kind: 'register', register, view: asmView(register, s) });
			defs.push(register);
			if (d !== undefined && d !== register && insn.op !== 'callbr')
				after.push({ destination: d, source: { kind: 'register', register } });
			part++;
			// 128-bit results would need a pair in one operand.
			if (type.type.kind === 'int' && type.type.bits > 64)
				throw new Error(
					'128-bit operands of inline assembly are not supported: hand over two halves'
				);
			continue;
		}
		const value = insn.operands[argument]!;
		const elementtype = insn.arguments![argument]!.elementtype;
		argument++;
		operands.push(
			inputOperand(s, constraint, value, operands, before, uses, elementtype?.size ?? 8)
		);
	}
	const targets = (insn.targets ?? []).slice(1);
	for (const i of labels.keys()) {
		const target = s.blockOf.get(targets[i]!)!;
		target.named = true;
		operands.push({ ...noOperand, kind: 'label', target });
	}
	s.copies(before);
	const text = fillTemplate(s, asm.template, operands);
	for (const operand of operands) uses.push(...operand.uses);
	const emitted = s.emit(text, defs, uses);
	emitted.inlineAsm = true;
	emitted.early = constraints.some((constraint) => constraint.early);
	emitted.clobbers = clobbers.map(clobbered).filter((register) => register >= 0);
	if (emitted.clobbers.includes(linkRegister)) s.machine.hasCalls = true;
	for (const [d, condition] of conditions) s.alu('cset', 'w', d, condition);
	s.copies(after);
	for (const [i, output] of outputs.entries()) {
		const d = s.asked(insn.result, i);
		if (d !== undefined && output.bits === 1) s.alu('and', 'w', d, d, '#0x1');
	}
}

/**
 * `asm goto` leaves by several ways, and its results hold on each: they are made in the registers that
 * their users read, for a copy after the asm would be on the way of falling through only. Those in registers
 * chosen by name are fetched where each way begins.
 */
function outputRegister(
	s: Selector,
	insn: Instruction,
	{ fixed, codes }: Constraint,
	part: number,
	float: boolean
): number {
	const d = insn.op === 'callbr' ? s.asked(insn.result, part) : undefined;
	if (d === undefined || fixed !== undefined)
		return fixed ?? pinnedRegister(s, float || /w|x|y/.test(codes));
	s.machine.pinned.add(d);
	return d;
}

/** The results that `asm goto` left in named registers, at the start of a block that only it leads to. */
export function takeNamedOutputs(s: Selector, insn: Instruction): void {
	const copies: Copy[] = [];
	let part = 0;
	for (const field of splitConstraints((insn.callee as InlineAsm).constraints)) {
		const constraint = field.startsWith('=') ? parseConstraint(field) : undefined;
		if (!constraint || constraint.indirect) continue;
		if (constraint.fixed !== undefined)
			copies.push({
				destination: s.registerFor(insn.result!, part),
				source: { kind: 'register', register: constraint.fixed }
			});
		part++;
	}
	s.copies(copies);
}

function inputOperand(
	s: Selector,
	constraint: Constraint,
	value: Value,
	operands: readonly AsmOperand[],
	before: Copy[],
	uses: number[],
	size: number
): AsmOperand {
	if (constraint.indirect || /^[mQ]/.test(constraint.codes)) {
		const used: number[] = [];
		// Q is a single base register; m may be what the machine's LDR takes, which asm cannot count on.
		const simple = constraint.codes.includes('Q');
		const address = simple
			? ({ kind: 'register', base: pin(s, value), offset: 0n } as const)
			: addressOf(s, value, size, 1);
		return {
			...noOperand,
			kind: 'memory',
			text: address.kind === 'symbol' ? [] : addressText(address, 0, size, used),
			uses: used
		};
	}
	if (constraint.tied !== undefined) {
		const register = operands[constraint.tied]!.register;
		before.push({ destination: register, source: s.source(value) });
		uses.push(register);
		return { ...operands[constraint.tied]!, uses: [] };
	}
	const immediate = /[inIJKLMNSsg]/.test(constraint.codes) ? immediateText(s, value) : undefined;
	if (
		immediate !== undefined &&
		(!constraint.codes.includes('r') || acceptable(s, constraint, value))
	)
		return { ...noOperand, kind: 'text', text: [immediate] };
	if (constraint.codes.includes('Z') && s.constantOf(value) === 0n)
		return { ...noOperand, kind: 'register', register: zeroRegister, view: 'x' };
	if (constraint.fixed === undefined && !/[rwxy]/.test(constraint.codes))
		throw new Error(
			`an asm operand with constraint "${constraint.codes}" must be a constant, and this one is not`
		);
	if (bitsOf(value) > 64 && value.type.kind === 'int')
		throw new Error('128-bit operands of inline assembly are not supported: hand over two halves');
	const type = partsOf(value.type)[0]!;
	const register =
		constraint.fixed ?? pinnedRegister(s, type.float || /^[wxy]/.test(constraint.codes));
	before.push({ destination: register, source: s.source(value) });
	uses.push(register);
	return { ...noOperand, kind: 'register', register, view: asmView(register, s) };
}

const asmView = (register: number, s: Selector): View =>
	s.machine.classOf(register) === 'vector' ? 'v' : 'x';

function pin(s: Selector, value: Value): number {
	const register = pinnedRegister(s, false);
	s.copies([{ destination: register, source: s.source(value) }]);
	return register;
}

function pinnedRegister(s: Selector, float: boolean): number {
	const register = float ? s.freshFloat() : s.fresh();
	s.machine.pinned.add(register);
	return register;
}

function acceptable(s: Selector, constraint: Constraint, value: Value): boolean {
	const constant = s.constantOf(value);
	if (constant === undefined) return false;
	const n = BigInt.asIntN(bitsOf(value), constant);
	if (constraint.codes.includes('I')) return n >= 0n && n < 4096n;
	if (constraint.codes.includes('J')) return n > -4096n && n <= 0n;
	return /[ing]/.test(constraint.codes);
}

function immediateText(s: Selector, value: Value): string | undefined {
	const leaf = s.resolve(value).value;
	if (leaf.kind === 'local') return undefined;
	if (leaf.kind === 'float') return undefined;
	const address = foldAddress(leaf, s.unit);
	if (!address) return undefined;
	if (address.symbol === undefined) {
		const bits = Math.min(64, bitsOf(value));
		return String(BigInt.asIntN(bits, address.offset));
	}
	const offset = address.offset === 0n ? '' : (address.offset > 0n ? '+' : '') + address.offset;
	return address.symbol + (address.minus === undefined ? '' : `-${address.minus}`) + offset;
}

function splitConstraints(text: string): string[] {
	return text === '' ? [] : (text.match(/(?:\{[^}]*\}|[^,{])+/g) ?? []);
}

function parseConstraint(text: string): Constraint {
	let rest = text;
	const take = (char: string) => {
		if (!rest.startsWith(char)) return false;
		rest = rest.slice(1);
		return true;
	};
	const output = take('=');
	// "%" lets a compiler exchange this operand and the next: it need not.
	take('%');
	const early = take('&');
	const indirect = take('*');
	const constraint: Constraint = { output, early: early || take('&'), indirect, codes: rest };
	const fixed = /^\{([^}]*)\}$/.exec(rest);
	if (fixed?.[1]!.startsWith('@cc')) constraint.condition = fixed[1]!.slice(3);
	else if (fixed) {
		constraint.fixed = registerNumber(fixed[1]!);
		if (constraint.fixed < 0)
			throw new Error(`inline assembly names the register "${fixed[1]}", which does not exist`);
	} else if (/^[0-9]+$/.test(rest)) constraint.tied = Number(rest);
	return constraint;
}

/** Number of a register by name; -1 for what needs no bookkeeping (memory, flags). */
function registerNumber(name: string): number {
	const match = /^([xwvqdshb])([0-9]+)$/.exec(name.toLowerCase());
	if (match) return Number(match[2]) + (/[xw]/.test(match[1]!) ? 0 : firstVector);
	return { lr: linkRegister, fp: 29, ip0: 16, ip1: 17 }[name.toLowerCase()] ?? -1;
}

const clobbered = (field: string) => registerNumber(field.slice(2, -1));

/** `$0`, `${0:w}`, `$$`; LLVM's template language. */
function fillTemplate(s: Selector, template: string, operands: readonly AsmOperand[]): Piece[] {
	const out: Piece[] = [];
	const unique = s.freshLabel().replace(/[^0-9]/g, '');
	let at = 0;
	for (const match of template.matchAll(
		/\$(?:\$|\{([0-9]+)(?::([a-zA-Z]))?\}|\{:uid\}|([0-9]+))/g
	)) {
		out.push(template.slice(at, match.index));
		at = match.index + match[0].length;
		const number = match[1] ?? match[3];
		if (match[0] === '$$') out.push('$');
		else if (number === undefined) out.push(unique);
		else {
			const operand = operands[Number(number)];
			if (!operand)
				throw new Error(`inline assembly refers to operand ${number}, which it does not have`);
			out.push(...operandText(operand, match[2]));
		}
	}
	out.push(template.slice(at));
	return out;
}

const modifiers = new Set([...views, 'a', 'c', 'l', 'n']);

function operandText(operand: AsmOperand, modifier: string | undefined): Piece[] {
	if (modifier !== undefined && !modifiers.has(modifier))
		throw new Error(
			`inline assembly has no modifier "${modifier}": those of registers are w x b h s d q, of constants c and n, of addresses a, of labels l`
		);
	if (operand.kind === 'label') return [operand.target!.label];
	if (operand.kind === 'text') {
		// `#` belongs to the template; c and a print the bare constant too.
		return modifier === 'n' ? [String(-BigInt(operand.text[0] as string))] : operand.text;
	}
	if (operand.kind === 'memory') return operand.text;
	if (modifier === 'a') return ['[', ref(operand.register, 'x'), ']'];
	const view = views.includes(modifier as View) ? (modifier as View) : operand.view;
	return [ref(operand.register, view)];
}

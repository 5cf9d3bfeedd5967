import type { Instruction, Value } from '../ir/module.ts';
import { ref, type MachineInstruction, type View } from './machine.ts';
import {
	countLeading,
	countTrailing,
	countOnes,
	swapBytes,
	reverseBits,
	absolute,
	minMax,
	threeWay,
	funnelShift
} from './select-bits.ts';
import { copyMemory, setMemory } from './select-block-memory.ts';
import { floatView } from './select-float.ts';
import { overflow, saturate } from './select-overflow.ts';
import { vaStart, vaCopy } from './select-varargs.ts';
import { bitsOf, type Selector } from './selector.ts';

type Rule = (s: Selector, insn: Instruction) => void;

const none: Rule = () => undefined;

/** Intrinsics by the name between `llvm.` and the type suffix. */
const rules: Record<string, Rule> = {
	'lifetime.start': none,
	'lifetime.end': none,
	'dbg.declare': none,
	'dbg.value': none,
	assume: none,
	'experimental.noalias.scope.decl': none,
	'fake.use': none,
	va_end: none,
	'invariant.start': none,
	donothing: none,
	prefetch: none,
	expect: (s, insn) => s.move(s.result(insn), s.use(insn.operands[0]!)),
	'is.constant': (s, insn) =>
		s.copies([{ destination: s.result(insn), source: { kind: 'constant', value: 0n } }]),
	objectsize: (s, insn) =>
		s.copies([
			{
				destination: s.result(insn),
				source: {
					kind: 'constant',
					value: s.constantOf(insn.operands[1]!) === 1n ? 0n : 0xffff_ffff_ffff_ffffn
				}
			}
		]),
	trap: (s) => void s.emit(['brk #0x1'], [], []),
	debugtrap: (s) => void s.emit(['brk #0xf000'], [], []),
	memcpy: (s, insn) => copyMemory(s, insn, false),
	'memcpy.inline': (s, insn) => copyMemory(s, insn, false),
	memmove: (s, insn) => copyMemory(s, insn, true),
	memset: setMemory,
	va_start: vaStart,
	va_copy: vaCopy,
	ctlz: countLeading,
	cttz: countTrailing,
	ctpop: countOnes,
	bswap: swapBytes,
	bitreverse: reverseBits,
	abs: absolute,
	smax: (s, insn) => minMax(s, insn, true, 'gt'),
	smin: (s, insn) => minMax(s, insn, true, 'lt'),
	umax: (s, insn) => minMax(s, insn, false, 'hi'),
	umin: (s, insn) => minMax(s, insn, false, 'lo'),
	scmp: (s, insn) => threeWay(s, insn, true),
	ucmp: (s, insn) => threeWay(s, insn, false),
	fshl: funnelShift,
	fshr: funnelShift,
	'sadd.with.overflow': overflow,
	'uadd.with.overflow': overflow,
	'ssub.with.overflow': overflow,
	'usub.with.overflow': overflow,
	'smul.with.overflow': overflow,
	'umul.with.overflow': overflow,
	'uadd.sat': saturate,
	'usub.sat': saturate,
	'sadd.sat': saturate,
	'ssub.sat': saturate,
	stacksave: (s, insn) => {
		const d = s.result(insn);
		s.emit(['mov ', ref(d, 'x'), ', sp'], [d], []);
	},
	stackrestore: (s, insn) => {
		const value = s.use(insn.operands[0]!);
		s.machine.dynamicStack = true;
		s.emit(['mov sp, ', ref(value, 'x')], [], [value]);
	},
	frameaddress: frameAddress,
	returnaddress: frameAddress,
	ptrmask: (s, insn) => {
		const [pointer, mask] = insn.operands as [Value, Value];
		s.alu('and', 'x', s.result(insn), s.use(pointer), s.use(mask));
	},
	read_register: readRegister,
	write_register: writeRegister,
	fabs: (s, insn) => s.alu('fabs', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	sqrt: (s, insn) => s.alu('fsqrt', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	floor: (s, insn) => s.alu('frintm', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	ceil: (s, insn) => s.alu('frintp', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	trunc: (s, insn) => s.alu('frintz', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	rint: (s, insn) => s.alu('frintx', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	nearbyint: (s, insn) =>
		s.alu('frinti', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	round: (s, insn) => s.alu('frinta', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	roundeven: (s, insn) =>
		s.alu('frintn', floatView(insn), s.result(insn), s.use(insn.operands[0]!)),
	fma: fusedMultiply,
	fmuladd: fusedMultiply,
	copysign: copySign,
	minnum: (s, insn) => floatPair(s, insn, 'fminnm'),
	maxnum: (s, insn) => floatPair(s, insn, 'fmaxnm'),
	minimum: (s, insn) => floatPair(s, insn, 'fmin'),
	maximum: (s, insn) => floatPair(s, insn, 'fmax'),
	minimumnum: (s, insn) => floatPair(s, insn, 'fminnm'),
	maximumnum: (s, insn) => floatPair(s, insn, 'fmaxnm'),
	'fptosi.sat': saturatingConversion,
	'fptoui.sat': saturatingConversion
};

/** Intrinsics that change something besides their result, and so are never left out. */
const pure =
	/^(?:ctlz|cttz|ctpop|bswap|bitreverse|abs|[su](?:max|min|cmp)|fsh[lr]|[su](?:add|sub|mul)\.|ptrmask|fabs|sqrt|floor|ceil|trunc|rint|nearbyint|round(?:even)?|fma|fmuladd|copysign|min|max|fpto|expect|is\.constant|objectsize|frameaddress|returnaddress)/;

const intrinsicName = (name: string) => name.slice('llvm.'.length);

function ruleFor(name: string): [string, Rule | undefined] {
	// The type suffixes come last: try ever shorter names.
	let stem = intrinsicName(name);
	while (!(stem in rules) && stem.includes('.')) stem = stem.slice(0, stem.lastIndexOf('.'));
	return [stem, rules[stem]];
}

export function selectIntrinsic(s: Selector, insn: Instruction, name: string): void {
	const [stem, rule] = ruleFor(name);
	if (!rule) throw new Error(`the intrinsic ${name} is not supported`);
	if (pure.test(stem) && !s.isAsked(insn.result)) return;
	rule(s, insn);
}

function frameAddress(s: Selector, insn: Instruction): void {
	const depth = Number(s.constantOf(insn.operands[0]!) ?? 0n);
	const d = s.result(insn);
	s.machine.hasCalls = true;
	s.machine.framePointer = true;
	let frame = 29;
	for (let i = 0; i < depth; i++) {
		const next = s.fresh();
		s.emit(
			['ldr ', ref(next, 'x'), ', [', ref(frame, 'x'), ']'],
			[next],
			frame === 29 ? [] : [frame]
		);
		frame = next;
	}
	const uses = frame === 29 ? [] : [frame];
	if ((insn.callee as { name: string }).name.includes('returnaddress'))
		s.emit(['ldr ', ref(d, 'x'), ', [', ref(frame, 'x'), ', #8]'], [d], uses);
	else s.emit(['mov ', ref(d, 'x'), ', ', ref(frame, 'x')], [d], uses);
}

function registerOperand(insn: Instruction): string {
	const operand = insn.operands[0]!;
	return /"([^"]*)"/.exec(operand.kind === 'metadata' ? operand.text : '')?.[1] ?? 'sp';
}

function readRegister(s: Selector, insn: Instruction): void {
	const d = s.result(insn);
	s.emit(['mov ', ref(d, 'x'), `, ${registerOperand(insn)}`], [d], []);
}

function writeRegister(s: Selector, insn: Instruction): void {
	const value = s.use(insn.operands[1]!);
	s.emit([`mov ${registerOperand(insn)}, `, ref(value, 'x')], [], [value]);
}

function fusedMultiply(s: Selector, insn: Instruction): void {
	const [a, b, c] = insn.operands as [Value, Value, Value];
	s.alu('fmadd', floatView(insn), s.result(insn), s.use(a), s.use(b), s.use(c));
}

function floatPair(s: Selector, insn: Instruction, op: string): void {
	const [a, b] = insn.operands as [Value, Value];
	s.alu(op, floatView(insn), s.result(insn), s.use(a), s.use(b));
}

function copySign(s: Selector, insn: Instruction): void {
	const [a, b] = insn.operands as [Value, Value];
	const view = floatView(insn);
	const general: View = view === 's' ? 'w' : 'x';
	const [x, y, joined] = [s.fresh(), s.fresh(), s.fresh()];
	const d = s.result(insn);
	const [from, sign] = [s.use(a), s.use(b)];
	s.alu('fmov', general, x, [from, view]);
	s.alu('fmov', general, y, [sign, view]);
	const shifted = s.fresh();
	s.alu('lsr', general, shifted, y, view === 's' ? '#31' : '#63');
	s.move(joined, x);
	const bfi: MachineInstruction = s.alu(
		'bfi',
		general,
		joined,
		shifted,
		view === 's' ? '#31' : '#63',
		'#1'
	);
	bfi.uses.push(joined);
	s.alu('fmov', view, d, [joined, general]);
}

function saturatingConversion(s: Selector, insn: Instruction): void {
	const value = insn.operands[0]!;
	const bits = bitsOf(insn);
	if (bits !== 32 && bits !== 64) throw new Error('a saturating conversion to odd widths');
	const name = (insn.callee as { name: string }).name.includes('fptosi') ? 'fcvtzs' : 'fcvtzu';
	s.alu(name, bits === 32 ? 'w' : 'x', s.result(insn), [s.use(value), floatView(value)]);
}

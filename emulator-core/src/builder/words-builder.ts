import type { Access, Builder, FieldBits, Operand, SlowCall, Value, Width } from './builder.ts';
import { hex } from '../fields.ts';
import { Printer } from './words-print.ts';
import { Sentence } from './words-sentence.ts';
import { pstateWords, slowWords, type WordsContext } from './words-system.ts';
import { fieldIn, WordsVectors } from './words-vectors.ts';
import {
	binary,
	constant,
	fromSource,
	isConstant,
	move,
	node,
	nodeOf,
	sourcesOf,
	unary,
	valueOf,
	type Node,
	type Source
} from './words-value.ts';

/**
 * The Builder that computes nothing: it is told what one instruction does, and says it in words.
 * Operands are those of the instruction word at hand. What a value is comes out as C would write it;
 * effects become clauses, in an order in which none reads what an earlier one has overwritten.
 */
export class WordsBuilder extends WordsVectors implements Builder {
	readonly #context: WordsContext;
	readonly #printer: Printer;
	#sentence = new Sentence();
	#link: string | undefined;
	/** What has been loaded and not been put anywhere yet. */
	readonly #loaded = new Map<string, Source>();
	#loads = 0;

	constructor(context: WordsContext) {
		super();
		this.#context = context;
		this.#printer = new Printer(context.named);
	}

	/** What the instruction does, without a full stop; empty where it has no effect. */
	finish(): string {
		for (const { load, names } of this.#loaded.values())
			this.#sentence.add({
				text: `read ${names[64]} and drop the value`,
				bytes: load!.bytes,
				how: load!.how
			});
		return this.#sentence.text();
	}

	// Operands

	#field(field: Operand): number {
		return fieldIn(this.#context.word, field);
	}
	protected fieldValue(field: Operand): number {
		return this.#field(field);
	}
	protected clause(text: string, reads: ReadonlySet<string>, writes: string, bytes?: number): void {
		this.#sentence.add({ text, reads: new Set(reads), writes, ...(bytes && { bytes }) });
	}
	protected scalar(value: Value): string {
		this.#use(nodeOf(value));
		return this.#printer.value(nodeOf(value));
	}
	imm(field: Operand, width: Width, shift = 0): Value {
		return valueOf(constant(BigInt(this.#field(field)) << BigInt(shift), width));
	}
	simm(field: Operand, width: Width, shift = 0): Value {
		const bits = (field as unknown as FieldBits).width;
		const value = BigInt.asIntN(bits, BigInt(this.#field(field)));
		return valueOf(constant(value << BigInt(shift), width, 'distance'));
	}
	join(fields: readonly Operand[], width: Width): Value {
		const joined = fields.reduce(
			(all, field) =>
				(all << BigInt((field as unknown as FieldBits).width)) | BigInt(this.#field(field)),
			0n
		);
		return valueOf(constant(joined, width));
	}
	bitMask(n: Operand, immr: Operand, imms: Operand, width: Width): Value {
		const fields = [n, immr, imms].map((field) => this.#field(field));
		return valueOf(constant(this.#context.bitMask(fields[0]!, fields[1]!, fields[2]!), width));
	}
	constant(value: number | bigint, width: Width): Value {
		return valueOf(constant(BigInt(value), width));
	}

	// Registers

	#general(number: number): Source {
		return { key: `X${number}`, names: { 32: `W${number}`, 64: `X${number}` } };
	}
	#stackPointer(): Source {
		return { key: 'SP', names: { 32: 'WSP', 64: 'SP' } };
	}
	#assign(source: Source, value: Node): void {
		this.#use(value);
		const loads = [...sourcesOf(value)].flatMap(({ load }) => load ?? []);
		// A write of W clears the upper half, which is what a small load does.
		const narrow = value.source?.load && value.source.load.bytes <= 4;
		const shown: Node = narrow ? { ...value, width: 32 } : value;
		this.#sentence.add({
			text: this.#printer.assignment(source, shown),
			reads: keysOf(value),
			writes: source.key,
			...(loads[0] && { bytes: loads[0].bytes, how: loads[0].how })
		});
		this.#sentence.flagsFollow(value);
	}
	#use(value: Node): void {
		for (const source of sourcesOf(value)) this.#loaded.delete(source.key);
	}
	x(field: Operand, width: Width): Value {
		const number = this.#field(field);
		return valueOf(number === 31 ? constant(0n, width) : fromSource(this.#general(number), width));
	}
	setX(field: Operand, value: Value): void {
		const number = this.#field(field);
		const { op, source } = nodeOf(value);
		if (op === 'stored') return this.#storeExclusive(nodeOf(value), number);
		if (number !== 31) this.#assign(this.#general(number), nodeOf(value));
		else if (source?.load === undefined && !this.#sentence.setsFlags && this.#loaded.size === 0)
			this.#sentence.nothing = 'nothing (the result would go to the zero register)';
	}
	xsp(field: Operand, width: Width): Value {
		if (this.#field(field) !== 31) return this.x(field, width);
		return valueOf(fromSource(this.#stackPointer(), width));
	}
	setXsp(field: Operand, value: Value): void {
		if (this.#field(field) !== 31) this.setX(field, value);
		else this.#assign(this.#stackPointer(), nodeOf(value));
	}
	setLink(value: Value): void {
		this.#link = this.#printer.value(nodeOf(value));
	}
	v(field: Operand, half: 0 | 1): Value {
		const number = this.#field(field);
		const name = half === 0 ? `D${number}` : `bits 127:64 of V${number}`;
		const names = { 32: `S${number}`, 64: name };
		return valueOf(fromSource({ key: `V${number}.${half}`, names, vector: number }, 64));
	}
	setV(field: Operand, low: Value, high: Value): void {
		const register = this.#field(field);
		const [l, h] = [nodeOf(low), nodeOf(high)];
		this.#use(l);
		this.#use(h);
		const load = l.source?.load;
		const number = this.number(l);
		const bytes = load && h.source?.load ? 16 : (load?.bytes ?? number.bytes);
		this.#sentence.add({
			text: `${vectorName(register, bytes)} = ${number.text}`,
			reads: keysOf(l),
			writes: `V${register}`,
			...(load && { bytes, how: load.how })
		});
	}
	setVHigh(field: Operand, value: Value): void {
		const text = `bits 127:64 of V${this.#field(field)} = ${this.#printer.value(nodeOf(value))}`;
		this.#sentence.add({ text });
	}
	pc(): Value {
		return valueOf(constant(this.#context.pc, 64, 'address'));
	}

	// Arithmetic

	#binary(op: Parameters<typeof binary>[0], a: Value, b: Value | number): Value {
		const left = nodeOf(a);
		const right = typeof b === 'number' ? constant(BigInt(b), left.width) : nodeOf(b);
		return valueOf(binary(op, left, right));
	}
	add(a: Value, b: Value): Value {
		return this.#binary('add', a, b);
	}
	sub(a: Value, b: Value): Value {
		return this.#binary('sub', a, b);
	}
	mul(a: Value, b: Value): Value {
		return this.#binary('mul', a, b);
	}
	mulHigh(a: Value, b: Value, signed: boolean): Value {
		return this.#binary(signed ? 'mulHighSigned' : 'mulHighUnsigned', a, b);
	}
	div(a: Value, b: Value, signed: boolean): Value {
		return this.#binary(signed ? 'divSigned' : 'divUnsigned', a, b);
	}
	and(a: Value, b: Value): Value {
		return this.#binary('and', a, b);
	}
	or(a: Value, b: Value): Value {
		return this.#binary('or', a, b);
	}
	xor(a: Value, b: Value): Value {
		return this.#binary('xor', a, b);
	}
	not(a: Value): Value {
		return valueOf(unary('not', nodeOf(a)));
	}
	neg(a: Value): Value {
		return valueOf(unary('neg', nodeOf(a)));
	}
	shl(a: Value, amount: Value | number): Value {
		return this.#binary('shl', a, amount);
	}
	lshr(a: Value, amount: Value | number): Value {
		return this.#binary('lshr', a, amount);
	}
	ashr(a: Value, amount: Value | number): Value {
		return this.#binary('ashr', a, amount);
	}
	ror(a: Value, amount: Value | number): Value {
		return this.#binary('ror', a, amount);
	}
	clz(a: Value): Value {
		return valueOf(unary('clz', nodeOf(a)));
	}
	popcount(a: Value): Value {
		return valueOf(unary('popcount', nodeOf(a)));
	}
	eqz(a: Value): Value {
		return valueOf(unary('eqz', nodeOf(a)));
	}
	eq(a: Value, b: Value): Value {
		return this.#binary('eq', a, b);
	}
	ltU(a: Value, b: Value): Value {
		return this.#binary('ltU', a, b);
	}
	ltS(a: Value, b: Value): Value {
		return this.#binary('ltS', a, b);
	}
	select(condition: Value, a: Value, b: Value): Value {
		const test = nodeOf(condition);
		if (isConstant(test)) return test.value !== 0n ? a : b;
		const args = [test, nodeOf(a), nodeOf(b)];
		return valueOf(node('select', nodeOf(a).width, args));
	}
	if(condition: Value, then: () => void, otherwise?: () => void): void {
		const test = nodeOf(condition);
		if (isConstant(test)) return test.value !== 0n ? then() : otherwise?.();
		const outer = this.#sentence;
		const arm = (body: () => void): Sentence => {
			this.#sentence = new Sentence();
			body();
			return this.#sentence;
		};
		const yes = arm(then);
		const no = otherwise && arm(otherwise);
		this.#sentence = outer;
		const last = no ? `, else ${no.text()}` : '';
		const text = `if ${this.#printer.truth(test, true)}, ${yes.text()}${last}`;
		outer.add({ text, reads: keysOf(test) });
	}
	zext(a: Value, width: Width): Value {
		const from = nodeOf(a);
		return from.width === width ? a : valueOf(move(from, width, from.width, false));
	}
	sext(a: Value, width: Width): Value {
		const from = nodeOf(a);
		return from.width === width ? a : valueOf(move(from, width, from.width, true));
	}
	truncate(a: Value): Value {
		return nodeOf(a).width === 32 ? a : valueOf(move(nodeOf(a), 32, 32, false));
	}
	signExtend(a: Value, bits: 8 | 16 | 32): Value {
		const from = nodeOf(a);
		return valueOf(move(from, from.width, bits, true));
	}

	// Flags

	#flags(result: Node): Value {
		const text = this.#printer.value(result);
		this.#sentence.add({ text: `set NZCV from ${text}`, flagsOf: result, reads: keysOf(result) });
		return valueOf(result);
	}
	/** Not folded: flags come from the operation, whatever its operands are. */
	addSetFlags(a: Value, b: Value, carry?: Value): Value {
		const sum = node('add', nodeOf(a).width, [nodeOf(a), nodeOf(b)]);
		return this.#flags(carry ? node('add', sum.width, [sum, nodeOf(carry)]) : sum);
	}
	subSetFlags(a: Value, b: Value): Value {
		return this.#flags(node('sub', nodeOf(a).width, [nodeOf(a), nodeOf(b)]));
	}
	setFlagsLogical(result: Value): void {
		const flagsOf = nodeOf(result);
		const text = `set N and Z from ${this.#printer.value(flagsOf)}, C = V = 0`;
		this.#sentence.add({ text, flagsOf, reads: keysOf(flagsOf) });
	}
	setNzcv(bits: Value): void {
		const value = nodeOf(bits);
		const text = isConstant(value)
			? '0b' + value.value.toString(2).padStart(4, '0')
			: this.#printer.value(value);
		this.#sentence.add({ text: `NZCV = ${text}` });
	}
	nzcv(): Value {
		return valueOf(node('nzcv', 32, []));
	}
	carry(): Value {
		return valueOf(node('carry', 32, []));
	}
	condition(code: number): Value {
		// AL and NV: always.
		if (code >= 14) return valueOf(constant(1n, 32));
		return valueOf(node('condition', 32, [], undefined, BigInt(code)));
	}

	// Memory

	load(va: Value, access: Access): Value[] {
		const { unit, count = 1 } = access;
		return Array.from({ length: count }, (_, i) => {
			const address = this.add(va, this.constant(i * unit, 64));
			const text = this.#printer.memory(nodeOf(address));
			const load = { address, bytes: unit, how: howOf(access, true) };
			const source = { key: `load ${this.#loads++}`, names: { 32: text, 64: text }, load };
			this.#loaded.set(source.key, source);
			return valueOf(fromSource(source, 64, 8 * unit));
		});
	}
	store(va: Value, values: readonly Value[], access: Access): void {
		const { unit } = access;
		values.forEach((value, i) => {
			const stored = nodeOf(value);
			const previous = i > 0 ? nodeOf(values[i - 1]!).source : undefined;
			const next = values[i + 1] && nodeOf(values[i + 1]!).source;
			const { vector } = stored.source ?? {};
			// The two halves of a Q register are one.
			if (vector !== undefined && unit === 8 && previous?.vector === vector && i % 2 === 1) return;
			const isQ =
				vector !== undefined && stored.source!.key !== next?.key && next?.vector === vector;
			const bytes = isQ ? 16 : unit;
			const name = vector === undefined ? this.#stored(stored, unit) : vectorName(vector, bytes);
			const address = nodeOf(this.add(va, this.constant(i * unit, 64)));
			this.#sentence.add({
				text: `${this.#printer.memory(address)} = ${name}`,
				reads: new Set([...keysOf(stored), ...keysOf(address)]),
				bytes,
				how: howOf(access, false)
			});
		});
	}
	#stored(value: Node, bytes: number): string {
		return value.source && bytes <= 4 ? value.source.names[32] : this.#printer.value(value);
	}
	#storeExclusive({ args }: Node, status: number): void {
		const [va, lo, hi, bytes, pairs] = args as [Node, Node, Node, Node, Node];
		const unit = Number(bytes.value);
		const second = binary('add', va, constant(bytes.value, 64));
		const stores = [`${this.#printer.memory(va)} = ${this.#stored(lo, unit)}`];
		if (pairs.value === 1n)
			stores.push(`${this.#printer.memory(second)} = ${this.#stored(hi, unit)}`);
		const size = unit === 8 ? '' : `, ${sizeWords(unit)}${stores.length > 1 ? ' each' : ''}`;
		const answer = status === 31 ? '' : `; W${status} = 0 if stored, else 1`;
		const text = `${stores.join(', ')}${size}, if the address is still watched${answer}`;
		this.#sentence.add({ text });
	}

	// Where to go on

	#goTo(address: Node): void {
		const name = isConstant(address) ? this.#context.nameOf?.(address.value) : undefined;
		const target = isConstant(address) ? hex(address.value) : this.#printer.value(address);
		const where = name ? `${name} (${target})` : target;
		const text = this.#link
			? `call ${where} (X30 = ${this.#link}, the way back)`
			: `go to ${where}`;
		this.#sentence.add({ text, reads: keysOf(address) });
	}
	branchBy(words: Operand): void {
		this.#goTo(nodeOf(this.add(this.pc(), this.simm(words, 64, 2))));
	}
	branchTo(address: Value): void {
		this.#goTo(nodeOf(address));
	}

	// The slow paths

	slow(call: SlowCall, ...args: Value[]): Value {
		const nodes = args.map(nodeOf);
		if (call === 'storeExclusive') return valueOf(node('stored', 32, nodes));
		if (call === 'readSystemRegister') {
			const name = this.#context.registerName(Number(nodes[0]!.value));
			return valueOf(fromSource({ key: name, names: { 32: name, 64: name } }, 64));
		}
		const text = slowWords(call, nodes, this.#printer, this.#context);
		if (text) this.#sentence.add({ text });
		return this.constant(0, 32);
	}
	readSystemRegister(key: Operand, rt: Operand): void {
		const number = 0x8000 | this.#field(key);
		const name = this.#context.registerName(number);
		const to = this.#field(rt);
		const text = to === 31 ? `read ${name} and drop the value` : `X${to} = ${name}`;
		this.#sentence.add({ text: text + this.#purpose(number) });
	}
	writeSystemRegister(key: Operand, rt: Operand): void {
		const number = 0x8000 | this.#field(key);
		const value = this.#printer.value(nodeOf(this.x(rt, 64)));
		const text = `${this.#context.registerName(number)} = ${value}`;
		this.#sentence.add({ text: text + this.#purpose(number) });
	}
	#purpose(key: number): string {
		const purpose = this.#context.registerPurpose(key);
		return purpose ? ` (${purpose})` : '';
	}
	writePstateField(field: Value, imm: Operand): void {
		this.#sentence.add({ text: pstateWords(Number(nodeOf(field).value), this.#field(imm)) });
	}
	clearMonitor(): void {
		this.#sentence.add({ text: 'stop watching the address of the last exclusive load' });
	}
	needSimd(): void {
		// Whether V registers are trapped is not what the instruction is for.
	}
}

const keysOf = (value: Node) => new Set([...sourcesOf(value)].map(({ key }) => key));

const sizeWords = (bytes: number) => (bytes === 1 ? '1 byte' : `${bytes} bytes`);

/** B, H, S, D or Q by size. */
const vectorName = (number: number, bytes: number) => 'BHSDQ'[Math.log2(bytes)]! + number;

function howOf(access: Access, load: boolean): string[] {
	return [
		...(access.ordered ? [load ? 'acquire' : 'release'] : []),
		...(access.unprivileged ? ['with the rights of EL0'] : []),
		...(access.exclusive ? ['exclusive: the address is watched'] : [])
	];
}

import type { Instruction, Local, Value } from '../ir/module.ts';
import { intType, type Type } from '../ir/types.ts';
import { freshLocal, i1, i64, i8, intValue, zeroOf, type Builder } from './builder.ts';
import { carried, carrierOf, holdsVector, isBits, isVector, type VectorType } from './carriers.ts';
import type { LoweringContext } from './lower-function.ts';
import { vectorIntrinsic } from './vector-intrinsics.ts';

/** Operations that do to a vector what they do to each of its lanes. */
const laneByLane = new Set(
	(
		'add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fsub fmul fdiv frem fneg icmp fcmp ' +
		'select freeze trunc zext sext fptrunc fpext fptoui fptosi uitofp sitofp ptrtoint ptrtoaddr ' +
		'inttoptr addrspacecast'
	).split(' ')
);

/**
 * Vectors as their lanes. Where a vector leaves the function whole (arguments, results, aggregates,
 * inline assembly) it travels as AAPCS64 has it, in one V register: then its carrier is a double or a
 * quad, whose bits are the vector's.
 */
export class Vectors {
	readonly #context: LoweringContext;
	readonly #lanes = new Map<Local, Value[]>();
	readonly #phis: { phi: Instruction; lanes: Instruction[] }[] = [];

	constructor(context: LoweringContext) {
		this.#context = context;
	}

	/** Vector parameters become carriers, taken apart at the function's start. */
	parameters(builder: (at: Instruction) => Builder): boolean {
		const { fn } = this.#context;
		const block = fn.blocks[0]!;
		const at: Instruction = {
			op: 'freeze',
			type: i8,
			operands: [],
			block,
			location: -1,
			line: 0
		};
		let found = false;
		for (const parameter of fn.parameters) {
			const { local } = parameter;
			if (isVector(local.type)) {
				const carrier = { ...freshLocal(carrierOf(local.type)), parameter };
				parameter.local = carrier;
				this.#lanes.set(local, this.#unpack(builder(at), carrier, local.type));
			} else if (holdsVector(local.type)) local.type = carried(local.type);
			else continue;
			found = true;
		}
		fn.result = carried(fn.result);
		return found;
	}

	/** The lanes of any vector operand. */
	lanesOf(value: Value): Value[] {
		const type = value.type as VectorType;
		const all = (lane: Value) => Array<Value>(type.count).fill(lane);
		switch (value.kind) {
			case 'local':
				return this.#lanes.get(value) ?? all({ kind: 'undef', type: type.element });
			case 'aggregate':
				return value.elements;
			case 'zero':
				return all(zeroOf(type.element));
			case 'undef':
				return all({ kind: 'undef', type: type.element });
			case 'bytes':
				return [...value.bytes].map((byte) => intValue(type.element, byte));
			case 'cast':
				return this.lanesOf(value.operand).map((operand) => ({
					...value,
					type: type.element,
					operand
				}));
			default:
				throw new Error(`a vector constant of kind '${value.kind}' is not supported`);
		}
	}

	lower(b: Builder, insn: Instruction): boolean {
		const touched = isVector(insn.type) || insn.operands.some(({ type }) => isVector(type));
		if (!touched) return this.#aggregates(b, insn);
		if (laneByLane.has(insn.op)) this.#each(b, insn);
		else {
			const rule = this.#rules[insn.op];
			if (!rule) throw new Error(`'${insn.op}' on vectors is not supported by the back end`);
			rule(b, insn);
		}
		return true;
	}

	/** After all blocks: what comes in from each predecessor. */
	finishPhis(): void {
		for (const { phi, lanes } of this.#phis)
			for (const [i, lane] of lanes.entries())
				lane.operands = phi.operands.map((value) => this.lanesOf(value)[i]!);
	}

	/** Names the lanes of an instruction's result. */
	set(insn: Instruction, lanes: Value[]): void {
		this.#lanes.set(insn.result!, lanes);
	}

	/** The same for a structure of vectors, member by member. */
	setMembers(b: Builder, insn: Instruction, members: Value[][]): void {
		const type = insn.type as Type & { kind: 'struct' };
		const packed = members.map((lanes, i) => {
			const whole = freshLocal(type.members[i]!);
			this.#lanes.set(whole, lanes);
			return this.#pack(b, whole);
		});
		b.aggregate(carried(type), packed, insn.result!);
	}

	/** Arrays and structures of vectors hold carriers instead. */
	#aggregates(b: Builder, insn: Instruction): boolean {
		const holds = ({ type }: { type: Type }) => holdsVector(type);
		if (!holds(insn) && !insn.operands.some(holds)) return false;
		if (insn.op === 'getelementptr') return false;
		insn.type = carried(insn.type);
		if (insn.result) insn.result.type = insn.type;
		insn.operands = insn.operands.map((value) => {
			if (value.kind === 'undef' || value.kind === 'zero')
				return { ...value, type: carried(value.type) };
			if (value.kind !== 'local' && holds(value)) return this.#constant(b, value);
			if (value.kind === 'local') value.type = carried(value.type);
			return value;
		});
		return false;
	}

	#each(b: Builder, insn: Instruction): void {
		const from = insn.operands.find(({ type }) => isVector(type))!.type as VectorType;
		const type = isVector(insn.type) ? insn.type.element : insn.type;
		const operands = insn.operands.map((value) => isVector(value.type) && this.lanesOf(value));
		const lanes: Value[] = [];
		for (let i = 0; i < from.count; i++) {
			const own = insn.operands.map((value, j) => (operands[j] ? operands[j][i]! : value));
			const result = freshLocal(type);
			lanes.push(b.emit(insn.op, type, own, { ...insn, type, operands: own, result }));
		}
		this.set(insn, lanes);
	}

	readonly #rules: Record<string, (b: Builder, insn: Instruction) => void> = {
		phi: (b, insn) => {
			const type = insn.type as VectorType;
			const lanes = Array.from({ length: type.count }, () =>
				b.emit('phi', type.element, [], { targets: insn.targets! })
			);
			this.set(insn, lanes);
			this.#phis.push({ phi: insn, lanes: lanes.map((lane) => lane.def!) });
			// Splitting an edge later redirects the lanes' own lists.
			for (const lane of lanes) lane.def!.targets = [...insn.targets!];
		},
		load: (b, insn) => {
			checkPlain(insn);
			const type = insn.type as VectorType;
			this.set(insn, this.#load(b, type, insn.operands[0]!, insn.align ?? 1, insn.volatile));
		},
		store: (b, insn) => {
			checkPlain(insn);
			const [value, pointer] = insn.operands as [Value, Value];
			this.#store(b, value, pointer, insn.align ?? 1, insn.volatile);
		},
		bitcast: (b, insn) => {
			const value = insn.operands[0]!;
			const [from, to] = [value.type, insn.type];
			if (isVector(from) && isVector(to) && from.count === to.count && !isBits(from)) {
				this.set(
					insn,
					this.lanesOf(value).map((lane) => b.cast('bitcast', lane, to.element))
				);
				return;
			}
			if (isVector(from) && isBits(from) && !isVector(to)) {
				b.define(insn.result, this.#join(b, this.lanesOf(value), to));
				return;
			}
			if (isVector(to) && isBits(to) && !isVector(from)) {
				this.set(insn, this.#split(b, value, to.count));
				return;
			}
			const slot = this.#context.scratch(Math.max(from.size, to.size));
			if (isVector(from)) this.#store(b, value, slot, 16);
			else b.store(value, slot, 16);
			if (isVector(to)) this.set(insn, this.#load(b, to, slot, 16));
			else b.load(to, slot, 16, { result: insn.result! });
		},
		extractelement: (b, insn) => {
			const [vector, index] = insn.operands as [Value, Value];
			const lanes = this.lanesOf(vector);
			if (index.kind === 'int') {
				b.define(insn.result, lanes[Number(index.value)] ?? { kind: 'undef', type: insn.type });
				return;
			}
			const at = this.#spread(b, vector.type as VectorType, lanes, index);
			const stored = inMemory(insn.type);
			const loaded = b.load(stored, at, stored.size);
			if (stored === insn.type) b.define(insn.result, loaded);
			else b.emit('trunc', insn.type, [loaded], { result: insn.result! });
		},
		insertelement: (b, insn) => {
			const [vector, element, index] = insn.operands as [Value, Value, Value];
			const type = vector.type as VectorType;
			const lanes = [...this.lanesOf(vector)];
			if (index.kind === 'int') lanes[Number(index.value)] = element;
			else {
				const at = this.#spread(b, type, lanes, index);
				const stored = inMemory(type.element);
				b.store(stored === type.element ? element : b.extend(element, stored, false), at, 1);
				const slot = this.#context.scratch(stored.size * type.count);
				for (const i of lanes.keys()) {
					const loaded = b.load(stored, b.offset(slot, i * stored.size), stored.size);
					lanes[i] = stored === type.element ? loaded : b.cast('trunc', loaded, type.element);
				}
			}
			this.set(insn, lanes);
		},
		shufflevector: (_, insn) => {
			const [one, two, mask] = insn.operands as [Value, Value, Value];
			const from = [...this.lanesOf(one), ...this.lanesOf(two)];
			const undefined_: Value = { kind: 'undef', type: (one.type as VectorType).element };
			this.set(
				insn,
				this.lanesOf(mask).map((index) =>
					index.kind === 'int' ? (from[Number(index.value)] ?? undefined_) : undefined_
				)
			);
		},
		extractvalue: (b, insn) => {
			const carrier = this.#carriedOperand(b, insn, 0);
			const type = insn.type as VectorType;
			const value = b.emit('extractvalue', carrierOf(type), [carrier], { indices: insn.indices! });
			this.set(insn, this.#unpack(b, value, type));
		},
		insertvalue: (b, insn) => {
			const whole = this.#carriedOperand(b, insn, 0);
			const value = this.#pack(b, insn.operands[1]!);
			const more = { indices: insn.indices!, result: insn.result! };
			b.emit('insertvalue', whole.type, [whole, value], more);
		},
		ret: (b, insn) => {
			const value = this.#pack(b, insn.operands[0]!);
			b.effect('ret', value.type, [value]);
		},
		call: (b, insn) => {
			const callee = insn.callee!;
			if ('name' in callee && callee.name.startsWith('llvm.'))
				return vectorIntrinsic(this, b, insn, callee.name);
			this.#call(b, insn);
		}
	};

	#carriedOperand(b: Builder, insn: Instruction, i: number): Value {
		const value = insn.operands[i]!;
		if (value.kind === 'local') value.type = carried(value.type);
		else if (value.kind === 'undef' || value.kind === 'zero')
			return { ...value, type: carried(value.type) };
		else return this.#constant(b, value);
		return value;
	}

	/** A constant aggregate of vectors, put together from their carriers. */
	#constant(b: Builder, value: Value): Value {
		if (value.kind !== 'aggregate')
			throw new Error(`a constant of kind '${value.kind}' that holds vectors is not supported`);
		const members = value.elements.map((element) => {
			if (isVector(element.type)) return this.#pack(b, element);
			return holdsVector(element.type) ? this.#constant(b, element) : element;
		});
		return b.aggregate(carried(value.type), members);
	}

	#call(b: Builder, insn: Instruction): void {
		const operands = insn.operands.map((value) =>
			isVector(value.type) ? this.#pack(b, value) : value
		);
		const { result, ...more } = insn;
		const type = insn.type;
		if (!isVector(type)) {
			if (result) b.emit(insn.op, carried(type), operands, { ...more, operands, result });
			else b.effect(insn.op, type, operands, { ...more, operands });
			return;
		}
		const carrier = carrierOf(type);
		const value = b.emit(insn.op, carrier, operands, { ...more, type: carrier, operands });
		if (result) this.#lanes.set(result, this.#unpack(b, value, type));
	}

	// --- memory -----------------------------------------------------------------------------------

	#load(b: Builder, type: VectorType, at: Value, align: number, volatile = false): Value[] {
		const { count, element } = type;
		const more = volatile ? { volatile } : {};
		if (isBits(type)) return this.#split(b, b.load(intType(count), at, 1, more), count);
		checkElement(element);
		return Array.from({ length: count }, (_, i) =>
			b.load(element, b.offset(at, i * element.size), alignAt(align, i * element.size), more)
		);
	}

	#store(b: Builder, value: Value, at: Value, align: number, volatile = false): void {
		const type = value.type as VectorType;
		const more = volatile ? { volatile } : {};
		const lanes = this.lanesOf(value);
		if (isBits(type)) return b.store(this.#join(b, lanes, intType(type.count)), at, 1, more);
		checkElement(type.element);
		const { size } = type.element;
		for (const [i, lane] of lanes.entries())
			b.store(lane, b.offset(at, i * size), alignAt(align, i * size), more);
	}

	/** Lanes of one bit each as one integer, the first lane lowest. */
	#join(b: Builder, lanes: readonly Value[], type: Type): Value {
		let all: Value = intValue(type, 0);
		for (const [i, lane] of lanes.entries()) {
			const bit = b.extend(lane, type, false);
			const placed = i === 0 ? bit : b.emit('shl', type, [bit, intValue(type, i)]);
			all = i === 0 ? placed : b.emit('or', type, [all, placed]);
		}
		return all;
	}

	#split(b: Builder, bits: Value, count: number): Value[] {
		if (count === 1) return [bits];
		return Array.from({ length: count }, (_, i) => {
			const moved = i === 0 ? bits : b.emit('lshr', bits.type, [bits, intValue(bits.type, i)]);
			return b.cast('trunc', moved, i1);
		});
	}

	/** Lays the lanes out in memory, for an index known only at run time; gives that lane's address. */
	#spread(b: Builder, type: VectorType, lanes: readonly Value[], index: Value): Value {
		const stored = inMemory(type.element);
		const slot = this.#context.scratch(stored.size * type.count);
		for (const [i, lane] of lanes.entries()) {
			const value = stored === type.element ? lane : b.extend(lane, stored, false);
			b.store(value, b.offset(slot, i * stored.size), stored.size);
		}
		const wide = b.extend(index, i64, false);
		return b.emit('getelementptr', { kind: 'ptr', size: 8, align: 8 }, [slot, wide], {
			source: stored
		});
	}

	// --- carriers ---------------------------------------------------------------------------------

	#pack(b: Builder, value: Value): Value {
		const type = value.type as VectorType;
		const carrier = carrierOf(type);
		if (value.kind === 'undef') return { kind: 'undef', type: carrier };
		if (carrier.kind === 'array') return b.aggregate(carrier, this.lanesOf(value));
		const slot = this.#context.scratch(16);
		this.#store(b, value, slot, 16);
		return b.load(carrier, slot, 16);
	}

	#unpack(b: Builder, carrier: Value, type: VectorType): Value[] {
		if (carrier.type.kind === 'array')
			return Array.from({ length: type.count }, (_, i) =>
				b.emit('extractvalue', type.element, [carrier], { indices: [i] })
			);
		const slot = this.#context.scratch(16);
		b.store(carrier, slot, 16);
		return this.#load(b, type, slot, 16);
	}
}

const inMemory = (type: Type): Type => (type.kind === 'int' && type.bits === 1 ? i8 : type);

const alignAt = (align: number, offset: number) => {
	let at = align;
	while (at > 1 && offset % at !== 0) at >>= 1;
	return at;
};

function checkElement(type: Type): void {
	if (type.kind === 'int' && ![8, 16, 32, 64, 128].includes(type.bits))
		throw new Error(`vectors of ${type.bits}-bit elements in memory are not supported`);
}

function checkPlain(insn: Instruction): void {
	if (insn.ordering !== undefined) throw new Error('atomic accesses of vectors are not supported');
}

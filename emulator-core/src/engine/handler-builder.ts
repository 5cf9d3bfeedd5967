import {
	slowCalls,
	type Access,
	type FieldBits,
	type Operand,
	type SlowCall,
	type Value,
	type Width
} from '../builder/builder.ts';
import { FunctionWriter, type Variable, type WasmValue } from '../builder/function-writer.ts';
import { op, sizedOp } from '../builder/opcodes.ts';
import { memarg, typeOf } from '../builder/wasm-builder.ts';
import { I32, I64, unsigned } from '../builder/wasm-module.ts';
import { AccessFlags } from '../cpu/slow-paths.ts';
import { cpuState, memoryPlan, softTlb } from '../layout.ts';
import { SystemRegisterBuilder } from './system-register-builder.ts';

/** A decoded entry: u16 number of the handler, u16 for a probe's real handler, u32 instruction word. */
export const decodedEntry = { bytes: 8, handler: 0, probed: 2, word: 4 } as const;

/** Functions of the generated module that handlers call. */
export interface HandlerContext {
	/** Wasm type index of a handler, (entry, fuel) -> (). */
	readonly handlerType: number;
	/** (entry): writes PC and fuel and gives control back, the instruction before `entry` being done. */
	readonly stop: number;
	/** (pc): the same with an address. */
	readonly stopAt: number;
	/** (): gives control back after an exception; the instruction counts. */
	readonly left: number;
	/** (entry, fuel): writes PC and fuel before a slow call. */
	readonly save: number;
	/** (pc, fuel): a branch whose target the fetch table does not hold. */
	readonly fetchMissed: number;
	readonly imports: Readonly<Record<SlowCall, number>>;
}

/** What the decoder knows of an instruction, so that a handler need not find it out. */
export interface Known {
	/** branchBy stays in the page. */
	readonly local?: boolean;
	/** The base of the access, Rn, is SP. */
	readonly stack?: boolean;
}

/**
 * The interpreter's Builder: one function (entry: i32, fuel: i32) -> () for each form. `entry` is the
 * address of the decoded instruction; operands are cut out of its word when the handler runs.
 */
export class HandlerBuilder extends SystemRegisterBuilder {
	readonly #context: HandlerContext;
	readonly #entry: WasmValue;
	readonly #fuel: Variable;
	readonly #known: Known;
	#word: WasmValue | undefined;
	#ended = false;
	/** The operand of branchBy, if the instruction is a direct branch. */
	branchField: FieldBits | undefined;
	/** It accesses memory at Xn or SP, which is its field Rn. */
	hasBase = false;
	#readsBase = false;
	needsSimdUnits = false;

	constructor(context: HandlerContext, known: Known) {
		super(new FunctionWriter([I32, I32]));
		this.#context = context;
		this.#known = known;
		this.#entry = this.f.param(I32, 0);
		this.#fuel = this.f.paramVariable(I32, 1);
		// Made before everything else, so that every branch of the function may use it.
		this.#word = this.f.value(I32, memarg(op.i32_load, decodedEntry.word), [this.#entry], true);
	}

	/** Ends the handler with the next instruction, if the semantics have not ended it. */
	finish(): Uint8Array {
		if (!this.#ended) this.f.effect(nextInstruction(this.#context));
		return this.f.bytes();
	}

	// Operands

	#field(field: Operand, width: Width): Value {
		const { shift, width: bits } = field as unknown as FieldBits;
		const word = this.wrap(this.#word!);
		const shifted = shift === 0 ? word : this.lshr(word, shift);
		const value =
			shift + bits === 32 ? shifted : this.and(shifted, this.constant(2 ** bits - 1, 32));
		return this.zext(value, width);
	}

	imm(field: Operand, width: Width, shift = 0): Value {
		return this.shl(this.#field(field, width), shift);
	}

	simm(field: Operand, width: Width, shift = 0): Value {
		const { shift: at, width: bits } = field as unknown as FieldBits;
		const top = this.shl(this.wrap(this.#word!), 32 - at - bits);
		return this.shl(this.sext(this.ashr(top, 32 - bits), width), shift);
	}

	join(fields: readonly Operand[], width: Width): Value {
		const bits = (field: Operand) => (field as unknown as FieldBits).width;
		let value = this.#field(fields[0]!, 32);
		for (const field of fields.slice(1))
			value = this.or(this.shl(value, bits(field)), this.#field(field, 32));
		return this.zext(value, width);
	}

	bitMask(n: Operand, immr: Operand, imms: Operand, width: Width): Value {
		const index = this.w(this.shl(this.join([n, immr, imms], 32), 3));
		const opcode = width === 64 ? op.i64_load : op.i32_load;
		return this.wrap(this.f.value(typeOf(width), memarg(opcode, memoryPlan.bitMasks), [index]));
	}

	// Registers: an operand's byte offset in the register file is its number times 8.

	#slot(field: Operand, scale: 3 | 4 = 3): WasmValue {
		const { shift, width } = field as unknown as FieldBits;
		const word = this.wrap(this.#word!);
		const placed = shift < scale ? this.shl(word, scale - shift) : this.lshr(word, shift - scale);
		return this.w(
			this.and(shift === scale ? word : placed, this.constant((2 ** width - 1) << scale, 32))
		);
	}

	/** As #slot, but 31 means the slot after XZR's. */
	#slotOrSp(field: Operand): WasmValue {
		const number = this.#field(field, 32);
		const isSp = this.lshr(this.add(number, this.constant(1, 32)), 5);
		return this.w(this.shl(this.add(number, isSp), 3));
	}

	#read(slot: WasmValue, width: Width): Value {
		const opcode = width === 64 ? op.i64_load : op.i32_load;
		return this.wrap(this.f.value(typeOf(width), memarg(opcode, cpuState.x), [slot], true));
	}

	#write(slot: WasmValue, value: Value): void {
		this.f.effect(memarg(op.i64_store, cpuState.x), [slot, this.w(this.zext(value, 64))]);
	}

	x(field: Operand, width: Width): Value {
		return this.#read(this.#slot(field), width);
	}

	setX(field: Operand, value: Value): void {
		this.#write(this.#slot(field), value);
		// Whatever was written to XZR's slot is gone again: cheaper than asking which register it was.
		this.setState(cpuState.zr, this.constant(0, 64));
	}

	xsp(field: Operand, width: Width): Value {
		this.#readsBase = true;
		if (this.#known.stack) return this.state(I64, cpuState.sp);
		return this.#read(this.#slotOrSp(field), width);
	}

	setXsp(field: Operand, value: Value): void {
		if (this.#known.stack) this.setState(cpuState.sp, value);
		else this.#write(this.#slotOrSp(field), value);
	}

	setLink(value: Value): void {
		this.setState(cpuState.x + 30 * 8, value);
	}

	v(field: Operand, half: 0 | 1): Value {
		const slot = this.#slot(field, 4);
		return this.wrap(this.f.value(I64, memarg(op.i64_load, cpuState.v + 8 * half), [slot], true));
	}

	setV(field: Operand, low: Value, high: Value): void {
		this.f.effect(memarg(op.i64_store, cpuState.v), [this.#slot(field, 4), this.w(low)]);
		this.setVHigh(field, high);
	}

	setVHigh(field: Operand, value: Value): void {
		this.f.effect(memarg(op.i64_store, cpuState.v + 8), [this.#slot(field, 4), this.w(value)]);
	}

	protected vectorSlot(field: Operand, after = 0): WasmValue {
		if (after === 0) return this.#slot(field, 4);
		const further = this.add(this.#field(field, 32), this.constant(after, 32));
		return this.w(this.shl(this.and(further, this.constant(31, 32)), 4));
	}

	protected compute(call: SlowCall, ...args: Value[]): void {
		const given = args.map((arg) => this.w(arg));
		this.f.effect(this.#callCode(op.call, this.#context.imports[call]), given);
	}

	pc(): Value {
		return this.#pcOf(this.#entry);
	}

	#pcOf(entry: WasmValue): Value {
		const inPage = this.lshr(this.wrap(entry), 1);
		return this.add(this.state(I64, cpuState.pcBase), this.zext(inPage, 64));
	}

	// Memory

	/** Before an access: where SP is the base, it must be aligned if SCTLR_ELx asks for that. */
	#checkBase(): void {
		this.hasBase ||= this.#readsBase;
		if (!this.#known.stack) return;
		this.if(this.#misalignedStack(), () => this.slow('spMisaligned'));
	}

	#misalignedStack(): Value {
		return this.and(this.state(I32, cpuState.sp), this.state(I32, cpuState.stackMask));
	}

	/** Checks SP and goes on with the function `handler`. The trap of SIMD registers goes before. */
	checkThenGoOn(handler: number, needsSimd: boolean): void {
		const misaligned = needsSimd
			? this.select(
					this.state(I32, cpuState.simdTrapped),
					this.constant(0, 32),
					this.#misalignedStack()
				)
			: this.#misalignedStack();
		this.if(misaligned, () => this.slow('spMisaligned'));
		this.f.effect(this.#callCode(op.return_call, handler), [this.#entry, this.f.get(this.#fuel)]);
		this.#ended = true;
	}

	/** Calls `hit` with the address in the WebAssembly memory, or `miss` if the soft TLB has none. */
	#translate(
		table: number,
		va: Value,
		access: Access,
		hit: (address: WasmValue) => void,
		miss: () => void
	): void {
		const { unit, count = 1, align = unit, ordered, exclusive } = access;
		const span = unit * count;
		const constant = (value: number | bigint) => this.constant(value, 64);
		const context = this.state(I32, cpuState.context);
		// The last byte's page must be the first one's: the next page never shares its entry.
		const last = span === 1 ? va : this.add(va, constant(span - 1));
		const tag = this.or(this.and(last, constant(~0xfffn)), this.zext(context, 64));
		const page = this.truncate(this.lshr(va, 12));
		const index = this.and(
			this.xor(page, this.lshr(context, 1)),
			this.constant(softTlb.entries - 1, 32)
		);
		const entry = this.w(this.shl(index, 4));
		const found = this.wrap(this.f.value(I64, memarg(op.i64_load, table), [entry], true));
		let differs = this.xor(tag, found);
		if (align > 1) {
			const low = this.and(va, constant(align - 1));
			const checked =
				ordered || exclusive
					? low
					: this.and(low, this.zext(this.state(I32, cpuState.alignMask), 64));
			differs = this.or(differs, checked);
		}
		this.if(
			this.eqz(differs),
			() => {
				const base = this.f.value(I32, memarg(op.i32_load, table + 8), [entry], true);
				const offset = this.and(this.truncate(va), this.constant(0xfff, 32));
				hit(this.w(this.add(this.wrap(base), offset)));
			},
			miss
		);
	}

	#accessFlags(access: Access): Value {
		const { rt, sixtyFour, signed, unprivileged, ordered, exclusive } = access;
		const flags =
			(unprivileged ? AccessFlags.unprivileged : 0) |
			(ordered ? AccessFlags.ordered : 0) |
			(exclusive ? AccessFlags.exclusive | AccessFlags.ordered : 0) |
			(sixtyFour ? AccessFlags.sixtyFour : 0) |
			(signed ? AccessFlags.signExtend : 0);
		if (!rt) return this.constant(flags | AccessFlags.noSyndrome, 32);
		return this.or(this.imm(rt, 32, AccessFlags.rtShift), this.constant(flags, 32));
	}

	#unitAddresses(va: Value, { unit, count = 1 }: Access): Value[] {
		return Array.from({ length: count }, (_, i) =>
			i === 0 ? va : this.add(va, this.constant(i * unit, 64))
		);
	}

	load(va: Value, access: Access): Value[] {
		const { unit, count = 1 } = access;
		this.#checkBase();
		const results = Array.from({ length: count }, () => this.f.variable(I64));
		const opcode = {
			1: op.i64_load8_u,
			2: op.i64_load16_u,
			4: op.i64_load32_u,
			8: op.i64_load
		}[unit];
		const slowly = () => {
			const flags = this.#accessFlags(access);
			const size = this.constant(unit, 32);
			this.#unitAddresses(va, access).forEach((address, i) =>
				this.#slowLoad(results[i]!, address, size, flags)
			);
		};
		if (access.unprivileged) slowly();
		else
			this.#translate(
				softTlb.read,
				va,
				access,
				(address) =>
					results.forEach((result, i) =>
						this.f.set(result, this.f.value(I64, memarg(opcode, i * unit), [address], true))
					),
				slowly
			);
		return results.map((result) => this.wrap(this.f.get(result)));
	}

	store(va: Value, values: readonly Value[], access: Access): void {
		const { unit } = access;
		this.#checkBase();
		const opcode = {
			1: op.i64_store8,
			2: op.i64_store16,
			4: op.i64_store32,
			8: op.i64_store
		}[unit];
		const slowly = () => {
			const flags = this.#accessFlags(access);
			const size = this.constant(unit, 32);
			if (values.length > 1) this.#checkNextPage(va, values.length, size, flags);
			this.#unitAddresses(va, access).forEach((address, i) =>
				this.#slowStore(address, values[i]!, size, flags)
			);
		};
		if (access.unprivileged) slowly();
		else
			this.#translate(
				softTlb.write,
				va,
				access,
				(address) =>
					values.forEach((value, i) =>
						this.f.effect(memarg(opcode, i * unit), [address, this.w(value)])
					),
				slowly
			);
	}

	#slowLoad(result: Variable, va: Value, size: Value, flags: Value): void {
		this.slow('load', this.truncate(va), this.truncate(this.lshr(va, 32)), size, flags);
		this.f.set(result, this.w(this.state(I64, cpuState.transfer)));
	}

	/** Nothing of a pair is stored where its second half faults. */
	#checkNextPage(va: Value, count: number, size: Value, flags: Value): void {
		const bytes = this.mul(size, this.constant(count, 32));
		const end = this.add(this.and(this.truncate(va), this.constant(0xfff, 32)), bytes);
		const check = this.constant(Math.ceil(Math.log2(count)) << AccessFlags.checkShift, 32);
		this.if(this.ltU(this.constant(0x1000, 32), end), () =>
			this.#slowStore(va, this.constant(0, 64), size, this.or(flags, check))
		);
	}

	#slowStore(va: Value, value: Value, size: Value, flags: Value): void {
		this.setState(cpuState.transfer, value);
		this.slow('store', this.truncate(va), this.truncate(this.lshr(va, 32)), size, flags);
	}

	// Slow paths and the end of the instruction

	slow(call: SlowCall, ...args: Value[]): Value {
		if (call === 'storeExclusive') this.#checkBase();
		const [params, result] = slowCalls[call].split(':') as [string, string];
		if (params.length !== args.length) throw new Error(`${call} takes ${params.length} values`);
		this.f.effect(this.#callCode(op.call, this.#context.save), [
			this.#entry,
			this.f.get(this.#fuel)
		]);
		const code = this.#callCode(op.call, this.#context.imports[call]);
		const given = args.map((arg) => this.w(arg));
		let value = this.f.const32(0);
		if (result === '') this.f.effect(code, given);
		else {
			value = this.f.value(result === 'l' ? I64 : I32, code, given, true);
			// The call is made even if nobody wants its result.
			value.uses++;
		}
		this.if(this.state(I32, cpuState.leave), () => {
			this.if(this.eq(this.state(I32, cpuState.leave), this.constant(1, 32)), () =>
				this.f.effect(this.#callCode(op.return_call, this.#context.left))
			);
			// Stop after this instruction: `stop` finds the true fuel where `save` left it.
			this.f.set(this.#fuel, this.f.const32(1));
		});
		return this.wrap(value);
	}

	instructionWord(): Value {
		return this.wrap(this.#word!);
	}

	/** The PC as TypeScript left it. */
	savedPc(): Value {
		return this.state(I64, cpuState.pc);
	}

	/** Asks the probe; then goes on with the instruction's own handler, or gives control back before it. */
	probe(): void {
		const stops = this.slow('probe');
		this.if(stops, () => this.f.effect([op.return]));
		const handler = this.f.value(
			I32,
			memarg(op.i32_load16_u, decodedEntry.probed),
			[this.#entry],
			true
		);
		this.#call(handler, this.#entry);
		this.#ended = true;
	}

	needSimd(): void {
		this.needsSimdUnits = true;
		this.if(this.state(I32, cpuState.simdTrapped), () => this.slow('simdTrapped'));
	}

	branchBy(words: Operand): void {
		this.branchField = words as unknown as FieldBits;
		if (this.#known.local) {
			// An instruction is 4 bytes of memory and 8 of its decoded block.
			this.#dispatch(this.w(this.add(this.wrap(this.#entry), this.simm(words, 32, 3))));
			this.#ended = true;
		} else this.branchTo(this.add(this.pc(), this.simm(words, 64, 2)));
	}

	branchTo(address: Value): void {
		// A use of its own keeps the address in a local: it is needed in every arm below.
		this.w(address).uses++;
		this.#spendFuel(this.#context.stopAt, address);
		this.goOnAt(address);
	}

	/** Looks `address` up in the fetch table and goes on there; costs no fuel. */
	goOnAt(address: Value): void {
		const context = this.state(I32, cpuState.context);
		const page = this.truncate(this.lshr(address, 12));
		const index = this.and(
			this.xor(page, this.lshr(context, 1)),
			this.constant(softTlb.entries - 1, 32)
		);
		const slot = this.w(this.shl(index, 4));
		// Bits 1:0 stay, so a misaligned address never matches.
		const tag = this.or(this.and(address, this.constant(~0xffcn, 64)), this.zext(context, 64));
		const found = this.wrap(this.f.value(I64, memarg(op.i64_load, softTlb.fetch), [slot], true));
		this.if(
			this.eq(tag, found),
			() => {
				const block = this.wrap(
					this.f.value(I32, memarg(op.i32_load, softTlb.fetch + 8), [slot], true)
				);
				const pageStart = this.and(address, this.constant(~0xfffn, 64));
				const half = this.zext(this.lshr(block, 1), 64);
				this.setState(cpuState.pcBase, this.sub(pageStart, half));
				const inPage = this.and(this.truncate(address), this.constant(0xffc, 32));
				this.#jump(this.w(this.add(block, this.shl(inPage, 1))));
			},
			() =>
				this.f.effect(this.#callCode(op.return_call, this.#context.fetchMissed), [
					this.w(address),
					this.f.get(this.#fuel)
				])
		);
		this.#ended = true;
	}

	override if(condition: Value, then: () => void, otherwise?: () => void): void {
		// What ends inside an arm goes on after the `if` where the other arm is taken.
		let [thenEnded, otherwiseEnded] = [false, false];
		super.if(
			condition,
			() => {
				then();
				thenEnded = this.#ended;
				this.#ended = false;
			},
			otherwise &&
				(() => {
					otherwise();
					otherwiseEnded = this.#ended;
					this.#ended = false;
				})
		);
		this.#ended = thenEnded && otherwiseEnded;
	}

	#callCode(opcode: number, index: number): number[] {
		const code = [opcode];
		unsigned(code, index);
		return code;
	}

	/** Takes one from the fuel; where none is left, gives control back through `stop`. */
	#spendFuel(stop: number, at: Value): void {
		const left = this.sub(this.wrap(this.f.get(this.#fuel)), this.constant(1, 32));
		this.f.set(this.#fuel, this.w(left));
		this.if(this.eqz(this.wrap(this.f.get(this.#fuel))), () =>
			this.f.effect(this.#callCode(op.return_call, stop), [this.w(at)])
		);
	}

	#dispatch(entry: WasmValue): void {
		entry.uses++;
		this.#spendFuel(this.#context.stop, this.wrap(entry));
		this.#jump(entry);
	}

	#jump(entry: WasmValue): void {
		this.#call(
			this.f.value(I32, memarg(op.i32_load16_u, decodedEntry.handler), [entry], true),
			entry
		);
	}

	#call(handler: WasmValue, entry: WasmValue): void {
		const code: number[] = [op.return_call_indirect];
		unsigned(code, this.#context.handlerType);
		code.push(0);
		this.f.effect(code, [entry, this.f.get(this.#fuel), handler]);
	}
}

/**
 * The end of every instruction that does not branch: one from the fuel (local 1), then the handler of
 * the entry after this one (local 0). It is the same everywhere, so it is written out once.
 */
function nextInstruction(context: HandlerContext): number[] {
	const next = [op.local_get, 0, op.i32_const, decodedEntry.bytes, sizedOp.add[0]];
	const code: number[] = [
		...[op.local_get, 1, op.i32_const, 1, sizedOp.sub[0], op.local_tee, 1, op.i32_eqz],
		...[op.if, 0x40, ...next, op.return_call]
	];
	unsigned(code, context.stop);
	code.push(op.end, ...next, op.local_get, 1, op.local_get, 0);
	code.push(...memarg(op.i32_load16_u, decodedEntry.bytes + decodedEntry.handler));
	code.push(op.return_call_indirect);
	unsigned(code, context.handlerType);
	code.push(0);
	return code;
}

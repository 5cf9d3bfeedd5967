import type { Access, Value } from '../builder/builder.ts';
import type { Variable, WasmValue } from '../builder/function-writer.ts';
import { op } from '../builder/opcodes.ts';
import { memarg } from '../builder/wasm-builder.ts';
import { I32, I64, unsigned, type ValueType } from '../builder/wasm-module.ts';
import { AccessFlags } from '../cpu/slow-paths.ts';
import { maintenanceByAddress } from '../cpu/system-instructions.ts';
import { cpuState, softTlb } from '../layout.ts';
import type { HandlerContext, Known } from './handler-context.ts';
import { SystemRegisterBuilder } from './system-register-builder.ts';

/** The Builder's accesses to memory: a look at the soft TLB in line, the rest out of it. */
export abstract class AccessBuilder extends SystemRegisterBuilder {
	protected readonly context: HandlerContext;
	protected readonly fuel: Variable;
	/** It accesses memory at Xn or SP, which is its field Rn. */
	hasBase = false;

	constructor(context: HandlerContext, known: Known, params: readonly ValueType[] = [I32, I32]) {
		super(params, known);
		this.context = context;
		this.fuel = this.f.paramVariable(I32, 1);
	}

	/** Before an access: where SP is the base, it must be aligned if SCTLR_ELx asks for that. */
	protected checkBase(): void {
		this.hasBase ||= this.readsBase;
		if (!this.known.stack) return;
		this.if(this.misalignedStack(), () => this.slow('spMisaligned'));
	}

	protected misalignedStack(): Value {
		return this.and(this.state(I32, cpuState.sp), this.state(I32, cpuState.stackMask));
	}

	/** Where the soft TLB has what it knows of the page of `va`: an offset in each of its tables. */
	protected entryOf(va: Value, context: Value): WasmValue {
		const page = this.truncate(this.lshr(va, 12));
		const mixed = this.xor(page, this.lshr(context, 1));
		return this.w(this.shl(this.and(mixed, this.constant(softTlb.entries - 1, 32)), 4));
	}

	protected tagOf(va: Value, context: Value): Value {
		return this.or(this.and(va, this.constant(~0xfffn, 64)), this.zext(context, 64));
	}

	protected tagFound(table: number, entry: WasmValue): Value {
		return this.wrap(this.f.value(I64, memarg(op.i64_load, table), [entry], true));
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
		// The last byte's page must be the first one's: the next page never shares its entry.
		const last = span === 1 ? va : this.add(va, constant(span - 1));
		const context = this.state(I32, cpuState.context);
		const entry = this.entryOf(va, context);
		let differs = this.xor(this.tagOf(last, context), this.tagFound(table, entry));
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

	/** Of the unit with this number. */
	#accessFlags(access: Access, number: number): Value {
		const { rt, sixtyFour, signed, unprivileged, ordered, exclusive, unit, align = unit } = access;
		const wide = align > unit && (number * unit) % align === 0;
		const flags =
			(wide ? AccessFlags.wide : 0) |
			(align < unit ? (Math.log2(align) + 1) << AccessFlags.elementShift : 0) |
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
		this.checkBase();
		const results = Array.from({ length: count }, () => this.f.variable(I64));
		const opcode = {
			1: op.i64_load8_u,
			2: op.i64_load16_u,
			4: op.i64_load32_u,
			8: op.i64_load
		}[unit];
		const slowly = () => {
			const size = this.constant(unit, 32);
			this.#unitAddresses(va, access).forEach((address, i) =>
				this.#slowLoad(results[i]!, address, size, this.#accessFlags(access, i))
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
		this.checkBase();
		const opcode = {
			1: op.i64_store8,
			2: op.i64_store16,
			4: op.i64_store32,
			8: op.i64_store
		}[unit];
		const slowly = () => {
			const size = this.constant(unit, 32);
			if (values.length > 1)
				this.#checkNextPage(va, values.length, size, this.#accessFlags(access, 0));
			this.#unitAddresses(va, access).forEach((address, i) =>
				this.#slowStore(address, values[i]!, size, this.#accessFlags(access, i))
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

	// What the soft TLB does not answer: a call, because there is much to it and it is rare.

	#slowLoad(result: Variable, va: Value, size: Value, flags: Value): void {
		const args = [this.wrap(this.entry), this.wrap(this.f.param(I32, 1)), va, size, flags];
		const code = callCode(op.call, this.context.slowLoad);
		this.f.set(result, this.w(this.make(I64, code, ...args)));
		this.leaveIfAsked();
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
		const args = [this.wrap(this.entry), this.wrap(this.f.param(I32, 1)), va, size, flags, value];
		this.f.effect(
			callCode(op.call, this.context.slowStore),
			args.map((arg) => this.w(arg))
		);
		this.leaveIfAsked();
	}

	/**
	 * Not 0 unless SYS is cache maintenance by address, nothing traps that here, and the soft TLB has the
	 * address: then it does nothing at all. Kernels do it line by line over whole images.
	 */
	protected leavesWork(key: Value, va: Value): Value {
		const context = this.state(I32, cpuState.context);
		const tag = this.tagFound(softTlb.read, this.entryOf(va, context));
		const { atEl0, mask, value, crms, traps } = maintenanceByAddress;
		const other = this.xor(this.and(key, this.constant(mask, 32)), this.constant(value, 32));
		const crm = this.and(this.lshr(key, 3), this.constant(15, 32));
		const known = this.and(this.lshr(this.constant(crms, 32), crm), this.constant(1, 32));
		const modes = this.and(this.state(I32, cpuState.mode), this.constant(atEl0, 32));
		const trapped = this.and(this.state(I32, cpuState.hcrTraps), this.constant(traps, 32));
		const missed = this.eqz(this.eq(tag, this.tagOf(va, context)));
		return this.or(this.or(other, this.eqz(known)), this.or(this.or(modes, trapped), missed));
	}

	/** After a call that may have taken an exception, or asked to stop before the next instruction. */
	protected leaveIfAsked(): void {
		this.if(this.state(I32, cpuState.leave), () => {
			this.if(this.eq(this.state(I32, cpuState.leave), this.constant(1, 32)), () =>
				this.f.effect(callCode(op.return_call, this.context.left))
			);
			// Stop after this instruction: `stop` finds the true fuel where `save` left it.
			this.f.set(this.fuel, this.f.const32(1));
		});
	}
}

export function callCode(opcode: number, index: number): number[] {
	const code = [opcode];
	unsigned(code, index);
	return code;
}

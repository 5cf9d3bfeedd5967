import {
	slowCalls,
	type FieldBits,
	type Operand,
	type SlowCall,
	type Value
} from '../builder/builder.ts';
import type { WasmValue } from '../builder/function-writer.ts';
import { op, sizedOp } from '../builder/opcodes.ts';
import { memarg } from '../builder/wasm-builder.ts';
import { I32, I64, unsigned } from '../builder/wasm-module.ts';
import { cpuState, softTlb } from '../layout.ts';
import { AccessBuilder, callCode } from './access-builder.ts';
import { decodedEntry, type HandlerContext } from './handler-context.ts';

/**
 * The interpreter's Builder: one function (entry: i32, fuel: i32) -> () for each form. `entry` is the
 * address of the decoded instruction; operands are cut out of its word when the handler runs.
 */
export class HandlerBuilder extends AccessBuilder {
	#ended = false;
	/** The operand of branchBy, if the instruction is a direct branch. */
	branchField: FieldBits | undefined;
	needsSimdUnits = false;

	/** Ends the handler with the next instruction, if the semantics have not ended it. */
	finish(): Uint8Array {
		const { next } = this.context;
		if (this.#ended) return this.f.bytes();
		if (next === undefined) this.f.effect(nextInstruction(this.context));
		else this.f.effect(callCode(op.return_call, next), [this.entry, this.f.get(this.fuel)]);
		return this.f.bytes();
	}

	// Slow paths and the end of the instruction

	/** Checks SP and goes on with the function `handler`. The trap of SIMD registers goes before. */
	checkThenGoOn(handler: number, needsSimd: boolean): void {
		const misaligned = needsSimd
			? this.select(
					this.state(I32, cpuState.simdTrapped),
					this.constant(0, 32),
					this.misalignedStack()
				)
			: this.misalignedStack();
		this.if(misaligned, () => this.slow('spMisaligned'));
		this.f.effect(callCode(op.return_call, handler), [this.entry, this.f.get(this.fuel)]);
		this.#ended = true;
	}

	slow(call: SlowCall, ...args: Value[]): Value {
		if (call === 'storeExclusive') this.checkBase();
		if (call !== 'system') return this.#callOut(call, args);
		const [key, va] = args as [Value, Value];
		this.if(this.leavesWork(key, va), () => void this.#callOut(call, args));
		return this.constant(0, 32);
	}

	/** Calls TypeScript; the handler ends here if that took an exception. */
	#callOut(call: SlowCall, args: readonly Value[]): Value {
		const [params, result] = slowCalls[call].split(':') as [string, string];
		if (params.length !== args.length) throw new Error(`${call} takes ${params.length} values`);
		this.f.effect(callCode(op.call, this.context.save), [this.entry, this.f.param(I32, 1)]);
		const code = callCode(op.call, this.context.imports[call]);
		const given = args.map((arg) => this.w(arg));
		let value = this.f.const32(0);
		if (result === '') this.f.effect(code, given);
		else {
			value = this.f.value(result === 'l' ? I64 : I32, code, given, true);
			// The call is made even if nobody wants its result.
			value.uses++;
		}
		this.leaveIfAsked();
		return this.wrap(value);
	}

	protected compute(call: SlowCall, ...args: Value[]): void {
		const given = args.map((arg) => this.w(arg));
		this.f.effect(callCode(op.call, this.context.imports[call]), given);
	}

	instructionWord(): Value {
		return this.wrap(this.word);
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
			[this.entry],
			true
		);
		this.#call(handler, this.entry);
		this.#ended = true;
	}

	needSimd(): void {
		this.needsSimdUnits = true;
		this.if(this.state(I32, cpuState.simdTrapped), () => this.slow('simdTrapped'));
	}

	branchBy(words: Operand): void {
		this.branchField = words as unknown as FieldBits;
		if (this.known.local) {
			// An instruction is 4 bytes of memory and 8 of its decoded block.
			this.#dispatch(this.w(this.add(this.wrap(this.entry), this.simm(words, 32, 3))));
			this.#ended = true;
		} else this.branchTo(this.add(this.pc(), this.simm(words, 64, 2)));
	}

	branchTo(address: Value): void {
		// A use of its own keeps the address in a local: it is needed in every arm below.
		this.w(address).uses++;
		this.#spendFuel(this.context.stopAt, address);
		this.goOnAt(address);
	}

	/** Looks `address` up in the fetch table and goes on there; costs no fuel. */
	goOnAt(address: Value): void {
		const context = this.state(I32, cpuState.context);
		const slot = this.entryOf(address, context);
		// Bits 1:0 stay, so a misaligned address never matches.
		const tag = this.or(this.and(address, this.constant(~0xffcn, 64)), this.zext(context, 64));
		this.if(
			this.eq(tag, this.tagFound(softTlb.fetch, slot)),
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
				this.f.effect(callCode(op.return_call, this.context.fetchMissed), [
					this.w(address),
					this.f.get(this.fuel)
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

	/** Takes one from the fuel; where none is left, gives control back through `stop`. */
	#spendFuel(stop: number, at: Value): void {
		const left = this.sub(this.wrap(this.f.get(this.fuel)), this.constant(1, 32));
		this.f.set(this.fuel, this.w(left));
		this.if(this.eqz(this.wrap(this.f.get(this.fuel))), () =>
			this.f.effect(callCode(op.return_call, stop), [this.w(at)])
		);
	}

	#dispatch(entry: WasmValue): void {
		entry.uses++;
		this.#spendFuel(this.context.stop, this.wrap(entry));
		this.#jump(entry);
	}

	/** Tail-calls the handler of a decoded entry. */
	#jump(entry: WasmValue): void {
		this.#call(
			this.f.value(I32, memarg(op.i32_load16_u, decodedEntry.handler), [entry], true),
			entry
		);
	}

	#call(handler: WasmValue, entry: WasmValue): void {
		const code: number[] = [op.return_call_indirect];
		unsigned(code, this.context.handlerType);
		code.push(0);
		this.f.effect(code, [entry, this.f.get(this.fuel), handler]);
	}
}

/**
 * The end of every instruction that does not branch: one from the fuel (local 1), then the handler of
 * the entry after this one (local 0). It is the same everywhere, so it is written out once.
 */
export function nextInstruction(context: HandlerContext): number[] {
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

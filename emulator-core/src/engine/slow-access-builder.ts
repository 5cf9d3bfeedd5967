import type { Value } from '../builder/builder.ts';
import { op } from '../builder/opcodes.ts';
import { memarg } from '../builder/wasm-builder.ts';
import { I32, I64, type ValueType } from '../builder/wasm-module.ts';
import { AccessFlags } from '../cpu/slow-paths.ts';
import { cpuState, deviceMirror, softTlb } from '../layout.ts';
import { callCode } from './access-builder.ts';
import type { HandlerContext } from './handler-context.ts';
import { HandlerBuilder } from './handler-builder.ts';

/**
 * Loads and stores that the soft TLB does not answer: functions of the module, not parts of handlers.
 * What the mirror of a device shows is done here, everything else in TypeScript.
 */
export class SlowAccessBuilder extends HandlerBuilder {
	readonly #va: Value;
	readonly #size: Value;
	readonly #flags: Value;

	constructor(context: HandlerContext, params: readonly ValueType[]) {
		super(context, {}, params);
		this.#va = this.wrap(this.f.param(I64, 2));
		this.#size = this.wrap(this.f.param(I32, 3));
		this.#flags = this.wrap(this.f.param(I32, 4));
	}

	/** (entry, fuel, va, size, flags) -> data. */
	loadBody(): Uint8Array {
		this.#ifMirrored((shown) => {
			this.f.effect([op.return], [this.w(this.zext(shown, 64))]);
		});
		this.#callOut('load');
		this.f.effect([op.return], [this.w(this.state(I64, cpuState.transfer))]);
		return this.f.bytes();
	}

	/** (entry, fuel, va, size, flags, data). */
	storeBody(): Uint8Array {
		const data = this.wrap(this.f.param(I64, 5));
		this.#ifMirrored((shown) => {
			this.if(this.eq(shown, this.truncate(data)), () => this.f.effect([op.return]));
		});
		this.setState(cpuState.transfer, data);
		this.#callOut('store');
		return this.f.bytes();
	}

	#callOut(name: 'load' | 'store'): void {
		this.f.effect(callCode(op.call, this.context.save), [this.entry, this.f.param(I32, 1)]);
		const va = this.#va;
		const args = [this.truncate(va), this.truncate(this.lshr(va, 32)), this.#size, this.#flags];
		this.f.effect(
			callCode(op.call, this.context.imports[name]),
			args.map((arg) => this.w(arg))
		);
	}

	/** Does `then` with the value shown, where an access is of 4 aligned bytes that the mirror has. */
	#ifMirrored(then: (shown: Value) => void): void {
		const va = this.#va;
		const word = (offset: number, at: Value) =>
			this.wrap(this.f.value(I32, memarg(op.i32_load, offset), [this.w(at)], true));
		const context = this.state(I32, cpuState.context);
		const tag = this.or(this.tagOf(va, context), this.constant(deviceMirror.tagBit, 64));
		const found = this.tagFound(softTlb.read, this.entryOf(va, context));
		// With EL0's permissions, or only a check of them: that is not for here.
		const special = AccessFlags.unprivileged | (-1 << AccessFlags.checkShift);
		const odd = this.or(
			this.xor(this.#size, this.constant(4, 32)),
			this.and(this.#flags, this.constant(special, 32))
		);
		this.if(this.ltU(this.eqz(this.eq(tag, found)), this.eqz(odd)), () => {
			const at = this.and(this.truncate(va), this.constant(0xfff, 32));
			// A misaligned offset would look between two registers: its first byte is never listed.
			const listed = this.and(word(deviceMirror.listed, at), this.state(I32, cpuState.mirrorFresh));
			this.if(listed, () => then(word(deviceMirror.values, at)));
		});
	}
}

import { slowCalls, type SlowCall } from '../builder/builder.ts';
import { FunctionWriter } from '../builder/function-writer.ts';
import { op, sizedOp } from '../builder/opcodes.ts';
import { memarg } from '../builder/wasm-builder.ts';
import {
	I32,
	I64,
	unsigned,
	type Signature,
	type ValueType,
	type WasmModule
} from '../builder/wasm-module.ts';
import { cpuState } from '../layout.ts';
import { callCode } from './access-builder.ts';
import { decodedEntry, type HandlerContext } from './handler-context.ts';
import { SlowAccessBuilder } from './slow-access-builder.ts';

/** Parameters and results of a handler. */
export const handlerSignature = { params: [I32, I32], results: [] } as const;

/** entry, fuel, VA, size, flags. */
const slowAccess = [I32, I32, I64, I32, I32] as const;

/** The functions that handlers call, by their signatures. */
export const helperSignatures = {
	stop: { params: [I32], results: [] },
	stopAt: { params: [I64], results: [] },
	left: { params: [], results: [] },
	save: handlerSignature,
	fetchMissed: { params: [I64, I32], results: [] },
	slowLoad: { params: slowAccess, results: [I64] },
	slowStore: { params: [...slowAccess, I64], results: [] }
} as const;

type Helpers = Record<keyof typeof helperSignatures, number>;
const eachHelper = (index: (name: keyof Helpers, signature: Signature) => number) =>
	Object.fromEntries(
		Object.entries(helperSignatures).map(([name, signature]) => [
			name,
			index(name as keyof Helpers, signature)
		])
	) as Helpers;

/** Reserves the functions that handlers call; `defineHelpers` must follow. */
export const declareHelpers = (wasm: WasmModule) => eachHelper((_, each) => wasm.declare(each));

/** Gives them to other modules, by their names. */
export function exportHelpers(wasm: WasmModule, context: HandlerContext): void {
	for (const name of Object.keys(helperSignatures) as (keyof Helpers)[])
		wasm.exportFunction(name, context[name]);
}

/** Takes them from the module that exports them. */
export const importHelpers = (wasm: WasmModule) =>
	eachHelper((name, each) => wasm.importFunction(name, each));

const letters: Record<string, ValueType> = { i: I32, l: I64 };

/** Imports the calls to TypeScript. */
export function importSlowCalls(wasm: WasmModule): Record<SlowCall, number> {
	return Object.fromEntries(
		Object.entries(slowCalls).map(([name, signature]) => {
			const [params, results] = (signature.split(':') as [string, string]).map((types) =>
				Array.from(types, (letter) => letters[letter]!)
			);
			return [name, wasm.importFunction(name, { params: params!, results: results! })];
		})
	) as Record<SlowCall, number>;
}

export function defineHelpers(wasm: WasmModule, context: HandlerContext): void {
	const zero = (f: FunctionWriter) => f.const32(0);
	const load = (f: FunctionWriter, offset: number) =>
		f.value(I32, memarg(op.i32_load, offset), [zero(f)], true);
	const pcOf = (f: FunctionWriter) =>
		f.value(
			I64,
			[sizedOp.add[1]],
			[
				f.value(I64, memarg(op.i64_load, cpuState.pcBase), [zero(f)], true),
				f.value(
					I64,
					[op.i64_extend_i32_u],
					[f.value(I32, [sizedOp.shr_u[0]], [f.param(I32, 0), f.const32(1)])]
				)
			]
		);
	const countOne = (f: FunctionWriter) =>
		f.effect(memarg(op.i32_store, cpuState.fuel), [
			zero(f),
			f.value(I32, [sizedOp.sub[0]], [load(f, cpuState.fuel), f.const32(1)])
		]);
	/** Without `leave`, the fuel is spent; with it, `save` wrote what was left before the instruction. */
	const settleFuel = (f: FunctionWriter) =>
		f.if(
			load(f, cpuState.leave),
			() => countOne(f),
			() => f.effect(memarg(op.i32_store, cpuState.fuel), [zero(f), zero(f)])
		);

	const stop = new FunctionWriter([I32]);
	stop.effect(memarg(op.i64_store, cpuState.pc), [zero(stop), pcOf(stop)]);
	settleFuel(stop);
	wasm.setBody(context.stop, stop.bytes());

	const stopAt = new FunctionWriter([I64]);
	stopAt.effect(memarg(op.i64_store, cpuState.pc), [zero(stopAt), stopAt.param(I64, 0)]);
	settleFuel(stopAt);
	wasm.setBody(context.stopAt, stopAt.bytes());

	const left = new FunctionWriter([]);
	countOne(left);
	wasm.setBody(context.left, left.bytes());

	const save = new FunctionWriter([I32, I32]);
	save.effect(memarg(op.i64_store, cpuState.pc), [zero(save), pcOf(save)]);
	// A second slow call of an instruction that is to stop must not lose the true fuel.
	save.if(save.value(I32, [op.i32_eqz], [load(save, cpuState.leave)]), () =>
		save.effect(memarg(op.i32_store, cpuState.fuel), [zero(save), save.param(I32, 1)])
	);
	wasm.setBody(context.save, save.bytes());

	// A fetch that takes an exception costs one tick, so that a vector that faults cannot stop time.
	const missed = new FunctionWriter([I64, I32]);
	const pc = missed.param(I64, 0);
	missed.effect(memarg(op.i64_store, cpuState.pc), [zero(missed), pc]);
	missed.effect(memarg(op.i32_store, cpuState.fuel), [zero(missed), missed.param(I32, 1)]);
	const entry = missed.value(I32, callCode(op.call, context.imports.fetch), [pc], true);
	entry.uses++;
	missed.if(load(missed, cpuState.leave), () => {
		missed.if(
			missed.value(I32, [op.i32_eq], [load(missed, cpuState.leave), missed.const32(1)]),
			() => countOne(missed)
		);
		missed.effect([op.return]);
	});
	const page = missed.value(
		I64,
		[sizedOp.sub[1]],
		[
			// Not the address it was asked for: a tag in its top byte may be gone.
			missed.value(I64, memarg(op.i64_load, cpuState.pc), [zero(missed)], true),
			missed.value(
				I64,
				[op.i64_extend_i32_u],
				[missed.value(I32, [sizedOp.shr_u[0]], [entry, missed.const32(1)])]
			)
		]
	);
	missed.effect(memarg(op.i64_store, cpuState.pcBase), [zero(missed), page]);
	jump(missed, context, entry, missed.param(I32, 1));
	wasm.setBody(context.fetchMissed, missed.bytes());

	wasm.setBody(context.slowLoad, new SlowAccessBuilder(context, slowAccess).loadBody());
	wasm.setBody(context.slowStore, new SlowAccessBuilder(context, [...slowAccess, I64]).storeBody());
}

/** Tail-calls the handler of a decoded entry. */
export function jump(
	f: FunctionWriter,
	context: HandlerContext,
	entry: ReturnType<FunctionWriter['param']>,
	fuel: ReturnType<FunctionWriter['param']>
): void {
	const handler = f.value(I32, memarg(op.i32_load16_u, decodedEntry.handler), [entry], true);
	const code: number[] = [op.return_call_indirect];
	unsigned(code, context.handlerType);
	code.push(0);
	f.effect(code, [entry, fuel, handler]);
}

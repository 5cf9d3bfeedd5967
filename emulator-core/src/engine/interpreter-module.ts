import { slowCalls, type FieldBits, type SlowCall, type Value } from '../builder/builder.ts';
import { FunctionWriter } from '../builder/function-writer.ts';
import { op, sizedOp } from '../builder/opcodes.ts';
import { memarg } from '../builder/wasm-builder.ts';
import { I32, I64, unsigned, WasmModule, type ValueType } from '../builder/wasm-module.ts';
import { cpuState } from '../layout.ts';
import { tableDecoder } from '../isa/table.ts';
import type { Decoder } from '../isa/decoder.ts';
import type { Form } from '../isa/instruction.ts';
import {
	decodedEntry,
	HandlerBuilder,
	type HandlerContext,
	type Known
} from './handler-builder.ts';

/** Numbers of the handlers that are no instruction; the forms' handlers follow. */
export const specialHandlers = {
	decode: 0,
	leavePage: 1,
	undefined: 2,
	probe: 3,
	first: 4
} as const;

/** The generated interpreter: the same for every machine, so it is made once. */
export interface InterpreterModule {
	readonly module: WebAssembly.Module;
	readonly decoder: Decoder;
	/** Handler of each form, by its number in the decoder. */
	readonly handlers: readonly number[];
	/** Handler for a branch whose target lies in its own page; 0 for what is no direct branch. */
	readonly localHandlers: readonly number[];
	/** Handler of an access to memory whose base, Rn, is SP; 0 for what has no base. */
	readonly stackHandlers: readonly number[];
	/** The field with the distance of a direct branch, in instructions. */
	readonly branchFields: readonly (FieldBits | undefined)[];
	/** Size of the module in bytes. */
	readonly size: number;
}

let made: InterpreterModule | undefined;

export function interpreterModule(): InterpreterModule {
	return (made ??= makeInterpreter());
}

const letters: Record<string, ValueType> = { i: I32, l: I64 };
const handlerSignature = { params: [I32, I32], results: [] } as const;

function makeInterpreter(): InterpreterModule {
	const wasm = new WasmModule();
	wasm.importMemory();
	const imports = {} as Record<SlowCall, number>;
	for (const [name, signature] of Object.entries(slowCalls)) {
		const [params, results] = signature.split(':') as [string, string];
		imports[name as SlowCall] = wasm.importFunction(name, {
			params: Array.from(params, (letter) => letters[letter]!),
			results: Array.from(results, (letter) => letters[letter]!)
		});
	}
	const decodeImport = wasm.importFunction('decode', { params: [I32], results: [] });

	const context: HandlerContext = {
		handlerType: wasm.type(handlerSignature),
		imports,
		...declareHelpers(wasm)
	};
	defineHelpers(wasm, context);

	const table: number[] = [];
	const add = (body: Uint8Array): number => {
		const index = wasm.declare(handlerSignature);
		wasm.setBody(index, body);
		return table.push(index) - 1;
	};
	add(decodeHandler(context, decodeImport));
	add(leavePageHandler(context));
	add(undefinedHandler(context));
	add(probeHandler(context));

	const decoder = tableDecoder();
	const handlers: number[] = [];
	const localHandlers: number[] = [];
	const stackHandlers: number[] = [];
	const branchFields: (FieldBits | undefined)[] = [];
	for (const form of decoder.forms) {
		const far = generate(form, context, {});
		handlers.push(add(far.finish()));
		branchFields.push(far.branchField);
		localHandlers.push(
			far.branchField ? add(generate(form, context, { local: true }).finish()) : 0
		);
		stackHandlers.push(
			far.hasBase ? add(stackHandler(form, context, far, table[handlers.at(-1)!]!)) : 0
		);
	}
	wasm.table = table;
	wasm.exportFunction('run', runFunction(wasm, context));
	const bytes = wasm.bytes();
	return {
		module: new WebAssembly.Module(bytes),
		decoder,
		handlers,
		localHandlers,
		stackHandlers,
		branchFields,
		size: bytes.length
	};
}

function generate(form: Form, context: HandlerContext, known: Known): HandlerBuilder {
	const builder = new HandlerBuilder(context, known);
	const fields = Object.fromEntries(
		form.row.fields.map((field) => [field.name, form.variant[field.name] ?? field])
	);
	form.row.sem(builder, fields as unknown as Parameters<typeof form.row.sem>[1]);
	return builder;
}

/**
 * An access through SP. Those that compilers write for every stack frame have a handler of their own; for
 * an index register beside SP, of which there are many forms and few uses, SP is checked and the common
 * handler does the rest.
 */
function stackHandler(
	form: Form,
	context: HandlerContext,
	common: HandlerBuilder,
	index: number
): Uint8Array {
	if (form.row.variants.length === 0) return generate(form, context, { stack: true }).finish();
	const b = new HandlerBuilder(context, { stack: true });
	b.checkThenGoOn(index, common.needsSimdUnits);
	return b.finish();
}

function callCode(opcode: number, index: number): number[] {
	const code = [opcode];
	unsigned(code, index);
	return code;
}

function declareHelpers(wasm: WasmModule) {
	return {
		stop: wasm.declare({ params: [I32], results: [] }),
		stopAt: wasm.declare({ params: [I64], results: [] }),
		left: wasm.declare({ params: [], results: [] }),
		save: wasm.declare(handlerSignature),
		fetchMissed: wasm.declare({ params: [I64, I32], results: [] })
	};
}

function defineHelpers(wasm: WasmModule, context: HandlerContext): void {
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
			pc,
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
}

function jump(
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

/** Nothing is known about this entry yet: TypeScript decodes it and writes it. */
function decodeHandler(context: HandlerContext, decode: number): Uint8Array {
	const f = new FunctionWriter([I32, I32]);
	f.effect(callCode(op.call, context.save), [f.param(I32, 0), f.param(I32, 1)]);
	f.effect(callCode(op.call, decode), [f.param(I32, 0)]);
	jump(f, context, f.param(I32, 0), f.param(I32, 1));
	return f.bytes();
}

/** The entry after a page's last: no instruction, so it costs no fuel. */
function leavePageHandler(context: HandlerContext): Uint8Array {
	const b = new HandlerBuilder(context, {});
	b.goOnAt(b.pc());
	return b.finish();
}

function undefinedHandler(context: HandlerContext): Uint8Array {
	const b = new HandlerBuilder(context, {});
	b.slow('undefined', b.instructionWord());
	return b.finish();
}

/** Asks whether to stop before the instruction; if not, goes on with its own handler. */
function probeHandler(context: HandlerContext): Uint8Array {
	const b = new HandlerBuilder(context, {});
	b.probe();
	return b.finish();
}

/** (fuel): goes on at cpuState.pc. */
function runFunction(wasm: WasmModule, context: HandlerContext): number {
	const index = wasm.declare({ params: [I32], results: [] });
	const b = new HandlerBuilder(context, {});
	b.goOnAt(b.savedPc() satisfies Value);
	// HandlerBuilder takes (entry, fuel); `run` has the same shape, so that fuel is its parameter 1.
	const inner = wasm.declare(handlerSignature);
	wasm.setBody(inner, b.finish());
	const f = new FunctionWriter([I32]);
	f.effect(callCode(op.call, inner), [f.const32(0), f.param(I32, 0)]);
	wasm.setBody(index, f.bytes());
	return index;
}

import type { FieldBits, Value } from '../builder/builder.ts';
import { FunctionWriter } from '../builder/function-writer.ts';
import { op } from '../builder/opcodes.ts';
import { I32, WasmModule } from '../builder/wasm-module.ts';
import { rareInstructions, tableDecoder } from '../isa/table.ts';
import type { Decoder } from '../isa/decoder.ts';
import type { Form } from '../isa/instruction.ts';
import { callCode } from './access-builder.ts';
import { HandlerBuilder, nextInstruction } from './handler-builder.ts';
import type { HandlerContext, Known } from './handler-context.ts';
import {
	declareHelpers,
	defineHelpers,
	exportHelpers,
	handlerSignature,
	importSlowCalls,
	jump
} from './helpers.ts';

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
	/** Handler of each form, by its number in the decoder; 0 for one that is made when it is needed. */
	readonly handlers: readonly number[];
	/** Handler for a branch whose target lies in its own page; 0 for what is no direct branch. */
	readonly localHandlers: readonly number[];
	/** Handler of an access to memory whose base, Rn, is SP; 0 for what has no base. */
	readonly stackHandlers: readonly number[];
	/** The field with the distance of a direct branch, in instructions. */
	readonly branchFields: readonly (FieldBits | undefined)[];
	/** The first slot of the table that late-handlers.ts may fill. */
	readonly firstFree: number;
	/** Size of the module in bytes. */
	readonly size: number;
}

let made: InterpreterModule | undefined;

export function interpreterModule(): InterpreterModule {
	return (made ??= makeInterpreter());
}

function makeInterpreter(): InterpreterModule {
	const wasm = new WasmModule();
	wasm.importMemory();
	const imports = importSlowCalls(wasm);
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
	const late = decoder.forms.map(({ row }) => rareInstructions.has(row));
	decoder.forms.forEach((form, number) => {
		if (late[number]) {
			handlers.push(0);
			branchFields.push(undefined);
			localHandlers.push(0);
			stackHandlers.push(0);
			return;
		}
		const far = generate(form, context, {});
		handlers.push(add(far.finish()));
		branchFields.push(far.branchField);
		localHandlers.push(
			far.branchField ? add(generate(form, context, { local: true }).finish()) : 0
		);
		stackHandlers.push(
			far.hasBase ? add(stackHandler(form, context, far, table[handlers.at(-1)!]!)) : 0
		);
	});
	wasm.table = table;
	wasm.freeSlots = 2 * late.filter((is) => is).length;
	wasm.exportTable('handlers');
	exportHelpers(wasm, context);
	const next = wasm.declare(handlerSignature);
	wasm.setBody(next, nextFunction(context));
	wasm.exportFunction('next', next);
	wasm.exportFunction('run', runFunction(wasm, context));
	const bytes = wasm.bytes();
	return {
		module: new WebAssembly.Module(bytes),
		decoder,
		handlers,
		localHandlers,
		stackHandlers,
		branchFields,
		firstFree: table.length,
		size: bytes.length
	};
}

/** The handler of a form, to be finished. */
export function generate(form: Form, context: HandlerContext, known: Known): HandlerBuilder {
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
export function stackHandler(
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

/** (entry, fuel): what each handler ends with, as a function. */
function nextFunction(context: HandlerContext): Uint8Array {
	const f = new FunctionWriter([I32, I32]);
	f.effect(nextInstruction(context));
	return f.bytes();
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

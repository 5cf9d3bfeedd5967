import { WasmModule } from '../builder/wasm-module.ts';
import type { HandlerContext } from './handler-context.ts';
import { handlerSignature, importHelpers, importSlowCalls } from './helpers.ts';
import { generate, stackHandler, type InterpreterModule } from './interpreter-module.ts';

/** The handlers of a form in the table, and the one for an access through SP (0: the same). */
interface Handlers {
	readonly plain: number;
	readonly stack: number;
}

/** A form's module, the same for every machine. */
const modules = new Map<number, WebAssembly.Module>();

/**
 * The handlers of what few programs use, SIMD and floating point: each form is a small module of its own,
 * made when the form is first decoded. So the interpreter starts as quickly as if they did not exist.
 * They lack the table, which only the interpreter's module has (V8 keeps a copy for each instance that
 * imports it), and go on by calling its `next`.
 */
export class LateHandlers {
	readonly #interpreter: InterpreterModule;
	readonly #imports: WebAssembly.ModuleImports;
	readonly #table: WebAssembly.Table;
	readonly #made = new Map<number, Handlers>();
	#free: number;

	/** `env`: what the interpreter's own module imports. */
	constructor(
		interpreter: InterpreterModule,
		instance: WebAssembly.Instance,
		env: WebAssembly.ModuleImports
	) {
		this.#interpreter = interpreter;
		this.#imports = { ...env, ...instance.exports };
		this.#table = instance.exports['handlers'] as WebAssembly.Table;
		this.#free = interpreter.firstFree;
	}

	/** The handlers of a form by its number; makes them if they are not there yet. */
	of(form: number): Handlers {
		const known = this.#made.get(form);
		if (known) return known;
		const { exports } = new WebAssembly.Instance(this.#module(form), { env: this.#imports });
		const made = { plain: this.#add(exports['plain']!), stack: this.#add(exports['stack']) };
		this.#made.set(form, made);
		return made;
	}

	#add(handler: WebAssembly.ExportValue | undefined): number {
		if (!handler) return 0;
		this.#table.set(this.#free, handler);
		return this.#free++;
	}

	#module(number: number): WebAssembly.Module {
		let module = modules.get(number);
		if (module) return module;
		const wasm = new WasmModule();
		wasm.importMemory();
		const imports = importSlowCalls(wasm);
		const helpers = importHelpers(wasm);
		const next = wasm.importFunction('next', handlerSignature);
		const context: HandlerContext = {
			handlerType: wasm.type(handlerSignature),
			imports,
			next,
			...helpers
		};
		const form = this.#interpreter.decoder.forms[number]!;
		const common = generate(form, context, {});
		const plain = wasm.declare(handlerSignature);
		wasm.setBody(plain, common.finish());
		wasm.exportFunction('plain', plain);
		if (common.hasBase) {
			const stack = wasm.declare(handlerSignature);
			wasm.setBody(stack, stackHandler(form, context, common, plain));
			wasm.exportFunction('stack', stack);
		}
		module = new WebAssembly.Module(wasm.bytes());
		modules.set(number, module);
		return module;
	}
}

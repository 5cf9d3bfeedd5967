import { UnsupportedError } from '../ir/ir-error.ts';
import type { FunctionIr, Global, Linkage, Module } from '../ir/module.ts';
import { parseModule } from '../ir/parse-module.ts';
import { allocateRegisters } from './allocate.ts';
import { constantAddress } from './constant-address.ts';
import { DataWriter, defaultSection } from './data.ts';
import { DebugInfo } from './debug-info.ts';
import { emitFunction } from './emit.ts';
import { finishFunction } from './finish-function.ts';
import { epilogue } from './frame.ts';
import { computeLiveness } from './liveness.ts';
import { CodegenError } from './codegen-error.ts';
import { selectFunction } from './select-function.ts';
import { indexByAccess } from './increments.ts';
import type { UnitContext } from './selector.ts';
import { SourceLocations, type SourceLocation } from './source-locations.ts';
import { joinStatements } from './statement-lines.ts';
import type { KnownVariable } from './variable-bindings.ts';
import { locateVariables } from './variable-locations.ts';
import { describeFrames, type FrameDirectives } from './unwinding.ts';

export interface CodegenOptions {
	/** Fold addresses across statements; at -O0 each statement stays by itself. */
	optimize?: boolean;
	/** `.loc` and `.file` directives. */
	lines?: boolean;
	/** No vector registers: the kernel's -mgeneral-regs-only. */
	noFloat?: boolean;
	/** Never access memory at less than the access's alignment: with the MMU off that faults. */
	strictAlign?: boolean;
}

/** A local variable's home for the whole of its function: known where `variables` were asked for. */
export interface VariableLocation {
	function: string;
	name: string;
	/** Register the offset counts from, after the prologue. */
	base: 'sp' | 'x29';
	offset: number;
	/** DILocalVariable node, for its type. */
	node: number;
}

export interface Assembly {
	text: string;
	/** Where each output line comes from; undefined for lines without a source. 0-based line number. */
	sources: (SourceLocation | undefined)[];
	variables: VariableLocation[];
}

/** The back end met what it cannot translate; `location` is the C source's place if it is known. */
export class BackEndError extends Error {
	readonly location: SourceLocation | undefined;
	constructor(message: string, location: SourceLocation | undefined) {
		super(message);
		this.location = location;
	}
}

/**
 * Textual LLVM IR to GNU assembly.
 *
 * @throws IrError, BackEndError, UnsupportedError
 */
export function compileIr(ir: string, options: CodegenOptions = {}): Assembly {
	return new ModuleWriter(parseModule(ir), options).run();
}

class ModuleWriter {
	readonly #module: Module;
	readonly #options: CodegenOptions;
	readonly #locations: SourceLocations;
	readonly #lines: string[] = [];
	readonly #sources: (SourceLocation | undefined)[] = [];
	readonly #variables: VariableLocation[] = [];
	readonly #sections = new Map<string, string>();
	readonly #unit: UnitContext;
	/** Types and variables for debuggers, where the front end was asked for them. */
	readonly #debug: DebugInfo | undefined;

	constructor(module: Module, options: CodegenOptions) {
		this.#module = module;
		this.#options = options;
		this.#locations = new SourceLocations(module.metadata);
		this.#unit = unitContext(module, options);
		if (options.lines !== false && DebugInfo.isWanted(module))
			this.#debug = new DebugInfo(module, this.#locations);
	}

	run(): Assembly {
		const { functions, globals, aliases, moduleAsm } = this.#module;
		for (const { name, threadLocal } of globals)
			if (threadLocal)
				throw new UnsupportedError(
					name,
					`${name} is thread-local, which is not supported: there is one thread here, an ordinary variable will do`
				);
		for (const text of moduleAsm) for (const line of text.split('\n')) this.#put(line);
		this.#collectSections();
		for (const fn of functions)
			if (!fn.declaration && fn.linkage !== 'available_externally') this.#function(fn);
		for (const global of globals)
			if (!global.declaration && global.linkage !== 'available_externally') this.#global(global);
		for (const alias of aliases) {
			this.#symbol(alias);
			const { symbol, offset } = constantAddress(alias.target, this.#unit);
			this.#put(`.set ${alias.name}, ${symbol}${offset ? `+${offset}` : ''}`);
		}
		for (const item of [...functions, ...globals])
			if (item.declaration && item.linkage === 'extern_weak') this.#put(`.weak ${item.name}`);
		if (this.#debug) for (const line of this.#debug.finish(this.#hasLines)) this.#put(line);
		const frames = this.#debug ? ['.cfi_sections .debug_frame'] : [];
		const head =
			this.#options.lines === false ? [] : [...this.#locations.fileDirectives(), ...frames];
		return {
			text: [...head, ...this.#lines].join('\n') + '\n',
			sources: [...head.map(() => undefined), ...this.#sources],
			variables: this.#variables
		};
	}

	#hasLines = false;

	#put(line: string, source?: SourceLocation): void {
		for (const part of line.split('\n')) {
			this.#lines.push(part);
			this.#sources.push(source);
		}
	}

	/** A section must have the same flags each time it is named. */
	#collectSections(): void {
		for (const global of this.#module.globals) {
			if (global.declaration || global.section === undefined) continue;
			const flags = global.constant ? 'a' : 'aw';
			if (this.#sections.get(global.section) !== 'aw') this.#sections.set(global.section, flags);
		}
		for (const fn of this.#module.functions)
			if (!fn.declaration && fn.section !== undefined) this.#sections.set(fn.section, 'ax');
	}

	#section(name: string): void {
		if (name === '.text' || name === '.data' || name === '.bss') return this.#put(name);
		const flags = this.#sections.get(name) ?? (name.startsWith('.rodata') ? 'a' : 'aw');
		const kind = /^\.bss/.test(name) ? '@nobits' : '@progbits';
		this.#put(`.section ${name},"${flags}",${kind}`);
	}

	#symbol(item: Linkage): void {
		if (/^(?:weak|linkonce|weak_odr|linkonce_odr)$/.test(item.linkage))
			this.#put(`.weak ${item.name}`);
		else if (item.linkage !== 'internal' && item.linkage !== 'private')
			this.#put(`.globl ${item.name}`);
		if (item.visibility !== 'default') this.#put(`.${item.visibility} ${item.name}`);
	}

	#function(fn: FunctionIr): void {
		let lines;
		let emitted;
		let machine;
		let known: KnownVariable[] = [];
		if (!this.#options.optimize) joinStatements(fn, this.#locations);
		try {
			machine = selectFunction(fn, this.#unit);
			const allocation = allocateRegisters(machine, computeLiveness(machine));
			if (this.#options.optimize) indexByAccess(machine, allocation);
			emitted = emitFunction(machine, allocation);
			if (this.#debug) known = locateVariables(this.#module.metadata, machine, allocation, emitted);
			lines = finishFunction(machine, emitted, this.#options.optimize);
		} catch (error) {
			const location = error instanceof CodegenError ? error.location : -1;
			throw new BackEndError(
				`in function ${fn.name}: ${(error as Error).message}`,
				this.#locations.at(location) ?? this.#locations.ofFunction(fn.debug)
			);
		}
		this.#section(fn.section ?? '.text');
		this.#put(`.balign ${Math.max(4, fn.align ?? 4)}`);
		this.#symbol(fn);
		this.#put(`.type ${fn.name}, %function`);
		this.#put(`${fn.name}:`);
		const marks = this.#debug?.function({
			fn,
			machine,
			frame: emitted.frame,
			lines,
			known
		});
		const mark = (line: number) => {
			const label = marks?.get(line);
			if (label !== undefined) this.#put(`${label}:`);
		};
		mark(-1);
		const frames: FrameDirectives | undefined = this.#debug
			? describeFrames(emitted.prologue, lines, epilogue(machine, emitted.frame))
			: undefined;
		if (frames) this.#put('.cfi_startproc');
		const start = this.#locations.ofFunction(fn.debug);
		if (start) this.#loc(start);
		for (const [i, text] of emitted.prologue.entries()) {
			this.#put('\t' + text, start);
			for (const directive of frames?.prologue[i] ?? []) this.#put(directive);
		}
		let last = -1;
		for (const [i, { text, location, inlineAsm }] of lines.entries()) {
			mark(i);
			for (const directive of frames?.before.get(i) ?? []) this.#put(directive);
			if (text.endsWith(':')) {
				this.#put(text);
				continue;
			}
			const source = location >= 0 ? this.#locations.at(location) : undefined;
			if (source && location !== last) {
				this.#loc(source);
				last = location;
			}
			this.#put('\t' + text, source && inlineAsm ? { ...source, inlineAsm } : source);
		}
		mark(lines.length);
		if (frames) this.#put('.cfi_endproc');
		this.#put(`.size ${fn.name}, .-${fn.name}`);
		if (emitted.pool.size > 0) {
			this.#section('.rodata');
			this.#put('.balign 16');
			for (const [line, label] of emitted.pool) this.#put(`${label}:\n\t${line}`);
		}
		this.#describeVariables(fn, machine, emitted.frame);
	}

	#loc(source: SourceLocation): void {
		if (this.#options.lines === false || source.line === 0) return;
		const text = `.loc ${this.#locations.fileNumber(source.file)} ${source.line} ${source.column}`;
		// Several instructions of one place share one row.
		this.#hasLines = true;
		this.#put(text);
	}

	#describeVariables(
		fn: FunctionIr,
		machine: ReturnType<typeof selectFunction>,
		frame: ReturnType<typeof emitFunction>['frame']
	): void {
		for (const variable of fn.variables) {
			const [value] = variable.values;
			if (variable.kind !== 'declare' || value?.kind !== 'local') continue;
			const slot = machine.variableSlots.get(value);
			const name = this.#module.metadata.node(variable.variable)?.fields['name'];
			if (slot === undefined || name === undefined) continue;
			this.#variables.push({
				function: fn.name,
				name,
				...frame.locate(slot),
				node: variable.variable
			});
		}
	}

	/** Constructors and destructors: { priority, function, data } each; the linker sorts them by name. */
	#hooks(global: Global, section: string): void {
		const list = global.initializer!;
		for (const entry of list.kind === 'aggregate' ? list.elements : []) {
			const [priority, hook] = entry.kind === 'aggregate' ? entry.elements : [];
			if (priority?.kind !== 'int' || hook?.kind !== 'global') continue;
			const usual = priority.value === 65535n;
			const name = usual ? section : `${section}.${String(priority.value).padStart(5, '0')}`;
			this.#put(`.section ${name},"aw",${section.replace('.', '%')}`);
			this.#put('.balign 8');
			this.#put(`\t.quad ${hook.name}`);
		}
	}

	#global(global: Global): void {
		if (global.name === 'llvm.global_ctors') return this.#hooks(global, '.init_array');
		if (global.name === 'llvm.global_dtors') return this.#hooks(global, '.fini_array');
		if (global.name.startsWith('llvm.')) return;
		const size = global.type.size;
		const align = global.align ?? global.type.align;
		if (global.linkage === 'common') {
			this.#put(`.comm ${global.name}, ${size}, ${align}`);
			return;
		}
		const section = global.section ?? defaultSection(global);
		this.#section(section);
		this.#put(`.balign ${align}`);
		this.#symbol(global);
		this.#put(`.type ${global.name}, %object`);
		this.#put(`.size ${global.name}, ${size}`);
		this.#put(`${global.name}:`);
		const writer = new DataWriter(this.#unit);
		if (/^\.bss/.test(section)) writer.lines.push(`.zero ${Math.max(size, 1)}`);
		else {
			writer.write(global.initializer!, global.type);
			writer.flush();
		}
		for (const line of writer.lines) this.#put('\t' + line);
	}
}

function unitContext(module: Module, options: CodegenOptions): UnitContext {
	const weak = new Set<string>();
	const alignments = new Map<string, number>();
	for (const item of [...module.globals, ...module.functions])
		if (item.linkage === 'extern_weak') weak.add(item.name);
	for (const global of module.globals)
		alignments.set(global.name, global.align ?? (global.declaration ? 1 : global.type.align));
	const numbers = new Map(module.functions.map((fn, i) => [fn.name, i]));
	for (const fn of module.functions) {
		const taken = module.addressTaken.get(fn.name);
		for (const block of fn.blocks) block.addressTaken = taken?.has(block.label) ?? false;
	}
	return {
		isWeakUndefined: (name) => weak.has(name),
		alignmentOf: (name) => alignments.get(name) ?? 1,
		blockLabel: (fn, label) => `.LBB${numbers.get(fn)}_${label.replace(/[^A-Za-z0-9_.$]/g, '_')}`,
		optimize: options.optimize ?? false,
		strictAlign: options.strictAlign ?? false,
		noFloat: options.noFloat ?? false
	};
}

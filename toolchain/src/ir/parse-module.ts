import { UnsupportedError } from './ir-error.ts';
import { InstructionParser } from './instruction-parser.ts';
import { LazyMetadata, unescapeString } from './metadata.ts';
import type { DebugVariable, FunctionIr, Linkage, Module, Parameter } from './module.ts';
import { Reader } from './reader.ts';
import { ptrType } from './types.ts';

const linkages = new Set(
	'private internal available_externally linkonce weak common appending extern_weak linkonce_odr weak_odr external'.split(
		' '
	)
);

/**
 * LLVM's textual IR to a module.
 *
 * @throws IrError naming line and text of what it does not know
 */
export function parseModule(text: string): Module {
	return new ModuleParser(text).parse();
}

class ModuleParser extends InstructionParser {
	readonly #module: Module;
	readonly #metadata: LazyMetadata;
	readonly #groups = new Map<number, Map<string, string>>();

	constructor(text: string) {
		super(new Reader(text));
		this.#metadata = new LazyMetadata(text);
		this.#module = {
			globals: [],
			functions: [],
			aliases: [],
			moduleAsm: [],
			metadata: this.#metadata,
			addressTaken: this.addressTaken
		};
		for (const match of text.matchAll(/^%(?:"([^"]*)"|([^ ]*)) = type /gm))
			this.typeDefinitions.set(match[1] ?? match[2]!, match.index + match[0].length);
		// Calls refer to attribute groups, which the printer puts after the functions.
		for (const [, id, body] of text.matchAll(/^attributes #([0-9]+) = \{(.*)\}$/gm))
			this.#groups.set(Number(id), parseGroup(body!));
	}

	override groupIsNoReturn(group: number): boolean {
		return this.#groups.get(group)?.has('noreturn') ?? false;
	}

	parse(): Module {
		const r = this.reader;
		const text = r.text;
		for (r.skip(); r.pos < text.length; r.skip()) {
			switch (text[r.pos]) {
				case '!': {
					const start = r.pos;
					r.toLineEnd();
					this.#metadata.addLine(start, r.pos);
					break;
				}
				case '%':
					r.toLineEnd(); // found beforehand
					break;
				case '@':
					this.#global();
					break;
				case '$':
				case '^':
				case 's':
					r.toLineEnd(); // comdat, source_filename
					break;
				default:
					this.#topLevelWord(r.word());
			}
		}
		return this.#module;
	}

	#topLevelWord(word: string): void {
		const r = this.reader;
		switch (word) {
			case 'target':
			case 'attributes':
				r.toLineEnd();
				return;
			case 'module':
				r.word();
				this.#module.moduleAsm.push(unescapeString(r.quoted()));
				return;
			case 'declare':
			case 'define':
				this.#function(word === 'declare');
				return;
			default:
				r.fail(`'${word}' does not begin anything this back end knows`);
		}
	}

	/** Everything between the name and the type: linkage, visibility and words without effect here. */
	#linkage(name: string, debug = -1): Linkage & { threadLocal: boolean } {
		const r = this.reader;
		const out = {
			name,
			linkage: 'external',
			visibility: 'default' as Linkage['visibility'],
			declaration: false,
			debug,
			threadLocal: false
		};
		for (;;) {
			const word = r.peekWord();
			if (linkages.has(word)) out.linkage = word;
			else if (word === 'hidden' || word === 'protected') out.visibility = word;
			else if (word === 'thread_local') out.threadLocal = true;
			else if (
				!/^(?:dso_local|dso_preemptable|default|unnamed_addr|local_unnamed_addr|ccc|fastcc|externally_initialized|dllimport|dllexport|addrspace)$/.test(
					word
				)
			)
				return out;
			r.word();
			if (r.text.charCodeAt(r.pos) === 40) r.skipParentheses();
		}
	}

	#global(): void {
		const r = this.reader;
		r.expect('@');
		const name = unescapeString(r.name());
		r.expect('=');
		const linkage = this.#linkage(name);
		const kind = r.word();
		if (kind === 'ifunc')
			throw new UnsupportedError(
				name,
				`${name} is chosen when the program is loaded (ifunc), which needs a loader that is not here: call by a function pointer`
			);
		if (kind === 'alias') {
			this.type();
			r.expect(',');
			const target = this.typed();
			r.toLineEnd();
			this.#module.aliases.push({ ...linkage, target });
			return;
		}
		if (kind !== 'global' && kind !== 'constant') r.fail(`expected a global, found '${kind}'`);
		const type = this.type();
		const declaration = linkage.linkage === 'extern_weak' || /[\n,]/.test(r.text[r.pos]!);
		const external = declaration || r.text.charCodeAt(r.pos) === 10;
		const global = { ...linkage, declaration: external, type, constant: kind === 'constant' };
		const initializer = external ? undefined : this.value(type);
		this.#module.globals.push(initializer ? { ...global, initializer } : global);
		const at = this.#module.globals.at(-1)!;
		while (r.accept(',')) {
			if (r.acceptWord('align')) at.align = r.integer();
			else if (r.acceptWord('section')) at.section = unescapeString(r.quoted());
			else if (r.accept('!dbg !')) at.debug = r.integer();
			else {
				r.word();
				if (r.accept('!')) r.word();
				if (r.accept('!')) r.word();
				else if (r.peek() === 34) r.quoted();
				else if (r.peek() === 40) r.skipParentheses();
			}
		}
		r.toLineEnd();
	}

	#function(declaration: boolean): void {
		const r = this.reader;
		this.locals = new Map();
		this.blocks = new Map();
		let debug = -1;
		while (r.accept('!')) {
			// Attachments of a declaration stand first.
			r.word();
			if (r.accept('!')) debug = r.integer();
		}
		const linkage = this.#linkage('', debug);
		this.attributes();
		const result = this.type();
		r.expect('@');
		const fn: FunctionIr = {
			...linkage,
			name: unescapeString(r.name()),
			declaration,
			result,
			parameters: [],
			varargs: false,
			blocks: [],
			variables: [],
			attributes: new Map()
		};
		this.#parameters(fn);
		this.#functionTrailer(fn);
		this.#module.functions.push(fn);
		if (declaration) {
			r.toLineEnd();
			return;
		}
		r.expect('{');
		this.#blocks(fn);
	}

	#parameters(fn: FunctionIr): void {
		const r = this.reader;
		r.expect('(');
		let unnamed = 0;
		while (!r.accept(')')) {
			if (r.accept('...')) {
				fn.varargs = true;
				continue;
			}
			const type = this.type();
			const attributes = this.attributes();
			const name = r.accept('%') ? r.name() : String(unnamed);
			unnamed++;
			const local = this.local(name, type);
			const parameter: Parameter = { local, attributes };
			local.parameter = parameter;
			fn.parameters.push(parameter);
			r.accept(',');
		}
	}

	#functionTrailer(fn: FunctionIr): void {
		const r = this.reader;
		for (;;) {
			const c = r.peek();
			if (c === 35) {
				r.pos++;
				for (const [key, value] of this.#groups.get(r.integer()) ?? [])
					fn.attributes.set(key, value);
			} else if (c === 33) {
				r.pos++;
				const kind = r.word();
				r.expect('!');
				const id = r.word();
				if (kind === 'dbg') fn.debug = Number(id);
			} else if (c === 123 || c === 10 || Number.isNaN(c)) return;
			else {
				const word = r.word();
				if (word === 'section') fn.section = unescapeString(r.quoted());
				else if (word === 'align') fn.align = r.integer();
				else if (word === 'gc' || word === 'partition') r.quoted();
				else if (r.text.charCodeAt(r.pos) === 40) r.skipParentheses();
				else if (word === '') r.fail('unexpected text in a function header');
			}
		}
	}

	#blocks(fn: FunctionIr): void {
		const r = this.reader;
		const text = r.text;
		const implicitLabel = String(fn.parameters.length);
		let block = undefined as ReturnType<InstructionParser['block']> | undefined;
		for (r.skip(); !r.accept('}'); r.skip()) {
			const start = r.pos;
			const first = text.charCodeAt(start);
			if (first === 35) {
				this.#debugRecord(fn, (block ??= this.#open(fn, implicitLabel)));
				continue;
			}
			if (first !== 37) {
				const label = r.name();
				if (label !== '' && text.charCodeAt(r.pos) === 58) {
					r.toLineEnd(); // `label:   ; preds = …`
					block = this.#open(fn, label);
					continue;
				}
				r.pos = start;
			}
			block ??= this.#open(fn, implicitLabel);
			block.instructions.push(this.instruction(block));
			r.toLineEnd();
		}
	}

	#open(fn: FunctionIr, label: string): ReturnType<InstructionParser['block']> {
		const block = this.block(label);
		block.index = fn.blocks.length;
		fn.blocks.push(block);
		return block;
	}

	#debugRecord(fn: FunctionIr, block: DebugVariable['block']): void {
		const r = this.reader;
		r.expect('#');
		const word = r.word();
		if (word !== 'dbg_declare' && word !== 'dbg_value' && word !== 'dbg_assign') {
			r.toLineEnd();
			return;
		}
		r.expect('(');
		const values = this.debugOperands();
		const next = () => {
			r.expect(',');
			return this.debugNode();
		};
		const made: DebugVariable = {
			values,
			variable: Number(next()),
			expression: next(),
			location: -1,
			kind: debugKinds[word],
			block,
			at: block.instructions.length
		};
		if (word === 'dbg_assign') {
			const id = Number(next());
			r.expect(',');
			const [address = { kind: 'undef', type: ptrType } as const] = this.debugOperands();
			made.assigned = { id, address, expression: next() };
		}
		made.location = Number(next());
		r.toLineEnd();
		fn.variables.push(made);
	}
}

const debugKinds = { dbg_declare: 'declare', dbg_value: 'value', dbg_assign: 'assign' } as const;

function parseGroup(body: string): Map<string, string> {
	const group = new Map<string, string>();
	for (const [, key, value, word] of body.matchAll(
		/"([^"]*)"(?:="([^"]*)")?|([a-z_]+)(?:\([^)]*\))?(?:=[0-9]+)?/g
	))
		group.set(key ?? word!, value ?? '');
	return group;
}

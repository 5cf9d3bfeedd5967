import type {
	A64Assembler,
	AssemblyContext,
	AssemblyError,
	Encoded,
	SystemRegisterNames
} from './assembler.ts';
import { applyFixup } from './fixups.ts';
import { fieldOf, fieldsOf, type Alias, type Form, type Instruction } from './instruction.ts';
import type { ParseContext, PrintContext } from './operand-kind.ts';
import { genericName } from './operands-system.ts';
import { say, type Words } from './say.ts';
import { Scanner, type OperandFailure } from './scanner.ts';
import { tableDecoder } from './table.ts';
import { parseTemplate, type Template } from './template.ts';

/** What an instruction is, for a reader: its text and each operand. */
export interface Explanation {
	/** The row of the table: `ADD_i`. */
	readonly name: string;
	readonly text: string;
	/** What it does, in words made from its semantics: see isa/say.ts. */
	readonly says: string;
	/** The pattern of the row, with its fields. */
	readonly pattern: string;
	readonly fields: Readonly<Record<string, number>>;
	readonly operands: readonly { readonly text: string; readonly what: string }[];
}

/** One way to write a row: forms that are written alike, told apart by what the operands say. */
interface Syntax {
	readonly row: Instruction;
	readonly template: Template;
	/** Fields that the text leaves out. */
	readonly with: Readonly<Record<string, number>>;
	readonly when: NonNullable<Alias['when']>;
	readonly forms: Form[];
}

/** Assembler and disassembler over the instruction table. */
export class A64 implements A64Assembler {
	readonly decoder = tableDecoder();
	readonly mnemonics: readonly string[];
	readonly applyFixup = applyFixup;
	readonly #syntaxes = new Map<string, Syntax[]>();
	readonly #templates = new Map<Form, { alias: Alias | undefined; template: Template }[]>();
	readonly #encoded = new Map<string, number>();
	readonly #registers: NameTable;
	readonly #operations: NameTable;
	readonly #words: Words;

	constructor(
		systemRegisters: SystemRegisterNames,
		systemOperations: SystemRegisterNames,
		purposes: Purposes = noPurposes
	) {
		this.#words = {
			registerName: upperNames([...systemOperations, ...systemRegisters]),
			registerPurpose: purposes.register,
			operationPurpose: purposes.operation
		};
		this.#registers = nameTable(systemRegisters);
		this.#operations = nameTable(systemOperations);
		const found = new Map<string, Syntax>();
		for (const form of this.decoder.forms) {
			for (const alias of form.aliases)
				this.#addSyntax(found, form, alias.asm, alias.with as Syntax['with'], alias.when);
			this.#addSyntax(found, form, form.asm);
		}
		this.mnemonics = [...this.#syntaxes.keys()].sort();
	}

	#addSyntax(
		found: Map<string, Syntax>,
		form: Form,
		asm: string,
		fixed: Syntax['with'] = {},
		when: Syntax['when'] = () => true
	): void {
		const key = `${form.row.name}|${asm}|${JSON.stringify(fixed)}`;
		let syntax = found.get(key);
		if (!syntax) {
			const template = parseTemplate(form.row, asm);
			syntax = { row: form.row, template, with: fixed, when, forms: [] };
			found.set(key, syntax);
			const list = this.#syntaxes.get(template.mnemonic) ?? [];
			this.#syntaxes.set(template.mnemonic, [...list, syntax]);
		}
		syntax.forms.push(form);
	}

	encode(mnemonic: string, operands: string, at: AssemblyContext): Encoded | AssemblyError {
		const name = mnemonic.toLowerCase();
		const candidates = this.#syntaxes.get(name);
		if (!candidates) return { error: this.#unknownMnemonic(name), column: -1 };
		const indent = operands.length - operands.trimStart().length;
		operands = operands.trim();
		const key = `${name} ${operands}`;
		const known = this.#encoded.get(key);
		if (known !== undefined) return { word: known };
		const likely = candidates.filter(({ template }) =>
			template.operands.every(({ kind }, i) => kind.mayBe?.(operands, i === 0) ?? true)
		);
		let best: OperandFailure | undefined;
		for (const syntax of likely.length > 0 ? likely : candidates) {
			let usedSymbol = false;
			const symbol: AssemblyContext['symbol'] = (expression) => {
				usedSymbol = true;
				return at.symbol(expression);
			};
			try {
				const encoded = this.#encodeAs(syntax, new Scanner(operands, { symbol }));
				if (!usedSymbol && !encoded.fixup) this.#remember(key, encoded.word);
				return encoded;
			} catch (failure) {
				if (failure instanceof Error) throw failure;
				const { error, column } = failure as OperandFailure;
				// The form that got furthest is most likely the one that was meant.
				// Of two that got as far, the one that says more than what was expected is better.
				const better = !best || column > best.column || (column === best.column && isVague(best));
				if (better) best = { error, column };
			}
		}
		return { error: best!.error, column: best!.column + indent };
	}

	/** Compilers write the same lines over and over. */
	#remember(key: string, word: number): void {
		if (this.#encoded.size >= 20_000) this.#encoded.clear();
		this.#encoded.set(key, word);
	}

	#encodeAs(syntax: Syntax, input: Scanner): Encoded {
		const { row, template } = syntax;
		let fixup: Encoded['fixup'];
		const fields: Record<string, number> = { ...syntax.with };
		const context: Omit<ParseContext, 'widths'> = {
			fields,
			fixup: (kind, expression) => (fixup = { kind, expression }),
			systemRegisterKey: (name) => this.#registers.keys.get(name),
			systemOperationKey: (name) => this.#operations.keys.get(name)
		};
		// What all forms of this syntax agree on is known before the first operand.
		for (const field of row.variants) {
			const [first] = syntax.forms;
			const value = first!.variant[field.name]!;
			if (syntax.forms.every((form) => form.variant[field.name] === value))
				fields[field.name] ??= value;
		}
		template.operands.forEach((operand, i) => {
			if (i > 0) input.expect(',');
			const values = operand.kind.parse(input, { ...context, widths: operand.widths });
			operand.fields.forEach((field, j) => (fields[field.name] = values[j]!));
		});
		if (!input.atEnd)
			input.fail(`"${input.text.slice(input.position)}" is too much: the operands end before it`);
		const form = syntax.forms.find(({ variant }) =>
			Object.entries(variant).every(([name, v]) => fields[name] === undefined || fields[name] === v)
		);
		if (!form) return input.fail('these operands do not go together', 0);
		let word = form.value | row.ignored;
		for (const field of row.fields) word |= (fields[field.name] ?? 0) << field.shift;
		word >>>= 0;
		// A field that no operand and no variant sets is one that must not matter: it stays zero.
		if (!row.where(fieldsOf(row, word)) || !syntax.when(fieldsOf(row, word)))
			return input.fail('no encoding has these operands', 0);
		return fixup ? { word, fixup } : { word };
	}

	#unknownMnemonic(name: string): string {
		const near = this.mnemonics.filter((known) => distanceAtMostOne(known, name));
		const hint = near.length > 0 ? ` Did you mean ${near.slice(0, 4).join(', ')}?` : '';
		return `"${name}" is no instruction known here.${hint}`;
	}

	/** The text of an instruction at `pc`, by its preferred alias; `.inst` where it is unallocated. */
	disassemble(word: number, pc: bigint | number): string {
		return this.#write(word, pc)?.text ?? `.inst 0x${(word >>> 0).toString(16).padStart(8, '0')}`;
	}

	/**
	 * Undefined for unallocated encodings. `nameOf`, if given, names the code at an address where a
	 * branch goes.
	 */
	explain(
		word: number,
		pc: bigint | number,
		nameOf?: (address: bigint) => string | undefined
	): Explanation | undefined {
		const written = this.#write(word, pc);
		if (!written) return undefined;
		const { form, fields, text, operands } = written;
		const { name, pattern } = form.row;
		const says = say(form, word, BigInt(pc), { ...this.#words, nameOf });
		return { name, text, says, pattern, fields, operands };
	}

	#write(word: number, pc: bigint | number) {
		const number = this.decoder.decode(word);
		if (number < 0) return undefined;
		const form = this.decoder.forms[number]!;
		const { row } = form;
		const fields = fieldsOf(row, word);
		for (const { alias, template } of this.#writtenForms(form)) {
			if (alias) {
				const fixed = Object.entries(alias.with ?? {});
				if (!fixed.every(([name, value]) => fields[name] === value)) continue;
				if (alias.when && !alias.when(fields)) continue;
			}
			const operands = this.#print(template, word, fields, BigInt(pc));
			if (!operands) continue;
			const text = [template.mnemonic, operands.map((o) => o.text).join(', ')].join(' ').trim();
			return { form, fields, text, operands };
		}
		return undefined;
	}

	#writtenForms(form: Form) {
		let list = this.#templates.get(form);
		if (!list) {
			list = [...form.aliases.filter((alias) => !alias.inputOnly), undefined].map((alias) => ({
				alias,
				template: parseTemplate(form.row, alias?.asm ?? form.asm)
			}));
			this.#templates.set(form, list);
		}
		return list;
	}

	#print(template: Template, word: number, fields: Record<string, number>, pc: bigint) {
		const operands: { text: string; what: string }[] = [];
		for (const { kind, fields: own, widths } of template.operands) {
			const context: PrintContext = {
				word,
				fields,
				widths,
				pc,
				systemRegisterName: (key) => this.#registers.names.get(key),
				systemOperationName: (key) => this.#operations.names.get(key)
			};
			const text = kind.print(
				own.map((field) => fieldOf(field, word)),
				context
			);
			if (text === undefined) return undefined;
			operands.push({ text, what: kind.what });
		}
		return operands;
	}

	/**
	 * Assembles one instruction without symbols; branch targets are absolute addresses, as
	 * `disassemble` writes them. Throws an Error with the message and the place.
	 */
	assemble(text: string, pc: bigint | number): number {
		const [, mnemonic, operands] = /^\s*(\S*)\s*(.*?)\s*$/.exec(text)!;
		const encoded = this.encode(mnemonic!, operands!, { symbol: () => undefined });
		if ('error' in encoded)
			throw new Error(`${text}: ${encoded.error} (column ${encoded.column + 1} of the operands)`);
		if (!encoded.fixup) return encoded.word;
		const { kind, expression } = encoded.fixup;
		const target = BigInt(expression.replace(/^#/, ''));
		const page = (address: bigint) => address & ~0xfffn;
		const value =
			kind === 'adr_prel_pg_hi21'
				? page(target) - page(BigInt(pc))
				: /^(?:call|jump|condbr|tstbr|ld_prel|adr_prel)/.test(kind)
					? target - BigInt(pc)
					: target;
		const word = applyFixup(encoded.word, kind, value);
		if (typeof word !== 'number') throw new Error(`${text}: ${word.error}`);
		return word;
	}
}

/** What system registers and operations are for, by their keys; `Xt` stands for an operand. */
export interface Purposes {
	register(key: number): string | undefined;
	operation(key: number): string | undefined;
}

const noPurposes: Purposes = { register: () => undefined, operation: () => undefined };

/**
 * `systemRegisters` names what MRS and MSR reach, `systemOperations` what AT, DC, IC and TLBI do
 * (`DC CIVAC`): both are described in cpu/, which this folder does not know.
 */
export function createA64(
	systemRegisters: SystemRegisterNames,
	systemOperations: SystemRegisterNames,
	purposes: Purposes = noPurposes
): A64 {
	return new A64(systemRegisters, systemOperations, purposes);
}

function isVague({ error }: OperandFailure): boolean {
	return error.startsWith('expected') || error.includes('is too much');
}

interface NameTable {
	readonly names: Map<number, string>;
	readonly keys: Map<string, number>;
}

/** Names as the manual writes them, for keys that have one; the others by their fields. */
function upperNames(named: SystemRegisterNames): (key: number) => string {
	const names = new Map([...named].toReversed().map(([name, key]) => [key, name]));
	return (key) => names.get(key) ?? genericName(key).toUpperCase();
}

/** Where a key has several names, the first is written and all are read. */
function nameTable(named: SystemRegisterNames): NameTable {
	const names = new Map<number, string>();
	const keys = new Map<string, number>();
	for (const [name, key] of named) {
		keys.set(name.toLowerCase(), key);
		if (!names.has(key)) names.set(key, name.toLowerCase());
	}
	return { names, keys };
}

function distanceAtMostOne(a: string, b: string): boolean {
	if (Math.abs(a.length - b.length) > 1) return false;
	let start = 0;
	while (start < a.length && a[start] === b[start]) start++;
	const [restA, restB] = [a.slice(start), b.slice(start)];
	return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1);
}

import { systemInstructionNames, systemRegisterNames } from 'emulator-core';
import { exitKinds, type ExitKind } from './exits.ts';

/**
 * The rules by which a lesson names moments of a run (`moments.json`): "the guest's HVC that asks who
 * its hypervisor is". A rule survives edits of the tree: it speaks of symbols, instructions as text,
 * exits and returns, never of addresses or counts of instructions.
 */
export interface MomentRule {
	/** The moment in words, for the reader. */
	readonly says: string;
	/** Counted from here on: the moment comes later than that one. */
	readonly after: string | undefined;
	/** Which of those that fit, from 1; with `before`, the last one that comes before that moment. */
	readonly nth: number;
	readonly before: string | undefined;
	readonly what: MomentKind;
}

/** A lesson's moments, by name. */
export type MomentRules = Readonly<Record<string, MomentRule>>;

/** Whose address a symbol is: the host's kernel at EL1, the guest's at EL1, the host's at EL2. */
export type MomentWorld = 'host' | 'guest' | 'hyp';

export type MomentKind =
	/** About to execute the symbol's first instruction, or (`text`) the first that is written so. */
	| {
			readonly kind: 'symbol';
			readonly world: MomentWorld;
			readonly symbol: string;
			readonly text: string | undefined;
			/** Which of the instructions written so, from 1. */
			readonly which: number;
			/** Only with these values in X0 to X7: arguments of the function. */
			readonly with: readonly (readonly [register: number, value: bigint])[];
	  }
	/** Before the guest's instruction that exits. */
	| ({ readonly kind: 'exit' } & ExitFilter)
	/** Behind an exception entry or return: before the first instruction at the new level. */
	| ({ readonly kind: 'entry' | 'return' } & RecordFilter)
	/** An interrupt is about to be taken. */
	| ({ readonly kind: 'interrupt' } & RecordFilter)
	/** The guest starts a program: the last part of its path. */
	| { readonly kind: 'program'; readonly name: string }
	/** So many instructions after (negative: before) another moment. */
	| { readonly kind: 'at'; readonly moment: string; readonly plus: number };

export interface ExitFilter {
	/** ESR_EL2.EC. */
	readonly ec: number | undefined;
	readonly is: ExitKind | undefined;
	/** From and to where, inclusive. */
	readonly ipa: readonly [first: bigint, last: bigint] | undefined;
	/** The page of this symbol of the guest's kernel. */
	readonly touches: string | undefined;
	readonly fault: 'translation' | 'permission' | undefined;
	/** The function of the guest's kernel that the instruction belongs to. */
	readonly in: string | undefined;
	/** Key of the system register or instruction (op0 op1 CRn CRm op2). */
	readonly register: number | undefined;
}

export interface RecordFilter {
	readonly from: number | undefined;
	readonly to: number | undefined;
	readonly ec: number | undefined;
	readonly cause: 'sync' | 'irq' | undefined;
	/** Of an entry: whom it interrupts. Of a return: to whom it goes. */
	readonly world: MomentWorld | undefined;
}

/** Exception classes by the names of Linux's kvm_arm.h. */
export const exceptionClasses: Readonly<Record<string, number>> = {
	UNKNOWN: 0x00,
	WFI: 0x01,
	FP_ASIMD: 0x07,
	SVC64: 0x15,
	HVC64: 0x16,
	SMC64: 0x17,
	SYS64: 0x18,
	IABT: 0x20,
	IABT_HYP: 0x21,
	DABT: 0x24,
	DABT_HYP: 0x25,
	BRK64: 0x3c
};

/** A mistake in a lesson's moments, with the moment's name. */
export class MomentError extends Error {
	readonly moment: string;

	constructor(moment: string, message: string) {
		super(moment === '' ? message : `moment "${moment}": ${message}`);
		this.name = 'MomentError';
		this.moment = moment;
	}
}

/** @throws {MomentError} what is no moments.json: unknown keys, classes, other moments, or a circle of them */
export function parseMoments(text: string): MomentRules {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch (error) {
		throw new MomentError('', `not JSON: ${(error as Error).message}`);
	}
	if (!isObject(data))
		throw new MomentError('', 'the file is one object: a rule for each moment, by name');
	const names = Object.keys(data);
	if (names.length === 0) throw new MomentError('', 'there is no moment in the file');
	const rules = Object.fromEntries(
		Object.entries(data).map(([name, rule]) => [name, new RuleReader(name, names, rule).rule()])
	);
	for (const name of names) refuseCircle(name, rules);
	return rules;
}

/** The moments that a rule speaks of. */
const namedBy = ({ what, after, before }: MomentRule): string[] =>
	[what.kind === 'at' ? what.moment : after, before].filter((name) => name !== undefined);

function refuseCircle(name: string, rules: MomentRules, way: readonly string[] = [name]): void {
	for (const next of namedBy(rules[way.at(-1)!]!)) {
		if (next === name)
			throw new MomentError(name, `it hangs on itself: ${[...way, next].join(' → ')}`);
		// A circle further on is told with a moment that is in it.
		if (!way.includes(next)) refuseCircle(name, rules, [...way, next]);
	}
}

const kinds = ['symbol', 'exit', 'entry', 'return', 'interrupt', 'program', 'at'] as const;
const recordKeys = ['from', 'to', 'class', 'cause', 'world'];
const exitKeys = ['class', 'is', 'ipa', 'touches', 'fault', 'in', 'register'];
const worlds = ['host', 'guest', 'hyp'] as const;

type Data = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Data =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** One rule on its way from JSON: every key is known, every value of its kind. */
class RuleReader {
	readonly #name: string;
	readonly #names: readonly string[];
	readonly #data: Data;

	constructor(name: string, names: readonly string[], data: unknown) {
		this.#name = name;
		this.#names = names;
		if (!/^[a-z][a-z0-9-]*$/.test(name))
			this.#fail('a name is lower-case letters, digits and hyphens');
		if (!isObject(data)) this.#fail('a rule is an object');
		this.#data = data as Data;
	}

	rule(): MomentRule {
		const data = this.#data;
		const found = kinds.filter((kind) => data[kind] !== undefined);
		if (found.length !== 1)
			this.#fail(
				`it needs exactly one of ${kinds.join(', ')}; it has ${found.join(', ') || 'none'}`
			);
		const kind = found[0]!;
		const more = { symbol: ['text', 'which', 'with'], at: ['plus'] } as Record<string, string[]>;
		this.#onlyKeys(data, ['says', 'after', 'before', 'nth', kind, ...(more[kind] ?? [])], '');
		if (typeof data['says'] !== 'string' || data['says'] === '')
			this.#fail('"says" tells the reader what the moment is');
		if (kind === 'at' && ['after', 'before', 'nth'].some((key) => data[key] !== undefined))
			this.#fail('"at" is that moment plus so many instructions, without after, before and nth');
		if (data['nth'] !== undefined && data['before'] !== undefined)
			this.#fail('with "before" it is the last one: there is no "nth"');
		return {
			says: data['says'] as string,
			after: this.#moment(data['after'], 'after'),
			before: this.#moment(data['before'], 'before'),
			nth: this.#count(data['nth'], 'nth'),
			what: this.#what(kind)
		};
	}

	#what(kind: (typeof kinds)[number]): MomentKind {
		const value = this.#data[kind];
		switch (kind) {
			case 'symbol':
				return {
					kind,
					...this.#symbol(value),
					text: this.#text(this.#data['text'], 'text'),
					which: this.#count(this.#data['which'], 'which'),
					with: this.#arguments(this.#data['with'])
				};
			case 'at': {
				const plus = this.#data['plus'] ?? 0;
				if (!Number.isInteger(plus)) this.#fail('"plus" is a number of instructions');
				return { kind, moment: this.#moment(value, 'at')!, plus: plus as number };
			}
			case 'program':
				return { kind, name: this.#text(value, kind)! };
			case 'exit':
				return { kind, ...this.#exit(this.#filter(value, kind, exitKeys)) };
			default:
				return { kind, ...this.#record(this.#filter(value, kind, recordKeys)) };
		}
	}

	#filter(value: unknown, key: string, keys: readonly string[]): Data {
		if (!isObject(value)) return this.#fail(`"${key}" is an object: {} fits any`);
		this.#onlyKeys(value, keys, ` of "${key}"`);
		return value;
	}

	#exit(filter: Data): ExitFilter {
		const ipa = this.#text(filter['ipa'], 'ipa');
		const range =
			ipa === undefined ? undefined : /^(0x[0-9a-f_]+)(?:\.\.(0x[0-9a-f_]+))?$/.exec(ipa);
		if (range === null) this.#fail('"ipa" is "0x…" or "0x…..0x…", in lower case');
		const number = (digits: string) => BigInt(digits.replaceAll('_', ''));
		return {
			ec: this.#class(filter['class']),
			is: this.#oneOf(filter['is'], 'is', exitKinds),
			ipa: range ? [number(range[1]!), number(range[2] ?? range[1]!)] : undefined,
			touches: this.#text(filter['touches'], 'touches'),
			fault: this.#oneOf(filter['fault'], 'fault', ['translation', 'permission'] as const),
			in: this.#text(filter['in'], 'in'),
			register: this.#register(filter['register'])
		};
	}

	#record(filter: Data): RecordFilter {
		return {
			from: this.#oneOf(filter['from'], 'from', [0, 1, 2] as const),
			to: this.#oneOf(filter['to'], 'to', [0, 1, 2] as const),
			ec: this.#class(filter['class']),
			cause: this.#oneOf(filter['cause'], 'cause', ['sync', 'irq'] as const),
			world: this.#oneOf(filter['world'], 'world', worlds)
		};
	}

	#symbol(value: unknown): { world: MomentWorld; symbol: string } {
		const match = typeof value === 'string' ? /^(host|guest|hyp):([\w.$]+)$/.exec(value) : null;
		if (!match) return this.#fail('"symbol" is "host:name", "guest:name" or "hyp:name" (at EL2)');
		return { world: match[1] as MomentWorld, symbol: match[2]! };
	}

	#arguments(value: unknown): [number, bigint][] {
		if (value === undefined) return [];
		if (!isObject(value)) return this.#fail('"with" is an object: { "x0": 1 }');
		return Object.entries(value).map(([name, number]) => {
			const register = /^x([0-7])$/.exec(name)?.[1];
			if (register === undefined || !Number.isInteger(number) || (number as number) < 0)
				return this.#fail('"with" gives whole numbers for x0 to x7');
			return [Number(register), BigInt(number as number)];
		});
	}

	#class(value: unknown): number | undefined {
		const name = this.#oneOf(value, 'class', Object.keys(exceptionClasses));
		return name === undefined ? undefined : exceptionClasses[name]!;
	}

	#register(value: unknown): number | undefined {
		const name = this.#text(value, 'register');
		if (name === undefined) return undefined;
		const known = [...systemRegisterNames, ...systemInstructionNames];
		const found = known.find(([each]) => each === name);
		return found?.[1] ?? this.#fail(`no system register or instruction is called ${name}`);
	}

	#moment(value: unknown, key: string): string | undefined {
		const name = this.#text(value, key);
		if (name !== undefined && !this.#names.includes(name))
			this.#fail(`"${key}" names "${name}", which is no moment of this lesson`);
		return name;
	}

	#count(value: unknown, key: string): number {
		if (value === undefined) return 1;
		if (!Number.isInteger(value) || (value as number) < 1)
			this.#fail(`"${key}" is a whole number from 1`);
		return value as number;
	}

	#text(value: unknown, key: string): string | undefined {
		if (value !== undefined && typeof value !== 'string') this.#fail(`"${key}" is text`);
		return value as string | undefined;
	}

	#oneOf<T>(value: unknown, key: string, known: readonly T[]): T | undefined {
		if (value !== undefined && !known.includes(value as T))
			this.#fail(`"${key}" is one of ${known.join(', ')}; it is ${JSON.stringify(value)}`);
		return value as T | undefined;
	}

	#onlyKeys(data: Data, known: readonly string[], of: string): void {
		const other = Object.keys(data).find((key) => !known.includes(key));
		if (other !== undefined)
			this.#fail(`unknown key "${other}"${of}; here it may have ${known.join(', ')}`);
	}

	#fail(message: string): never {
		throw new MomentError(this.#name, message);
	}
}

/**
 * Random functions that take and give values of every kind, as two files: one calls, one is called. Built
 * by two compilers they still must understand each other.
 */
export interface AbiProgram {
	/** Types, and how to fill and to sum them: `abi.h`. */
	header: string;
	caller: string;
	callee: string;
}

/** A kind of value: its name in C, and the scalars inside, each as an expression on `v`. */
interface ValueType {
	name: string;
	leaves: { path: string; cast: string }[];
}

const integers = ['char', 'short', 'unsigned', 'long', '__int128', '_Bool'];
const floats = ['float', 'double', 'long double'];
const vectors: readonly [name: string, element: string, bytes: number, count: number][] = [
	['v2i', 'int', 8, 2],
	['v4f', 'float', 16, 4],
	['v8h', 'short', 16, 8],
	['v2d', 'double', 16, 2]
];
const functions = 24;

export function abiProgram(seed: number): AbiProgram {
	return new Generator(seed).program();
}

class Generator {
	#state: number;
	readonly #header: string[] = [];

	constructor(seed: number) {
		this.#state = (seed * 2654435761 + 12345) >>> 0;
	}

	/** A whole number from 0 to below `n`. */
	#below(n: number): number {
		this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
		return Math.floor((this.#state / 2 ** 32) * n);
	}

	#pick<T>(list: readonly T[]): T {
		return list[this.#below(list.length)]!;
	}

	program(): AbiProgram {
		const vectorTypes = vectors.map(
			([name, element, bytes]) =>
				`typedef ${element} ${name} __attribute__((vector_size(${bytes})));`
		);
		this.#header.push('typedef unsigned long u64;', ...vectorTypes, mixer);
		const types = [...scalars()];
		for (let i = 0; i < 10; i++) types.push(this.#structure(`s${i}`, types));
		const caller = ['#include "abi.h"', 'int printf(const char *, ...);'];
		const callee = ['#include "abi.h"', '#include <stdarg.h>'];
		const calls: string[] = [];
		for (let i = 0; i < functions; i++) this.#function(i, types, caller, callee, calls);
		caller.push('int main(void)', '{', ...calls, '\treturn 0;', '}', '');
		return {
			header: this.#header.join('\n') + '\n',
			caller: caller.join('\n'),
			callee: callee.join('\n') + '\n'
		};
	}

	/** Members of one kind of float are an HFA more often than by chance. */
	#structure(name: string, types: readonly ValueType[]): ValueType {
		const form = this.#below(6);
		const count = 1 + this.#below(form < 3 ? 4 : 6);
		const one = this.#pick(
			form === 0 ? floats.map((each) => types.find((t) => t.name === each)!) : types
		);
		const members: string[] = [];
		const leaves: ValueType['leaves'] = [];
		for (let i = 0; i < count; i++) {
			const type = form < 2 ? one : this.#pick(types);
			const kind = this.#below(8);
			const isInteger = integers.slice(0, 4).includes(type.name);
			if (form > 3 && isInteger && kind < 3) {
				members.push(`${type.name} m${i} : ${1 + this.#below(7)};`);
				leaves.push({ path: `.m${i}`, cast: `(int)` });
			} else if (kind === 7) {
				members.push(`${type.name} m${i}[2];`);
				for (const at of ['[0]', '[1]'])
					leaves.push(
						...type.leaves.map(({ path, cast }) => ({ path: `.m${i}${at}${path}`, cast }))
					);
			} else {
				members.push(`${type.name} m${i};`);
				leaves.push(...type.leaves.map(({ path, cast }) => ({ path: `.m${i}${path}`, cast })));
			}
		}
		const packed = form === 5 && this.#below(3) === 0 ? ' __attribute__((packed))' : '';
		this.#header.push(`struct${packed} ${name} { ${members.join(' ')} };`);
		return { name: `struct ${name}`, leaves };
	}

	#function(
		i: number,
		types: readonly ValueType[],
		caller: string[],
		callee: string[],
		calls: string[]
	): void {
		const result = this.#pick(types);
		const fixed = Array.from({ length: 1 + this.#below(9) }, () => this.#pick(types));
		const isVariadic = this.#below(3) === 0;
		const more = isVariadic
			? Array.from({ length: this.#below(10) }, () => this.#pick(types.filter(survivesPromotion)))
			: [];
		const parameters = fixed.map(({ name }, j) => `${name} p${j}`).join(', ');
		const head = `${result.name} f${i}(${parameters}${isVariadic ? ', ...' : ''})`;
		caller.push(`${head};`);
		callee.push(head, '{', `\t${result.name} r;`, '\tu64 sum = 0;');
		if (isVariadic) callee.push('\tva_list ap;');
		fixed.forEach((type, j) => callee.push(...summed(type, `p${j}`)));
		if (isVariadic) {
			callee.push(`\tva_start(ap, p${fixed.length - 1});`);
			for (const type of more)
				callee.push(
					'\t{',
					`\t${type.name} v = va_arg(ap, ${type.name});`,
					...summed(type, 'v'),
					'\t}'
				);
			callee.push('\tva_end(ap);');
		}
		callee.push(...filled(result, 'r', 'sum'), '\treturn r;', '}');
		const all = [...fixed, ...more];
		calls.push('\t{', '\tu64 sum = 0;');
		all.forEach((type, j) => {
			calls.push(`\t${type.name} a${j};`, ...filled(type, `a${j}`, `${i * 100 + j}`));
		});
		const names = all.map((_, j) => `a${j}`).join(', ');
		calls.push(`\t${result.name} r = f${i}(${names});`, ...summed(result, 'r'));
		// The caller's own values are where they were.
		all.forEach((type, j) => calls.push(...summed(type, `a${j}`)));
		calls.push(`\tprintf("f${i} %lx\\n", sum);`, '\t}');
	}
}

const mixer =
	'static inline u64 mix(u64 sum, u64 value) { return (sum ^ value) * 0x9e3779b97f4a7c15 + (sum >> 29); }';

function* scalars(): IterableIterator<ValueType> {
	for (const name of [...integers, ...floats])
		yield { name, leaves: [{ path: '', cast: `(${name})` }] };
	for (const [name, element, , count] of vectors)
		yield {
			name,
			leaves: Array.from({ length: count }, (_, i) => ({ path: `[${i}]`, cast: `(${element})` }))
		};
}

/** Smaller ones arrive as int or double. */
const survivesPromotion = ({ name }: ValueType) =>
	!['char', 'short', '_Bool', 'float'].includes(name);

const filled = ({ leaves }: ValueType, value: string, seed: string) =>
	leaves.map(
		({ path, cast }, i) => `\t${value}${path} = ${cast}((int)(mix(${seed}, ${i}) >> 40) % 1000);`
	);

const summed = ({ leaves }: ValueType, value: string) =>
	leaves.map(({ path }) => `\tsum = mix(sum, (long)${value}${path});`);

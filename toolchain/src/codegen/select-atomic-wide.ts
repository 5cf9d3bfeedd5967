import type { Instruction, Value } from '../ir/module.ts';
import { ref, type Piece } from './machine.ts';
import { acquires, pinned, pinnedFresh, releases } from './select-atomic.ts';
import type { Selector } from './selector.ts';

/**
 * Atomics of 16 bytes: pairs of exclusives. A pair that was read is known to be of one piece only once
 * it has been stored back, so loads write, too.
 */
class PairLoop {
	readonly #s: Selector;
	readonly #label: string;
	readonly #names: { load: string; store: string };
	readonly #base: number;
	readonly #status: number;
	readonly old: [number, number];
	readonly text: Piece[];

	constructor(s: Selector, pointer: Value, ordering: string) {
		this.#s = s;
		this.#label = s.freshLabel();
		this.#names = {
			load: acquires(ordering) ? 'ldaxp' : 'ldxp',
			store: releases(ordering) ? 'stlxp' : 'stxp'
		};
		this.#base = pinned(s, s.use(pointer));
		this.old = [pinnedFresh(s), pinnedFresh(s)];
		this.#status = pinnedFresh(s);
		const [low, high] = this.old;
		this.text = [`${this.#label}:\n\t${this.#names.load} `, ref(low, 'x'), ', ', ref(high, 'x')];
		this.text.push(', [', ref(this.#base, 'x'), ']\n\t');
	}

	get label(): string {
		return this.#label;
	}

	/** Stores the pair `next`, and begins anew when something came between. */
	store(next: readonly [number, number]): void {
		this.text.push(`${this.#names.store} `, ref(this.#status, 'w'), ', ', ref(next[0], 'x'), ', ');
		this.text.push(ref(next[1], 'x'), ', [', ref(this.#base, 'x'), ']\n\tcbnz ');
		this.text.push(ref(this.#status, 'w'), `, ${this.#label}`);
	}

	emit(defs: readonly number[], uses: readonly number[]): void {
		const all = [...this.old, this.#status, ...defs];
		this.#s.emit(this.text, all, [...uses, this.#base]).early = true;
	}

	/** Hands what was there to whoever asked for it. */
	take(insn: Instruction): void {
		for (const [i, register] of this.old.entries()) {
			const d = this.#s.asked(insn.result, i);
			if (d !== undefined) this.#s.move(d, register);
		}
	}
}

const pair = (s: Selector, value: Value): [number, number] => [
	pinned(s, s.use(value, 0)),
	pinned(s, s.use(value, 1))
];

export function wideAtomicLoad(s: Selector, insn: Instruction): void {
	if (insn.type.kind !== 'int' || insn.type.bits !== 128)
		throw new Error('an atomic load of this type is not supported');
	const loop = new PairLoop(s, insn.operands[0]!, insn.ordering!);
	loop.store(loop.old);
	loop.emit([], []);
	loop.take(insn);
}

export function wideAtomicStore(s: Selector, insn: Instruction): void {
	const [value, pointer] = insn.operands as [Value, Value];
	if (value.type.kind !== 'int' || value.type.bits !== 128)
		throw new Error('an atomic store of this type is not supported');
	const next = pair(s, value);
	const loop = new PairLoop(s, pointer, insn.ordering!);
	loop.store(next);
	loop.emit([], next);
}

/** Instructions on the low and the high half. */
const operations: Record<string, [string, string]> = {
	add: ['adds', 'adc'],
	sub: ['subs', 'sbc'],
	and: ['and', 'and'],
	or: ['orr', 'orr'],
	xor: ['eor', 'eor'],
	nand: ['and', 'and']
};
/** Where old minus operand, or operand minus old, shows that the old value stays. */
const kept: Record<string, [swap: boolean, condition: string]> = {
	max: [false, 'ge'],
	min: [true, 'ge'],
	umax: [false, 'hs'],
	umin: [true, 'hs']
};

export function wideAtomicRmw(s: Selector, insn: Instruction): void {
	const [pointer, operand] = insn.operands as [Value, Value];
	const op = insn.predicate!;
	const value = pair(s, operand);
	const loop = new PairLoop(s, pointer, insn.ordering!);
	if (op === 'xchg') {
		loop.store(value);
		loop.emit([], value);
		return loop.take(insn);
	}
	const next: [number, number] = [pinnedFresh(s), pinnedFresh(s)];
	const [o, v, n] = [loop.old, value, next].map((registers) => registers.map((r) => ref(r, 'x')));
	const three = (name: string, i: number) =>
		loop.text.push(`${name} `, n![i]!, ', ', o![i]!, ', ', v![i]!, '\n\t');
	const names = operations[op];
	const choice = kept[op];
	if (names) {
		three(names[0], 0);
		three(names[1], 1);
		if (op === 'nand')
			for (const register of n!) loop.text.push('mvn ', register, ', ', register, '\n\t');
	} else if (choice) {
		const [swap, condition] = choice;
		const [a, b] = swap ? [v!, o!] : [o!, v!];
		loop.text.push('cmp ', a[0]!, ', ', b[0]!, '\n\tsbcs xzr, ', a[1]!, ', ', b[1]!, '\n\t');
		for (const i of [0, 1])
			loop.text.push('csel ', n![i]!, ', ', o![i]!, ', ', v![i]!, `, ${condition}\n\t`);
	} else throw new Error(`atomicrmw ${op} is not supported`);
	loop.store(next);
	loop.emit(next, value);
	loop.take(insn);
}

/** A comparison that fails still stores what it read: only then was it of one piece. */
export function wideCompareExchange(s: Selector, insn: Instruction): void {
	const [pointer, expected, desired] = insn.operands as [Value, Value, Value];
	const want = pair(s, expected);
	const value = pair(s, desired);
	const loop = new PairLoop(s, pointer, insn.ordering!);
	const next: [number, number] = [pinnedFresh(s), pinnedFresh(s)];
	const [o, e, v, n] = [loop.old, want, value, next].map((registers) =>
		registers.map((r) => ref(r, 'x'))
	) as [number[], number[], number[], number[]];
	loop.text.push('cmp ', o[0]!, ', ', e[0]!, '\n\tccmp ', o[1]!, ', ', e[1]!, ', #0, eq\n\t');
	for (const i of [0, 1]) loop.text.push('csel ', n[i]!, ', ', v[i]!, ', ', o[i]!, ', eq\n\t');
	loop.store(next);
	loop.emit(next, [...want, ...value]);
	const done = s.asked(insn.result, 2);
	if (done !== undefined) s.alu('cset', 'w', done, 'eq');
	loop.take(insn);
}

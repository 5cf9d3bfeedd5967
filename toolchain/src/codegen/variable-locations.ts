import type { DebugVariable, Metadata } from '../ir/module.ts';
import type { Allocation } from './allocate.ts';
import { bitsOfType, metadataReference } from './debug-types.ts';
import type { EmittedBlock, EmittedFunction } from './emit.ts';
import { LocationExpressions, type Piece } from './location-expressions.ts';
import {
	copyOf,
	extentOf,
	inMemory,
	isCopiedFrom,
	meet,
	mostCopies,
	offsetIn,
	storedTo,
	type Binding,
	type KnownVariable,
	type KnownVariables,
	type State
} from './variable-bindings.ts';
import {
	firstVirtual,
	frameRegister,
	linkRegister,
	type Copy,
	type MachineFunction,
	type MachineInstruction,
	type MachineMark
} from './machine.ts';

/*
 * Where the variables are, instruction by instruction. A mark binds a variable, or some bits of one, to
 * what its debug record names; the binding holds until the next mark of these bits, and can be shown as
 * long as the registers it needs still have their values. Both are followed through the finished code
 * and its branches: at a join only what all ways agree on holds. A register's value is known where a
 * definition of it has been executed and nothing has overwritten its place since; that the program itself
 * may no longer need it makes no difference.
 *
 * Variables that live in memory at times (records with DIAssignID) have two histories: what was stored
 * last, and what was assigned last in C. Where both are the same assignment, memory is the place.
 */

/** What a mark does to one cell. */
interface Effect {
	cell: number;
	value: Piece | undefined;
	memory: Piece | undefined;
}

/** Adds what is known of variables to every line; returns the variables. */
export function locateVariables(
	metadata: Metadata,
	machine: MachineFunction,
	allocation: Allocation,
	emitted: EmittedFunction
): KnownVariable[] {
	const marked = machine.blocks.some(({ instructions }) => instructions.some(({ mark }) => mark));
	if (!marked) return [];
	return new Analysis(metadata, machine, allocation, emitted).run();
}

class Analysis {
	readonly #metadata: Metadata;
	readonly #machine: MachineFunction;
	readonly #emitted: EmittedFunction;
	readonly #places: Int32Array;
	readonly #expressions: LocationExpressions;
	readonly #variables = new Map<string, KnownVariable>();
	readonly #effects = new Map<MachineMark, Effect[]>();
	/** Cells by the DIAssignID of a store, by the slot that is their home. */
	readonly #storedBy = new Map<number, Effect[]>();
	readonly #homedIn = new Map<number, Effect[]>();
	readonly #registers = new Map<number, number>();
	/** Numbers of registers by place; cells by the number of a register that they may need. */
	readonly #atPlace = new Map<number, number[]>();
	readonly #needing: Set<number>[] = [];
	readonly #saved: readonly number[];
	#cells = 0;
	/** Something in the state at hand is different now. */
	#changed = false;

	constructor(
		metadata: Metadata,
		machine: MachineFunction,
		allocation: Allocation,
		emitted: EmittedFunction
	) {
		this.#metadata = metadata;
		this.#machine = machine;
		this.#emitted = emitted;
		this.#places = allocation.places;
		this.#saved = [...allocation.saved, frameRegister, linkRegister];
		this.#expressions = new LocationExpressions(machine, allocation, emitted.frame);
	}

	run(): KnownVariable[] {
		this.#collect();
		const into = this.#solve();
		for (const block of this.#emitted.blocks) this.#annotate(block, into.get(block.block)!);
		return [...this.#variables.values()];
	}

	// --- what the marks say -----------------------------------------------------------------------

	#collect(): void {
		const pieces = new Map<MachineMark, { variable: KnownVariable; found: Piece[] }>();
		const edges = new Map<KnownVariable, Set<number>>();
		for (const mark of this.#marks()) {
			if (mark.kind !== 'variable') continue;
			const { record } = mark;
			const variable = this.#variable(record);
			const isAddress = record.kind === 'declare';
			const { expression } = record;
			const found =
				this.#expressions.pieces(mark.values, expression, isAddress, variable.size) ?? [];
			pieces.set(mark, { variable, found });
			let set = edges.get(variable);
			if (!set) edges.set(variable, (set = new Set([0, variable.size])));
			for (const { from, to } of [...found, extentOf(record, variable.size)]) set.add(from).add(to);
		}
		for (const [variable, set] of edges) {
			const sorted = [...set].sort((a, b) => a - b);
			variable.first = this.#cells;
			variable.cells = sorted.slice(1).map((to, i) => ({ from: sorted[i]!, to }));
			this.#cells += variable.cells.length;
		}
		for (const [mark, { variable, found }] of pieces) this.#addEffects(mark, variable, found);
		this.#trackCopies();
	}

	/** A register may take over from another, at a phi above all. */
	#trackCopies(): void {
		const copies = this.#machine.blocks
			.flatMap(({ instructions }) => instructions.flatMap((insn) => insn.copies ?? []))
			.filter(({ destination }) => destination >= firstVirtual);
		for (let grown = true; grown;) {
			grown = false;
			for (const { destination, source } of copies) {
				if (source.kind !== 'register' || this.#machine.remade.has(destination)) continue;
				const from = this.#registers.get(source.register);
				if (from === undefined) continue;
				const before = this.#cellsOf(destination);
				for (const cell of this.#needing[from]!) this.#track(destination, cell);
				grown ||= this.#cellsOf(destination) > before;
			}
		}
	}

	#cellsOf(register: number): number {
		const number = this.#registers.get(register);
		return number === undefined ? 0 : this.#needing[number]!.size;
	}

	*#marks(): Generator<MachineMark> {
		for (const { instructions } of this.#machine.blocks)
			for (const { mark } of instructions) if (mark) yield mark;
	}

	#variable({ variable: node, location }: DebugVariable): KnownVariable {
		const inlinedAt = this.#metadata.node(location)?.fields['inlinedAt'] ?? '';
		const key = `${node} ${inlinedAt}`;
		let known = this.#variables.get(key);
		if (!known) {
			const type = this.#metadata.node(node)?.fields['type'];
			const size = bitsOfType(this.#metadata, metadataReference(type)) || Infinity;
			this.#variables.set(key, (known = { node, location, size, first: 0, cells: [] }));
		}
		return known;
	}

	#addEffects(mark: MachineMark, variable: KnownVariable, found: readonly Piece[]): void {
		if (mark.kind !== 'variable') return;
		const { record, home } = mark;
		const extent = extentOf(record, variable.size);
		const start =
			home?.kind === 'slot' ? this.#expressions.slotOffset(home.slot) + home.offset : undefined;
		const inside = record.assigned && offsetIn(record.assigned.expression);
		const effects: Effect[] = [];
		for (const [i, { from, to }] of variable.cells.entries()) {
			if (from < extent.from || to > extent.to) continue;
			const cell = variable.first + i;
			const piece = found.find((each) => each.from <= from && to <= each.to);
			const value = piece && this.#slice(piece, from, to);
			const memory =
				start === undefined || inside === undefined
					? undefined
					: this.#expressions.memory(start + inside + (from - extent.from) / 8, from, to);
			const effect = { cell, value, memory };
			effects.push(effect);
			for (const register of value?.needs ?? []) this.#track(register, cell);
			if (!record.assigned) continue;
			push(this.#storedBy, record.assigned.id, effect);
			if (home?.kind === 'slot') push(this.#homedIn, home.slot, effect);
		}
		this.#effects.set(mark, effects);
	}

	/** Part of a piece, where that can be told. */
	#slice(piece: Piece, from: number, to: number): Piece | undefined {
		if (piece.from === from && piece.to === to) return piece;
		const { memory, needs } = piece;
		if (memory === undefined) return undefined;
		return { ...this.#expressions.memory(memory + (from - piece.from) / 8, from, to), needs };
	}

	#track(register: number, cell: number): void {
		let number = this.#registers.get(register);
		if (number === undefined) {
			this.#registers.set(register, (number = this.#needing.length));
			this.#needing.push(new Set());
			push(this.#atPlace, this.#place(register), number);
		}
		this.#needing[number]!.add(cell);
	}

	#place(register: number): number {
		return register < firstVirtual ? register : this.#places[register - firstVirtual]!;
	}

	// --- the ways through the function ------------------------------------------------------------

	/** The state at the beginning of each block. */
	#solve(): Map<MachineFunction['blocks'][0], State> {
		const { blocks } = this.#machine;
		const [entry] = blocks;
		const into = new Map([[entry!, this.#initial()]]);
		const waiting = new Set([entry!]);
		// What only an address leads to has no way in that could be followed.
		for (const block of blocks)
			if (block !== entry && !blocks.some(({ successors }) => successors.includes(block))) {
				into.set(block, this.#nothing());
				waiting.add(block);
			}
		while (waiting.size > 0)
			for (const block of blocks) {
				if (!waiting.delete(block)) continue;
				const state = copyOf(into.get(block)!);
				for (const insn of block.instructions) this.#step(state, insn);
				for (const next of block.successors) {
					const known = into.get(next);
					if (!known) into.set(next, copyOf(state));
					else if (!meet(known, state)) continue;
					waiting.add(next);
				}
			}
		for (const block of blocks) if (!into.has(block)) into.set(block, this.#nothing());
		return into;
	}

	#nothing(): State {
		return {
			bindings: new Array<undefined>(this.#cells).fill(undefined),
			valid: new Uint8Array(this.#needing.length)
		};
	}

	/** Parameters that nothing reads are in the registers that they came in. */
	#initial(): State {
		const state = this.#nothing();
		for (const [register, number] of this.#registers)
			if (register < firstVirtual) state.valid[number] = 1;
		return state;
	}

	#step(state: State, insn: MachineInstruction): void {
		if (insn.mark) return this.#mark(state, insn.mark);
		this.#overwrite(state, insn);
		this.#define(state, insn);
	}

	#mark({ bindings, valid }: State, mark: MachineMark): void {
		this.#changed = true;
		if (mark.kind === 'moved') {
			const number = this.#registers.get(mark.register);
			if (number === undefined) return;
			valid[number] = 0;
			this.#unbind(bindings, number);
			return;
		}
		if (mark.kind === 'written')
			for (const { cell, memory } of this.#homedIn.get(mark.slot) ?? [])
				bindings[cell] = inMemory(memory, -1);
		else if (mark.kind === 'stored')
			for (const { cell, memory } of this.#storedBy.get(mark.id) ?? [])
				bindings[cell] = storedTo(bindings[cell], memory, mark.id);
		else {
			const id = mark.record.assigned?.id;
			for (const { cell, value, memory } of this.#effects.get(mark)!) {
				const stored = bindings[cell]?.stored ?? -1;
				const isStored = id !== undefined && stored === id;
				bindings[cell] = {
					shown: isStored && memory ? 'memory' : value ? 'value' : 'nothing',
					values: value ? [value] : [],
					memory,
					stored,
					assigned: id ?? -1
				};
			}
		}
	}

	/** The places that an instruction writes lose what was there. */
	#overwrite({ valid }: State, insn: MachineInstruction): void {
		const lose = (place: number) => {
			for (const number of this.#atPlace.get(place) ?? []) {
				if (valid[number] === 1) this.#changed = true;
				valid[number] = 0;
			}
		};
		for (const register of insn.clobbers ?? []) lose(register);
		if (insn.call) lose(linkRegister);
		if (insn.returns) for (const register of this.#saved) lose(register);
		if (insn.copies) {
			for (const { destination, source } of insn.copies) {
				const to = this.#place(destination);
				if (source.kind !== 'register' || this.#place(source.register) !== to) lose(to);
			}
		} else for (const register of insn.defs) lose(this.#place(register));
	}

	#define({ bindings, valid }: State, insn: MachineInstruction): void {
		const copies = insn.copies && this.#copied(bindings, valid, insn.copies);
		for (const register of insn.defs) {
			const number = this.#registers.get(register);
			if (number === undefined) continue;
			this.#changed = true;
			if (insn.late !== register) this.#unbind(bindings, number);
			valid[number] = register < firstVirtual ? 0 : 1;
		}
		for (const { cell, piece } of copies ?? []) {
			const binding = bindings[cell]!;
			bindings[cell] = { ...binding, values: [...binding.values, piece] };
		}
	}

	/** What the copies make of the values that variables have. */
	#copied(
		bindings: readonly (Binding | undefined)[],
		valid: Uint8Array,
		copies: readonly Copy[]
	): { cell: number; piece: Piece }[] {
		const out: { cell: number; piece: Piece }[] = [];
		for (const { destination, source } of copies) {
			const number = destination < firstVirtual ? undefined : this.#registers.get(destination);
			if (number === undefined) continue;
			const from = source.kind === 'register' ? this.#registers.get(source.register) : undefined;
			if (from !== undefined && valid[from] === 0) continue;
			for (const cell of this.#needing[number]!) {
				const binding = bindings[cell];
				const same = binding?.values.find((piece) => isCopiedFrom(piece, source));
				if (!same || binding!.values.length > mostCopies) continue;
				const piece = this.#expressions.copyOf(same, destination);
				if (piece) out.push({ cell, piece });
			}
		}
		return out;
	}

	/** The register is to get another value: what was bound to it meant the old one. */
	#unbind(bindings: (Binding | undefined)[], number: number): void {
		for (const cell of this.#needing[number]!) {
			const binding = bindings[cell];
			const values = binding?.values.filter((piece) => !this.#needs(piece, number));
			if (!binding || !values || values.length === binding.values.length) continue;
			const isGone = binding.shown === 'value' && values.length === 0;
			bindings[cell] = { ...binding, shown: isGone ? 'nothing' : binding.shown, values };
		}
	}

	#needs({ needs }: Piece, number: number): boolean {
		return needs.some((register) => this.#registers.get(register) === number);
	}

	// --- lines ------------------------------------------------------------------------------------

	#annotate({ block, lines, starts }: EmittedBlock, state: State): void {
		let known = this.#known(state);
		const refresh = () => {
			if (!this.#changed) return;
			this.#changed = false;
			const now = this.#known(state);
			if (now.some((piece, cell) => piece !== known[cell])) known = now;
		};
		for (const [i, insn] of block.instructions.entries()) {
			const [first, end] = [starts[i]!, starts[i + 1] ?? lines.length];
			if (insn.mark) {
				this.#mark(state, insn.mark);
				refresh();
				continue;
			}
			// One instruction still sees what it overwrites; of several, the later ones do not.
			const isOne = first < end && !lines[first]!.text.includes('\n');
			if (isOne) lines[first]!.known = known;
			this.#overwrite(state, insn);
			refresh();
			for (let at = isOne ? first + 1 : first; at < end; at++) lines[at]!.known = known;
			this.#define(state, insn);
			refresh();
		}
	}

	#known({ bindings, valid }: State): KnownVariables {
		return bindings.map((binding) => {
			if (!binding || binding.shown === 'nothing') return undefined;
			if (binding.shown === 'memory') return binding.memory;
			return binding.values.find(({ needs }) =>
				needs.every((register) => valid[this.#registers.get(register)!] === 1)
			);
		});
	}
}

function push<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
	const list = map.get(key);
	if (list) list.push(item);
	else map.set(key, [item]);
}

import { successors } from '../codegen/control-flow.ts';
import { CodegenError } from '../codegen/codegen-error.ts';
import type { Block, FunctionIr, Instruction, Local, Value } from '../ir/module.ts';
import { arrayType, ptrType } from '../ir/types.ts';
import { Builder, freshLocal, i8 } from './builder.ts';
import { lowerFloatClass } from './float-class.ts';
import { lowerHalf } from './half.ts';
import { lowerLibraryCall } from './library.ts';
import { lowerAtomicFloat, lowerQuad } from './quad.ts';
import { lowerUnalignedAtomic } from './unaligned-atomic.ts';
import { Vectors } from './vectors.ts';
import { lowerWide, splitWideSwitches } from './wide.ts';

/** What a rule may ask of the function at hand. */
export interface LoweringContext {
	fn: FunctionIr;
	/** A place in the frame for `bytes`, free between any two instructions. */
	scratch(bytes: number): Local;
}

/** A rule puts other instructions in the place of one, and says whether it did. */
export type Rule = (b: Builder, insn: Instruction, context: LoweringContext) => boolean;

const rules: readonly Rule[] = [
	lowerFloatClass,
	lowerLibraryCall,
	lowerAtomicFloat,
	lowerUnalignedAtomic,
	lowerHalf,
	lowerQuad,
	lowerWide
];

/**
 * Rewrites what has no instruction of its own into what has: vectors lane by lane, half-precision
 * arithmetic by way of single precision, quad precision and odd operations on wide integers as calls and
 * sequences. A function that has none of these is left exactly as it is.
 *
 * @throws CodegenError with the source location of what cannot be rewritten
 */
export function lowerFunction(fn: FunctionIr): void {
	new Lowering(fn).run();
}

class Lowering implements LoweringContext {
	readonly fn: FunctionIr;
	readonly #vectors: Vectors;
	#out: Instruction[] = [];
	#changed = false;
	#scratch: Instruction | undefined;

	constructor(fn: FunctionIr) {
		this.fn = fn;
		this.#vectors = new Vectors(this);
	}

	run(): void {
		const { fn } = this;
		this.#changed = splitWideSwitches(fn);
		const rewritten = new Map<Block, Instruction[]>();
		const entry = this.#vectors.parameters((at) => this.#builder(at));
		if (entry) this.#changed = true;
		const head = this.#out;
		for (const block of definitionsFirst(fn)) {
			this.#out = [];
			for (const insn of block.instructions) {
				try {
					this.#visit(insn);
				} catch (error) {
					if (error instanceof CodegenError) throw error;
					throw new CodegenError((error as Error).message, insn.location);
				}
			}
			rewritten.set(block, this.#out);
		}
		if (!this.#changed) return;
		for (const [block, instructions] of rewritten) block.instructions = phisFirst(instructions);
		this.#vectors.finishPhis();
		const first = fn.blocks[0]!;
		first.instructions = [
			...(this.#scratch ? [this.#scratch] : []),
			...head,
			...first.instructions
		];
		countUses(fn);
	}

	scratch(bytes: number): Local {
		if (!this.#scratch) {
			const result = freshLocal(ptrType);
			const block = this.fn.blocks[0]!;
			const source = arrayType(bytes, i8);
			this.#scratch = {
				op: 'alloca',
				type: ptrType,
				operands: [],
				block,
				location: -1,
				line: 0,
				source,
				align: 16,
				result
			};
			result.def = this.#scratch;
		}
		if (this.#scratch.source!.size < bytes) this.#scratch.source = arrayType(bytes, i8);
		return this.#scratch.result!;
	}

	#builder(at: Instruction): Builder {
		return new Builder(at, (insn) => this.#visit(insn));
	}

	#visit(insn: Instruction): void {
		const b = this.#builder(insn);
		if (this.#vectors.lower(b, insn) || rules.some((rule) => rule(b, insn, this)))
			this.#changed = true;
		else this.#out.push(insn);
	}
}

/** Lowered phis may have left instructions between them. */
function phisFirst(instructions: Instruction[]): Instruction[] {
	const phis = instructions.filter((insn) => insn.op === 'phi');
	return phis.length === 0
		? instructions
		: [...phis, ...instructions.filter((insn) => insn.op !== 'phi')];
}

/** Reverse postorder, then what nothing reaches. */
function definitionsFirst(fn: FunctionIr): Block[] {
	const seen = new Set<Block>();
	const out: Block[] = [];
	const stack: { block: Block; next: Block[] }[] = [];
	const enter = (block: Block) => {
		if (seen.has(block)) return;
		seen.add(block);
		stack.push({ block, next: successors(block) });
	};
	enter(fn.blocks[0]!);
	while (stack.length > 0) {
		const top = stack.at(-1)!;
		const next = top.next.pop();
		if (next) enter(next);
		else {
			out.push(top.block);
			stack.pop();
		}
	}
	out.reverse();
	return [...out, ...fn.blocks.filter((block) => !seen.has(block))];
}

function countUses(fn: FunctionIr): void {
	const values = (insn: Instruction): Value[] => {
		const callee = insn.callee;
		return callee && 'kind' in callee ? [...insn.operands, callee] : insn.operands;
	};
	const all = fn.blocks.flatMap((block) => block.instructions.flatMap(values));
	for (const { local } of fn.parameters) local.uses = 0;
	for (const value of all) if (value.kind === 'local') value.uses = 0;
	for (const { instructions } of fn.blocks)
		for (const { result } of instructions) if (result) result.uses = 0;
	for (const value of all) if (value.kind === 'local') value.uses++;
}

import type { EmittedLine } from './emit.ts';

/** .cfi_… directives of a function: behind each line of the prologue, and before lines of the body. */
export interface FrameDirectives {
	prologue: string[][];
	before: Map<number, string[]>;
}

/**
 * How to find the caller's frame from every instruction of a function: what prologue and epilogues do to
 * SP and to the saved registers is read off their instructions.
 */
export function describeFrames(
	prologue: readonly string[],
	lines: readonly EmittedLine[],
	epilogue: readonly string[]
): FrameDirectives {
	const state = new Unwinding();
	const directives: FrameDirectives = {
		prologue: prologue.map((text) => state.after(text)),
		before: new Map()
	};
	const add = (line: number, texts: string[]) =>
		directives.before.set(line, [...(directives.before.get(line) ?? []), ...texts]);
	const known = new Set(epilogue);
	lines.forEach(({ text }, end) => {
		if (text !== 'ret' || epilogue.length === 0) return;
		let first = end;
		while (first > 0 && !lines[first - 1]!.inlineAsm && known.has(lines[first - 1]!.text)) first--;
		if (end + 1 < lines.length) add(first, ['.cfi_remember_state']);
		const leaving = state.fork();
		for (let i = first; i < end; i++) add(i + 1, leaving.after(lines[i]!.text));
		if (end + 1 < lines.length) add(end + 1, ['.cfi_restore_state']);
	});
	return directives;
}

class Unwinding {
	#cfa: { base: 'sp' | 'x29'; offset: number } = { base: 'sp', offset: 0 };
	/** Distance of the canonical frame address from SP, as long as SP can be followed. */
	#depth = 0;
	/** Where X29 points, counted from the canonical frame address. */
	#record = 0;
	/** x16 holds SP and so many bytes. */
	#scratch: number | undefined;
	#large = 0;

	/** The directives that belong behind an instruction. */
	after(instruction: string): string[] {
		const [op = '', ...rest] = instruction.split(/[ ,]+/);
		const operands = rest.join(' ');
		if (op === 'movz' || op === 'movk') return this.#constant(operands);
		if (op === 'sub' || op === 'add' || op === 'mov') return this.#move(op, operands);
		return /^(?:stp|str|ldp|ldr)$/.test(op) ? this.#memory(op, operands) : [];
	}

	#constant(operands: string): string[] {
		const match = /^x16 #(\d+)(?: lsl #16)?$/.exec(operands);
		if (match)
			this.#large = operands.endsWith('lsl #16')
				? this.#large + Number(match[1]) * 65536
				: Number(match[1]);
		return [];
	}

	#move(op: string, operands: string): string[] {
		const [to, from, amount, , shift] = operands.split(' ');
		const by =
			amount === 'x16' ? this.#large : Number(amount?.slice(1) ?? 0) * (shift === '#12' ? 4096 : 1);
		if (to === 'x29' && from === 'sp') {
			this.#record = this.#depth - by;
			this.#cfa = { base: 'x29', offset: this.#record };
			return [`.cfi_def_cfa x29, ${this.#record}`];
		}
		if (to === 'x16' && from === 'sp') this.#scratch = by;
		if (to !== 'sp') return [];
		if (from === 'x29') this.#depth = this.#record + (op === 'sub' ? by : -by);
		else if (from === 'sp') return this.#setDepth(this.#depth + (op === 'sub' ? by : -by));
		return [];
	}

	#setDepth(depth: number): string[] {
		this.#depth = depth;
		if (this.#cfa.base !== 'sp') return [];
		this.#cfa.offset = depth;
		return [`.cfi_def_cfa_offset ${depth}`];
	}

	#memory(op: string, operands: string): string[] {
		const match = /^(.*) \[(sp|x16)(?: #(-?\d+))?\](!?)(?: #(\d+))?$/.exec(operands);
		if (!match) return [];
		const [, list, base, inside = '0', before, behind = '0'] = match;
		const at = base === 'x16' ? this.#scratch : Number(inside);
		if (at === undefined) return [];
		const out: string[] = [];
		if (before === '!') out.push(...this.#setDepth(this.#depth - at));
		const start = before === '!' ? 0 : at;
		const registers = list!.split(' ');
		if (op.startsWith('st'))
			return [
				...out,
				...registers.map((name, i) => `.cfi_offset ${name}, ${start + 8 * i - this.#depth}`)
			];
		for (const name of registers) {
			out.push(`.cfi_restore ${name}`);
			if (name !== 'x29' || this.#cfa.base !== 'x29') continue;
			this.#cfa = { base: 'sp', offset: this.#depth };
			out.push(`.cfi_def_cfa sp, ${this.#depth}`);
		}
		if (behind !== '0') out.push(...this.#setDepth(this.#depth - Number(behind)));
		return out;
	}

	/** A copy to follow an epilogue with. */
	fork(): Unwinding {
		const copy = new Unwinding();
		copy.#cfa = { ...this.#cfa };
		copy.#depth = this.#depth;
		copy.#record = this.#record;
		return copy;
	}
}

import { unescapeString } from './metadata.ts';
import type { Attributes, Block, Instruction, Value } from './module.ts';
import { intType, ptrType, structType, vectorType, voidType, type Type } from './types.ts';
import { ValueParser } from './value-parser.ts';

const flagWords = new Set(
	'nuw nsw exact inbounds nusw nneg disjoint samesign fast nnan ninf nsz arcp contract afn reassoc volatile tail musttail notail atomic weak'.split(
		' '
	)
);

/** One instruction a call; the function parser owns the blocks. */
export class InstructionParser extends ValueParser {
	blocks = new Map<string, Block>();

	block(label: string): Block {
		let block = this.blocks.get(label);
		if (!block)
			this.blocks.set(label, (block = { label, instructions: [], addressTaken: false, index: -1 }));
		return block;
	}

	/** `label %name` */
	#target(): Block {
		const r = this.reader;
		if (!r.acceptWord('label')) r.fail("expected 'label'");
		r.expect('%');
		return this.block(r.name());
	}

	instruction(block: Block): Instruction {
		const r = this.reader;
		let resultName: string | undefined;
		const line = r.pos;
		if (r.accept('%')) {
			resultName = r.name();
			r.expect('=');
		}
		let op = r.word();
		while (op === 'tail' || op === 'musttail' || op === 'notail') op = r.word();
		const insn: Instruction = { op, type: voidType, operands: [], block, location: -1, line };
		this.#body(insn);
		this.#trailer(insn);
		if (resultName !== undefined) {
			const local = this.local(resultName, insn.type);
			local.type = insn.type;
			local.def = insn;
			insn.result = local;
		}
		return insn;
	}

	/** `, align 8, !dbg !12, !srcloc !3` and, on calls, `#6`. */
	#trailer(insn: Instruction): void {
		const r = this.reader;
		for (;;) {
			if (r.accept(',')) {
				if (r.acceptWord('align')) insn.align = r.integer();
				else if (r.accept('!')) {
					const kind = r.word();
					r.spaces();
					if (r.accept('!')) {
						const id = r.word();
						if (kind === 'dbg') insn.location = id === '' ? -1 : Number(id);
						else if (kind === 'srcloc') insn.srcloc = Number(id);
						else if (kind === 'DIAssignID') insn.assigned = Number(id);
						if (r.peek() === 40) r.skipParentheses();
						else if (r.peek() === 123) r.toLineEnd();
					}
				} else r.fail('unexpected text after the operands');
			} else return;
		}
	}

	#flags(insn: Instruction): void {
		const r = this.reader;
		for (;;) {
			const word = r.peekWord();
			if (!flagWords.has(word)) return;
			if (word === 'volatile') insn.volatile = true;
			if (word === 'atomic') insn.ordering = 'unordered';
			r.word();
		}
	}

	#ordering(): string {
		const r = this.reader;
		if (r.acceptWord('syncscope')) r.skipParentheses();
		return r.word();
	}

	#body(insn: Instruction): void {
		const r = this.reader;
		switch (insn.op) {
			case 'add':
			case 'sub':
			case 'mul':
			case 'udiv':
			case 'sdiv':
			case 'urem':
			case 'srem':
			case 'shl':
			case 'lshr':
			case 'ashr':
			case 'and':
			case 'or':
			case 'xor':
			case 'fadd':
			case 'fsub':
			case 'fmul':
			case 'fdiv':
			case 'frem':
				this.#flags(insn);
				insn.type = this.type();
				insn.operands.push(this.value(insn.type));
				r.expect(',');
				insn.operands.push(this.value(insn.type));
				return;
			case 'icmp':
			case 'fcmp': {
				this.#flags(insn);
				insn.predicate = r.word();
				const type = this.type();
				insn.type = type.kind === 'vector' ? vectorType(type.count, intType(1)) : intType(1);
				insn.operands.push(this.value(type));
				r.expect(',');
				insn.operands.push(this.value(type));
				return;
			}
			case 'fneg':
			case 'freeze':
				this.#flags(insn);
				insn.operands.push(this.typed());
				insn.type = insn.operands[0]!.type;
				return;
			case 'trunc':
			case 'zext':
			case 'sext':
			case 'fptrunc':
			case 'fpext':
			case 'fptoui':
			case 'fptosi':
			case 'uitofp':
			case 'sitofp':
			case 'ptrtoint':
			case 'ptrtoaddr':
			case 'inttoptr':
			case 'bitcast':
			case 'addrspacecast':
				this.#flags(insn);
				insn.operands.push(this.typed());
				if (!r.acceptWord('to')) r.fail("expected 'to' in a cast");
				insn.type = this.type();
				return;
			case 'select':
				this.#flags(insn);
				insn.operands.push(this.typed());
				r.expect(',');
				insn.operands.push(this.typed());
				r.expect(',');
				insn.operands.push(this.typed());
				insn.type = insn.operands[1]!.type;
				return;
			case 'phi':
				return this.#phi(insn);
			case 'alloca':
				return this.#alloca(insn);
			case 'load':
				this.#flags(insn);
				insn.type = this.type();
				r.expect(',');
				insn.operands.push(this.typed());
				if (insn.ordering) insn.ordering = this.#ordering();
				return;
			case 'store':
				this.#flags(insn);
				insn.operands.push(this.typed());
				r.expect(',');
				insn.operands.push(this.typed());
				if (insn.ordering) insn.ordering = this.#ordering();
				return;
			case 'getelementptr':
				this.#flags(insn);
				insn.source = this.type();
				while (r.accept(',')) {
					if (r.peek() === 33) {
						// The comma began the trailer.
						r.pos = r.text.lastIndexOf(',', r.pos);
						break;
					}
					insn.operands.push(this.typed());
				}
				insn.type = ptrType;
				return;
			case 'extractvalue':
				insn.operands.push(this.typed());
				insn.indices = this.#indices();
				insn.type = memberType(insn.operands[0]!.type, insn.indices, () => r.fail('bad index'));
				return;
			case 'insertvalue':
				insn.operands.push(this.typed());
				r.expect(',');
				insn.operands.push(this.typed());
				insn.indices = this.#indices();
				insn.type = insn.operands[0]!.type;
				return;
			case 'extractelement':
			case 'insertelement':
			case 'shufflevector':
				do insn.operands.push(this.typed());
				while (r.accept(',') && r.peek() !== 33);
				if (r.text.charCodeAt(r.pos) === 33) r.pos = r.text.lastIndexOf(',', r.pos);
				insn.type = vectorResult(insn);
				return;
			case 'call':
				return this.#call(insn);
			case 'callbr':
				this.#call(insn);
				r.skip();
				if (!r.acceptWord('to')) r.fail("expected 'to' in callbr");
				insn.targets = [this.#target()];
				r.expect('[');
				while (!r.accept(']')) {
					insn.targets.push(this.#target());
					r.accept(',');
				}
				return;
			case 'br':
				if (r.peekWord() === 'label') {
					insn.targets = [this.#target()];
					return;
				}
				insn.operands.push(this.typed());
				r.expect(',');
				insn.targets = [this.#target()];
				r.expect(',');
				insn.targets.push(this.#target());
				return;
			case 'switch':
				return this.#switch(insn);
			case 'indirectbr':
				insn.operands.push(this.typed());
				r.expect(',');
				r.expect('[');
				insn.targets = [];
				while (!r.accept(']')) {
					insn.targets.push(this.#target());
					r.accept(',');
				}
				return;
			case 'ret':
				insn.type = this.type();
				if (insn.type.kind !== 'void') insn.operands.push(this.value(insn.type));
				return;
			case 'unreachable':
				return;
			case 'fence':
				insn.ordering = this.#ordering();
				return;
			case 'atomicrmw':
				this.#flags(insn);
				insn.predicate = r.word();
				insn.operands.push(this.typed());
				r.expect(',');
				insn.operands.push(this.typed());
				insn.type = insn.operands[1]!.type;
				insn.ordering = this.#ordering();
				return;
			case 'cmpxchg': {
				this.#flags(insn);
				insn.operands.push(this.typed());
				r.expect(',');
				insn.operands.push(this.typed());
				r.expect(',');
				insn.operands.push(this.typed());
				const success = this.#ordering();
				const failure = r.word();
				insn.ordering =
					failure === 'seq_cst' || success === 'seq_cst'
						? 'seq_cst'
						: failure === 'acquire' && success === 'release'
							? 'acq_rel'
							: success === 'monotonic'
								? failure
								: success;
				insn.type = structType([insn.operands[1]!.type, intType(1)], false);
				return;
			}
			case 'va_arg':
				insn.operands.push(this.typed());
				r.expect(',');
				insn.type = this.type();
				return;
			default:
				r.fail(`'${insn.op}' is not an instruction this back end knows`);
		}
	}

	#indices(): number[] {
		const r = this.reader;
		const found: number[] = [];
		while (r.accept(',')) {
			if (r.peek() === 33) {
				r.pos = r.text.lastIndexOf(',', r.pos);
				break;
			}
			found.push(r.integer());
		}
		return found;
	}

	#phi(insn: Instruction): void {
		const r = this.reader;
		this.#flags(insn);
		insn.type = this.type();
		insn.targets = [];
		do {
			r.expect('[');
			insn.operands.push(this.value(insn.type));
			r.expect(',');
			r.expect('%');
			insn.targets.push(this.block(r.name()));
			r.expect(']');
			// A comma before `!dbg` is the trailer's.
		} while (r.text.startsWith(', [', r.pos) && r.accept(','));
	}

	#alloca(insn: Instruction): void {
		const r = this.reader;
		r.acceptWord('inalloca');
		insn.source = this.type();
		insn.type = ptrType;
		if (r.text.startsWith(', ', r.pos) && /[a-z]/.test(r.text[r.pos + 2]!)) {
			const start = r.pos;
			r.expect(',');
			if (r.peekWord() === 'align') r.pos = start;
			else insn.operands.push(this.typed());
		}
	}

	#switch(insn: Instruction): void {
		const r = this.reader;
		insn.operands.push(this.typed());
		r.expect(',');
		insn.targets = [this.#target()];
		insn.cases = [];
		r.expect('[');
		for (r.skip(); !r.accept(']'); r.skip()) {
			this.type();
			const word = r.word();
			insn.cases.push(word === 'true' ? 1n : word === 'false' ? 0n : BigInt(word));
			r.expect(',');
			insn.targets.push(this.#target());
		}
	}

	#call(insn: Instruction): void {
		const r = this.reader;
		this.#flags(insn);
		// Calling conventions and return attributes: none changes the code for AArch64's C convention.
		while (/^(?:ccc|fastcc|coldcc|cc[0-9]*)$/.test(r.peekWord())) r.word();
		this.attributes();
		let type = this.type();
		if (type.kind === 'function') {
			insn.varargs = type.varargs;
			insn.fixedParameters = type.params.length;
			type = type.result;
		}
		insn.type = type;
		if (r.acceptWord('asm')) {
			const asm = { template: '', constraints: '', sideEffect: false };
			for (;;) {
				if (r.acceptWord('sideeffect')) asm.sideEffect = true;
				else if (
					!r.acceptWord('alignstack') &&
					!r.acceptWord('inteldialect') &&
					!r.acceptWord('unwind')
				)
					break;
			}
			asm.template = unescapeString(r.quoted());
			r.expect(',');
			asm.constraints = unescapeString(r.quoted());
			insn.callee = asm;
		} else insn.callee = this.value(ptrType);
		insn.arguments = [];
		r.expect('(');
		while (!r.accept(')')) {
			const argumentType = this.type();
			if (argumentType.kind === 'metadata') {
				r.skip();
				if (r.accept('!')) {
					if (r.peek() === 34) r.quoted();
					else r.word();
				} else this.typed();
				insn.operands.push({ kind: 'metadata', type: argumentType, text: '' });
				insn.arguments.push({});
			} else {
				insn.arguments.push(this.attributes());
				insn.operands.push(this.value(argumentType));
			}
			r.accept(',');
		}
		for (;;) {
			if (r.accept('#'))
				insn.noreturn = this.groupIsNoReturn(r.integer()) || insn.noreturn === true;
			else if (r.peekWord() === 'noreturn') insn.noreturn = r.word() !== '';
			else if (/^[a-z]/.test(r.peekWord()) && r.peekWord() !== 'to') {
				r.word();
				if (r.peek() === 40) r.skipParentheses();
			} else if (r.accept('[')) {
				while (!r.accept(']')) r.pos++;
			} else return;
		}
	}

	/** Attribute groups stand at the end of the file; the module parser reads them first. */
	groupIsNoReturn(_group: number): boolean {
		return false;
	}

	/** The first operand of a debug record: a value, a list of them, or empty metadata. */
	debugOperands(): Value[] {
		const r = this.reader;
		if (!r.accept('!')) return [this.debugOperand()];
		const values: Value[] = [];
		if (r.word() === 'DIArgList') {
			r.expect('(');
			while (!r.accept(')')) {
				values.push(this.debugOperand());
				r.accept(',');
			}
		} else if (r.accept('{')) while (!r.accept('}')) r.pos++;
		return values;
	}

	/** A debug record is no use: the same code must come out without -g. */
	debugOperand(): Value {
		const value = this.typed();
		if (value.kind === 'local') value.uses--;
		return value;
	}

	/** `!12` as its number, `!DIExpression(…)` as its text. */
	debugNode(): string {
		const r = this.reader;
		r.expect('!');
		const start = r.pos;
		r.word();
		if (r.peek() === 40) r.skipParentheses();
		return r.text.slice(start, r.pos);
	}
}

function memberType(type: Type, indices: readonly number[], fail: () => never): Type {
	return indices.reduce((at, index) => {
		if (at.kind === 'struct') return at.members[index] ?? fail();
		if (at.kind === 'array') return at.element;
		return fail();
	}, type);
}

function vectorResult(insn: Instruction): Type {
	const vector = insn.operands[0]!.type;
	if (insn.op === 'extractelement' && vector.kind === 'vector') return vector.element;
	if (insn.op === 'insertelement') return vector;
	const mask = insn.operands[2]!.type;
	return vector.kind === 'vector' && mask.kind === 'vector'
		? vectorType(mask.count, vector.element)
		: vector;
}

export type { Attributes };

import { UnsupportedError } from './ir-error.ts';
import { unescapeBytes, unescapeString } from './metadata.ts';
import type { Attributes, Local, Value } from './module.ts';
import type { Reader } from './reader.ts';
import {
	arrayType,
	doubleType,
	floatType,
	fp128Type,
	halfType,
	intType,
	labelType,
	layOut,
	metadataType,
	ptrType,
	structType,
	vectorType,
	voidType,
	type Type
} from './types.ts';

const plainTypes: Record<string, Type> = {
	void: voidType,
	label: labelType,
	metadata: metadataType,
	token: { kind: 'token', size: 0, align: 1 },
	ptr: ptrType,
	half: halfType,
	float: floatType,
	double: doubleType,
	fp128: fp128Type,
	i1: intType(1),
	i8: intType(8),
	i16: intType(16),
	i32: intType(32),
	i64: intType(64),
	i128: intType(128)
};

const zeroNode = (type: Type): Value => ({ kind: 'zero', type });

/** Words that begin a constant; any other word before an operand is an attribute. */
const constantWords = new Set(
	'true false null undef poison zeroinitializer none getelementptr ptrtoint inttoptr ptrtoaddr bitcast addrspacecast trunc add sub mul xor and or shl blockaddress dso_local_equivalent no_cfi splat asm c'.split(
		' '
	)
);

/** Types, constants and attributes: the parts of the grammar that occur everywhere. */
export class ValueParser {
	readonly reader: Reader;
	readonly namedTypes = new Map<string, Type & { kind: 'struct' }>();
	/** Positions in the text of the named types' bodies. */
	readonly typeDefinitions = new Map<string, number>();
	readonly addressTaken = new Map<string, Set<string>>();
	locals = new Map<string, Local>();

	constructor(reader: Reader) {
		this.reader = reader;
	}

	/**
	 * A named struct. The printer may use a type before the line that defines it, inside another type
	 * or an array whose size depends on it: so the definition is parsed at the first use.
	 */
	namedType(name: string): Type & { kind: 'struct' } {
		const known = this.namedTypes.get(name);
		if (known) return known;
		const type = structType([], false);
		this.namedTypes.set(name, type);
		const at = this.typeDefinitions.get(name);
		if (at === undefined) return type;
		const r = this.reader;
		const back = r.pos;
		r.pos = at;
		if (!r.acceptWord('opaque')) {
			const packed = r.peek() === 60;
			const body = this.type();
			if (body.kind !== 'struct') r.fail('a named type must be a struct');
			else layOut(type, body.members, packed);
		}
		r.pos = back;
		return type;
	}

	type(): Type {
		let type = this.#simpleType();
		const r = this.reader;
		while (r.text.charCodeAt(r.pos) === 32 && r.text.charCodeAt(r.pos + 1) === 40) {
			// `i32 (i32, ...)`: the type of a variadic callee.
			r.expect('(');
			const params: Type[] = [];
			let varargs = false;
			while (!r.accept(')')) {
				if (r.accept('...')) varargs = true;
				else params.push(this.type());
				r.accept(',');
			}
			type = { kind: 'function', result: type, params, varargs, size: 0, align: 1 };
		}
		return type;
	}

	#simpleType(): Type {
		const r = this.reader;
		const c = r.peek();
		if (c === 37) {
			r.pos++;
			return this.namedType(r.name());
		}
		if (r.accept('[')) return this.#sequence(']', arrayType);
		if (r.accept('<{')) return this.#members('}>', true);
		if (r.accept('<')) return this.#sequence('>', vectorType);
		if (r.accept('{')) return this.#members('}', false);
		const word = r.word();
		const plain = plainTypes[word];
		if (plain) {
			// Looking for it must not skip the space before the `(` of a variadic callee's type.
			if (word === 'ptr' && r.text.startsWith(' addrspace', r.pos)) {
				r.word();
				r.skipParentheses();
			}
			return plain;
		}
		if (/^i[0-9]+$/.test(word)) return intType(Number(word.slice(1)));
		// The word may have been taken for an attribute of a result.
		const line = r.text.slice(r.text.lastIndexOf('\n', r.pos) + 1, r.pos);
		if (/\bbfloat\s*$/.test(line))
			throw new UnsupportedError('__bf16', '__bf16 is not supported: use float');
		return r.fail(`'${word}' is not a type this back end knows`);
	}

	#sequence(close: string, make: (count: number, element: Type) => Type): Type {
		const r = this.reader;
		const count = r.integer();
		if (!r.acceptWord('x')) r.fail("expected 'x' in an array type");
		const element = this.type();
		r.expect(close);
		return make(count, element);
	}

	#members(close: string, packed: boolean): Type {
		const members: Type[] = [];
		while (!this.reader.accept(close)) {
			members.push(this.type());
			this.reader.accept(',');
		}
		return structType(members, packed);
	}

	local(name: string, type: Type): Local {
		let local = this.locals.get(name);
		if (!local) this.locals.set(name, (local = { kind: 'local', name, type, uses: 0, index: -1 }));
		return local;
	}

	/** A type, then an operand of it. */
	typed(): Value {
		const type = this.type();
		if (type.kind === 'metadata') return this.#metadataOperand(type);
		return this.value(type);
	}

	#metadataOperand(type: Type): Value {
		const r = this.reader;
		r.spaces();
		const start = r.pos;
		if (r.accept('!')) {
			r.word();
			if (r.peek() === 40) r.skipParentheses();
			else if (r.peek() === 34) r.quoted();
		} else this.typed();
		return { kind: 'metadata', type, text: r.text.slice(start, r.pos) };
	}

	value(type: Type): Value {
		const r = this.reader;
		const c = r.peek();
		if (c === 37) {
			r.pos++;
			const local = this.local(r.name(), type);
			local.uses++;
			return local;
		}
		if (c === 64) {
			r.pos++;
			return { kind: 'global', type, name: unescapeString(r.name()) };
		}
		if ((c >= 48 && c <= 57) || c === 45) return this.#number(type);
		if (r.accept('[')) return this.#aggregate(type, ']');
		if (r.accept('<{')) return this.#aggregate(type, '}>');
		if (r.accept('<')) return this.#aggregate(type, '>');
		if (r.accept('{')) return this.#aggregate(type, '}');
		return this.#constant(type, r.word());
	}

	#number(type: Type): Value {
		const r = this.reader;
		const word = r.word();
		if (type.kind === 'int') return { kind: 'int', type, value: BigInt(word) };
		let text = word;
		// `1.000000e+00`: the sign of the exponent ends a word.
		if (r.accept('+')) text += '+' + r.word();
		return { kind: 'float', type, bits: floatBits(type, text, () => r.fail('bad float constant')) };
	}

	#aggregate(type: Type, close: string): Value {
		const elements: Value[] = [];
		while (!this.reader.accept(close)) {
			elements.push(this.typed());
			this.reader.accept(',');
		}
		return { kind: 'aggregate', type, elements };
	}

	#constant(type: Type, word: string): Value {
		const r = this.reader;
		switch (word) {
			case 'true':
			case 'false':
				return { kind: 'int', type, value: word === 'true' ? 1n : 0n };
			case 'null':
				return { kind: 'null', type };
			case 'undef':
			case 'poison':
				return { kind: 'undef', type };
			case 'zeroinitializer':
			case 'none':
				return zeroNode(type);
			case 'c':
				return { kind: 'bytes', type, bytes: unescapeBytes(r.quoted()) };
			case 'splat': {
				r.expect('(');
				const element = this.typed();
				r.expect(')');
				const count = type.kind === 'vector' ? type.count : 1;
				return { kind: 'aggregate', type, elements: Array<Value>(count).fill(element) };
			}
			case 'getelementptr':
				return this.#gep(type);
			case 'ptrtoint':
			case 'ptrtoaddr':
			case 'inttoptr':
			case 'bitcast':
			case 'addrspacecast':
			case 'trunc': {
				r.expect('(');
				const operand = this.typed();
				if (!r.acceptWord('to')) r.fail("expected 'to' in a constant cast");
				this.type();
				r.expect(')');
				return { kind: 'cast', type, op: word, operand };
			}
			case 'add':
			case 'sub':
			case 'mul':
			case 'xor':
			case 'and':
			case 'or':
			case 'shl': {
				while (r.acceptWord('nuw') || r.acceptWord('nsw'));
				r.expect('(');
				const left = this.typed();
				r.expect(',');
				const right = this.typed();
				r.expect(')');
				return { kind: 'binary', type, op: word, operands: [left, right] };
			}
			case 'dso_local_equivalent':
			case 'no_cfi':
				return this.value(type);
			case 'blockaddress':
				return this.#blockAddress(type);
			default:
				return r.fail(`'${word}' is not a constant this back end knows`);
		}
	}

	#gep(type: Type): Value {
		const r = this.reader;
		while (r.acceptWord('inbounds') || r.acceptWord('nuw') || r.acceptWord('nusw'));
		if (r.acceptWord('inrange')) r.skipParentheses();
		r.expect('(');
		const source = this.type();
		const operands: Value[] = [];
		while (r.accept(',')) operands.push(this.typed());
		r.expect(')');
		return { kind: 'gep', type, source, operands };
	}

	#blockAddress(type: Type): Value {
		const r = this.reader;
		r.expect('(');
		r.expect('@');
		const name = unescapeString(r.name());
		r.expect(',');
		r.expect('%');
		const label = r.name();
		r.expect(')');
		let taken = this.addressTaken.get(name);
		if (!taken) this.addressTaken.set(name, (taken = new Set()));
		taken.add(label);
		return { kind: 'blockaddress', type, function: name, label };
	}

	/** Attributes before a parameter's name, an argument, or a return type. */
	attributes(): Attributes {
		const r = this.reader;
		const found: Attributes = {};
		for (;;) {
			const c = r.peek();
			if (c === 34) {
				r.quoted();
				if (r.accept('=')) r.quoted();
				continue;
			}
			if (!(c >= 97 && c <= 122)) return found;
			const start = r.pos;
			const word = r.word();
			if (constantWords.has(word) || word in plainTypes || /^i[0-9]+$/.test(word)) {
				r.pos = start;
				return found;
			}
			this.#attribute(word, found);
		}
	}

	#attribute(word: string, found: Attributes): void {
		const r = this.reader;
		switch (word) {
			case 'sret':
			case 'byval':
			case 'elementtype':
				r.expect('(');
				found[word] = this.type();
				r.expect(')');
				return;
			case 'alignstack':
			case 'align': {
				const paren = r.accept('(');
				found[word] = r.integer();
				if (paren) r.expect(')');
				return;
			}
			case 'zeroext':
			case 'signext':
				found[word] = true;
				return;
			default:
				if (r.text.charCodeAt(r.pos) === 40) r.skipParentheses();
		}
	}
}

const scratch = new DataView(new ArrayBuffer(8));

/** Bits of a float constant; hex is the bits of a double whatever the type, but for fp128 and half. */
function floatBits(type: Type, text: string, fail: () => never): bigint {
	if (text.startsWith('0xL')) {
		// fp128: the low half is printed first.
		const digits = text.slice(3).padStart(32, '0');
		return (BigInt('0x' + digits.slice(16)) << 64n) | BigInt('0x' + digits.slice(0, 16));
	}
	if (text.startsWith('0xH')) return BigInt('0x' + text.slice(3));
	if (text.startsWith('0x')) scratch.setBigUint64(0, BigInt(text));
	else {
		const value = Number(text);
		if (Number.isNaN(value)) fail();
		scratch.setFloat64(0, value);
	}
	if (type.kind === 'double') return scratch.getBigUint64(0);
	if (type.kind !== 'float') return fail();
	const bits = scratch.getBigUint64(0);
	const value = scratch.getFloat64(0);
	if (Number.isNaN(value)) {
		// Keep the payload: setFloat32 may change a NaN.
		return ((bits >> 32n) & 0x8000_0000n) | 0x7f80_0000n | ((bits >> 29n) & 0x7f_ffffn);
	}
	scratch.setFloat32(0, value);
	return BigInt(scratch.getUint32(0));
}

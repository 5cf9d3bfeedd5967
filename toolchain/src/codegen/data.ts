import type { Global, Value } from '../ir/module.ts';
import type { Type } from '../ir/types.ts';
import { constantAddress } from './constant-address.ts';

/** Writes a global's bytes as directives, relocations where they must be. */
export class DataWriter {
	readonly lines: string[] = [];
	readonly #unit: { blockLabel(fn: string, label: string): string };
	#zeros = 0;
	#bytes: number[] = [];

	constructor(unit: { blockLabel(fn: string, label: string): string }) {
		this.#unit = unit;
	}

	write(value: Value, type: Type): void {
		switch (value.kind) {
			case 'zero':
			case 'undef':
			case 'null':
				return this.#zero(type.size);
			case 'int':
				return this.#integer(value.value, type.size);
			case 'float':
				return this.#integer(value.bits, type.size);
			case 'bytes':
				for (const byte of value.bytes) this.#byte(byte);
				return this.#zero(type.size - value.bytes.length);
			case 'aggregate':
				return this.#aggregate(value.elements, type);
			default:
				return this.#address(value, type.size);
		}
	}

	#aggregate(elements: readonly Value[], type: Type): void {
		let at = 0;
		for (const [i, element] of elements.entries()) {
			const offset = type.kind === 'struct' ? type.offsets[i]! : i * element.type.size;
			this.#zero(offset - at);
			this.write(element, element.type);
			at = offset + element.type.size;
		}
		this.#zero(type.size - at);
	}

	#integer(value: bigint, size: number): void {
		let rest = BigInt.asUintN(8 * size, value);
		for (let i = 0; i < size; i++, rest >>= 8n) this.#byte(Number(rest & 0xffn));
	}

	#address(value: Value, size: number): void {
		const { symbol, minus, offset } = constantAddress(value, this.#unit);
		if (symbol === undefined) return this.#integer(offset, size);
		this.flush();
		const directive = { 8: '.xword', 4: '.word', 2: '.hword', 1: '.byte' }[size];
		const text = symbol + (minus === undefined ? '' : `-${minus}`);
		this.lines.push(
			`${directive} ${text}${offset === 0n ? '' : (offset > 0n ? '+' : '') + offset}`
		);
	}

	#zero(count: number): void {
		if (count <= 0) return;
		if (count < 8 && this.#bytes.length > 0) {
			for (let i = 0; i < count; i++) this.#bytes.push(0);
			return;
		}
		this.#flushBytes();
		this.#zeros += count;
	}

	#byte(byte: number): void {
		if (this.#zeros > 0) this.flush();
		this.#bytes.push(byte);
	}

	#flushBytes(): void {
		for (let at = 0; at < this.#bytes.length; at += 16)
			this.lines.push(`.byte ${this.#bytes.slice(at, at + 16).join(',')}`);
		this.#bytes = [];
	}

	flush(): void {
		this.#flushBytes();
		if (this.#zeros > 0) this.lines.push(`.zero ${this.#zeros}`);
		this.#zeros = 0;
	}
}

/** Whether every byte of a value is zero, so that it may live in .bss. */
export function isZero(value: Value): boolean {
	switch (value.kind) {
		case 'zero':
		case 'undef':
		case 'null':
			return true;
		case 'int':
			return value.value === 0n;
		case 'float':
			return value.bits === 0n;
		case 'bytes':
			return value.bytes.every((byte) => byte === 0);
		case 'aggregate':
			return value.elements.every(isZero);
		default:
			return false;
	}
}

/** Section of a variable without one of its own. */
export function defaultSection(global: Global): string {
	if (
		global.linkage === 'common' ||
		(global.initializer && isZero(global.initializer) && !global.constant)
	)
		return '.bss';
	return global.constant ? '.rodata' : '.data';
}

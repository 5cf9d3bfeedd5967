import { FdtError, type FdtNode, type FdtTree, type Reservation } from './fdt.ts';

const MAGIC = 0xd00d_feed;
const HEADER_BYTES = 40;
/** The layout has been the same since version 16; before it, names were whole paths. */
const OLDEST = 16;
/** Deeper than any real tree; it bounds what a damaged one can cost. */
const MAX_DEPTH = 64;

const Token = { beginNode: 1, endNode: 2, property: 3, nop: 4, end: 9 } as const;

const ascii = new TextDecoder('latin1');

/**
 * Reads a flattened device tree (Devicetree Specification, "Flattened Devicetree (DTB) Format"), version 16
 * or 17. Whatever does not make sense is an FdtError that says where.
 */
export function readFdt(blob: Uint8Array): FdtTree {
	return new Reader(blob).read();
}

class Reader {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	/** Where the structure block ends, and where the names of properties lie. */
	#structureEnd = 0;
	#strings = 0;
	#stringsEnd = 0;
	#at = 0;

	constructor(blob: Uint8Array) {
		this.#bytes = blob;
		this.#view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
	}

	read(): FdtTree {
		if (this.#bytes.length < HEADER_BYTES || this.#cell(0) !== MAGIC)
			throw new FdtError('this is no device tree blob: it does not begin with d00dfeed');
		const total = this.#cell(4);
		if (total > this.#bytes.length)
			throw new FdtError(
				`it is cut off: the header speaks of ${total} bytes, there are ${this.#bytes.length}`
			);
		const [version, compatible] = [this.#cell(20), this.#cell(24)];
		if (version < OLDEST || compatible > 17)
			throw new FdtError(`its format has version ${version}, and 16 and 17 can be read`);
		this.#at = this.#cell(8);
		this.#structureEnd = version > OLDEST ? this.#at + this.#cell(36) : total;
		this.#strings = this.#cell(12);
		this.#stringsEnd = this.#strings + this.#cell(32);
		if (this.#at % 4 !== 0 || this.#structureEnd > total || this.#stringsEnd > total)
			throw new FdtError('a block that the header speaks of lies outside the blob');
		const reserved = this.#reservations(this.#cell(16), total);
		if (this.#token() !== Token.beginNode) throw this.#wrong('the root node does not begin');
		const root = this.#node(0);
		if (this.#token() !== Token.end) throw this.#wrong('something follows the root node');
		return { root, reserved };
	}

	#reservations(start: number, total: number): Reservation[] {
		const list: Reservation[] = [];
		for (let at = start; ; at += 16) {
			if (at + 16 > total) throw new FdtError('the list of reserved memory does not end');
			const [address, size] = [this.#view.getBigUint64(at), this.#view.getBigUint64(at + 8)];
			if (address === 0n && size === 0n) return list;
			if (address + size > BigInt(Number.MAX_SAFE_INTEGER))
				throw new FdtError(
					`memory is reserved where there can be none, at 0x${address.toString(16)}`
				);
			list.push({ start: Number(address), size: Number(size) });
		}
	}

	/** A node whose first token has been read. */
	#node(depth: number): FdtNode {
		if (depth > MAX_DEPTH) throw this.#wrong(`nodes are nested more than ${MAX_DEPTH} deep`);
		const name = this.#text(this.#at, this.#structureEnd, 'the name of a node');
		this.#skip(name.length + 1);
		const properties: [string, Uint8Array][] = [];
		const children: FdtNode[] = [];
		for (;;) {
			const token = this.#token();
			if (token === Token.endNode) break;
			if (token === Token.beginNode) children.push(this.#node(depth + 1));
			else if (token === Token.property) properties.push(this.#property());
			else throw this.#wrong(`token ${token} within node ‘${name}’`);
		}
		return { name, properties: Object.fromEntries(properties), children };
	}

	#property(): [string, Uint8Array] {
		const [length, nameAt] = [this.#next(), this.#next()];
		const name = this.#text(this.#strings + nameAt, this.#stringsEnd, 'the name of a property');
		const start = this.#at;
		if (start + length > this.#structureEnd)
			throw this.#wrong(`property ‘${name}’ of ${length} bytes reaches beyond the tree`);
		this.#skip(length);
		return [name, this.#bytes.slice(start, start + length)];
	}

	/** The next token that is not NOP. */
	#token(): number {
		for (;;) {
			const token = this.#next();
			if (token !== Token.nop) return token;
		}
	}

	#next(): number {
		if (this.#at + 4 > this.#structureEnd) throw this.#wrong('the tree ends too early');
		this.#at += 4;
		return this.#cell(this.#at - 4);
	}

	#cell(at: number): number {
		return this.#view.getUint32(at);
	}

	#skip(bytes: number): void {
		this.#at += (bytes + 3) & ~3;
	}

	#text(at: number, limit: number, what: string): string {
		const end = at < limit ? this.#bytes.indexOf(0, at) : -1;
		if (end < 0 || end >= limit) throw this.#wrong(`${what} does not end`);
		return ascii.decode(this.#bytes.subarray(at, end));
	}

	#wrong(what: string): FdtError {
		return new FdtError(`at byte ${this.#at}: ${what}`);
	}
}

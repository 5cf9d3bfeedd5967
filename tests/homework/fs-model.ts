/**
 * What a file system is, in memory and without a disk: does the lines of fs-script.c as Linux's system
 * calls do, and says what each must give.
 */
import { sumOf, sumOfNames, pattern } from './ext2-disks.ts';

const [EPERM, ENOENT, EEXIST, ENOTDIR, EISDIR, EINVAL] = [-1, -2, -17, -20, -21, -22];
const [ENOTEMPTY, ELOOP] = [-39, -40];

export interface Node {
	readonly id: number;
	kind: 'file' | 'directory' | 'symlink';
	links: number;
	mode: number;
	/** Of a file. */
	data: Buffer;
	/** Of the data, if it has been asked for since the last change. */
	sum: number | undefined;
	/** Changed through an open file or a mapping, and not synced since. */
	dirty: boolean;
	names: Map<string, Node>;
	parent: Node | undefined;
	target: string;
}

let lastId = 0;
const newNode = (kind: Node['kind'], mode: number): Node => ({
	id: ++lastId,
	kind,
	links: kind === 'directory' ? 2 : 1,
	mode,
	data: Buffer.alloc(0),
	sum: undefined,
	dirty: false,
	names: new Map(),
	parent: undefined,
	target: ''
});

/** Where a path leads: a name in a directory, and what it stands for; or an error. */
interface Place {
	directory: Node;
	name: string;
	node: Node | undefined;
}

const typeCodes = { file: 8, directory: 4, symlink: 10 } as const;

/** A tree that is mounted at `/mnt`. */
export class Model {
	readonly root = newNode('directory', 0o755);
	readonly #open = new Map<number, Node>();
	readonly #areas = new Map<number, { node: Node; from: number; length: number }>();

	/** What the line gives; undefined where that is not for the model to say. */
	apply(line: string): number[] | undefined {
		const [verb, ...words] = line.split(' ');
		const number = (n: number) => {
			const word = words[n] ?? '0';
			return /^0\d/.test(word) ? parseInt(word, 8) : Number(word);
		};
		const result = this.#do(verb!, words, number);
		return typeof result === 'number' ? [result] : result;
	}

	#do(verb: string, words: string[], number: (n: number) => number): number | number[] | undefined {
		const [a = '', b = ''] = words;
		switch (verb) {
			case 'mkdir':
				return this.#make(a, newNode('directory', number(1)));
			case 'symlink':
				return this.#make(b, Object.assign(newNode('symlink', 0o777), { target: a }));
			case 'rmdir':
			case 'unlink':
				return this.#remove(a, verb === 'rmdir');
			case 'rename':
				return this.#rename(a, b);
			case 'link':
				return this.#link(a, b);
			case 'readlink':
				return this.#found(a, false, ({ kind, target }) =>
					kind === 'symlink' ? [target.length, sumOf(Buffer.from(target))] : EINVAL
				);
			case 'stat':
				return undefined;
			case 'chmod':
				return this.#found(a, true, (node) => {
					node.mode = number(1);
					return 0;
				});
			case 'list':
				return this.#found(a, true, ({ kind, names }) =>
					kind === 'directory' ? [names.size + 2, namesSum(names)] : ENOTDIR
				);
			case 'sum':
				return this.#found(a, true, (node) =>
					node.kind === 'directory' ? EISDIR : [node.data.length, dataSum(node)]
				);
			case 'truncate':
				return this.#found(a, true, (node) => truncate(node, number(1)));
			case 'put':
				return this.#put(a, number(1), number(2), number(3));
			case 'open':
				return this.#openFile(number(0), b, number(2));
			default:
				return this.#onOpen(verb, number);
		}
	}

	/** What works on a slot, or on an area. */
	#onOpen(verb: string, number: (n: number) => number): number | number[] | undefined {
		const slot = this.#open.get(number(0));
		switch (verb) {
			case 'pwrite':
				slot!.dirty = true;
				return write(slot!, number(1), number(2), number(3));
			case 'append':
				slot!.dirty = true;
				return write(slot!, slot!.data.length, number(2), number(3), number(1));
			case 'pread': {
				const bytes = slot!.data.subarray(number(1), number(1) + number(2));
				return [bytes.length, sumOf(bytes)];
			}
			case 'ftruncate':
				return truncate(slot!, number(1));
			case 'fsync':
			case 'fdatasync':
				slot!.dirty = false;
				return 0;
			case 'close':
				this.#open.delete(number(0));
				slot!.dirty = false;
				return 0;
			case 'sync':
				for (const [, node] of this.paths()) node.dirty = false;
				return 0;
			case 'map':
				this.#areas.set(number(1), { node: slot!, from: number(2), length: number(3) });
				return 0;
		}
		return this.#onArea(verb, number);
	}

	#onArea(verb: string, number: (n: number) => number): number | number[] | undefined {
		const area = this.#areas.get(number(0));
		if (!area) return undefined;
		const from = area.from + number(1);
		switch (verb) {
			case 'poke':
				area.node.data.set(pattern(number(2), number(3), number(4)), from);
				area.node.sum = undefined;
				area.node.dirty = true;
				return 0;
			case 'peek':
				return [0, sumOf(area.node.data.subarray(from, from + number(2)))];
			case 'unmap':
				this.#areas.delete(number(0));
				return 0;
			case 'msync':
				area.node.dirty = false;
				return 0;
		}
		return undefined;
	}

	/** Slots that are free, taken; areas with what can be touched of them. */
	get slots() {
		return this.#open;
	}
	get areas() {
		return this.#areas;
	}

	/** Every path below the root, parents first. */
	*paths(from: Node = this.root, above = '/mnt'): Generator<[path: string, node: Node]> {
		for (const [name, node] of from.names) {
			yield [`${above}/${name}`, node];
			if (node.kind === 'directory') yield* this.paths(node, `${above}/${name}`);
		}
	}

	#walk(path: string, follow: boolean, depth = 0, from = this.root): Place | number {
		const names = path.split('/').filter((name) => name !== '' && name !== '.');
		let at: Place = { directory: from, name: '.', node: from };
		if (path.startsWith('/')) {
			if (names.shift() !== 'mnt') return ENOENT;
			at = { directory: this.root, name: '.', node: this.root };
		}
		for (const [n, name] of names.entries()) {
			const directory: Node | undefined = at.node;
			if (!directory) return ENOENT;
			if (directory.kind !== 'directory') return ENOTDIR;
			const node: Node | undefined =
				name === '..' ? (directory.parent ?? directory) : directory.names.get(name);
			at = { directory, name, node };
			if (node?.kind === 'symlink' && (follow || n < names.length - 1)) {
				if (depth >= 8) return ELOOP;
				const on = this.#walk(node.target, true, depth + 1, directory);
				if (typeof on === 'number') return on;
				if (!on.node && n < names.length - 1) return ENOENT;
				at = on;
			}
		}
		return at;
	}

	#found(path: string, follow: boolean, work: (node: Node) => number | number[]) {
		const place = this.#walk(path, follow);
		if (typeof place === 'number') return place;
		return place.node ? work(place.node) : ENOENT;
	}

	#make(path: string, node: Node): number {
		const place = this.#walk(path, false);
		if (typeof place === 'number') return place;
		if (place.node) return EEXIST;
		place.directory.names.set(place.name, node);
		if (node.kind === 'directory') {
			node.parent = place.directory;
			place.directory.links++;
		}
		return 0;
	}

	#remove(path: string, directory: boolean): number {
		const place = this.#walk(path, false);
		if (typeof place === 'number') return place;
		const { node } = place;
		if (!node) return ENOENT;
		if (directory !== (node.kind === 'directory')) return directory ? ENOTDIR : EISDIR;
		if (node.names.size > 0) return ENOTEMPTY;
		place.directory.names.delete(place.name);
		if (directory) place.directory.links--;
		node.links -= directory ? 2 : 1;
		return 0;
	}

	#rename(from: string, to: string): number {
		const old = this.#walk(from, false);
		if (typeof old === 'number') return old;
		const next = this.#walk(to, false);
		if (typeof next === 'number') return next;
		const [moved, target] = [old.node, next.node];
		if (!moved) return ENOENT;
		if (moved === target) return 0;
		const directory = moved.kind === 'directory';
		if (target && directory !== (target.kind === 'directory')) return directory ? ENOTDIR : EISDIR;
		for (let at: Node | undefined = next.directory; at; at = at.parent)
			if (at === moved) return EINVAL;
		if (target && target.names.size > 0) return ENOTEMPTY;
		if (target) {
			target.links -= directory ? 2 : 1;
			if (directory) next.directory.links--;
		}
		old.directory.names.delete(old.name);
		next.directory.names.set(next.name, moved);
		if (directory) {
			moved.parent = next.directory;
			old.directory.links--;
			next.directory.links++;
		}
		return 0;
	}

	#link(from: string, to: string): number {
		return this.#found(from, false, (node) => {
			const place = this.#walk(to, false);
			if (typeof place === 'number') return place;
			if (place.node) return EEXIST;
			if (node.kind === 'directory') return EPERM;
			place.directory.names.set(place.name, node);
			node.links++;
			return 0;
		}) as number;
	}

	/** With O_CREAT: what is there, or a new file. */
	#create(path: string): Node | number {
		const place = this.#walk(path, true);
		if (typeof place === 'number') return place;
		if (place.node) return place.node.kind === 'directory' ? EISDIR : place.node;
		const node = newNode('file', 0o644);
		place.directory.names.set(place.name, node);
		return node;
	}

	#put(path: string, at: number, length: number, seed: number): number {
		const node = this.#create(path);
		if (typeof node === 'number') return node;
		write(node, at, length, seed);
		node.dirty = false; // it is closed
		return length;
	}

	#openFile(slot: number, path: string, flags: number): number {
		const node = this.#create(path);
		if (typeof node === 'number') return node;
		if (flags & 0o1000) truncate(node, 0);
		this.#open.set(slot, node);
		return 0;
	}
}

function truncate(node: Node, size: number): number {
	if (node.kind === 'directory') return EISDIR;
	const old = node.data;
	node.data = Buffer.alloc(size);
	node.data.set(old.subarray(0, size));
	node.sum = undefined;
	node.dirty = true;
	return 0;
}

function write(node: Node, at: number, length: number, seed: number, place = at): number {
	if (length > 0) {
		if (at + length > node.data.length) truncate(node, at + length);
		node.data.set(pattern(length, seed, place), at);
		node.sum = undefined;
	}
	return length;
}

const dataSum = (node: Node) => (node.sum ??= sumOf(node.data));
const namesSum = (names: ReadonlyMap<string, Node>) =>
	sumOfNames([...names].map(([name, { kind }]) => [name, typeCodes[kind]]));

/** What a file is made of, as a text to compare: its kind, and its size and sum, or its target. */
export function contentOf(node: Node): string {
	if (node.kind === 'file') return `file ${node.data.length} ${dataSum(node)}`;
	return node.kind === 'symlink' ? `symlink ${node.target}` : 'directory';
}

import type { WrittenPages } from '../bus/written-pages.ts';

const pageBytes = 4096;
const wordsInPage = pageBytes / 4;
const pagesInGroup = 256;

/**
 * A page as another one, whole, but for a few words: index and value in turn. In a plain array where they
 * are very few: it takes half the memory then.
 */
interface Changes {
	readonly root: Int32Array;
	readonly words: Int32Array | readonly number[];
}
/**
 * A page as another one, to whose words four sequences of steady steps are added in turn: over zeros, what a
 * fill or a count leaves (of words, of pairs, of addresses); over what was there, `a[i] += c`.
 */
interface Shifted {
	readonly root: Int32Array;
	/** What is added to the first four words, and by how much more each time to those behind them. */
	readonly first: readonly number[];
	readonly steps: readonly number[];
}
/** The words of a page; undefined if all are zero. Never changed: checkpoints share them. */
type KeptPage = Int32Array | Changes | Shifted | undefined;
type PageGroup = readonly KeptPage[];

/** RAM at one moment: its pages in groups, which it shares with the moments around it. */
export type RamImage = readonly (PageGroup | undefined)[];

/** More words than this that differ: the page is kept whole. */
const mostChanges = 192;

const veryFew = 8;

const zeros = new Int32Array(wordsInPage);

const rootOf = (page: KeptPage) => (page instanceof Int32Array ? page : (page?.root ?? zeros));
const isShifted = (page: KeptPage): page is Shifted => page !== undefined && 'steps' in page;

const isSame = (a: readonly number[], b: readonly number[]) => a.every((each, n) => each === b[n]);

/** Pages by a hash of what they hold, as many as this. */
const remembered = 2 ** 15;

const emptyGroup: PageGroup = new Array<KeptPage>(pagesInGroup).fill(undefined);

/** Keeps images of RAM: taking one costs the pages written since the last, going back those that differ. */
export class RamKeeper {
	readonly #words: Int32Array;
	/** The first word of RAM, and its page in the machine's memory. */
	readonly #firstPage: number;
	readonly #pages: number;
	readonly #written: WrittenPages;
	/** What RAM holds, but for the pages that were written lately. */
	#kept: RamImage;
	/** Pages that the last `capture` found changed. */
	captured = 0;
	/** Where a page differs from its root: index and value in turn. */
	readonly #changes = new Int32Array(2 * (mostChanges + 1));
	/** A fill leaves many pages alike: they share one. */
	#lastShifted: Shifted | undefined;
	/** Whole pages kept lately: another that holds the same (a copy, a second buffer) shares them. */
	readonly #whole: (WeakRef<Int32Array> | undefined)[] = new Array<undefined>(remembered);

	/** `ram` begins on a page of the machine's memory. */
	constructor(ram: Uint8Array, written: WrittenPages) {
		this.#words = new Int32Array(ram.buffer, ram.byteOffset, ram.byteLength / 4);
		this.#firstPage = ram.byteOffset / pageBytes;
		this.#pages = ram.byteLength / pageBytes;
		this.#written = written;
		this.#kept = new Array<undefined>(Math.ceil(this.#pages / pagesInGroup)).fill(undefined);
	}

	/** RAM as it is. Afterwards the pages written lately are to be counted anew (`settle`). */
	capture(): RamImage {
		const image = [...this.#kept];
		const own = new Map<number, KeptPage[]>();
		this.captured = 0;
		for (const number of this.#written.lately) {
			const page = number - this.#firstPage;
			const group = Math.floor(page / pagesInGroup);
			const index = page % pagesInGroup;
			const before = image[group]?.[index];
			const changes = this.#compare(page, before);
			if (changes === 0) continue;
			this.captured++;
			let pages = own.get(group);
			if (pages === undefined) {
				pages = [...(image[group] ?? emptyGroup)];
				own.set(group, pages);
				image[group] = pages;
			}
			pages[index] = this.#copy(page, rootOf(before), changes);
		}
		this.#kept = image;
		return image;
	}

	/** Puts RAM back. `changed` is told the number of each page, from 0, that is not what it was. */
	restore(image: RamImage, changed: (page: number) => void): void {
		const put = (page: number) => {
			const kept = image[Math.floor(page / pagesInGroup)]?.[page % pagesInGroup];
			if (this.#compare(page, kept) === 0) return;
			const at = page * wordsInPage;
			if (kept === undefined) this.#words.fill(0, at, at + wordsInPage);
			else this.#put(kept, at);
			this.#written.mark((page + this.#firstPage) * pageBytes);
			changed(page);
		};
		for (const number of [...this.#written.lately]) put(number - this.#firstPage);
		for (let group = 0; group < image.length; group++) {
			const [now, then] = [this.#kept[group], image[group]];
			if (now === then) continue;
			for (let i = 0; i < pagesInGroup; i++)
				if (now?.[i] !== then?.[i]) put(group * pagesInGroup + i);
		}
		this.#kept = image;
	}

	/**
	 * 0 if RAM holds the page; else how many words differ from its root, which are left in `#changes`, -1 for
	 * none, or Infinity if they are too many.
	 */
	#compare(page: number, kept: KeptPage): number {
		const root = rootOf(kept);
		if (isShifted(kept) && this.#isShiftedBy(page, kept)) return 0;
		const [words, changes] = [this.#words, this.#changes];
		const at = page * wordsInPage;
		let count = 0;
		for (let i = 0; i < wordsInPage; i++) {
			if (words[at + i] === root[i]) continue;
			if (count === mostChanges) return Infinity;
			changes[2 * count] = i;
			changes[2 * count + 1] = words[at + i]!;
			count++;
		}
		if (kept === undefined || kept instanceof Int32Array) return count;
		if (isShifted(kept)) return count === 0 ? -1 : count;
		const known = kept.words;
		if (known.length !== 2 * count) return count === 0 ? -1 : count;
		for (let i = 0; i < known.length; i++) if (known[i] !== changes[i]) return count;
		return 0;
	}

	#isZero(page: number): boolean {
		const words = this.#words;
		const at = page * wordsInPage;
		for (let i = 0; i < wordsInPage; i++) if (words[at + i] !== 0) return false;
		return true;
	}

	/** The page as it is now; `changes` and `#changes` say how it differs from a root that it may share. */
	#copy(page: number, root: Int32Array, changes: number): KeptPage {
		if (this.#isZero(page)) return undefined;
		if (changes === -1) return root;
		if (changes !== Infinity) return this.#changed(root, changes);
		const shifted = this.#shifted(page, zeros) ?? this.#shifted(page, root);
		if (shifted !== undefined) return shifted;
		const fromZeros = root === zeros ? Infinity : this.#compare(page, undefined);
		return fromZeros === Infinity ? this.#wholePage(page) : this.#changed(zeros, fromZeros);
	}

	#changed(root: Int32Array, changes: number): Changes {
		const words = this.#changes.subarray(0, 2 * changes);
		return { root, words: changes <= veryFew ? [...words] : words.slice() };
	}

	/** Nearly always the first few words show that it is none. */
	#shifted(page: number, root: Int32Array): Shifted | undefined {
		const at = page * wordsInPage;
		const difference = (i: number) => (this.#words[at + i]! - root[i]!) | 0;
		const first = [0, 1, 2, 3].map(difference);
		const steps = first.map((each, lane) => (difference(lane + 4) - each) | 0);
		const last = this.#lastShifted;
		const shifted =
			last?.root === root && isSame(last.first, first) && isSame(last.steps, steps)
				? last
				: { root, first, steps };
		if (!this.#isShiftedBy(page, shifted)) return undefined;
		return (this.#lastShifted = shifted);
	}

	#isShiftedBy(page: number, { root, first, steps }: Shifted): boolean {
		const at = page * wordsInPage;
		for (let lane = 0; lane < 4; lane++) {
			const step = steps[lane]!;
			let sum = first[lane]!;
			for (let i = lane; i < wordsInPage; i += 4) {
				if (this.#words[at + i] !== ((root[i]! + sum) | 0)) return false;
				sum = (sum + step) | 0;
			}
		}
		return true;
	}

	#wholePage(page: number): Int32Array {
		const at = page * wordsInPage;
		const words = this.#words.subarray(at, at + wordsInPage);
		let hash = 0;
		for (let i = 0; i < wordsInPage; i++) hash = Math.imul(hash ^ words[i]!, 0x0100_0193);
		const place = (hash ^ (hash >>> 15)) & (remembered - 1);
		const other = this.#whole[place]?.deref();
		if (other?.every((word, i) => word === words[i])) return other;
		const copy = words.slice();
		this.#whole[place] = new WeakRef(copy);
		return copy;
	}

	#put(kept: Int32Array | Changes | Shifted, at: number): void {
		if (kept instanceof Int32Array) return this.#words.set(kept, at);
		if (isShifted(kept)) return this.#putShifted(kept, at);
		this.#words.set(kept.root, at);
		for (let i = 0; i < kept.words.length; i += 2)
			this.#words[at + kept.words[i]!] = kept.words[i + 1]!;
	}

	#putShifted({ root, first, steps }: Shifted, at: number): void {
		for (let lane = 0; lane < 4; lane++) {
			let sum = first[lane]!;
			for (let i = lane; i < wordsInPage; i += 4) {
				this.#words[at + i] = root[i]! + sum;
				sum = (sum + steps[lane]!) | 0;
			}
		}
	}
}

/** What some images take together: groups, pages and roots that several have count once. */
export class PageLedger {
	bytes = 0;
	readonly #uses = new Map<object, number>();

	add(image: RamImage): void {
		for (const group of image)
			if (group !== undefined && this.#use(group, groupBytes))
				for (const page of group) if (page !== undefined) this.#addPage(page);
	}

	#addPage(page: Int32Array | Changes | Shifted): void {
		if (page instanceof Int32Array) this.#use(page, pageBytes);
		else if (this.#use(page, bytesOf(page))) this.#use(page.root, pageBytes);
	}

	remove(image: RamImage): void {
		for (const group of image)
			if (group !== undefined && this.#leave(group, groupBytes))
				for (const page of group) if (page !== undefined) this.#removePage(page);
	}

	#removePage(page: Int32Array | Changes | Shifted): void {
		if (page instanceof Int32Array) this.#leave(page, pageBytes);
		else if (this.#leave(page, bytesOf(page))) this.#leave(page.root, pageBytes);
	}

	/** Something else that several moments have. */
	share(what: object, bytes: number): void {
		this.#use(what, bytes);
	}
	unshare(what: object, bytes: number): void {
		this.#leave(what, bytes);
	}

	/** True if nobody had it. */
	#use(what: object, bytes: number): boolean {
		const uses = this.#uses.get(what) ?? 0;
		this.#uses.set(what, uses + 1);
		if (uses === 0) this.bytes += bytes;
		return uses === 0;
	}

	/** True if nobody has it any more. */
	#leave(what: object, bytes: number): boolean {
		const uses = this.#uses.get(what)! - 1;
		if (uses > 0) {
			this.#uses.set(what, uses);
			return false;
		}
		this.#uses.delete(what);
		this.bytes -= bytes;
		return true;
	}
}

const groupBytes = 8 * pagesInGroup;
/** What a page that is not whole takes, roughly. */
function bytesOf(page: Changes | Shifted): number {
	if (isShifted(page)) return 200;
	const { length } = page.words;
	return length <= 2 * veryFew ? 80 + 8 * length : 176 + 4 * length;
}

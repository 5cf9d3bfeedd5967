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
/** The words of a page; undefined if all are zero. Never changed: checkpoints share them. */
type KeptPage = Int32Array | Changes | undefined;
type PageGroup = readonly KeptPage[];

/** RAM at one moment: its pages in groups, which it shares with the moments around it. */
export type RamImage = readonly (PageGroup | undefined)[];

/** More words than this that differ: the page is kept whole. */
const mostChanges = 192;

const veryFew = 8;

const rootOf = (page: KeptPage) => (page instanceof Int32Array ? page : page?.root);

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
	 * 0 if RAM holds the page; else how many words differ from its root, which are left in `#changes`, or
	 * Infinity if they are too many or there is no root.
	 */
	#compare(page: number, kept: KeptPage): number {
		const root = rootOf(kept);
		if (root === undefined) return this.#isZero(page) ? 0 : Infinity;
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
		if (kept === root) return count;
		const known = (kept as Changes).words;
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
	#copy(page: number, root: Int32Array | undefined, changes: number): KeptPage {
		if (this.#isZero(page)) return undefined;
		if (root !== undefined && changes === -1) return root;
		if (root !== undefined && changes !== Infinity) {
			const words = this.#changes.subarray(0, 2 * changes);
			return { root, words: changes <= veryFew ? [...words] : words.slice() };
		}
		const at = page * wordsInPage;
		return this.#words.slice(at, at + wordsInPage);
	}

	#put(kept: Int32Array | Changes, at: number): void {
		if (kept instanceof Int32Array) return this.#words.set(kept, at);
		this.#words.set(kept.root, at);
		for (let i = 0; i < kept.words.length; i += 2)
			this.#words[at + kept.words[i]!] = kept.words[i + 1]!;
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

	#addPage(page: Int32Array | Changes): void {
		if (page instanceof Int32Array) this.#use(page, pageBytes);
		else if (this.#use(page, bytesOf(page.words))) this.#use(page.root, pageBytes);
	}

	remove(image: RamImage): void {
		for (const group of image)
			if (group !== undefined && this.#leave(group, groupBytes))
				for (const page of group) if (page !== undefined) this.#removePage(page);
	}

	#removePage(page: Int32Array | Changes): void {
		if (page instanceof Int32Array) this.#leave(page, pageBytes);
		else if (this.#leave(page, bytesOf(page.words))) this.#leave(page.root, pageBytes);
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
/** What a page of changes takes, roughly. */
const bytesOf = ({ length }: { readonly length: number }) =>
	length <= 2 * veryFew ? 80 + 8 * length : 176 + 4 * length;

import type { WrittenPages } from '../bus/written-pages.ts';

const pageBytes = 4096;
const wordsInPage = pageBytes / 4;
const pagesInGroup = 256;

/** The words of a page; undefined if all are zero. Never changed: checkpoints share them. */
type KeptPage = Int32Array | undefined;
type PageGroup = readonly KeptPage[];

/** RAM at one moment: its pages in groups, which it shares with the moments around it. */
export type RamImage = readonly (PageGroup | undefined)[];

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
		for (const number of this.#written.lately) {
			const page = number - this.#firstPage;
			const group = Math.floor(page / pagesInGroup);
			const index = page % pagesInGroup;
			const before = image[group]?.[index];
			if (this.#holds(page, before)) continue;
			let pages = own.get(group);
			if (pages === undefined) {
				pages = [...(image[group] ?? emptyGroup)];
				own.set(group, pages);
				image[group] = pages;
			}
			const at = page * wordsInPage;
			pages[index] = this.#holds(page, undefined)
				? undefined
				: this.#words.slice(at, at + wordsInPage);
		}
		this.#kept = image;
		return image;
	}

	/** Puts RAM back. `changed` is told the number of each page, from 0, that is not what it was. */
	restore(image: RamImage, changed: (page: number) => void): void {
		const put = (page: number) => {
			const kept = image[Math.floor(page / pagesInGroup)]?.[page % pagesInGroup];
			if (this.#holds(page, kept)) return;
			const at = page * wordsInPage;
			if (kept === undefined) this.#words.fill(0, at, at + wordsInPage);
			else this.#words.set(kept, at);
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

	#holds(page: number, kept: KeptPage): boolean {
		const words = this.#words;
		const at = page * wordsInPage;
		if (kept === undefined) {
			for (let i = 0; i < wordsInPage; i++) if (words[at + i] !== 0) return false;
		} else for (let i = 0; i < wordsInPage; i++) if (words[at + i] !== kept[i]) return false;
		return true;
	}
}

/** How many pages `image` keeps alive that neither of its neighbours has. */
export function pagesOnlyIn(
	image: RamImage,
	before: RamImage | undefined,
	after: RamImage | undefined
): number {
	let pages = 0;
	for (let group = 0; group < image.length; group++) {
		const here = image[group];
		const others = [before?.[group], after?.[group]];
		if (here === undefined || others.includes(here)) continue;
		for (let i = 0; i < pagesInGroup; i++)
			if (here[i] !== undefined && !others.some((group) => group?.[i] === here[i])) pages++;
	}
	return pages;
}

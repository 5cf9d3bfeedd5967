import type { RegimeName } from './regime.ts';
import type { Permissions, Stage1 } from './stage1.ts';
import type { Stage2, Stage2Result } from './stage2.ts';

/** A 4 KB page as one context sees it: both stages combined. */
export interface Page extends Permissions {
	/** Physical address of its first byte. */
	readonly pa: number;
	/** Where it lies in the machine's memory, or -1 if it is not RAM. */
	readonly ram: number;
	/** Device memory: unaligned accesses fault, and the soft TLB does not hold it. */
	readonly device: boolean;
	/** log2 of the stage-1 block or page it belongs to: TLBI by address drops the whole of it. */
	readonly sizeBits: number;
}

/**
 * Stage 2 of one VM, page by page: without it, each level of a stage-1 walk would walk stage 2 anew.
 * TLBI IPAS2E1, VMALLS12E1 and ALLE1 empty it; VMALLE1, which is about stage 1, does not.
 */
export class IpaPages {
	readonly vmid: number;
	/** VTTBR_EL2, VTCR_EL2, and the bits of HCR_EL2 that matter. */
	readonly key: readonly bigint[];
	/** To read: they are changed by the methods here only. */
	pages = new Map<number, Stage2Result>();
	/** A fork has the same map: it is copied before it changes. */
	#shared = false;

	constructor(vmid: number, key: readonly bigint[]) {
		this.vmid = vmid;
		this.key = key;
	}

	remember(ipaPage: number, result: Stage2Result): void {
		if (this.pages.size >= maxPages) this.clear();
		this.#own();
		this.pages.set(ipaPage, result);
	}

	clear(): void {
		this.pages = new Map();
		this.#shared = false;
	}

	/** A copy that costs nothing until one of the two changes. */
	fork(): IpaPages {
		const copy = new IpaPages(this.vmid, this.key);
		copy.pages = this.pages;
		copy.#shared = this.#shared = true;
		return copy;
	}

	#own(): void {
		if (this.#shared) this.pages = new Map(this.pages);
		this.#shared = false;
	}
}

/**
 * One way of seeing memory: a regime, a privilege, an address space, a VM. It has a number, which is
 * in the tags of the soft TLB, and remembers the pages it has translated: this is the TLB as the
 * architecture has it. Going back to the same registers finds the same context again, so a world
 * switch drops nothing.
 */
export class TranslationContext {
	readonly number: number;
	readonly regime: RegimeName;
	readonly privileged: boolean;
	readonly key: readonly bigint[];
	readonly vmid: number | undefined;
	readonly asid: number;
	readonly stage1: Stage1;
	readonly stage2: Stage2 | undefined;
	/** What layout.ts calls alignMask. */
	readonly alignMask: number;
	/** To read: they are changed by the methods here only. */
	pages = new Map<number, Page>();
	/** What stage 2 gave for an IPA >> 12; shared by all contexts of the VM. */
	readonly ipaPages: IpaPages | undefined;
	/** Made when it is first asked for, and kept as pages come. */
	#blocks: BlockIndex | undefined;
	/** A fork has the same map: it is copied before it changes. */
	#shared = false;

	constructor(init: {
		number: number;
		regime: RegimeName;
		privileged: boolean;
		key: readonly bigint[];
		vmid: number | undefined;
		asid: number;
		stage1: Stage1;
		stage2: Stage2 | undefined;
		alignMask: number;
		ipaPages: IpaPages | undefined;
	}) {
		this.number = init.number;
		this.regime = init.regime;
		this.privileged = init.privileged;
		this.key = init.key;
		this.vmid = init.vmid;
		this.asid = init.asid;
		this.stage1 = init.stage1;
		this.stage2 = init.stage2;
		this.alignMask = init.alignMask;
		this.ipaPages = init.ipaPages;
	}

	/** True if the context was full and has started afresh: its entries in the soft TLB must go. */
	remember(pageNumber: number, page: Page): boolean {
		const full = this.pages.size >= maxPages;
		this.#own(full);
		this.pages.set(pageNumber, page);
		this.#blocks?.add(pageNumber, page);
		return full;
	}

	/** Forgets the stage-1 page or block around a page; returns the page numbers that are gone. */
	forget(pageNumber: number): number[] {
		const gone: number[] = [];
		this.#own(false);
		if (this.pages.delete(pageNumber)) gone.push(pageNumber);
		this.#blocks ??= new BlockIndex(this.pages);
		for (const number of this.#blocks.around(pageNumber, this.pages)) {
			this.pages.delete(number);
			gone.push(number);
		}
		return gone;
	}

	/** A copy that costs nothing until one of the two changes; `ipaPages` says which fork of stage 2 it has. */
	fork(ipaPages: ReadonlyMap<IpaPages, IpaPages>): TranslationContext {
		const copy = new TranslationContext({
			...this,
			ipaPages: this.ipaPages && ipaPages.get(this.ipaPages)
		});
		copy.pages = this.pages;
		copy.#shared = this.#shared = true;
		return copy;
	}

	#own(empty: boolean): void {
		if (empty) {
			this.pages = new Map();
			this.#blocks = undefined;
		} else if (this.#shared) this.pages = new Map(this.pages);
		this.#shared = false;
	}

	matches(regime: RegimeName, privileged: boolean, key: readonly bigint[]): boolean {
		if (this.regime !== regime || this.privileged !== privileged) return false;
		for (let i = 0; i < key.length; i++) if (this.key[i] !== key[i]) return false;
		return true;
	}
}

/**
 * The pages of a context that one TLBI by address can mean beside the page it names: parts of a block
 * above 4 KB, and pages reached through an address with a tag in its top byte (TCR.TBI). The kernel's
 * linear map is made of blocks, and software invalidates single pages all the time.
 */
class BlockIndex {
	/** By log2 of the block's size, the numbers of its pages by the number of the block. */
	readonly #sizes = new Map<number, Map<number, Set<number>>>();

	constructor(pages: ReadonlyMap<number, Page>) {
		for (const [pageNumber, page] of pages) this.add(pageNumber, page);
	}

	add(pageNumber: number, { sizeBits }: Page): void {
		const top = Math.floor(pageNumber / untagged);
		if (sizeBits === 12 && (top === 0 || top === 0xff)) return;
		let blocks = this.#sizes.get(sizeBits);
		if (!blocks) this.#sizes.set(sizeBits, (blocks = new Map()));
		const block = blockOf(pageNumber, sizeBits);
		const known = blocks.get(block);
		if (known) known.add(pageNumber);
		else blocks.set(block, new Set([pageNumber]));
	}

	/** Those of `pages` that go with a page. What was listed once may be another page by now. */
	around(pageNumber: number, pages: ReadonlyMap<number, Page>): number[] {
		const found: number[] = [];
		for (const [sizeBits, blocks] of this.#sizes) {
			const block = blockOf(pageNumber, sizeBits);
			for (const number of blocks.get(block) ?? [])
				if (pages.get(number)?.sizeBits === sizeBits) found.push(number);
			blocks.delete(block);
		}
		return found;
	}
}

const blockOf = (pageNumber: number, sizeBits: number) =>
	Math.floor((pageNumber % untagged) / 2 ** (sizeBits - 12));

/** Page numbers without the tag byte: VA bits 55:12. */
const untagged = 2 ** 44;

/** Beyond this many a context starts afresh: 64 MB of 4 KB pages. */
const maxPages = 16384;

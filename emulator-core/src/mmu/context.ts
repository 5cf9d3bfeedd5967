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
	/** A bit for each size of stage-1 block above 4 KB that `pages` has parts of. */
	#blockSizes = 0n;
	/** Some page was reached through an address with a tag in its top byte (TCR.TBI). */
	#tagged = false;
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
		if (page.sizeBits > 12) this.#blockSizes |= 1n << BigInt(page.sizeBits);
		const top = Math.floor(pageNumber / untagged);
		if (top !== 0 && top !== 0xff) this.#tagged = true;
		return full;
	}

	/** Forgets the stage-1 page or block around a page; returns the page numbers that are gone. */
	forget(pageNumber: number): number[] {
		const gone: number[] = [];
		this.#own(false);
		if (this.pages.delete(pageNumber)) gone.push(pageNumber);
		if (this.#blockSizes === 0n && !this.#tagged) return gone;
		for (const [number, page] of this.pages) {
			const span = 2 ** (page.sizeBits - 12);
			const unit = (n: number) => Math.floor((n % untagged) / span);
			if (unit(number) !== unit(pageNumber)) continue;
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
		copy.#blockSizes = this.#blockSizes;
		copy.#tagged = this.#tagged;
		copy.#shared = this.#shared = true;
		return copy;
	}

	#own(empty: boolean): void {
		if (empty) this.pages = new Map();
		else if (this.#shared) this.pages = new Map(this.pages);
		this.#shared = false;
	}

	matches(regime: RegimeName, privileged: boolean, key: readonly bigint[]): boolean {
		if (this.regime !== regime || this.privileged !== privileged) return false;
		for (let i = 0; i < key.length; i++) if (this.key[i] !== key[i]) return false;
		return true;
	}
}

/** Page numbers without the tag byte: VA bits 55:12. */
const untagged = 2 ** 44;

/** Beyond this many a context starts afresh: 64 MB of 4 KB pages. */
const maxPages = 16384;

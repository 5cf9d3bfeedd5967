import { softTlb } from '../layout.ts';
import { IpaPages, TranslationContext, type Page } from './context.ts';
import {
	alignmentChecked,
	asidOf,
	contextKey,
	registersOfKey,
	stage1El1,
	stage1El2,
	stage2Enabled,
	stage2Key,
	stage2Of,
	vmidOf,
	type RawTranslationRegisters,
	type RegimeName,
	type TranslationRegisters
} from './regime.ts';
import type { Stage2Result } from './stage2.ts';

/** Host and guest, EL0 and EL1 and EL2, and a process or two. */
const recentContexts = 8;

/** Which contexts a TLB invalidation means. */
export interface ContextFilter {
	readonly regime: RegimeName;
	/** Contexts of this VMID, or of any; for EL2, which has none, 'all'. */
	readonly vmid: number | 'all';
	readonly asid?: number;
}

/**
 * The translation contexts that have a number. Registers that were seen before give their old context
 * back; a context that TLBI names gets a fresh number, so that its entries in the soft TLB die unseen.
 */
export class TranslationContexts {
	/** Called when the numbers have run out: everything tagged with one must go. */
	readonly #onExhausted: () => void;
	#list: TranslationContext[] = [];
	/** Contexts of the list with the registers they were found by. */
	#recent: { context: TranslationContext; copy: Int32Array }[] = [];
	#ipaPages: IpaPages[] = [];
	#next = 0;

	constructor(onExhausted: () => void) {
		this.#onExhausted = onExhausted;
	}

	get all(): readonly TranslationContext[] {
		return this.#list;
	}

	/** The context of these registers. A world switch comes back to the few that were used last. */
	find(r: RawTranslationRegisters, regime: RegimeName, privileged: boolean): TranslationContext {
		for (const { context, copy } of this.#recent)
			if (context.privileged === privileged && context.regime === regime && r.equals(regime, copy))
				return context;
		const context = this.#search(r, regime, privileged);
		this.#recent.push({ context, copy: r.copy(regime) });
		if (this.#recent.length > recentContexts) this.#recent.shift();
		return context;
	}

	/** Most recently used first in the list. */
	#search(r: TranslationRegisters, regime: RegimeName, privileged: boolean): TranslationContext {
		const key = contextKey(r, regime);
		const list = this.#list;
		for (let i = 0; i < list.length; i++) {
			const context = list[i]!;
			if (!context.matches(regime, privileged, key)) continue;
			if (i > 0) {
				list.copyWithin(1, 0, i);
				list[0] = context;
			}
			return context;
		}
		const context = this.#create(r, regime, privileged, key);
		this.#list.unshift(context);
		return context;
	}

	/** Drops the contexts that a TLBI names. The next use makes them anew, under fresh numbers. */
	renew(filter: ContextFilter): void {
		this.#list = this.#list.filter((context) => !matchesFilter(context, filter));
		this.#recent = this.#recent.filter(({ context }) => !matchesFilter(context, filter));
	}

	/** Drops what stage 2 gave: TLBI by IPA, or of both stages. */
	forgetIpas(vmid: number | 'all'): void {
		for (const cache of this.#ipaPages) if (vmid === 'all' || cache.vmid === vmid) cache.clear();
	}

	select(filter: ContextFilter): TranslationContext[] {
		return this.#list.filter((context) => matchesFilter(context, filter));
	}

	clear(): void {
		this.#list = [];
		this.#recent = [];
		this.#ipaPages = [];
		this.#next = 0;
	}

	/** In an order that follows from what is held, not from when it was found out. */
	snapshotState(): SavedContexts {
		const byPage = <T>(pages: Iterable<readonly [number, T]>) =>
			[...pages].sort(([a], [b]) => a - b);
		const contexts = this.#list
			.map((context) => ({
				number: context.number,
				regime: context.regime,
				privileged: context.privileged,
				key: context.key,
				pages: byPage(context.pages)
			}))
			.sort((a, b) => a.number - b.number);
		const ipaPages = this.#ipaPages
			.filter(({ pages }) => pages.size > 0)
			.map(({ vmid, key, pages }) => ({ vmid, key, pages: byPage(pages) }))
			.sort((a, b) => (a.key.join() < b.key.join() ? -1 : 1));
		return { next: this.#next, contexts, ipaPages };
	}
	restoreState(state: SavedContexts): void {
		this.#next = state.next;
		this.#recent = [];
		this.#ipaPages = state.ipaPages.map(({ vmid, key, pages }) => {
			const cache = new IpaPages(vmid, key);
			for (const [page, result] of pages) cache.remember(page, result);
			return cache;
		});
		this.#list = state.contexts.map(({ number, regime, privileged, key, pages }) => {
			const context = this.#describe(registersOfKey(key, regime), {
				regime,
				privileged,
				key,
				number
			});
			for (const [pageNumber, page] of pages) context.remember(pageNumber, page);
			return context;
		});
	}

	/** Copies that share their pages with the originals until either side learns or forgets one. */
	fork(): ForkedContexts {
		const ipaPages = new Map(this.#ipaPages.map((cache) => [cache, cache.fork()]));
		return {
			next: this.#next,
			contexts: this.#list.map((context) => context.fork(ipaPages)),
			ipaPages: [...ipaPages.values()]
		};
	}
	/** The fork stays good: what happens from here on happens to copies of it. */
	adopt({ next, contexts, ipaPages }: ForkedContexts): void {
		const own = new Map(ipaPages.map((cache) => [cache, cache.fork()]));
		this.#next = next;
		this.#recent = [];
		this.#ipaPages = [...own.values()];
		this.#list = contexts.map((context) => context.fork(own));
	}

	#create(
		r: TranslationRegisters,
		regime: RegimeName,
		privileged: boolean,
		key: readonly bigint[]
	): TranslationContext {
		if (this.#next >= softTlb.contexts) {
			this.#onExhausted();
			this.clear();
		}
		return this.#describe(r, { regime, privileged, key, number: this.#next++ });
	}

	#describe(
		r: TranslationRegisters,
		named: Pick<TranslationContext, 'number' | 'regime' | 'privileged' | 'key'>
	): TranslationContext {
		const el2 = named.regime === 'EL2';
		const stage1 = el2 ? stage1El2(r) : stage1El1(r);
		// With stage 1 off, data is Device memory, to which unaligned accesses always fault.
		const aligned = alignmentChecked(r, named.regime) || !(stage1.on || stage1.defaultCacheable);
		const stage2On = !el2 && stage2Enabled(r.HCR_EL2);
		return new TranslationContext({
			...named,
			vmid: el2 ? undefined : vmidOf(r),
			asid: el2 ? 0 : asidOf(r),
			stage1,
			stage2: stage2On ? stage2Of(r) : undefined,
			alignMask: aligned ? 15 : 0,
			ipaPages: stage2On ? this.#ipaPagesOf(r) : undefined
		});
	}

	#ipaPagesOf(r: TranslationRegisters): IpaPages {
		const key = stage2Key(r);
		const known = this.#ipaPages.find((cache) => key.every((part, i) => part === cache.key[i]));
		if (known !== undefined) return known;
		const cache = new IpaPages(vmidOf(r), key);
		this.#ipaPages.push(cache);
		return cache;
	}
}

/** The TLB at one moment, in memory. */
export interface ForkedContexts {
	readonly next: number;
	readonly contexts: readonly TranslationContext[];
	readonly ipaPages: readonly IpaPages[];
}

/** What the TLB held, so that a restored machine goes on exactly as the saved one. */
export interface SavedContexts {
	readonly next: number;
	readonly contexts: readonly {
		readonly number: number;
		readonly regime: RegimeName;
		readonly privileged: boolean;
		readonly key: readonly bigint[];
		readonly pages: readonly (readonly [number, Page])[];
	}[];
	readonly ipaPages: readonly {
		readonly vmid: number;
		readonly key: readonly bigint[];
		readonly pages: readonly (readonly [number, Stage2Result])[];
	}[];
}

function matchesFilter(context: TranslationContext, filter: ContextFilter): boolean {
	if (context.regime !== filter.regime) return false;
	if (filter.vmid !== 'all' && context.vmid !== filter.vmid) return false;
	return filter.asid === undefined || context.asid === filter.asid;
}

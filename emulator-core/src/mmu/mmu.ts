import type { AddressMap } from '../bus/address-map.ts';
import type { CpuViews, Ipa, Pa, Va } from '../bus/device.ts';
import { cpuState } from '../layout.ts';
import type { Page, TranslationContext } from './context.ts';
import {
	TranslationContexts,
	type ContextFilter,
	type ForkedContexts,
	type SavedContexts
} from './contexts.ts';
import { fault, isFault, type Access, type Fault } from './faults.ts';
import { walkGeometry, type WalkGeometry } from './geometry.ts';
import type { Descriptor, WalkStep } from './lookup.ts';
import type { RawTranslationRegisters, RegimeName } from './regime.ts';
import { isDevice } from './memory-attributes.ts';
import { SoftTlb } from './soft-tlb.ts';
import { translateStage1, type Stage1Result } from './stage1.ts';
import { translateStage2, type Stage2Result } from './stage2.ts';

/** What the MMU must know of pages with decoded instructions (cpu/slow-paths.ts has the contract). */
export interface CodePageQuery {
	hasCode(pa: number): boolean;
	blockAt(pa: number): number;
}

/** A translation taken apart, for pictures and questions: nothing is cached, marked or raised. */
export interface ExplainedWalk {
	readonly steps: readonly WalkStep[];
	readonly stage1: Stage1Result | undefined;
	readonly stage2: Stage2Result | undefined;
	readonly fault: Fault | undefined;
	/** How the address, and each IPA on the way, is cut into table indices. */
	readonly geometry: WalkGeometry;
}

const pageMask = ~0xfffn;

/** VA >> 12 as a number, which is exact: 52 bits. */
export const pageNumber = (va: bigint) => Number(va >> 12n);

/** Both stages of translation, the TLB they fill, and the choice of the current context. */
export class Mmu {
	readonly softTlb: SoftTlb;
	codePages: CodePageQuery | undefined;
	/** The context in use; its number and alignment mask are in the hot state. */
	current!: TranslationContext;

	readonly #map: AddressMap;
	readonly #registers: RawTranslationRegisters;
	/** The hot state of the CPU, and the memory in which RAM lies: the same while the CPU runs. */
	#hot: Int32Array;
	readonly #memory: Int32Array;
	readonly #contexts: TranslationContexts;
	/** The context of EL0, EL1 and EL2 under the present registers, where known. */
	#selected: (TranslationContext | undefined)[] = [undefined, undefined, undefined];
	#el: 0 | 1 | 2 = 2;
	/** The numbers ran out during a look-up: the current context needs a new one too. */
	#renumbered = false;

	/** `registers` is read whenever a context is to be found: it must show the registers as they are. */
	constructor(memory: WebAssembly.Memory, map: AddressMap, registers: RawTranslationRegisters) {
		this.#map = map;
		this.#registers = registers;
		this.#hot = this.#memory = new Int32Array(memory.buffer);
		this.softTlb = new SoftTlb(memory.buffer);
		this.#contexts = new TranslationContexts(() => {
			this.softTlb.clear();
			this.#selected = [undefined, undefined, undefined];
			this.#renumbered = true;
		});
	}

	/** From now on the CPU's hot state and its soft TLB lie there: Cpu.moveTo. */
	moveTo(memory: CpuViews): void {
		this.#hot = memory.words;
		this.softTlb.moveTo(memory);
	}

	/** Makes `el`'s context the current one: an exception was taken, or returned from. */
	selectEl(el: 0 | 1 | 2): void {
		this.#el = el;
		const context = this.contextOf(el);
		this.current = context;
		this.#hot[cpuState.context >> 2] = context.number << 3;
		this.#hot[cpuState.alignMask >> 2] = context.alignMask;
	}

	/** The context in which `el` would access memory now. */
	contextOf(el: 0 | 1 | 2): TranslationContext {
		// EL2 wrote registers of EL1's translation, which nobody has looked at yet.
		if (this.#hot[cpuState.el1Changed >> 2] !== 0) {
			this.#hot[cpuState.el1Changed >> 2] = 0;
			this.#selected[0] = this.#selected[1] = undefined;
		}
		const regime = el === 2 ? 'EL2' : 'EL1&0';
		const context = (this.#selected[el] ??= this.#contexts.find(this.#registers, regime, el !== 0));
		if (this.#renumbered) {
			this.#renumbered = false;
			this.selectEl(this.#el);
		}
		return context;
	}

	/** A translation register was written. True if what is executing now sees memory differently. */
	registersChanged(regime: RegimeName | 'all'): boolean {
		if (regime !== 'EL2') this.#selected[0] = this.#selected[1] = undefined;
		if (regime !== 'EL1&0') this.#selected[2] = undefined;
		// A world switch writes the other regime's registers one by one: nothing to do until it goes there.
		if (this.#selected[this.#el] !== undefined) return false;
		const before = this.current;
		this.selectEl(this.#el);
		return this.current !== before;
	}

	/** VA to a page for one access: from what the context remembers, else by a walk. */
	translate(context: TranslationContext, va: bigint, access: Access): Page | Fault {
		const number = pageNumber(va);
		const known = context.pages.get(number);
		// A remembered page that does not allow the access is walked again, to say why not.
		if (known !== undefined && known[access]) return this.#reached(known, access);
		const found = this.#walk(context, va, access, undefined);
		if (found.fault !== undefined) return found.fault;
		const stage1 = found.stage1!;
		const stage2 = found.stage2;
		const pa = Number((stage2?.pa ?? stage1.ipa) & pageMask);
		const ram = this.#map.ramOffset(pa) ?? -1;
		const page: Page = {
			pa,
			ram,
			read: stage1.read && (stage2?.read ?? true),
			write: stage1.write && (stage2?.write ?? true),
			fetch: stage1.fetch && (stage2?.fetch ?? true),
			device: isDevice(stage1.attr) || (stage2?.device ?? false),
			sizeBits: context.stage1.on ? stage1.sizeBits : 12
		};
		if (context.remember(number, page)) this.softTlb.dropContext(context.number);
		return this.#reached(page, access);
	}

	/** Every store comes through here or through `admitPage`, unless the write table has the page. */
	#reached(page: Page, access: Access): Page {
		if (access === 'write' && page.ram >= 0) this.#map.written.mark(page.ram);
		return page;
	}

	/** Lets generated code reach a page of RAM without asking, for one kind of access. */
	admit(context: TranslationContext, va: bigint, page: Page, access: 'read' | 'write'): void {
		this.admitPage(context, pageNumber(va), page, access);
	}
	/** The same by page number: VA >> 12. */
	admitPage(
		context: TranslationContext,
		number: number,
		page: Page,
		access: 'read' | 'write'
	): void {
		if (page.ram < 0) return;
		if (access === 'write') this.#map.written.mark(page.ram);
		// With stage 1 off every page is Device, but the context's alignMask sees to that.
		if (page.device && context.stage1.on) return;
		// The one place where a page becomes writable unseen: not while it has decoded instructions, or is
		// watched.
		if (access === 'write' && this.codePages?.hasCode(page.pa)) return;
		if (access === 'write' && this.#map.written.watches(page.ram)) return;
		if (this.slowPages?.(number)) return;
		this.softTlb.insert(access, number, context.number, page.ram);
	}

	/** The address of the decoded block of a page that may be executed, entered in the fetch table. */
	admitFetch(context: TranslationContext, va: bigint, page: Page): number {
		const block = this.codePages!.blockAt(page.pa);
		this.softTlb.insert('fetch', pageNumber(va), context.number, block);
		return block;
	}

	/** A page got its first decoded instructions: from now on stores to it are seen. */
	protectFromWrites(pa: number): void {
		const ram = this.#map.ramOffset(pa);
		if (ram !== undefined) this.softTlb.dropValue('write', ram);
	}

	/** A decoded block is no more, or all of them: the fetch table must not lead there. */
	forgetBlocks(block: number | 'all'): void {
		if (block === 'all') this.softTlb.clearTable('fetch');
		else this.softTlb.dropValue('fetch', block);
	}

	/** Pages (VA >> 12) that generated code may not reach by itself: a watchpoint lies there. */
	slowPages: ((page: number) => boolean) | undefined;
	/** Generated code forgets all pages of data: `slowPages` changed. */
	forgetFastPages(): void {
		this.softTlb.clearTable('read');
		this.softTlb.clearTable('write');
	}

	/** From now on the first store to each page is seen, and marked in the map's `written`. */
	watchWrites(): void {
		this.softTlb.clearTable('write');
		this.#map.written.settle();
	}

	/** TLBI of whole contexts: by VMID, by ASID, or all of a regime. */
	invalidate(filter: ContextFilter): void {
		this.#contexts.renew(filter);
		this.registersChanged(filter.regime);
	}

	/** TLBI of stage 2, by IPA or whole: goes with `invalidate`, since contexts combine both stages. */
	invalidateStage2(vmid: number | 'all'): void {
		this.#contexts.forgetIpas(vmid);
		this.invalidate({ regime: 'EL1&0', vmid });
	}

	/** TLBI by address; `pages` counts 4 KB pages. Blocks that hold the address go as a whole. */
	invalidateAddress(filter: ContextFilter, page: number): void {
		for (const context of this.#contexts.select(filter))
			for (const gone of context.forget(page)) this.softTlb.drop(gone, context.number);
	}

	/** Forgets all that was ever translated: the state of the machine was replaced. */
	reset(el: 0 | 1 | 2): void {
		this.#contexts.clear();
		this.softTlb.clear();
		this.#selected = [undefined, undefined, undefined];
		this.selectEl(el);
	}

	/** What the TLB holds. Stale entries belong to the state: software may depend on them. */
	snapshotState(): unknown {
		return this.#contexts.snapshotState();
	}
	/** After the registers were restored. */
	restoreState(state: unknown): void {
		this.reset(this.#el);
		this.#contexts.restoreState(state as SavedContexts);
		this.#selected = [undefined, undefined, undefined];
		this.selectEl(this.#el);
	}

	/** The same as `snapshotState` for a checkpoint in memory: cheap, since it shares what stays. */
	fork(): ForkedContexts {
		return this.#contexts.fork();
	}
	/** Takes over what `fork` gave, any number of times. After the registers were restored. */
	adopt(state: ForkedContexts): void {
		this.reset(this.#el);
		this.#contexts.adopt(state);
		this.#selected = [undefined, undefined, undefined];
		this.selectEl(this.#el);
	}

	/** Every descriptor on the way from `va`, as `el` would translate it now. Changes nothing. */
	explainWalk(va: bigint, access: Access = 'read', el: 0 | 1 | 2 = this.#el): ExplainedWalk {
		const steps: WalkStep[] = [];
		const context = this.contextOf(el);
		const address = BigInt.asUintN(64, va);
		const geometry = walkGeometry(address, context.stage1, context.stage2);
		return { steps, geometry, ...this.#walk(context, address, access, steps) };
	}

	/** Stage 1 alone, as AT S1E1R and its kin do it: descriptors are still read through stage 2. */
	translateStage1Only(
		context: TranslationContext,
		va: bigint,
		access: Access
	): Stage1Result | Fault {
		return this.#stage1(context, va, access, undefined);
	}

	/** Stage 2 alone, walked anew. */
	translateStage2Only(
		context: TranslationContext,
		ipa: Ipa,
		access: Access
	): Stage2Result | Fault | undefined {
		if (context.stage2 === undefined) return undefined;
		return translateStage2(context.stage2, ipa, access, false, this.#readDescriptor, undefined);
	}

	#stage1(context: TranslationContext, va: bigint, access: Access, trace: WalkStep[] | undefined) {
		return translateStage1(context.stage1, va as Va, access, context.privileged, {
			throughStage2: (address) => this.#descriptorAddress(context, address, trace),
			readDescriptor: this.#readDescriptor,
			trace
		});
	}

	#walk(
		context: TranslationContext,
		va: bigint,
		access: Access,
		trace: WalkStep[] | undefined
	): Omit<ExplainedWalk, 'steps' | 'geometry'> {
		const stage1 = this.#stage1(context, va, access, trace);
		if (isFault(stage1)) return { stage1: undefined, stage2: undefined, fault: stage1 };
		if (context.stage2 === undefined) return { stage1, stage2: undefined, fault: undefined };
		const stage2 = this.#stage2(context, stage1.ipa, access, false, trace);
		if (isFault(stage2)) return { stage1, stage2: undefined, fault: stage2 };
		return { stage1, stage2, fault: undefined };
	}

	/** A stage-1 descriptor's address is an IPA where stage 2 is on. */
	#descriptorAddress(
		context: TranslationContext,
		address: number,
		trace: WalkStep[] | undefined
	): number | Fault {
		if (context.stage2 === undefined) return address;
		const found = this.#stage2(context, BigInt(address) as Ipa, 'read', true, trace);
		return isFault(found) ? found : Number(found.pa);
	}

	/** IPA to PA: from what the VM's stage 2 gave before, else by a walk. A traced one is always walked. */
	#stage2(
		context: TranslationContext,
		ipa: Ipa,
		access: Access,
		forWalk: boolean,
		trace: WalkStep[] | undefined
	): Stage2Result | Fault {
		const stage2 = context.stage2!;
		const page = pageNumber(ipa);
		const known = trace === undefined ? context.ipaPages!.pages.get(page) : undefined;
		if (known !== undefined && known[access] && !(forWalk && stage2.protectedWalk))
			return withPa(known, (known.pa | (ipa & 0xfffn)) as Pa);
		const found = translateStage2(stage2, ipa, access, forWalk, this.#readDescriptor, trace);
		if (trace === undefined && !isFault(found))
			context.ipaPages!.remember(page, withPa(found, (found.pa & pageMask) as Pa));
		return found;
	}

	/** Descriptors come from RAM: a table in a device is an external abort on the walk. */
	#readDescriptor = (pa: number, into: Descriptor): boolean => {
		const at = this.#map.ramOffset(pa);
		if (at === undefined) return false;
		into.low = this.#memory[at >>> 2]! >>> 0;
		into.high = this.#memory[(at >>> 2) + 1]! >>> 0;
		return true;
	};
}

/** The same result at another address of its page. */
function withPa(result: Stage2Result, pa: Pa): Stage2Result {
	const { read, write, fetch, device, level, sizeBits } = result;
	return { read, write, fetch, pa, device, level, sizeBits };
}

/** Nothing answers at a page's physical address. */
export const externalAbort: Fault = fault('external', 1, 0);

import type { CodePages } from '../cpu/slow-paths.ts';
import { cpuState, memoryPlan } from '../layout.ts';
import { fieldOf } from '../isa/instruction.ts';
import { decodedEntry } from './handler-context.ts';
import type { LateHandlers } from './late-handlers.ts';
import { specialHandlers, type InterpreterModule } from './interpreter-module.ts';

/** Where a range of guest-physical RAM lies in the WebAssembly memory. */
export interface RamRange {
	readonly base: number;
	readonly size: number;
	readonly at: number;
}

const entriesInPage = 1024;
/** Stores to a page without an instruction decoded there after which it is code no more. */
const patience = 32;
const pageOf = (pa: number): number => pa - (pa % 4096);

/**
 * The pool of decoded pages. A block holds an entry for each instruction of a physical page and one
 * that leaves the page; entries are decoded when they are first reached. When the pool is full, all
 * of it is forgotten.
 */
export class CodeCache implements CodePages {
	onNewCodePage: (pa: number) => void = () => undefined;
	/** A block is gone, or all: fetch entries that point there must go too. */
	onBlocksGone: (block: number | 'all') => void = () => undefined;
	/** Asked when an instruction is decoded: does a probe lie at this physical address? */
	probeAt: (pa: number) => boolean = () => false;

	/** Set before anything is decoded. */
	lateHandlers: LateHandlers | undefined;

	/** The machine's memory, which never grows. */
	readonly #view: DataView;
	readonly #bytes: Uint8Array;
	readonly #interpreter: InterpreterModule;
	readonly #ram: readonly RamRange[];
	/** Pairs of a word and the number of its form, by a hash of the word. Word 0 is unallocated. */
	readonly #lately = new Int32Array(2 * 4096).map((_, i) => -(i & 1));
	readonly #blocks = new Map<number, number>();
	/** Physical page of each block, in order of allocation. */
	#pages: number[] = [];
	/** Blocks of pages that are code no more. */
	#unused: number[] = [];
	/** Stores to each block's page since something in it was decoded. */
	readonly #stores = new Uint32Array(memoryPlan.codePages);
	/** How often each page has been given up as code. */
	readonly #givenUp = new Map<number, number>();

	constructor(
		memory: WebAssembly.Memory,
		interpreter: InterpreterModule,
		ram: readonly RamRange[]
	) {
		this.#view = new DataView(memory.buffer);
		this.#bytes = new Uint8Array(memory.buffer);
		this.#interpreter = interpreter;
		this.#ram = ram;
	}

	blockAt(pa: number): number {
		const page = pageOf(pa);
		const known = this.#blocks.get(page);
		if (known !== undefined) return known;
		if (this.#unused.length === 0 && this.#pages.length === memoryPlan.codePages) this.#dropAll();
		const number = this.#unused.pop() ?? this.#pages.length;
		const block = memoryPlan.codePool + number * memoryPlan.codePageBytes;
		this.#pages[number] = page;
		this.#stores[number] = 0;
		this.#blocks.set(page, block);
		this.#bytes.fill(0, block, block + memoryPlan.codePageBytes);
		const last = block + entriesInPage * decodedEntry.bytes;
		this.#view.setUint16(last + decodedEntry.handler, specialHandlers.leavePage, true);
		this.onNewCodePage(page);
		return block;
	}

	hasCode(pa: number): boolean {
		return this.#blocks.has(pageOf(pa));
	}

	written(pa: number, size: number): void {
		const end = pa + size;
		for (let page = pageOf(pa); page < end; page += 4096) {
			const block = this.#blocks.get(page);
			if (block === undefined) continue;
			const first = Math.max(0, pa - page) >> 2;
			const past = (Math.min(4096, end - page) + 3) >> 2;
			this.#bytes.fill(0, block + first * decodedEntry.bytes, block + past * decodedEntry.bytes);
			this.#countStore(page, block);
		}
	}

	clear(): void {
		this.#dropAll();
		this.#leaveSoon();
	}

	/**
	 * A page that is stored to again and again and not executed has a new use, and its stores need not be
	 * seen. One that comes back as code is believed longer each time: it may hold code and data.
	 */
	#countStore(page: number, block: number): void {
		const number = (block - memoryPlan.codePool) / memoryPlan.codePageBytes;
		const before = this.#givenUp.get(page) ?? 0;
		if (++this.#stores[number]! < patience << Math.min(before, 20)) return;
		this.#givenUp.set(page, before + 1);
		this.#blocks.delete(page);
		this.#unused.push(number);
		this.onBlocksGone(block);
		this.#leaveSoon();
	}

	/** The instruction that runs now may go on from a block that is no more: it is its last. */
	#leaveSoon(): void {
		const view = this.#view;
		if (view.getUint32(cpuState.leave, true) === 0) view.setUint32(cpuState.leave, 2, true);
	}

	/** Fills the entry at `address` from the guest's memory. */
	decode(address: number): void {
		const offset = address - memoryPlan.codePool;
		const number = Math.floor(offset / memoryPlan.codePageBytes);
		const index = (offset - number * memoryPlan.codePageBytes) / decodedEntry.bytes;
		this.#stores[number] = 0;
		const pa = this.#pages[number]! + 4 * index;
		const word = this.#readWord(pa);
		const handler = this.#handlerOf(word, index);
		const probed = this.probeAt(pa);
		const view = this.#view;
		view.setUint16(address + decodedEntry.handler, probed ? specialHandlers.probe : handler, true);
		view.setUint16(address + decodedEntry.probed, handler, true);
		view.setUint32(address + decodedEntry.word, word, true);
	}

	/** The form of a word, or -1. Code repeats itself: what was asked lately is remembered. */
	#formOf(word: number): number {
		const at = 2 * ((Math.imul(word, 0x9e37_79b1) >>> 20) & 0xfff);
		const lately = this.#lately;
		if (lately[at] === (word | 0)) return lately[at + 1]!;
		lately[at] = word;
		return (lately[at + 1] = this.#interpreter.decoder.decode(word));
	}

	#handlerOf(word: number, index: number): number {
		const { handlers, localHandlers, stackHandlers, branchFields } = this.#interpreter;
		const form = this.#formOf(word);
		if (form < 0) return specialHandlers.undefined;
		const branch = branchFields[form];
		if (branch) {
			const unused = 32 - branch.width;
			const target = index + ((fieldOf(branch, word) << unused) >> unused);
			if (target >= 0 && target < entriesInPage) return localHandlers[form]!;
		}
		if (handlers[form] === 0) {
			const late = this.lateHandlers!.of(form);
			return late.stack !== 0 && ((word >>> 5) & 31) === 31 ? late.stack : late.plain;
		}
		const stack = stackHandlers[form]!;
		return stack !== 0 && ((word >>> 5) & 31) === 31 ? stack : handlers[form]!;
	}

	#readWord(pa: number): number {
		const range = this.#ram.find(({ base, size }) => pa >= base && pa < base + size);
		return range ? this.#view.getUint32(range.at + (pa - range.base), true) : 0;
	}

	#dropAll(): void {
		this.#blocks.clear();
		this.#pages = [];
		this.#unused = [];
		this.onBlocksGone('all');
	}
}

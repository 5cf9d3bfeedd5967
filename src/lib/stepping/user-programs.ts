import type { Machine } from 'emulator-core';
import { programsIn, readCpio, readElf } from 'toolchain';
import { programOf, type Program } from './program.ts';

/** A program with the name of its file. */
export interface UserProgram {
	readonly name: string;
	readonly program: Program;
}

const pageSize = 4096;

/**
 * The programs that may run at EL0. All are linked at the same addresses, and which process runs is the
 * kernel's own knowledge; so a program is known by its code in memory: of those that have the page of
 * the next instruction as it is there, and no other page otherwise, the one with the most pages. That
 * holds for the host and its guest, for any kernel, and for pages that are not loaded yet.
 */
export class UserPrograms {
	readonly #candidates: readonly Candidate[];
	/** What was found last, and for which tables. */
	#last: { candidate: Candidate; tables: string } | undefined;

	/** @param files linked programs by name */
	constructor(files: Iterable<readonly [name: string, elf: Uint8Array]>) {
		this.#candidates = Array.from(files, ([name, elf]) => new Candidate(name, elf));
	}

	/** Of a site's programs, or those that an initramfs holds. Damaged archives have none. */
	static of(archive: Uint8Array, kind: 'programs' | 'initramfs'): UserPrograms {
		if (kind === 'initramfs') return new UserPrograms(programsIn(archive));
		return new UserPrograms(readCpio(archive).map(({ path, data }) => [path, data] as const));
	}

	/** The program whose instruction is next; undefined where that is code of none of them. */
	running(machine: Machine): UserProgram | undefined {
		const { pc } = machine.cpu.hot;
		if (!this.#candidates.some((each) => each.has(pc))) return undefined;
		const memory = new Pages(machine);
		const { system } = machine.registers();
		const tables = `${system['TTBR0_EL1']} ${machine.stage2 ? system['VTTBR_EL2'] : ''}`;
		if (this.#last?.tables === tables && this.#last.candidate.matches(memory, pc))
			return this.#last.candidate.made;
		let best: { candidate: Candidate; pages: number } | undefined;
		for (const candidate of this.#candidates) {
			const pages = candidate.matches(memory, pc) ? candidate.pagesIn(memory) : 0;
			if (pages > (best?.pages ?? 0)) best = { candidate, pages };
		}
		this.#last = best && { candidate: best.candidate, tables };
		return best?.candidate.made;
	}
}

class Candidate {
	readonly #name: string;
	readonly #elf: Uint8Array;
	readonly #start: bigint;
	readonly #text: Uint8Array;
	#made: UserProgram | undefined;

	constructor(name: string, elf: Uint8Array) {
		this.#name = name;
		this.#elf = elf;
		const text = readElf(elf).sections.find((section) => section.name === '.text');
		this.#start = text?.address ?? 0n;
		this.#text = text?.data ?? new Uint8Array();
	}

	/** Its names and lines are read when it first runs. */
	get made(): UserProgram {
		return (this.#made ??= { name: this.#name, program: programOf(this.#elf) });
	}

	has(pc: bigint): boolean {
		return pc >= this.#start && pc < this.#start + BigInt(this.#text.length);
	}

	/** Is the page around `pc` in memory as it is in this program? */
	matches(memory: Pages, pc: bigint): boolean {
		if (!this.has(pc)) return false;
		const at = Number(pc - this.#start);
		return this.#pageIs(memory, at - (at % pageSize)) === true;
	}

	/** How many of its pages are in memory; 0 where one is something else. */
	pagesIn(memory: Pages): number {
		let count = 0;
		for (let at = 0; at < this.#text.length; at += pageSize) {
			const same = this.#pageIs(memory, at);
			if (same === false) return 0;
			if (same) count++;
		}
		return count;
	}

	/** Undefined where memory has nothing. */
	#pageIs(memory: Pages, at: number): boolean | undefined {
		const there = memory.at(this.#start + BigInt(at));
		return there && this.#text.subarray(at, at + pageSize).every((byte, i) => byte === there[i]);
	}
}

/** Pages of the process that runs, each read once. */
class Pages {
	readonly #machine: Machine;
	readonly #known = new Map<bigint, Uint8Array | undefined>();

	constructor(machine: Machine) {
		this.#machine = machine;
	}

	at(va: bigint): Uint8Array | undefined {
		if (!this.#known.has(va)) this.#known.set(va, this.#machine.readVirtual(va, pageSize));
		return this.#known.get(va);
	}
}

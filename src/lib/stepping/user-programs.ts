import type { Machine } from 'emulator-core';
import { programsIn, readElf } from 'toolchain';
import { programOf, type Program } from './program.ts';

/** A program that runs at EL0. */
export interface UserProgram {
	/** The name of its file; undefined while several are as they are, up to the next instruction. */
	readonly name: string | undefined;
	readonly program: Program;
}

const pageSize = 4096;

/**
 * The programs that may run at EL0. All are linked at the same addresses, and which process runs is the
 * kernel's own knowledge; so a program is known by its code in memory: of those that have each page as
 * it is there, the one with the most. That holds for the host and its guest, for any kernel, and for
 * pages that are not loaded yet. Just started, a program may have nothing but the C library in memory,
 * which all have alike: then it is the one whose path the kernel has put at the top of its stack.
 */
export class UserPrograms {
	readonly #candidates: readonly Candidate[];
	/** What was found last, and for which tables. */
	#last: { candidate: Candidate; tables: string } | undefined;

	/** @param files linked programs by name */
	constructor(files: Iterable<readonly [name: string, elf: Uint8Array]>) {
		this.#candidates = Array.from(files, ([name, elf]) => new Candidate(name, elf));
	}

	/** Those that an initramfs holds. Damaged archives have none. */
	static of(initramfs: Uint8Array): UserPrograms {
		return new UserPrograms(programsIn(initramfs));
	}

	/** All that may run, each with its names and lines. */
	get all(): readonly UserProgram[] {
		return this.#candidates.map(({ made }) => made);
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
		const same = this.#likest(memory, pc);
		const named = basename(executed(machine, system['TCR_EL1'] ?? 0n));
		const candidate = same.length === 1 ? same[0] : same.find(({ name }) => name === named);
		this.#last = candidate && { candidate, tables };
		if (candidate) return candidate.made;
		// Code that is not there yet may be anything; what several have alike is that, whosever it is.
		const known = memory.at(pc & ~0xfffn) !== undefined && same[0];
		return known ? { name: undefined, program: known.made.program } : undefined;
	}

	/** Those that memory does not speak against, and of them the ones that have the most pages there. */
	#likest(memory: Pages, pc: bigint): Candidate[] {
		const likely = this.#candidates.flatMap((each) => {
			const pages = each.has(pc) ? each.pagesIn(memory) : undefined;
			return pages === undefined ? [] : [{ each, pages }];
		});
		const most = Math.max(...likely.map(({ pages }) => pages));
		return likely.filter(({ pages }) => pages === most).map(({ each }) => each);
	}
}

/**
 * The path that was executed: the last string of the stack, which ends where the addresses of TTBR0_EL1 do,
 * below eight bytes of zeros.
 */
function executed(machine: Machine, tcr: bigint): string {
	const top = 1n << (64n - (tcr & 0x3fn));
	const bytes = machine.readVirtual(top - 256n, 256) ?? new Uint8Array();
	const strings = new TextDecoder('latin1').decode(bytes.subarray(0, 248)).split('\0');
	return strings.findLast((text) => text !== '') ?? '';
}

const basename = (path: string) => path.slice(path.lastIndexOf('/') + 1);

class Candidate {
	readonly name: string;
	readonly #elf: Uint8Array;
	readonly #start: bigint;
	readonly #text: Uint8Array;
	#made: UserProgram | undefined;

	constructor(name: string, elf: Uint8Array) {
		this.name = name;
		this.#elf = elf;
		const text = readElf(elf).sections.find((section) => section.name === '.text');
		this.#start = text?.address ?? 0n;
		this.#text = text?.data ?? new Uint8Array();
	}

	/** Its names and lines are read when it first runs. */
	get made(): UserProgram {
		return (this.#made ??= { name: this.name, program: programOf(this.#elf) });
	}

	has(pc: bigint): boolean {
		return pc >= this.#start && pc < this.#start + BigInt(this.#text.length);
	}

	/** Is the page around `pc` in memory as it is in this program, or not there yet? */
	matches(memory: Pages, pc: bigint): boolean {
		if (!this.has(pc)) return false;
		const at = Number(pc - this.#start);
		return this.#pageIs(memory, at - (at % pageSize)) !== false;
	}

	/** How many of its pages are in memory; undefined where one is something else. */
	pagesIn(memory: Pages): number | undefined {
		let count = 0;
		for (let at = 0; at < this.#text.length; at += pageSize) {
			const same = this.#pageIs(memory, at);
			if (same === false) return undefined;
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

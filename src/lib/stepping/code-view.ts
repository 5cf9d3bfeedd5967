import { a64, type Machine } from 'emulator-core';
import type { Place, Program } from './program.ts';
import type { CodeLine, CodeView, World } from './protocol.ts';
import type { UserPrograms } from './user-programs.ts';

/** All that may run: the two kernels, and what they have at EL0. */
export interface Programs {
	readonly host: Program;
	readonly guest: Program;
	readonly user: UserPrograms;
}

/** Instructions shown before the next one, and after it. */
const before = 12n;
const after = 24n;

/** Whose instruction is next. */
export function worldOf(machine: Machine): World {
	if (machine.cpu.el === 2) return 'hyp';
	return machine.stage2 ? 'guest' : 'host';
}

/** Where the next instruction belongs. */
interface Whereabouts {
	readonly program: Program;
	/** Its address as the program was linked. */
	readonly own: bigint;
	/** What stands before a function's name: at EL0 the name of the program's file. */
	readonly prefix: string;
}

/** Undefined where no program is known whose instruction is next. */
export function whereabouts(machine: Machine, programs: Programs): Whereabouts | undefined {
	const { pc } = machine.cpu.hot;
	// A program at EL0 is no part of the kernel, wherever it lies.
	if (machine.cpu.el === 0) {
		const found = programs.user.running(machine);
		const prefix = found?.name === undefined ? '' : `${found.name}: `;
		return found && { program: found.program, own: pc, prefix };
	}
	const world = worldOf(machine);
	const program = programs[world === 'guest' ? 'guest' : 'host'];
	const own = program.ownAddress(pc, world);
	return own === undefined ? undefined : { program, own, prefix: '' };
}

/** The place of the next instruction in the sources. */
export function placeOf(machine: Machine, programs: Programs): Place | undefined {
	const here = whereabouts(machine, programs);
	const place = here?.program.locate(here.own);
	return place && { ...place, symbol: here!.prefix + place.symbol };
}

/** The instructions around the next one, within its function. */
export function codeView(machine: Machine, programs: Programs): CodeView {
	const { pc } = machine.cpu.hot;
	const here = whereabouts(machine, programs);
	const bounds = here?.program.bounds(here.own);
	const shift = here ? pc - here.own : 0n;
	const [start, end] = bounds ? [bounds[0] + shift, bounds[1] + shift] : [pc, pc + 4n * after];
	const first = pc - 4n * before > start ? pc - 4n * before : start;
	const last = pc + 4n * after < end ? pc + 4n * after : end;
	const place = here?.program.locate(here.own);

	const instructions: CodeLine[] = [];
	for (let at = first; at < last; at += 4n) {
		const word = here ? here.program.word(at - shift) : wordAt(machine, at);
		if (word === undefined) break;
		instructions.push(lineOf(word, at, pc, here));
	}
	return {
		file: place?.file,
		line: place?.line,
		symbol: place && here!.prefix + place.symbol,
		instructions
	};
}

/** @param here where the instruction at `next` belongs */
function lineOf(word: number, pc: bigint, next: bigint, here: Whereabouts | undefined): CodeLine {
	let target: string | undefined;
	const locate = (address: bigint) => here?.program.locate(address - next + here.own);
	const explained = a64.explain(word, pc, (address) => {
		const found = locate(address);
		return (target = found && nameOf(found));
	});
	const text = explained?.text ?? a64.disassemble(word, pc);
	const place = locate(pc);
	return {
		pc,
		word,
		text,
		says: explained?.says ?? text,
		symbol: place && here!.prefix + place.symbol,
		offset: place?.offset ?? 0,
		file: place?.file,
		line: place?.line,
		current: pc === next,
		target
	};
}

/** `el1_sync`, or `el1_sync+0x14`. */
function nameOf({ symbol, offset }: { symbol: string; offset: number }): string {
	return offset === 0 ? symbol : `${symbol}+0x${offset.toString(16)}`;
}

function wordAt(machine: Machine, va: bigint): number | undefined {
	const bytes = machine.readVirtual(va, 4);
	return bytes && new DataView(bytes.buffer).getUint32(0, true);
}

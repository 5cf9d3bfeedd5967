import { a64, type Machine } from 'emulator-core';
import type { Program } from './program.ts';
import type { CodeLine, CodeView, World } from './protocol.ts';

/** Instructions shown before the next one, and after it. */
const before = 12n;
const after = 24n;

/** Whose instruction is next. */
export function worldOf(machine: Machine): World {
	if (machine.cpu.el === 2) return 'hyp';
	return machine.stage2 ? 'guest' : 'host';
}

/** The instructions around the next one, within its function. */
export function codeView(
	machine: Machine,
	programs: { readonly host: Program; readonly guest: Program }
): CodeView {
	const world = worldOf(machine);
	const program = programs[world === 'guest' ? 'guest' : 'host'];
	const { pc } = machine.cpu.hot;
	// A program at EL0 is no part of the kernel, wherever it lies.
	const own = machine.cpu.el === 0 ? undefined : program.ownAddress(pc, world);
	const bounds = own === undefined ? undefined : program.bounds(own);
	const shift = own === undefined ? 0n : pc - own;
	const [start, end] = bounds ? [bounds[0] + shift, bounds[1] + shift] : [pc, pc + 4n * after];
	const first = pc - 4n * before > start ? pc - 4n * before : start;
	const last = pc + 4n * after < end ? pc + 4n * after : end;
	const place = own === undefined ? undefined : program.locate(own);

	const instructions: CodeLine[] = [];
	for (let at = first; at < last; at += 4n) {
		const word = own === undefined ? wordAt(machine, at) : program.word(at - shift);
		if (word === undefined) break;
		instructions.push(lineOf(word, at, pc, own === undefined ? undefined : program, shift));
	}
	return { file: place?.file, line: place?.line, symbol: place?.symbol, instructions };
}

function lineOf(
	word: number,
	pc: bigint,
	next: bigint,
	program: Program | undefined,
	shift: bigint
): CodeLine {
	let target: string | undefined;
	const explained = a64.explain(word, pc, (address) => {
		const found = program?.locate(address - shift);
		return (target = found && nameOf(found));
	});
	const text = explained?.text ?? a64.disassemble(word, pc);
	const place = program?.locate(pc - shift);
	return {
		pc,
		word,
		text,
		says: explained?.says ?? text,
		symbol: place?.symbol,
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

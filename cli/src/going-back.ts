import type { Code } from 'checks';
import { disassemble, type Timeline, type What } from 'emulator-core';
import { badUsage } from './failure.ts';

/** A word after `--back`: what to go back to. */
export interface BackWord {
	readonly text: string;
	/** Checked as far as that is possible before the run; an address is looked up when the run is over. */
	readonly kind: 'trap' | 'write' | 'register' | 'insn';
	readonly of: string;
}

const forms =
	'give trap, write:ADDRESS, insn:ADDRESS or register:NAME (with several CPUs register:NAME@CPU)';

export function parseBack(text: string): BackWord {
	const [, kind, of = ''] = /^(trap|write|register|insn)(?::(.+))?$/.exec(text) ?? [];
	if (kind === undefined || (kind === 'trap') !== (of === ''))
		throw badUsage(`--back ${text}: ${forms}`);
	return { text, kind: kind as BackWord['kind'], of };
}

/**
 * What it means to a search. Addresses are virtual; names are those of an ELF file.
 *
 * @throws {Failure} where a name is not known
 */
export function searchOf({ text, kind, of }: BackWord, code: Code | undefined): What {
	if (kind === 'trap') return { trap: {} };
	if (kind === 'register') {
		const [, name = of, cpu] = /^(.+)@(\d+)$/.exec(of) ?? [];
		return { register: name, ...(cpu !== undefined && { cpu: Number(cpu) }) };
	}
	const digits = of.replaceAll('_', '');
	const isNumber = /^(0x[0-9a-f]+|\d+)$/i.test(digits);
	const address = isNumber ? BigInt(digits) : code?.address(of);
	if (address === undefined)
		throw badUsage(
			`--back ${text}: ${of} is no address` +
				(code ? ', and no name in the ELF file' : '; names need --symbols with an ELF file')
		);
	return kind === 'insn' ? { reached: address } : { virtual: address, length: 1 };
}

/** Where a machine stands, in a line. */
export function whereIs({ machine, position }: Timeline, code: Code | undefined): string {
	const { cpu, cpus } = machine;
	const { pc } = cpu.hot;
	const bytes = machine.readVirtual(pc, 4);
	const word = bytes && new DataView(bytes.buffer).getUint32(0, true);
	const place = code?.locate(pc);
	return [
		`instruction ${position.instruction}${position.entered ? ', an interrupt taken' : ''}: `,
		cpus.length > 1 ? `CPU ${cpu.number}, ` : '',
		`EL${cpu.el}, PC 0x${pc.toString(16)}`,
		place ? ` <${place.symbol}${place.offset ? `+0x${place.offset.toString(16)}` : ''}>` : '',
		`: ${word === undefined ? 'nothing is mapped here' : disassemble(word, pc)}`
	].join('');
}

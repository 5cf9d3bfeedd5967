import { SHF_EXECINSTR, SHT_NOBITS } from './constants.ts';
import type { ElfFile } from './reader.ts';

/** The instruction words of a linked file, by virtual address; undefined where it has no code. */
export function codeWords({ sections }: ElfFile): (pc: bigint) => number | undefined {
	const code = sections
		.filter(({ type, flags }) => type !== SHT_NOBITS && (flags & SHF_EXECINSTR) !== 0)
		.map(({ address, data }) => ({
			start: address,
			end: address + BigInt(data.length & ~3),
			view: new DataView(data.buffer, data.byteOffset, data.byteLength)
		}));
	return (pc) => {
		const found = code.find(({ start, end }) => pc >= start && pc < end);
		return found?.view.getUint32(Number(pc - found.start), true);
	};
}

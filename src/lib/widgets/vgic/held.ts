import type { VgicData } from './layout.ts';
import { readListRegister, type ListRegister } from './list-register.ts';

/** The list registers that count. */
export const liveRegisters = (data: VgicData): readonly number[] =>
	(data.live === 'saved' && data.saved ? data.saved : data.hardware).listRegisters;

/** The list register that holds an interrupt, or held it last, by number. */
export function held(
	registers: readonly number[],
	id: number
): { lr: ListRegister; number: number } | undefined {
	const found = registers.map((word, number) => ({ lr: readListRegister(word), number, word }));
	const mine = found.filter(({ lr, word }) => lr.id === id && word !== 0);
	return mine.find(({ lr }) => lr.state !== 'empty') ?? mine[0];
}

/** How the interrupt stands in the list registers that count. */
export const standing = (data: VgicData, id: number) =>
	held(liveRegisters(data), id)?.lr.state ?? 'empty';

/** And in those of the hardware, as far as the virtual CPU interface looks at them: GICH_HCR.En. */
export const offered = (data: VgicData, id: number) =>
	(data.hardware.hcr & 1) === 0
		? 'empty'
		: (held(data.hardware.listRegisters, id)?.lr.state ?? 'empty');

/** KVM has filled it, and not looked at it again since. */
export const isUsed = ({ saved }: VgicData, number: number) =>
	((saved?.used ?? 0) & (1 << number)) !== 0;

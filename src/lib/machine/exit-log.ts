import type { GuestExit } from 'checks';

const hex = (value: bigint) => '0x' + BigInt.asUintN(64, value).toString(16).padStart(16, '0');

/** The exits of a run as lines of text: instruction, kind, exception class, PC, IPA. */
export function exitLog(exits: readonly GuestExit[]): string {
	const head = '# instruction  kind             EC    PC                  IPA\n';
	const lines = exits.map(({ at, kind, ec, pc, ipa, retry }) =>
		[
			String(at).padStart(13),
			(kind + (retry ? ' (retry)' : '')).padEnd(16),
			kind === 'irq' ? '-   ' : '0x' + ec.toString(16).padStart(2, '0'),
			hex(pc),
			ipa === undefined ? '-' : hex(ipa)
		].join('  ')
	);
	return head + lines.join('\n') + '\n';
}

import { hexInFours, parseHex } from '../../ui/hex.ts';

/** What a link to the decoder carries. */
export interface Asked {
	readonly esr: number;
	readonly far: bigint | undefined;
	readonly hpfar: bigint | undefined;
}

/** `#esr=0x93830006`, and the addresses where they are known. */
export function linkTo({ esr, far, hpfar }: Asked): string {
	const plain = (value: number | bigint) => hexInFours(value, 1).replaceAll('_', '');
	const parts = [`esr=${plain(esr)}`];
	if (far !== undefined) parts.push(`far=${plain(far)}`);
	if (hpfar !== undefined) parts.push(`hpfar=${plain(hpfar)}`);
	return '#' + parts.join('&');
}

/** What the address line asks for, as it was typed there; undefined where it says nothing of ESR. */
export function askedBy(hash: string): { esr: string; far: string; hpfar: string } | undefined {
	const parts = new URLSearchParams(hash.replace(/^#/, ''));
	const esr = parts.get('esr');
	if (esr === null) return undefined;
	return { esr, far: parts.get('far') ?? '', hpfar: parts.get('hpfar') ?? '' };
}

/** The numbers of what was typed, or what is wrong, field by field. FAR and HPFAR may be left empty. */
export function judge(typed: { esr: string; far: string; hpfar: string }): {
	readonly asked: Asked | undefined;
	readonly wrong: Readonly<Partial<Record<'esr' | 'far' | 'hpfar', string>>>;
} {
	const esr = parseHex(typed.esr, 32, 'ESR_EL2');
	const far = typed.far.trim() === '' ? undefined : parseHex(typed.far, 64, 'FAR_EL2');
	const hpfar = typed.hpfar.trim() === '' ? undefined : parseHex(typed.hpfar, 64, 'HPFAR_EL2');
	const wrong: Partial<Record<'esr' | 'far' | 'hpfar', string>> = {};
	if ('wrong' in esr) wrong.esr = esr.wrong;
	if (far && 'wrong' in far) wrong.far = far.wrong;
	if (hpfar && 'wrong' in hpfar) wrong.hpfar = hpfar.wrong;
	if ('wrong' in esr || (far && 'wrong' in far) || (hpfar && 'wrong' in hpfar))
		return { asked: undefined, wrong };
	return {
		asked: { esr: Number(esr.value), far: far?.value, hpfar: hpfar?.value },
		wrong
	};
}

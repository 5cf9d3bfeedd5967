/**
 * A number as the manuals write it, in fours from the right: `0x4008_0000`.
 *
 * @param digits at least so many, zeros in front
 */
export function hexInFours(value: bigint | number, digits = 1): string {
	const text = value.toString(16).padStart(digits, '0');
	return '0x' + text.replace(/(?<=.)(?=(?:.{4})+$)/g, '_');
}

/** What was typed, as a number, or what is wrong with it. */
export type Parsed = { readonly value: bigint } | { readonly wrong: string };

/**
 * A hexadecimal number as students type it: with or without 0x, with `_` or spaces between digits, in
 * full-width digits too.
 *
 * @param bits what the number must fit
 * @param what it is, for the message: "an address", "ESR_EL2"
 */
export function parseHex(text: string, bits: 32 | 64, what: string): Parsed {
	const typed = halfWidth(text).trim();
	if (typed === '') return { wrong: `Type ${what} in hexadecimal, for example ${sample[bits]}.` };
	if (typed.startsWith('-'))
		return { wrong: `${capital(what)} has no sign: it is a plain number of ${bits} bits.` };
	if (/0x.*0x/is.test(typed)) return { wrong: 'There is more than one number here: give one.' };
	const digits = typed.replace(/^0[xX]/, '').replace(/[_\s’']/g, '');
	const foreign = /[^0-9a-fA-F]/u.exec(digits)?.[0];
	if (foreign !== undefined) {
		if (/^[A-Za-z_.$][\w.$]*$/.test(typed))
			return {
				wrong: `“${clipped(typed)}” looks like a name. Only numbers are understood here: give the number itself, such as ${sample[bits]}.`
			};
		return {
			wrong: `“${foreign}” is no hexadecimal digit. They are 0 to 9 and a to f, with _ between them where you like.`
		};
	}
	if (digits === '') return { wrong: 'There are no digits after 0x.' };
	const significant = digits.replace(/^0+(?=.)/, '');
	if (significant.length > bits / 4)
		return {
			wrong: `${significant.length} hexadecimal digits are too many: ${what} has ${bits} bits, which is at most ${bits / 4} digits.`
		};
	return { value: BigInt('0x' + significant) };
}

/** Full-width characters as the ASCII that they stand for, and nothing that cannot be seen. */
export const halfWidth = (text: string): string =>
	text
		.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
		.replace(/[\u200b-\u200f\u2060\ufeff]/g, '');

const capital = (what: string) => what.charAt(0).toUpperCase() + what.slice(1);

const sample = { 32: '0x9383_0006', 64: '0xffff_ffc0_0008_8000' };

const clipped = (text: string) => (text.length > 24 ? text.slice(0, 23) + '…' : text);

/** What each pair of conditions asks, after a compare, and what it reads: the even code and the odd one. */
const pairs: readonly (readonly [string, string, string, string])[] = [
	['equal', 'Z = 1', 'not equal', 'Z = 0'],
	['unsigned >=', 'C = 1', 'unsigned <', 'C = 0'],
	['negative', 'N = 1', 'not negative', 'N = 0'],
	['overflow', 'V = 1', 'no overflow', 'V = 0'],
	['unsigned >', 'C = 1, Z = 0', 'unsigned <=', 'C = 0 or Z = 1'],
	['signed >=', 'N = V', 'signed <', 'N != V'],
	['signed >', 'Z = 0, N = V', 'signed <=', 'Z = 1 or N != V']
];

/** A condition code from 0 to 13 in words, or (`wanted` false) its opposite. */
export function conditionWords(code: number, wanted: boolean): string {
	const [even, evenFlags, odd, oddFlags] = pairs[code >> 1]!;
	return ((code & 1) === 0) === wanted ? `${even} (${evenFlags})` : `${odd} (${oddFlags})`;
}

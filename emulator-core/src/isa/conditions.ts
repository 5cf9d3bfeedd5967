/** Condition codes by number, as Arm prefers them. */
export const conditionNames = [
	'eq',
	'ne',
	'cs',
	'cc',
	'mi',
	'pl',
	'vs',
	'vc',
	'hi',
	'ls',
	'ge',
	'lt',
	'gt',
	'le',
	'al',
	'nv'
] as const;

/** Further spellings, and the numbers they stand for. */
export const conditionSynonyms: Readonly<Record<string, number>> = { hs: 2, lo: 3 };

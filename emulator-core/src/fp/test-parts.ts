import { fpFlags } from './environment.ts';
import { fpFormats, type FpSize } from './format.ts';
import { fpOperations, runFp, type FpOperationName, type FpResultKind } from './operations.ts';

/** FPCR's modes by the words that tests use. */
const modes: Record<string, number> = {
	RN: 0 << 22,
	RP: 1 << 22,
	RM: 2 << 22,
	RZ: 3 << 22,
	FZ: 1 << 24,
	DN: 1 << 25,
	AHP: 1 << 26
};

/** FPCR of words such as "RP FZ"; none is the default. */
export function fpcrOf(words: string): number {
	return words
		.split(' ')
		.filter((word) => word !== '')
		.reduce((fpcr, word) => fpcr | modes[word]!, 0);
}

const widths: Partial<Record<FpResultKind, number>> = {
	half: 16,
	single: 32,
	double: 64,
	int32: 32,
	int64: 64,
	nzcv: 4,
	truth: 4
};

/** Result and flags as text: "0x3ff0_0000_0000_0000 IXC". */
export function ask(
	operation: FpOperationName,
	size: FpSize,
	operands: readonly bigint[],
	words = ''
): string {
	const { bits, flags } = runFp(operation, size, operands, fpcrOf(words));
	const width = widths[fpOperations[operation].result] ?? fpFormats[size].bits;
	const digits = bits.toString(16).padStart(width / 4, '0');
	const raised = Object.entries(fpFlags).flatMap(([name, bit]) => (flags & bit ? [name] : []));
	return [`0x${digits.replace(/(?<=.)(?=(.{4})+$)/g, '_')}`, ...raised].join(' ');
}

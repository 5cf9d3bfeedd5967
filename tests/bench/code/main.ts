import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { haveGcc, makeToolchain } from '../../toolchain/compilers.ts';
import { measure, objectOfGcc, ourObject, programs, type Measured } from './compare.ts';

/**
 * A table of both compilers' code, program by program; the names of programs may be given. Without names,
 * what gcc's code did is kept in gcc.json, which the test reads. Gives the exit status.
 */
export function main(names: string[]): number {
	if (!haveGcc) {
		console.error('This needs aarch64-linux-gnu-gcc (package gcc-aarch64-linux-gnu of Debian).');
		return 2;
	}
	const toolchain = makeToolchain();
	const gccs: Record<string, Measured> = {};
	const ratios: number[] = [];
	console.log('program         instructions         gcc   ratio      bytes     gcc   ratio');
	for (const name of names.length > 0 ? names : programs) {
		const theirs = (gccs[name] = measure(toolchain, name, objectOfGcc(name)));
		const ours = measure(toolchain, name, ourObject(toolchain, name));
		if (ours.result !== theirs.result) {
			console.log(`${name}: our result is ${ours.result}, gcc's ${theirs.result}`);
			return 1;
		}
		ratios.push(ours.instructions / theirs.instructions);
		console.log(
			name.padEnd(14) +
				columns(ours.instructions, theirs.instructions, 14) +
				columns(ours.bytes, theirs.bytes, 11)
		);
	}
	const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
	console.log(`geometric mean ${mean.toFixed(3)}, worst ${Math.max(...ratios).toFixed(3)}`);
	if (names.length === 0)
		writeFileSync(join(import.meta.dirname, 'gcc.json'), JSON.stringify(gccs, null, '\t') + '\n');
	return 0;
}

const columns = (ours: number, theirs: number, width: number) =>
	String(ours).padStart(width) +
	String(theirs).padStart(width === 14 ? 12 : 8) +
	(ours / theirs).toFixed(3).padStart(8);

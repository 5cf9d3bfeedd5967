import { a64 } from '../../../emulator-core/src/index.ts';
import { Random } from '../../conformance/random.ts';
import { unexplainedDifferences } from './known.ts';
import { loaded, type Stored } from './layout.ts';
import { randomTest, type SystemTest } from './random-tests.ts';
import { runOnBoth } from './run.ts';
import { randomTables } from './tables.ts';

export interface SystemFuzzOptions {
	readonly seed: number;
	readonly tests: number;
	/** Called after each program: tests compared so far, differences of this program. */
	readonly progress?: (done: number, differences: readonly string[]) => void;
}

/** The snippets and the values of one program have this much room. */
const atATime = 3500;

/** What came of the tests, by kind of exception: a run that only ever faults on its code shows nothing. */
export type Outcomes = Map<string, number>;

/** Random tests of translation and traps, each program with tables of its own. */
export function fuzzSystem({ seed, tests: wanted, progress }: SystemFuzzOptions): Outcomes {
	const random = new Random(seed);
	const outcomes: Outcomes = new Map();
	for (let done = 0; done < wanted;) {
		const tables = randomTables(random);
		const count = Math.min(atATime, wanted - done);
		const tests = Array.from({ length: count }, (_, n) => randomTest(random, tables, n));
		const { ours, theirs } = runOnBoth(tests, tables);
		const differences: string[] = [];
		tests.forEach((test, n) => {
			const [a, b] = [ours[n], theirs[n]];
			if (!a || !b) {
				if (n === Math.min(ours.length, theirs.length))
					differences.push(
						`here ${ours.length} tests of ${count} came to an end, on QEMU ${theirs.length}; the next:\n` +
							describe(test)
					);
				return;
			}
			const outcome = `${test.kind}, EC ${ec(b.ESR_EL2)}, EL1's ${ec(b.ESR_EL1)}`;
			outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
			const names = unexplainedDifferences(test, a, b);
			if (names.length > 0) differences.push(`${differing(names, a, b)}\n${describe(test)}`);
		});
		done += count;
		progress?.(done, differences);
	}
	return outcomes;
}

const ec = (esr: bigint) => '0x' + (esr >> 26n).toString(16);
const hex = (value: bigint) => '0x' + value.toString(16);

const differing = (names: readonly (keyof Stored)[], ours: Stored, theirs: Stored) =>
	names.map((name) => `${name}: ${hex(ours[name])}, QEMU ${hex(theirs[name])}`).join('\n');

/** A test as assembly with its inputs. */
function describe({ el, words, loaded: values }: SystemTest): string {
	return [
		`at EL${el}:`,
		...words.map((word) => `\t${a64.disassemble(word, 0)}`),
		...loaded.map((name) => `\t${name} = ${hex(values[name])}`)
	].join('\n');
}

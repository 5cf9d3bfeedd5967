import { a64 } from '../../../emulator-core/src/index.ts';
import { Random } from '../../conformance/random.ts';
import { unexplainedDifferences } from './known.ts';
import { eventFields, loaded, mostTests, type Stored } from './layout.ts';
import { randomTest, type SystemTest } from './random-tests.ts';
import { runOnBoth, type QemuCpu } from './run.ts';
import { randomTables } from './tables.ts';

export interface SystemFuzzOptions {
	readonly seed: number;
	readonly tests: number;
	/** Tests of one program. */
	readonly atATime?: number;
	/** Called after each program: tests compared so far, differences of this program. */
	readonly progress?: (done: number, differences: readonly string[]) => void;
}

/** What came of the tests, by kind of exception: a run that only ever faults on its code shows nothing. */
export type Outcomes = Map<string, number>;

/** One program in three is for the CPU with 16 KB granules. */
const cpus: readonly QemuCpu[] = ['cortex-a57', 'neoverse-n1', 'cortex-a57'];

/** Random tests of translation, traps, debug and returns, each program with tables of its own. */
export function fuzzSystem(options: SystemFuzzOptions): Outcomes {
	const { seed, tests: wanted, atATime = mostTests, progress } = options;
	const random = new Random(seed);
	const outcomes: Outcomes = new Map();
	for (let [done, programs] = [0, 0]; done < wanted; programs++) {
		const cpu = cpus[programs % cpus.length]!;
		const tables = randomTables(random);
		const count = Math.min(atATime, wanted - done);
		const tests = Array.from({ length: count }, (_, n) => randomTest(random, tables, n, cpu));
		const { ours, theirs } = runOnBoth(tests, tables, cpu);
		const differences: string[] = [];
		tests.forEach((test, n) => {
			const [a, b] = [ours[n], theirs[n]];
			if (!a || !b) {
				if (n === Math.min(ours.length, theirs.length))
					differences.push(
						`here ${ours.length} tests of ${count} came to an end, on QEMU ${theirs.length}; the next:\n` +
							describe(test, cpu)
					);
				return;
			}
			for (const event of b) {
				const outcome = `${test.kind}, EC ${ec(event.ESR_EL2)}, EL1's ${ec(event.ESR_EL1)}`;
				outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
			}
			const lines = unexplainedDifferences(test, a, b);
			if (lines.length > 0)
				differences.push([...lines, describe(test, cpu), ...a.map(told)].join('\n'));
		});
		done += count;
		progress?.(done, differences);
	}
	return outcomes;
}

const ec = (esr: bigint) => '0x' + (esr >> 26n).toString(16);
const hex = (value: bigint) => '0x' + value.toString(16);

const told = (event: Stored, n: number) =>
	`\texception ${n} here: ${eventFields.map((name) => `${name} ${hex(event[name])}`).join(' ')}`;

/** A test as assembly with its inputs. */
function describe({ kind, el, words, wordsOfEl2 = [], loaded: values }: SystemTest, cpu: QemuCpu) {
	const listing = (list: readonly number[]) => list.map((word) => `\t${a64.disassemble(word, 0)}`);
	return [
		`${kind} on ${cpu} at EL${el}:`,
		...listing(words),
		...(wordsOfEl2.length > 0 ? ['EL2:', ...listing(wordsOfEl2)] : []),
		...loaded
			.filter((name) => values[name] !== 0n)
			.map((name) => `\t${name} = ${hex(values[name])}`)
	].join('\n');
}

import { parseArgs } from 'node:util';
import { exitKinds, Experiment, kindNames, standardRun, type PhaseRow, type Verdict } from 'checks';
import { createMachine } from 'emulator-core';
import type { Diagnostic } from 'toolchain';
import { badUsage, failed } from '../failure.ts';
import { Builder, messagesOf } from '../project.ts';
import { withSubmission } from '../submission.ts';
import { symbolsOf } from '../symbols.ts';

const usage = 'grade PATCH-OR-FOLDER… [--json]';
const does =
	'Builds each submission, runs the experiment on it and says which counting rule it follows, or what is wrong.';

interface Grade {
	readonly submission: string;
	readonly passed: boolean;
	/** Why there was nothing to run. */
	readonly errors?: Diagnostic[];
	readonly verdict?: Verdict;
}

const SLICE = 20_000_000;

async function run(words: string[]): Promise<void> {
	const { values, positionals } = parseArgs({
		args: words,
		allowPositionals: true,
		options: { json: { type: 'boolean', default: false } }
	});
	if (positionals.length === 0) throw badUsage(`name a submission. Usage: trapline ${usage}`);
	const builder = new Builder();
	// All are read before the first is built: a wrong name costs nothing.
	const trees = positionals.map((path) => withSubmission(builder.shipped, path));
	const grades = trees.map((tree, i) => gradeOne(builder, positionals[i]!, tree));
	if (values.json) console.log(JSON.stringify(grades, undefined, '\t'));
	else for (const one of grades) console.log(inWords(one));
	const wrong = grades.filter(({ passed }) => !passed).length;
	if (wrong > 0) throw failed(`${wrong} of ${grades.length} did not pass`);
}

function gradeOne(
	builder: Builder,
	submission: string,
	tree: Parameters<Builder['build']>[0]
): Grade {
	const built = builder.build(tree);
	if (!built.ok) return { submission, passed: false, errors: built.diagnostics };
	const pristine = builder.pristine();
	const machine = createMachine({
		...standardRun,
		kernel: built.outputs.get('Image')!,
		initrd: built.outputs.get('host.cpio')!
	});
	const experiment = new Experiment({
		machine,
		host: symbolsOf(built.outputs.get('vmlinux')!),
		guest: symbolsOf(pristine.get('vmlinux')!),
		shipped: sameBytes(built.outputs.get('Image')!, pristine.get('Image')!)
	});
	let verdict: Verdict | undefined;
	while (!verdict) verdict = experiment.advance(SLICE);
	return { submission, passed: verdict.passed, verdict };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function inWords({ submission, passed, errors, verdict }: Grade): string {
	const head = `${submission}: ${passed ? 'passed' : 'not passed'}`;
	if (!verdict) {
		const text = messagesOf({ diagnostics: errors! });
		return `${head}\n  It does not compile:\n${indent(text)}\n`;
	}
	const findings = verdict.findings.map(({ title, text }) => `  ${title}\n${indent(text)}`);
	return [head, ...findings, table(verdict.table), ''].join('\n');
}

const indent = (text: string) => text.replace(/^/gm, '    ');

/** The student's counts beside the machine's, a line a phase, then what the exits were. */
function table(rows: readonly PhaseRow[]): string {
	const cell = (row: PhaseRow, c: 'cpu' | 'mem' | 'io') =>
		`${row.student?.[c] ?? '-'} of ${row.machine[c]}`.padStart(16);
	const line = (row: PhaseRow) =>
		`  ${row.phase.padEnd(8)}${cell(row, 'cpu')}${cell(row, 'mem')}${cell(row, 'io')}`;
	const head = `  ${'phase'.padEnd(8)}${'CPU'.padStart(16)}${'MEM'.padStart(16)}${'I/O'.padStart(16)}`;
	const total = (kind: (typeof exitKinds)[number]) =>
		rows.reduce((n, row) => n + row.kinds[kind], 0);
	const kinds = exitKinds
		.filter((kind) => total(kind) > 0)
		.map((kind) => `${kindNames[kind].name} ${total(kind)}`);
	return [head, ...rows.map(line), `  exits: ${kinds.join(', ')}`].join('\n');
}

export const grade = { run, usage, does };

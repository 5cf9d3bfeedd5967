/**
 * What `trapline grade` says of the students' patches. `npm run build:grades` asks it once, for the tests
 * of the command line and for those that hold the page's verdicts against it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Verdict } from 'checks';
import { allPatches, shipped, writeDiff, writeFolder } from './submissions.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'cli/dist/trapline.js');
const file = join(root, 'build/grades.json');

/** What `trapline grade --json` says of one submission. */
export interface Grade {
	submission: string;
	passed: boolean;
	errors?: { message: string }[];
	verdict?: Verdict;
}

interface Kept {
	/** Of what they were made from. */
	inputs: string;
	/** By the patch's name. */
	grades: Record<string, Grade>;
}

/** Tells whether grades belong to this tree, these patches, this program and this compiler. */
function inputs(): string {
	const hash = createHash('sha256').update(JSON.stringify(allPatches));
	for (const [path, bytes] of shipped) hash.update(`${path} ${bytes.length}\n`).update(bytes);
	for (const path of [program, join(root, 'package-lock.json')]) hash.update(readFileSync(path));
	return hash.digest('hex');
}

/** Grades all patches with one run of `trapline grade`: every other one as a diff, the rest as folders. */
export async function makeGrades(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'trapline-patches-'));
	try {
		const submissions = allPatches.map((patch, i) => {
			const path = join(folder, i % 2 === 0 ? `${i}.patch` : String(i));
			(i % 2 === 0 ? writeDiff : writeFolder)(patch, path);
			return path;
		});
		const made = await grade(submissions);
		const grades = Object.fromEntries(allPatches.map(({ name }, i) => [name, made[i]!]));
		const kept: Kept = { inputs: inputs(), grades };
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, JSON.stringify(kept));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function grade(submissions: readonly string[]): Promise<Grade[]> {
	// Not all pass, so the exit code is 1; the grades are on stdout all the same.
	const run = promisify(execFile)(
		process.execPath,
		[join(root, 'cli/bin/trapline.js'), 'grade', '--json', ...submissions],
		{ maxBuffer: 2 ** 28 }
	);
	const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => error);
	if (!stdout?.startsWith('[')) throw new Error(`trapline grade gave no grades:\n${stderr}`);
	const grades = JSON.parse(stdout) as Grade[];
	const order = grades.map(({ submission }) => submission);
	if (order.join() !== submissions.join())
		throw new Error(`trapline grade was given\n${submissions.join()}\nand graded\n${order.join()}`);
	return grades;
}

/** The grades by the patch's name. Throws if there are none, or if they are of other sources than these. */
export function readGrades(): ReadonlyMap<string, Grade> {
	if (!existsSync(file) || !existsSync(program))
		throw new Error('the patches are not graded yet: npm run build:grades does it');
	const { inputs: of, grades } = JSON.parse(readFileSync(file, 'utf8')) as Kept;
	if (of !== inputs())
		throw new Error(
			'build/grades.json is of other patches, of another tree or program: npm run build:grades makes it anew'
		);
	return new Map(Object.entries(grades));
}

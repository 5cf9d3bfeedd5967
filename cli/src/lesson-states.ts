import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	MomentError,
	MomentFinder,
	observe,
	parseMoments,
	standardRun,
	type MomentRules
} from 'checks';
import { createMachine, type Machine, type Position } from 'emulator-core';
import { failed } from './failure.ts';
import { symbolsOf } from './symbols.ts';

/** What a lesson's page needs to open its machine without a boot. */
export interface LessonState {
	/** `chapter/lesson`, as in the address. */
	readonly lesson: string;
	/** Its moments.json as it is, for trees that a student has changed. */
	readonly text: string;
	readonly moments: Readonly<Record<string, Position>>;
	/** The machine a little before the first of them. */
	readonly state: Uint8Array;
}

/** A lesson that has moments. */
interface LessonMoments {
	readonly lesson: string;
	/** From the project's root, for messages. */
	readonly file: string;
	readonly text: string;
	readonly rules: MomentRules;
}

/** The machine can be stepped back so far from a lesson's first moment. */
const lead = 5_000;
/** The standard run has all its phases behind it by then. */
const longest = 20_000_000;
const slice = 100_000;

/** Every lesson's moments.json; a mistake in one fails with its file and the moment's name. */
export function readLessonMoments(root: string): LessonMoments[] {
	const folders = (path: string) => readdirSync(join(root, path)).filter((n) => /^\d+-/.test(n));
	const slug = (name: string) => name.replace(/^\d+-/, '');
	return folders('lessons').flatMap((chapter) =>
		folders(`lessons/${chapter}`).flatMap((lesson) => {
			const file = `lessons/${chapter}/${lesson}/moments.json`;
			if (!existsSync(join(root, file))) return [];
			const text = readFileSync(join(root, file), 'utf8');
			try {
				const rules = parseMoments(text);
				return [{ lesson: `${slug(chapter)}/${slug(lesson)}`, file, text, rules }];
			} catch (error) {
				if (error instanceof MomentError) throw failed(`${file}: ${error.message}`);
				throw error;
			}
		})
	);
}

/**
 * Runs the standard run of the shipped tree until every lesson's moments are found, and again to save
 * the machine before the first moment of each.
 */
export function lessonStates(
	lessons: readonly LessonMoments[],
	outputs: ReadonlyMap<string, Uint8Array>
): LessonState[] {
	const found = findMoments(lessons, outputs);
	const first = (moments: LessonState['moments']) =>
		Math.min(...Object.values(moments).map(({ instruction }) => instruction));
	const machine = boot(outputs);
	return found
		.map((each) => ({ ...each, at: Math.max(0, first(each.moments) - lead) }))
		.sort((a, b) => a.at - b.at)
		.map(({ lesson, text, moments, at }) => {
			machine.run({ maxInstructions: at - machine.instructions });
			return { lesson, text, moments, state: saved(machine) };
		});
}

function findMoments(
	lessons: readonly LessonMoments[],
	outputs: ReadonlyMap<string, Uint8Array>
): Omit<LessonState, 'state'>[] {
	const machine = boot(outputs);
	const symbols = symbolsOf(outputs.get('vmlinux')!);
	const programs = { host: symbols, guest: symbols };
	const seen = observe(machine, programs);
	const searches = lessons.map((lesson) => ({
		...lesson,
		finder: new MomentFinder(machine, programs, seen, lesson.rules)
	}));
	const hopeless = searches.find(({ finder }) => finder.unknown.size > 0);
	if (hopeless) {
		const [[moment, why]] = [...hopeless.finder.unknown] as [[string, string]];
		throw failed(`${hopeless.file}: moment "${moment}": ${why}`);
	}
	const all = () => searches.every(({ finder }) => finder.complete);
	while (!all() && machine.instructions < longest)
		if (machine.run({ maxInstructions: slice }).reason !== 'budget') break;
	return searches.map(({ lesson, file, text, finder }) => {
		const [missing] = finder.missing;
		if (missing !== undefined)
			throw failed(
				`${file}: moment "${missing}": the standard run of the shipped tree never comes there`
			);
		return { lesson, text, moments: finder.positions };
	});
}

function boot(outputs: ReadonlyMap<string, Uint8Array>): Machine {
	return createMachine({
		...standardRun,
		kernel: outputs.get('Image')!,
		initrd: outputs.get('host.cpio')!
	});
}

/** The state without the log of what was long before. */
function saved(machine: Machine): Uint8Array {
	const { counts, records, open } = machine.trapLog.snapshotState();
	// An exit that the host has not answered yet is all that is still of use.
	const underWay = open.map((each) => (typeof each === 'number' ? records[each]! : each));
	machine.trapLog.restoreState({ counts, records: [], open: underWay });
	return machine.save();
}

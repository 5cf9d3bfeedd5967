/** Every question of the stepped lessons has an answer on the shipped tree, whatever the student's seed. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { LessonCheck } from 'checks';
import { lessonStates, readLessonMoments, type LessonState } from '../../cli/src/lesson-states.ts';
import { Builder, root } from '../../cli/src/project.ts';
import { measure, type Measurable } from '../../src/lib/lessons/measure.ts';
import { openShipped } from '../../src/lib/stepping/opening.ts';
import { measurable } from '../measurable.ts';
import worldSwitch from '../../lessons/02-hypervisor/01-world-switch/checks.ts';
import stage2 from '../../lessons/02-hypervisor/02-stage-2/checks.ts';
import vgic from '../../lessons/02-hypervisor/03-vgic/checks.ts';

const builder = new Builder();
let outputs: ReadonlyMap<string, Uint8Array>;
let lessons: ReadonlyMap<string, LessonState>;

beforeAll(() => {
	outputs = builder.pristine();
	const states = lessonStates(readLessonMoments(root), outputs);
	lessons = new Map(states.map((each) => [each.lesson, each]));
}, 600_000);

function open(lesson: string): Measurable {
	const { state, moments } = lessons.get(lesson)!;
	const elf = outputs.get('vmlinux')!;
	const opened = openShipped({ state, elf, offsets: builder.offsets, moments });
	return measurable(opened, Object.values(moments)[0]!);
}

const seeds = [...Array.from({ length: 24 }, (_, i) => i + 1), 4711, 9999];

describe.each<[string, LessonCheck[]]>([
	['hypervisor/world-switch', worldSwitch],
	['hypervisor/stage-2', stage2],
	['hypervisor/vgic', vgic]
])('the questions of %s', (lesson, checks) => {
	it.each(checks.flatMap((check) => (check.question ? [[check.id, check.question] as const] : [])))(
		'%s can be answered, and not always by the same number',
		async (_, question) => {
			const machine = open(lesson);
			const before = machine.view!.position;
			const answers = new Set<bigint>();
			for (const seed of seeds) answers.add(await measure(machine, question(seed).measure));
			expect(answers.size).toBeGreaterThan(2);
			expect(machine.view!.position).toEqual(before);
		}
	);
});

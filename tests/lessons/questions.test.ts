/**
 * The questions of the stepped lessons, on the shipped tree: each can be answered, whatever the student's
 * seed and wherever the student goes meanwhile, and every wrong prediction is explained.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LessonCheck, Measure } from 'checks';
import type { LessonState } from '../../cli/src/lesson-states.ts';
import { Builder, root } from '../../cli/src/project.ts';
import { explain, facts, options, truth, type Asked } from '../../src/lib/lessons/predictions.ts';
import { openShipped } from '../../src/lib/stepping/opening.ts';
import type { Answer, Ask } from '../../src/lib/stepping/protocol.ts';
import { Stepper } from '../../src/lib/stepping/stepper.ts';
import worldSwitch from '../../lessons/02-hypervisor/01-world-switch/checks.ts';
import stage2 from '../../lessons/02-hypervisor/02-stage-2/checks.ts';
import vgic from '../../lessons/02-hypervisor/03-vgic/checks.ts';
import { shippedLessons } from './shipped-lessons.ts';

const builder = new Builder();
let outputs: ReadonlyMap<string, Uint8Array>;
let lessons: ReadonlyMap<string, LessonState>;

beforeAll(() => {
	({ outputs, lessons } = shippedLessons(builder));
}, 600_000);

function open(lesson: string): Stepper {
	const { state, moments } = lessons.get(lesson)!;
	const elf = outputs.get('vmlinux')!;
	return new Stepper(openShipped({ state, elf, offsets: builder.offsets, moments }));
}

function ask<S extends Answer['say']>(
	stepper: Stepper,
	request: Exclude<Ask, { ask: 'open' }>,
	say: S
): Extract<Answer, { say: S }> {
	const answer = stepper.answer(request);
	if (answer.say !== say)
		throw new Error(`not ${say}: ${answer.say === 'refused' ? answer.why : answer.say}`);
	return answer as Extract<Answer, { say: S }>;
}
const measured = (stepper: Stepper, what: Measure) =>
	ask(stepper, { ask: 'measure', what }, 'measured').measured;

const seeds = [...Array.from({ length: 24 }, (_, i) => i + 1), 4711, 9999];

/** The predictions of a lesson's text, each with the moment of its step. */
function predictions(folder: string): { moment: string; id: string; ask: Asked }[] {
	const text = readFileSync(join(root, 'lessons', folder, 'index.md'), 'utf8');
	return text.split('<Step ').flatMap((step) => {
		const moment = /moment="([^"]+)"/.exec(step)?.[1];
		const found = [...step.matchAll(/<Predict id="([^"]+)" ask="([^"]+)"/g)];
		return found.map(([, id, asked]) => ({ moment: moment!, id: id!, ask: asked as Asked }));
	});
}

/** What the machine does, by the id of the prediction. */
const truths: Readonly<Record<string, string>> = {
	'hvc-level': '2',
	'eret-level': '1',
	'sysreg-class': '0x18',
	'guest-hvc-class': '0x16',
	'unknown-traps': '2',
	'irq-class': 'interrupt',
	'first-fetch': '2',
	'retry-traps': 'none',
	'list-read-class': '0x24',
	'list-write-class': '0x24',
	'mem-touch-traps': '1',
	'mem-traps': '2',
	'mem-call-traps': '1',
	'mmio-class': '0x24',
	'enable-class': '0x24',
	'cval-traps': 'none',
	'wfi-class': '0x01',
	'host-wfi': 'none',
	'wfi-again': 'none',
	'virq-level': '1',
	'iar-traps': 'none',
	'disk-class': '0x24',
	'maintenance-class': 'interrupt'
};

/** Registers that decide, in the facts of some. */
const decides: Readonly<Record<string, string>> = {
	'eret-level': 'SPSR_EL2 was 0x3c5: its bits 3 and 2 are 01, which is EL1.',
	'sysreg-class': 'HCR_EL2.TACR, its bit 21, is 1.',
	'irq-class': 'HCR_EL2.IMO, its bit 4, is 1.',
	'first-fetch': 'The fault is of stage 2, which is on because HCR_EL2.VM, its bit 0, is 1.',
	'mem-touch-traps': 'The fault is of stage 1, and HCR_EL2.TGE, its bit 27, is 0: it stays at EL1.',
	'wfi-class': 'HCR_EL2.TWI, its bit 13, is 1.',
	'host-wfi': 'HCR_EL2.TWI, its bit 13, is 0.'
};

describe.each<[string, string, LessonCheck[]]>([
	['hypervisor/world-switch', '02-hypervisor/01-world-switch', worldSwitch],
	['hypervisor/stage-2', '02-hypervisor/02-stage-2', stage2],
	['hypervisor/vgic', '02-hypervisor/03-vgic', vgic]
])('the questions of %s', (lesson, folder, checks) => {
	const asked = checks.flatMap(({ id, question }) => (question ? [[id, question] as const] : []));

	it.each(asked)('%s can be answered, and not always by the same number', (_, question) => {
		const stepper = open(lesson);
		const answers = seeds.map((seed) => measured(stepper, question(seed).measure));
		expect(new Set(answers.map(({ value }) => value)).size).toBeGreaterThan(2);
		for (const { value, near } of answers) {
			expect(near.length).toBeGreaterThan(0);
			expect(near.map((each) => each.value)).not.toContain(value);
		}
	});

	it.each(asked)(
		'%s is answered alike wherever the machine stands, and leaves it there',
		(_, question) => {
			const stepper = open(lesson);
			const what = question(4711).measure;
			const { value } = measured(open(lesson), what);
			for (const name of Object.keys(lessons.get(lesson)!.moments)) {
				const before = ask(stepper, { ask: 'moment', name }, 'view').view;
				expect(measured(stepper, what).value).toBe(value);
				const after = stepper.view();
				expect([after.position, after.moment]).toEqual([before.position, name]);
				expect([after.registers, after.before]).toEqual([before.registers, before.before]);
			}
		}
	);

	it('are asked of moments at which the machine does what is expected', () => {
		const stepper = open(lesson);
		const found = predictions(folder).map(({ moment, id, ask: what }) => {
			const { next } = ask(stepper, { ask: 'next', moment }, 'next');
			if (decides[id]) expect.soft(facts(next)).toContain(decides[id]);
			return [id, truth(what, next)];
		});
		expect(found.length).toBeGreaterThan(4);
		expect(found).toEqual(found.map(([id]) => [id, truths[id!]]));
	});

	it('are judged alike wherever the machine stands', () => {
		const stepper = open(lesson);
		const { view } = ask(stepper, { ask: 'step', by: 'instruction' }, 'view');
		for (const { moment, id, ask: what } of predictions(folder))
			expect([id, truth(what, ask(stepper, { ask: 'next', moment }, 'next').next)]).toEqual([
				id,
				truths[id]
			]);
		expect([stepper.view().position, stepper.view().before]).toEqual([view.position, view.before]);
	});

	it('have an explanation for every wrong answer', () => {
		const stepper = open(lesson);
		for (const { moment, id, ask: what } of predictions(folder)) {
			const { next } = ask(stepper, { ask: 'next', moment }, 'next');
			for (const { value } of options[what]) {
				if (value === truths[id]) continue;
				const why = explain(what, value, next);
				expect([id, value, why]).toEqual([id, value, expect.stringMatching(/^[A-Z].{40,}\.$/)]);
				expect([id, value, why]).not.toContain('The machine does something else at this moment.');
			}
		}
	});
});

/**
 * The lessons that step the machine, from end to end with the keyboard alone: forward and back, every
 * prediction wrong and then right, and what the widgets show against a machine that was booted here.
 */
import { expect, test } from '@playwright/test';
import { createMachine, type Machine, type RegisterSnapshot } from 'emulator-core';
import { standardRun } from 'checks';
import { images, momentsOf, SteppedLesson } from './stepped.ts';

interface Lesson {
	readonly slug: string;
	readonly folder: string;
	/** Predictions by id: a wrong answer, then the right one. */
	readonly predictions: Readonly<Record<string, readonly [wrong: string, right: string]>>;
}

const lessons: readonly Lesson[] = [
	{
		slug: 'hypervisor/world-switch',
		folder: '02-hypervisor/01-world-switch',
		predictions: {
			'hvc-level': ['4', '2'],
			'eret-level': ['2', '1'],
			'sysreg-class': ['none', '0x18'],
			'guest-hvc-class': ['0x17', '0x16'],
			'unknown-traps': ['1', '2'],
			'irq-class': ['0x01', 'interrupt']
		}
	},
	{
		slug: 'hypervisor/stage-2',
		folder: '02-hypervisor/02-stage-2',
		predictions: {
			'first-fetch': ['1', '2'],
			'retry-traps': ['2', 'none'],
			'list-read-class': ['0x20', '0x24'],
			'list-write-class': ['none', '0x24'],
			'mem-traps': ['1', '2'],
			'mmio-class': ['0x18', '0x24']
		}
	},
	{
		slug: 'hypervisor/vgic',
		folder: '02-hypervisor/03-vgic',
		predictions: {
			'enable-class': ['none', '0x24'],
			'cval-traps': ['2', 'none'],
			'wfi-class': ['interrupt', '0x01'],
			'host-wfi': ['2', 'none'],
			'wfi-again': ['2', 'none'],
			'virq-level': ['2', '1'],
			'iar-traps': ['2', 'none'],
			'disk-class': ['interrupt', '0x24'],
			'maintenance-class': ['0x24', 'interrupt']
		}
	}
];

/** A machine that is booted here and only goes forward: what the page must show. */
class Reference {
	readonly #machine: Machine = createMachine({ ...standardRun, ...images() });

	at(position: { instruction: number; entered: boolean }): RegisterSnapshot {
		const machine = this.#machine;
		if (machine.instructions < position.instruction)
			machine.run({ maxInstructions: position.instruction - machine.instructions });
		expect(machine.instructions).toBe(position.instruction);
		if (position.entered) machine.takeInterrupt();
		return machine.registers();
	}
}

/** What the widgets that are shown say of registers, against those of a machine. */
async function compare(lesson: SteppedLesson, expected: RegisterSnapshot): Promise<void> {
	const { stage } = lesson;
	await expect(stage.locator('.world')).toContainText(`EL${expected.el}`);
	const current = stage.locator('[data-pc][aria-current="step"]');
	if ((await stage.locator('[data-pc]').count()) > 0)
		expect(BigInt((await current.getAttribute('data-pc'))!)).toBe(expected.pc);
	const rows = await stage
		.locator('[data-register]')
		.evaluateAll((all) =>
			all.map((each) => [each.getAttribute('data-register')!, each.getAttribute('aria-label')!])
		);
	for (const [name, text] of rows) {
		const value = registerOf(expected, name!);
		if (value !== undefined) expect.soft(hexes(text!), `${name}: ${text}`).toContain(value);
	}
}

const hexes = (text: string) =>
	[...text.matchAll(/0x[0-9a-f_]+/gi)].map(([hex]) => BigInt(hex.replaceAll('_', '')));

function registerOf({ x, system }: RegisterSnapshot, name: string): bigint | undefined {
	const general = /^X(\d+)$/.exec(name);
	return general ? x[Number(general[1])] : system[name];
}

for (const { slug, folder, predictions } of lessons) {
	test(`${slug}: by keyboard, forward and back`, async ({ page }) => {
		test.setTimeout(240_000);
		const lesson = new SteppedLesson(page);
		const moments = momentsOf(slug);
		const steps = SteppedLesson.moments(folder);
		await lesson.open(`lessons/${slug}/`);

		for (const [i, name] of steps.entries()) {
			if (i > 0) await page.keyboard.press('ArrowRight');
			await lesson.stands(moments[name]!.instruction);
			// Lessons may go back in the run: a machine that only goes forward is booted anew.
			await compare(lesson, new Reference().at(moments[name]!));
		}
		for (const name of steps.slice(0, -1).reverse()) {
			await page.keyboard.press('ArrowLeft');
			await lesson.stands(moments[name]!.instruction);
		}

		const there = await lesson.fingerprint();
		for (let i = 0; i < 10; i++) await page.keyboard.press('Shift+ArrowLeft');
		await lesson.stands(moments[steps[0]!]!.instruction - 10);
		expect(await lesson.fingerprint()).not.toBe(there);
		for (let i = 0; i < 10; i++) await page.keyboard.press('Shift+ArrowRight');
		await lesson.stands(moments[steps[0]!]!.instruction);
		expect(await lesson.fingerprint()).toBe(there);
	});

	test(`${slug}: every prediction can be wrong, and then right`, async ({ page }) => {
		test.setTimeout(240_000);
		const lesson = new SteppedLesson(page);
		await lesson.open(`lessons/${slug}/`);
		for (const [id, [wrong, right]] of Object.entries(predictions)) {
			expect(await lesson.predict(id, wrong), id).toMatch(/^No\./);
			expect(await lesson.predict(id, right), id).toMatch(/^Right\./);
		}
	});
}

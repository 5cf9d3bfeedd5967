/**
 * Going back and on to what happened, by keyboard: writes of a register and of an address, a source line.
 * Where the page must stand says a machine that was booted here and only goes forward.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { createMachine, disassemble } from 'emulator-core';
import { standardRun } from 'checks';
import { images, momentsOf, SteppedLesson } from './stepped.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function violations(page: Page): Promise<string[]> {
	await page.evaluate(axe);
	return page.evaluate(async () => {
		const { axe } = window as unknown as {
			axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown[] }[] }[] }> };
		};
		const found = await axe.run();
		return found.violations.map(({ id, nodes }) => `${id}: ${String(nodes[0]?.target)}`);
	});
}

/** The places before `end` at which the next instruction is such a one, latest first. */
function places(end: number, within: number, fits: (text: string) => boolean): number[] {
	const machine = createMachine({ ...standardRun, ...images() });
	machine.run({ maxInstructions: end - within });
	const found: number[] = [];
	while (machine.instructions < end) {
		machine.takeInterrupt();
		const { pc } = machine.cpu.hot;
		const bytes = machine.readVirtual(pc, 4);
		const word = bytes && new DataView(bytes.buffer).getUint32(0, true);
		if (word !== undefined && fits(disassemble(word, pc))) found.unshift(machine.instructions);
		machine.step();
	}
	return found;
}

class Finding extends SteppedLesson {
	get told(): Locator {
		return this.stage.locator('.told');
	}

	async toMoment(slug: string, folder: string, moment: string): Promise<number> {
		const wanted = SteppedLesson.moments(folder).lastIndexOf(moment);
		while ((await this.active()) < wanted) await this.page.keyboard.press('ArrowRight');
		const { instruction } = momentsOf(slug)[moment]!;
		await this.stands(instruction);
		return instruction;
	}

	/** Opens the field, types, and goes back (Enter) or on. */
	async go(text: string, on = false): Promise<void> {
		const button = this.stage.getByRole('button', { name: 'Go to …' });
		if ((await button.getAttribute('aria-expanded')) === 'false') {
			await this.tabTo(button, 250);
			await this.page.keyboard.press('Enter');
		}
		const field = this.stage.getByLabel('A register, an address, a line or a function');
		await field.focus();
		await this.page.keyboard.press('ControlOrMeta+A');
		await this.page.keyboard.type(text);
		if (on) await this.tabTo(this.stage.getByRole('button', { name: 'On to it' }));
		await this.page.keyboard.press('Enter');
	}
}

const worldSwitch = ['hypervisor/world-switch', '02-hypervisor/01-world-switch'] as const;
const stage2 = ['hypervisor/stage-2', '02-hypervisor/02-stage-2'] as const;

test('back to the last write of HCR_EL2, and to where one was', async ({ page }) => {
	const lesson = new Finding(page);
	await lesson.open(`lessons/${worldSwitch[0]}/`);
	const here = await lesson.toMoment(...worldSwitch, 'load-guest-el1');
	const before = await lesson.fingerprint();
	const [last, earlier] = places(here, 5000, (text) => text.startsWith('msr hcr_el2'));
	await lesson.go('hcr_el2');
	await lesson.stands(last!);
	await expect(lesson.told).toContainText(
		/^\s*\d+ instructions earlier, in __kvm_vcpu_run, hyp\.S:\d+, at EL2\. HCR_EL2 is written next, by msr hcr_el2, x\d+\./
	);
	expect(await violations(page)).toEqual([]);
	await lesson.tabTo(lesson.told.getByRole('button', { name: /^Return to instruction/ }));
	await page.keyboard.press('Enter');
	await lesson.stands(here);
	expect(await lesson.fingerprint()).toBe(before);

	// The same from the register itself, and on again.
	const row = lesson.stage.locator('[data-register="HCR_EL2"]');
	await row.focus();
	await page.keyboard.press('Enter');
	const [back, on] = ['Back to the last write of HCR_EL2', 'On to the next write of HCR_EL2'].map(
		(name) => lesson.stage.getByRole('button', { name })
	);
	await page.keyboard.press('Shift+Tab');
	await page.keyboard.press('Shift+Tab');
	await expect(back!).toBeFocused();
	await page.keyboard.press('Enter');
	await lesson.stands(last!);
	if (earlier === undefined) {
		await page.keyboard.press('Enter');
		await expect(lesson.told).toContainText('HCR_EL2 is not written between here and');
		await lesson.stands(last!);
	}
	await lesson.tabTo(on!);
	await page.keyboard.press('Enter');
	await expect(lesson.told).toContainText(/instructions later, .* HCR_EL2 is written next/);
	expect(await lesson.instruction()).toBeGreaterThan(here);
});

test('back to the last write of a stage-2 entry and of an address that is typed', async ({
	page
}) => {
	const lesson = new Finding(page);
	await lesson.open(`lessons/${stage2[0]}/`);
	const here = await lesson.toMoment(...stage2, 'retry');
	const entry = lesson.stage.getByText(/^The stage-2 entry of level 3 at/);
	const at = BigInt(/0x[\da-f_]+/.exec(await entry.innerText())![0].replaceAll('_', ''));

	const machine = createMachine({ ...standardRun, ...images() });
	machine.run({ maxInstructions: here - 20_000 });
	const value = () =>
		new DataView(machine.readPhysical(Number(at), 8).buffer).getBigUint64(0, true);
	let [last, written] = [value(), 0];
	while (machine.instructions < here) {
		const { instructions } = machine;
		machine.step();
		if (value() !== last) [last, written] = [value(), instructions];
	}
	expect(written).toBeGreaterThan(0);

	await lesson.tabTo(
		lesson.stage.getByRole('button', { name: 'Back to the last write of this entry' }),
		400
	);
	await page.keyboard.press('Enter');
	await lesson.stands(written);
	await expect(lesson.told).toContainText(
		/in the host\. The 8 bytes at PA 0x[\da-f_]+ is written next, by st/
	);
	expect(await violations(page)).toEqual([]);

	await lesson.tabTo(lesson.told.getByRole('button', { name: /^Return to/ }), 400);
	await page.keyboard.press('Enter');
	await lesson.stands(here);
	await lesson.go(`pa:0x${at.toString(16)}`);
	await lesson.stands(written);
});

test('run back and on to a line, from the code and by typing; what is not there is said', async ({
	page
}) => {
	const lesson = new Finding(page);
	await lesson.open(`lessons/${worldSwitch[0]}/`);
	const here = await lesson.toMoment(...worldSwitch, 'activate-vm');
	const [last] = places(here, 5000, (text) => text.startsWith('msr hcr_el2'));
	// The instruction that writes HCR_EL2 is among those shown: picked with the arrow keys.
	const rows = lesson.stage.locator('[data-pc]');
	const texts = await rows.allInnerTexts();
	const [wanted, current] = [
		texts.findIndex((text) => text.includes('hcr_el2')),
		await rows.evaluateAll((all) => all.findIndex((each) => each.ariaCurrent === 'step'))
	];
	await rows.nth(current).focus();
	for (let i = current; i > wanted; i--) await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Enter');
	const line = lesson.stage.getByRole('button', { name: /^Run back to line \d+ of hyp\.S$/ });
	await lesson.tabTo(lesson.stage.getByRole('button', { name: /^Run back to __kvm_vcpu_run/ }));
	await page.keyboard.press('Enter');
	await lesson.stands(last!);
	await lesson.tabTo(line);
	await page.keyboard.press('Enter');
	await expect(lesson.told).toContainText(
		/in __kvm_vcpu_run, hyp\.S:\d+, at EL2\. kvm\/|comes next/
	);
	const number = /hyp\.S:(\d+)/.exec(await lesson.told.innerText())![1]!;
	const begin = await lesson.instruction();
	expect(begin).toBeLessThan(last!);

	await lesson.go('el1_sync', true);
	await expect(lesson.told).toContainText(/later, in el1_sync, hyp\.S:\d+, at EL2/);
	await lesson.go(`hyp.S:${number}`);
	await lesson.stands(begin);

	const field = lesson.stage.getByRole('textbox');
	for (const [text, why] of [
		['HCR', 'Did you mean HCR_EL2'],
		['hyp.S:99999', 'No instruction comes from line 99999 of hyp.S; from line'],
		['pa:0x10', 'there is no RAM'],
		['', 'Type a register (HCR_EL2']
	] as const) {
		await field.focus();
		await page.keyboard.press('ControlOrMeta+A');
		await page.keyboard.press('Delete');
		await page.keyboard.type(text);
		await page.keyboard.press('Enter');
		await expect(lesson.told).toContainText(why);
		await lesson.stands(begin);
	}
	expect(await violations(page)).toEqual([]);

	// A long search says how far it is, and can be stopped.
	await lesson.go('host:panic', true);
	await page.keyboard.press('Escape');
	await expect(lesson.told).toContainText(/You stopped the search|does not come any more/);
	await lesson.stands(begin);
	await field.focus();
	await page.keyboard.press('Escape');
	await expect(field).toHaveCount(0);
	await expect(lesson.stage.getByRole('button', { name: 'Go to …' })).toBeFocused();
});

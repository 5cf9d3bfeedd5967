import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, type Locator, type Page } from '@playwright/test';
import type { Measure } from 'checks';
import { unpackRepeats } from 'toolchain';
import { openShipped } from '../../src/lib/stepping/opening.ts';
import type { Position } from '../../src/lib/stepping/protocol.ts';
import { Stepper } from '../../src/lib/stepping/stepper.ts';

/** A lesson that is stepped, driven with the keyboard alone. */
export class SteppedLesson {
	readonly page: Page;
	readonly stage: Locator;

	constructor(page: Page) {
		this.page = page;
		this.stage = page.getByRole('region', { name: 'The machine' });
	}

	async open(address: string): Promise<void> {
		await this.page.goto(address);
		await expect(this.stage.locator('.position')).toBeVisible({ timeout: 30_000 });
	}

	/** Names of the moments of the steps, as the lesson's text has them. */
	static moments(folder: string): string[] {
		const text = readFileSync(
			join(import.meta.dirname, '../../lessons', folder, 'index.md'),
			'utf8'
		);
		return [...text.matchAll(/<Step moment="([^"]+)"/g)].map((match) => match[1]!);
	}

	/** Where the machine stands, as the page says it. */
	async instruction(): Promise<number> {
		const text = await this.stage.locator('.position').innerText();
		return Number(text.replaceAll(/\D/g, ''));
	}

	async stands(at: number): Promise<void> {
		await expect.poll(() => this.instruction()).toBe(at);
	}

	check(ask: RegExp): Locator {
		return this.page.getByRole('group', { name: 'Self-check' }).filter({ hasText: ask });
	}

	/** Index of the active step. */
	active(): Promise<number> {
		return this.page
			.locator('[data-step]')
			.evaluateAll((all) => all.findIndex((each) => each.getAttribute('aria-current') === 'step'));
	}

	/** Everything that the stage says, to the eye or to a screen reader. */
	said(): Promise<string> {
		return this.stage.evaluate((stage) => {
			const attributes = ['aria-label', 'title', 'alt', 'placeholder', 'aria-description'];
			const spoken = [...stage.querySelectorAll('*')].flatMap((each) =>
				attributes.map((name) => each.getAttribute(name) ?? '')
			);
			const values = [...stage.querySelectorAll('input')].map(({ value }) => value);
			return [stage.textContent, ...spoken, ...values].join('\n').replaceAll(/\s+/g, ' ');
		});
	}

	/** Presses Tab until an element has the focus. */
	async tabTo(element: Locator, most = 120): Promise<void> {
		for (let i = 0; i < most; i++) {
			if (await element.evaluate((each) => each === document.activeElement)) return;
			await this.page.keyboard.press('Tab');
		}
		throw new Error(`${most} times Tab, and the focus never came to ${element.toString()}`);
	}

	/** Answers a prediction, and returns what the machine said. */
	async predict(id: string, answer: string): Promise<string> {
		const form = this.page.locator(`[data-prediction="${id}"]`);
		const options = form.getByRole('radio');
		const values = await options.evaluateAll((all) =>
			all.map((each) => each.getAttribute('value'))
		);
		const chosen = await options.evaluateAll((all) =>
			all.findIndex((each) => (each as HTMLInputElement).checked)
		);
		const start = Math.max(0, chosen);
		await this.tabTo(options.nth(start));
		if (chosen < 0) await this.page.keyboard.press('Space');
		const steps = values.indexOf(answer) - start;
		for (let i = 0; i < Math.abs(steps); i++)
			await this.page.keyboard.press(steps > 0 ? 'ArrowDown' : 'ArrowUp');
		await this.tabTo(form.getByRole('button', { name: 'Let the machine do it' }));
		await this.page.keyboard.press('Enter');
		const told = form.locator('.told');
		await expect(told).toBeVisible();
		return told.innerText();
	}

	/** Answers the question of a check, and returns what is said if it was wrong. */
	async answer(check: Locator, text: string): Promise<string> {
		const input = check.getByRole('textbox');
		await this.tabTo(input);
		await this.page.keyboard.press('ControlOrMeta+A');
		await this.page.keyboard.type(text);
		await this.page.keyboard.press('Enter');
		const told = check.locator('output');
		await expect(check.locator('[data-busy="false"]')).toBeVisible();
		return told.innerText();
	}

	async fingerprint(): Promise<string> {
		const button = this.stage.getByRole('button', { name: 'Fingerprint' });
		await button.focus();
		await this.page.keyboard.press('Enter');
		const output = this.stage.locator('.hash');
		await expect(output).toHaveText(/^[0-9a-f]{16}$/);
		return output.innerText();
	}
}

const generated = join(import.meta.dirname, '../../build/site/generated');
type File = { readonly file: string; readonly after?: readonly File[] };
interface Index {
	readonly shipped: Record<'kernel' | 'initrd' | 'elf', File>;
	readonly offsets: File;
	readonly lessons: Record<string, Record<'moments' | 'state', File>>;
}
const index = JSON.parse(readFileSync(join(generated, 'index.json'), 'utf8')) as Index;
function unpacked({ file, after }: File): Uint8Array {
	const bytes = new Uint8Array(gunzipSync(readFileSync(join(generated, file))));
	return after ? unpackRepeats(bytes, after.map(unpacked)) : bytes;
}
const json = (file: File) => JSON.parse(new TextDecoder().decode(unpacked(file))) as unknown;

/** A part of the tree as the site ships it. */
export const image = (name: keyof Index['shipped']) => unpacked(index.shipped[name]);

/** What the site boots. */
export const images = () => ({ kernel: image('kernel'), initrd: image('initrd') });

/** Where the moments of a lesson are in the standard run. */
export function momentsOf(lesson: string): Record<string, Position> {
	return json(index.lessons[lesson]!.moments) as Record<string, Position>;
}

/** The answer to a lesson's question, from a machine of the test's own. */
export function answerTo(lesson: string, what: Measure): bigint {
	const moments = momentsOf(lesson);
	const opened = openShipped({
		state: unpacked(index.lessons[lesson]!.state),
		elf: unpacked(index.shipped.elf),
		offsets: json(index.offsets) as Record<string, number>,
		moments
	});
	const answer = new Stepper(opened).answer({ ask: 'measure', what });
	if (answer.say !== 'measured') throw new Error(`no answer: ${JSON.stringify(answer)}`);
	return answer.measured.value;
}

export interface Lesson {
	readonly slug: string;
	readonly folder: string;
	/** Predictions by id: a wrong answer, then the right one. */
	readonly predictions: Readonly<Record<string, readonly [wrong: string, right: string]>>;
}

/** The lessons with steps. */
export const lessons: readonly Lesson[] = [
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
			'mem-call-traps': ['2', '1'],
			'mem-touch-traps': ['2', '1'],
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

import { expect, type Locator, type Page } from '@playwright/test';
import { count } from './pages.ts';

/** A row of the table of counts, as the page shows it. */
export interface ShownRow {
	phase: string;
	class: string;
	yours: string;
	machine: string;
	difference: string;
}

/** The workbench of a lesson, driven as a student does: mouse, keyboard, clipboard. */
export class Workbench {
	readonly page: Page;
	readonly buildAndRun: Locator;
	readonly stop: Locator;
	/** What the workbench says it is doing. */
	readonly status: Locator;
	readonly messages: Locator;
	readonly verdict: Locator;
	readonly firstLine: Locator;
	/** Where the editor takes its keys. */
	readonly input: Locator;

	constructor(page: Page) {
		this.page = page;
		const toolbar = page.locator('.toolbar');
		this.buildAndRun = toolbar.getByRole('button', { name: 'Build and run' });
		this.stop = toolbar.getByRole('button', { name: 'Stop' });
		this.status = toolbar.getByRole('status');
		this.messages = page.getByRole('tabpanel', { name: 'Messages' });
		this.verdict = page.locator('.verdict');
		this.firstLine = page.locator('.monaco-editor .view-line').first();
		this.input = page
			.locator('.monaco-editor .native-edit-context, .monaco-editor textarea')
			.first();
	}

	/** Opens a lesson; resolves when Monaco shows a file. */
	async open(path: string = count): Promise<void> {
		await this.page.goto(path);
		await expect(this.page.locator('.monaco-editor .view-lines')).toContainText('include', {
			timeout: 60_000
		});
	}

	async openFile(file: string): Promise<void> {
		const shown = this.page.locator('.code .path');
		if ((await shown.textContent()) !== file) {
			await this.page.getByRole('searchbox', { name: 'Find a file' }).fill(file);
			const list = this.page.getByRole('navigation', { name: 'Files of the tree' });
			const name = file.slice(file.lastIndexOf('/') + 1);
			await list.getByRole('button', { name }).last().click();
			await expect(shown).toHaveText(file);
		}
		// A click may meet the shadow that Monaco draws over the first line of scrolled text.
		await this.input.focus();
	}

	/** Replaces a file's text by pasting; resolves when it is stored. */
	async paste(file: string, text: string): Promise<void> {
		await this.openFile(file);
		await this.page.evaluate((text) => navigator.clipboard.writeText(text), text);
		await this.page.keyboard.press('Control+a');
		await this.page.keyboard.press('Control+v');
		await expect(this.tab(file).getByTitle('changed')).toBeVisible();
		await expect
			.poll(async () => (await this.stored())[file] === text, { message: file, intervals: [50] })
			.toBe(true);
	}

	/**
	 * Types the lines in which `after` differs from `before`, at their place, key by key; resolves when
	 * the store has them. The editor indents by itself, so that the text is as `after` but for blanks
	 * where lines begin and end.
	 */
	async type(file: string, before: string, after: string): Promise<void> {
		if (before === after) throw new Error(`${file}: nothing to type`);
		await this.openFile(file);
		const [old, wanted] = [before.split('\n'), after.split('\n')];
		let head = 0;
		while (old[head] === wanted[head]) head++;
		let tail = 0;
		const rest = Math.min(old.length, wanted.length) - head;
		while (tail < rest && old.at(-1 - tail) === wanted.at(-1 - tail)) tail++;
		const { keyboard } = this.page;
		await this.#goTo(old, head);
		const gone = old.length - tail - head;
		for (let n = 0; n < gone; n++) await keyboard.press('Shift+ArrowDown');
		if (gone > 0) await keyboard.press('Delete');
		for (const line of wanted.slice(head, wanted.length - tail)) {
			await keyboard.type(line.trim());
			await keyboard.press('Enter');
		}
		const bare = (text: string | undefined) => text?.split('\n').map((line) => line.trim());
		await expect
			.poll(async () => bare((await this.stored())[file]), { message: file, intervals: [50] })
			.toEqual(bare(after));
	}

	/** Puts the cursor at the start of a line: by a search for the nearest one above that is unique. */
	async #goTo(lines: readonly string[], line: number): Promise<void> {
		const { keyboard } = this.page;
		await keyboard.press('Control+Home');
		let from = line;
		const text = () => lines[from]!.trim();
		while (from > 0 && (text().length < 4 || lines.filter((l) => l.includes(text())).length > 1))
			from--;
		if (from > 0) {
			const find = this.page.locator('.monaco-editor .find-widget');
			await keyboard.press('Control+f');
			await expect(find.getByRole('textbox', { name: 'Find', exact: true })).toBeFocused();
			await keyboard.press('Control+a');
			await keyboard.insertText(text());
			await expect(find.locator('.matchesCount')).toHaveText('1 of 1');
			await keyboard.press('Escape');
			await expect(this.input).toBeFocused();
			// To the first character that is no blank, and to the line's start.
			await keyboard.press('Home');
			await keyboard.press('Home');
		}
		for (; from < line; from++) await keyboard.press('ArrowDown');
	}

	/** The tab of an open file. */
	tab(file: string): Locator {
		return this.page.locator(`.bar li:has(> button[title="${file}"])`);
	}

	/** Presses the button and waits until the run is judged, or the build has failed. */
	async run(timeout = 120_000): Promise<void> {
		await expect(this.buildAndRun).toBeEnabled({ timeout });
		// The last run's outcome must not be taken for this one's, and a failed build is over before one
		// looks: so the page itself watches the button.
		await this.buildAndRun.evaluate((element) => {
			const button = element as HTMLButtonElement;
			const watched = Object.assign(window, { runIsOver: false });
			const look = () => {
				if (button.disabled) return;
				observer.disconnect();
				watched.runIsOver = true;
			};
			// Between build and run it may be enabled for a moment: so one looks once more.
			const observer = new MutationObserver(() => button.disabled || setTimeout(look));
			observer.observe(button, { attributes: true, attributeFilter: ['disabled'] });
		});
		await this.buildAndRun.click();
		await this.page.waitForFunction(
			() => (window as unknown as { runIsOver: boolean }).runIsOver,
			undefined,
			{ timeout }
		);
		await expect(this.status).toHaveText(
			/Judged|The run is over|Switched off|errors|could not run/
		);
	}

	/** Takes all edits back; the dialog is answered. */
	async resetAll(): Promise<void> {
		this.page.once('dialog', (dialog) => void dialog.accept());
		await this.page.getByRole('button', { name: 'Reset all' }).click();
		await expect(this.page.getByTitle('changed')).toHaveCount(0);
	}

	/** Titles and texts of the verdict's findings. */
	findings(): Promise<{ title: string; text: string }[]> {
		return this.verdict.locator('section').evaluateAll((sections) =>
			sections.map((section) => ({
				title: section.querySelector('h3')!.textContent.trim(),
				text: section.querySelector('p')!.textContent.trim()
			}))
		);
	}

	/** The workbench's table of counts. */
	table(): Promise<ShownRow[]> {
		return this.page.locator('#workbench .results table tbody').evaluateAll((bodies) =>
			bodies.flatMap((body) =>
				[...body.querySelectorAll('tr')].flatMap((row) => {
					// Without a single exit the table has one line that says so, and no phase.
					const phase = body.querySelector('th')?.textContent.trim();
					if (phase === undefined) return [];
					const cells = [...row.querySelectorAll('th:not([scope=rowgroup]), td')].map((cell) =>
						(cell.querySelector('[aria-hidden]') ?? cell).textContent.trim()
					);
					// A phase in one line: its name stands where the others have their class.
					if (cells[0] === phase) cells.shift();
					const [name = '', yours = '', machine = '', difference = ''] = cells;
					return { phase, class: name, yours, machine, difference };
				})
			)
		);
	}

	/** What the browser's store holds of the student's edits: path and text. */
	async stored(): Promise<Record<string, string>> {
		const edits = Object.entries(await this.storedEdits());
		return Object.fromEntries(edits.map(([path, { text }]) => [path, text]));
	}

	/** The records themselves; `base` tells which shipped text an edit was made to. */
	storedEdits(): Promise<Record<string, { text: string; base: number }>> {
		return this.page.evaluate(
			() =>
				new Promise((resolve, reject) => {
					const open = indexedDB.open('trapline');
					open.onerror = () => reject(open.error!);
					open.onsuccess = () => {
						const edits = open.result.transaction('edits').objectStore('edits');
						const keys = edits.getAllKeys();
						const values = edits.getAll();
						values.onsuccess = () => {
							open.result.close();
							resolve(Object.fromEntries(keys.result.map((key, i) => [key, values.result[i]])));
						};
					};
				})
		);
	}
}

/** The page may read and write the clipboard: pasting needs it. */
export const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };

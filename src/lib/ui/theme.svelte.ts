import { browser } from '$app/environment';

export type ThemeChoice = 'system' | 'light' | 'dark';
const key = 'trapline-theme';

/**
 * The page's theme: what was chosen, and what that comes to. The choice lives in local storage, where
 * `app.html` reads it before the first paint; `<html data-theme>` carries it to the style sheet.
 */
class Theme {
	#choice = $state<ThemeChoice>('system');
	#systemDark = $state(false);

	constructor() {
		if (!browser) return;
		const set = document.documentElement.dataset.theme;
		if (set === 'light' || set === 'dark') this.#choice = set;
		const query = matchMedia('(prefers-color-scheme: dark)');
		this.#systemDark = query.matches;
		query.addEventListener('change', () => (this.#systemDark = query.matches));
	}

	get choice(): ThemeChoice {
		return this.#choice;
	}

	get dark(): boolean {
		return this.#choice === 'system' ? this.#systemDark : this.#choice === 'dark';
	}

	choose(choice: ThemeChoice): void {
		this.#choice = choice;
		if (choice === 'system') delete document.documentElement.dataset.theme;
		else document.documentElement.dataset.theme = choice;
		try {
			if (choice === 'system') localStorage.removeItem(key);
			else localStorage.setItem(key, choice);
		} catch {
			// Storage may be forbidden: the choice then lasts as long as the page.
		}
	}
}

export const theme = new Theme();

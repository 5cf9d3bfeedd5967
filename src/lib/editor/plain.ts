import { createTwoFilesPatch } from 'diff';
import type { EditorBackend, EditorEvents, Marker } from './types.ts';

/**
 * An editor for small screens and for browsers where Monaco does not load: a text area with the same
 * interface. Tab moves the focus, as everywhere on a page; the diff is text.
 */
export class PlainEditor implements EditorBackend {
	protected readonly area = document.createElement('textarea');
	readonly #diff = document.createElement('pre');
	readonly #notes = document.createElement('ul');
	readonly #markers = new Map<string, readonly Marker[]>();
	/** Where one was in the files that are not shown now. */
	readonly #places = new Map<string, { scroll: number; at: number }>();
	#file = '';
	#original = '';

	constructor(host: HTMLElement, events: EditorEvents) {
		const { area } = this;
		area.className = 'plain-editor';
		area.spellcheck = false;
		area.autocapitalize = 'off';
		area.setAttribute('autocorrect', 'off');
		area.wrap = 'off';
		area.addEventListener('input', () => {
			events.change(this.#file, area.value);
			this.#drawDiff();
		});
		this.#diff.className = 'plain-diff';
		this.#diff.tabIndex = 0;
		this.#diff.hidden = true;
		this.#notes.className = 'plain-notes';
		host.append(this.#notes, area, this.#diff);
	}

	open(file: string, text: string, original: string): void {
		const { area } = this;
		if (file !== this.#file)
			this.#places.set(this.#file, { scroll: area.scrollTop, at: area.selectionStart });
		area.setAttribute('aria-label', `Source code of ${file}`);
		if (area.value !== text) area.value = text;
		if (file !== this.#file) {
			const { scroll, at } = this.#places.get(file) ?? { scroll: 0, at: 0 };
			area.setSelectionRange(at, at);
			area.scrollTop = scroll;
		}
		this.#file = file;
		this.#original = original;
		this.#drawDiff();
		this.#drawMarkers();
	}

	setMarkers(file: string, markers: readonly Marker[]): void {
		this.#markers.set(file, markers);
		this.#drawMarkers();
	}

	reveal(line: number, column: number): void {
		const { area } = this;
		const before = area.value.split('\n').slice(0, line - 1);
		const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
		area.focus();
		area.setSelectionRange(at, at);
		const lineHeight = parseFloat(getComputedStyle(area).lineHeight) || 20;
		area.scrollTop = Math.max(0, (line - 4) * lineHeight);
	}

	setDiff(on: boolean): void {
		this.#diff.hidden = !on;
		this.area.hidden = on;
		this.#drawDiff();
	}

	setTheme(): void {
		// The style sheet does it.
	}

	dispose(): void {
		this.area.remove();
		this.#diff.remove();
		this.#notes.remove();
	}

	#drawDiff(): void {
		if (this.#diff.hidden) return;
		this.#diff.textContent =
			this.#original === this.area.value
				? 'This file is as shipped.'
				: createTwoFilesPatch('as shipped', 'yours', this.#original, this.area.value);
	}

	#drawMarkers(): void {
		const markers = this.#markers.get(this.#file) ?? [];
		this.#notes.hidden = markers.length === 0;
		this.#notes.replaceChildren(
			...markers.map((marker) => {
				const item = document.createElement('li');
				const button = document.createElement('button');
				button.type = 'button';
				button.textContent = `${marker.line}:${marker.column} ${marker.severity}: ${marker.message}`;
				button.addEventListener('click', () => this.reveal(marker.line, marker.column));
				item.append(button);
				return item;
			})
		);
	}
}

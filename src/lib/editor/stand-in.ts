import { PlainEditor } from './plain.ts';
import type { EditorEvents, Place } from './types.ts';

/**
 * Stands where Monaco will be, until that is there: its text lies at the same pixels, its lines have
 * numbers, and its keys do what those of Monaco do. What is done in it is handed over as a `Place`.
 */
export class StandIn extends PlainEditor {
	readonly #row = document.createElement('div');
	readonly #numbers = document.createElement('div');
	readonly #events: EditorEvents;
	/** The texts of the files when they were first opened. */
	readonly #before = new Map<string, string>();
	#file = '';
	#lines = 0;
	#tabMovesFocus = false;
	#composing = false;
	#held = false;
	#onStill: (() => void) | undefined;

	constructor(host: HTMLElement, events: EditorEvents) {
		super(host, events);
		const { area } = this;
		this.#events = events;
		this.#row.className = 'stand-in';
		this.#numbers.className = 'stand-in-numbers';
		this.#numbers.ariaHidden = 'true';
		area.replaceWith(this.#row);
		this.#row.append(this.#numbers, area);
		area.addEventListener('scroll', () => this.#scroll());
		area.addEventListener('input', () => this.#number());
		area.addEventListener('keydown', (event) => this.#key(event));
		area.addEventListener('compositionstart', () => (this.#composing = true));
		area.addEventListener('compositionend', () => {
			this.#composing = false;
			// Its last input event is still to come.
			setTimeout(() => this.#tellStill());
		});
		area.addEventListener('pointerdown', this.#press);
		addEventListener('pointerup', this.#release);
		addEventListener('pointercancel', this.#release);
		addEventListener('pointermove', this.#move);
	}

	readonly #press = () => (this.#held = true);
	readonly #release = () => {
		this.#held = false;
		// The click that ends it is still to come.
		setTimeout(() => this.#tellStill());
	};

	/** Whoever lets go of a scroll bar is not heard to. */
	readonly #move = (event: PointerEvent) => {
		if (this.#held && event.buttons === 0) this.#release();
	};

	#tellStill(): void {
		if (!this.#composing && !this.#held) this.#onStill?.();
	}

	/** Resolves when nobody is in the middle of a selection or of composing a character. */
	still(): Promise<void> {
		if (!this.#composing && !this.#held) return Promise.resolve();
		return new Promise((resolve) => (this.#onStill = resolve));
	}

	get place(): Place {
		const { area } = this;
		const { selectionStart, selectionEnd, selectionDirection, value } = area;
		const backward = selectionDirection === 'backward';
		return {
			scrollTop: area.scrollTop,
			scrollLeft: area.scrollLeft,
			anchor: backward ? selectionEnd : selectionStart,
			head: backward ? selectionStart : selectionEnd,
			focused: document.activeElement === area,
			before: this.#before.get(this.#file) ?? value,
			text: value,
			tabMovesFocus: this.#tabMovesFocus
		};
	}

	override open(file: string, text: string, original: string): void {
		this.#file = file;
		if (!this.#before.has(file)) this.#before.set(file, text);
		super.open(file, text, original);
		this.#number();
		this.#scroll();
	}

	override setDiff(on: boolean): void {
		super.setDiff(on);
		this.#row.hidden = on;
	}

	override dispose(): void {
		removeEventListener('pointerup', this.#release);
		removeEventListener('pointercancel', this.#release);
		removeEventListener('pointermove', this.#move);
		super.dispose();
		this.#row.remove();
	}

	#scroll(): void {
		this.#numbers.scrollTop = this.area.scrollTop;
	}

	#number(): void {
		const lines = this.area.value.split('\n').length;
		if (lines === this.#lines) return;
		this.#lines = lines;
		this.#numbers.textContent = Array.from({ length: lines }, (_, i) => i + 1).join('\n');
	}

	#key(event: KeyboardEvent): void {
		const { area } = this;
		if (event.isComposing || event.altKey || event.metaKey) return;
		if (event.ctrlKey) {
			if (event.key !== 'm') return;
			event.preventDefault();
			this.#tabMovesFocus = !this.#tabMovesFocus;
			this.#events.tabMovesFocus(this.#tabMovesFocus);
		} else if (event.key === 'Tab' && !event.shiftKey && !this.#tabMovesFocus) {
			event.preventDefault();
			type(area, '\t');
		} else if (event.key === 'Enter') {
			const line = area.value.slice(0, area.selectionStart).split('\n').at(-1)!;
			event.preventDefault();
			type(area, '\n' + /^\s*/.exec(line)![0]);
		}
	}
}

/** As a key would; the input event tells everybody. */
function type(area: HTMLTextAreaElement, text: string): void {
	area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
	area.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

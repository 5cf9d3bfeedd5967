import { tick } from 'svelte';
import type { LessonSteps } from './steps.svelte.ts';

/** Elements that have a use of their own for the arrow keys. */
const takesArrows =
	'input, select, textarea, [contenteditable], [role=grid], [role=tablist], [role=listbox], [role=radiogroup], [role=slider], [role=toolbar]';

/**
 * Takes the machine to the step that the reader has scrolled to, and hears the arrow keys:
 * left and right go to the step before and after, with Shift to the instruction before and after.
 * Where the stage stands inside the active step, it is taken out of one step and put into another:
 * the text that is being read stays where it is on the screen meanwhile. Returns what ends it.
 */
export function followSteps(text: HTMLElement, steps: LessonSteps): () => void {
	// What a browser does of itself about content that goes away above, not all of them do, so it is
	// done here for all of them, and only once.
	const root = document.documentElement;
	const anchor = root.style.overflowAnchor;
	root.style.overflowAnchor = 'none';

	let moving: symbol | undefined;
	/**
	 * For a moment nothing that passes by is taken for what is being read: for some frames, too, because
	 * what scrolls is noticed only in the next one, and a page that is busy draws it late.
	 */
	function move(): void {
		const mine = (moving = Symbol());
		const end = () => {
			if (moving === mine) moving = undefined;
		};
		const nextFrame = (then: () => void) => requestAnimationFrame(() => setTimeout(then));
		setTimeout(() => nextFrame(() => nextFrame(end)), 300);
	}

	async function activate(element: Element): Promise<void> {
		if (element.id === steps.active?.id) return;
		const { top } = element.getBoundingClientRect();
		steps.activate(element.id);
		move();
		await tick();
		scrollBy({ top: element.getBoundingClientRect().top - top, behavior: 'instant' });
	}

	const observer = new IntersectionObserver(
		(entries) => {
			if (moving !== undefined) return;
			const entered = entries.find(({ isIntersecting }) => isIntersecting);
			if (entered) void activate(entered.target);
		},
		// A line at a third of the height: the step that crosses it is being read.
		{ rootMargin: '-33% 0px -66% 0px' }
	);
	for (const element of text.querySelectorAll('[data-step]')) observer.observe(element);

	/** Brings a step to the top and takes the machine there. */
	async function show(index: number): Promise<void> {
		const step = steps.all[index];
		if (!step) return;
		const focused = document.activeElement;
		steps.goTo(index);
		move();
		await tick();
		const element = document.getElementById(step.id);
		element?.scrollIntoView({ block: 'start', behavior: 'instant' });
		// The button that was pressed may have gone with the stage of the step before.
		if (focused && !focused.isConnected)
			element?.querySelector('button')?.focus({ preventScroll: true });
	}

	/**
	 * What gets the focus is scrolled to: on the way to the stage, steps are passed and not read. When the
	 * focus comes to the machine, the step that it shows is brought back.
	 */
	function onFocus({ target }: FocusEvent): void {
		move();
		const active = steps.active && document.getElementById(steps.active.id);
		if (!active || !(target instanceof Element) || !target.closest('.stage')) return;
		const { top, bottom } = active.getBoundingClientRect();
		if (bottom < 0 || top > innerHeight)
			active.scrollIntoView({ block: 'start', behavior: 'instant' });
	}

	/** Whoever answers a question of a step is reading it. */
	function onChange({ target }: Event): void {
		const element = target instanceof Element && target.closest('[data-step]');
		if (element) void activate(element);
	}

	function onKey(event: KeyboardEvent): void {
		const right = event.key === 'ArrowRight';
		if (!right && event.key !== 'ArrowLeft') return;
		if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
		if (event.target instanceof Element && event.target.closest(takesArrows)) return;
		event.preventDefault();
		if (event.shiftKey) void steps.machine.step(right ? 'instruction' : 'back');
		else void show(steps.at + (right ? 1 : -1));
	}

	steps.onShow = (index) => void show(index);
	addEventListener('keydown', onKey);
	addEventListener('focusin', onFocus);
	text.addEventListener('change', onChange);
	return () => {
		root.style.overflowAnchor = anchor;
		moving = undefined;
		observer.disconnect();
		removeEventListener('keydown', onKey);
		removeEventListener('focusin', onFocus);
		text.removeEventListener('change', onChange);
	};
}

import type { LessonSteps } from './steps.svelte.ts';

/** Elements that have a use of their own for the arrow keys. */
const takesArrows =
	'input, select, textarea, [contenteditable], [role=grid], [role=tablist], [role=listbox], [role=radiogroup], [role=slider], [role=toolbar]';

/**
 * Takes the machine to the step that the reader has scrolled to, and hears the arrow keys: left and
 * right go to the step before and after, with Shift to the instruction before and after. Returns what
 * ends it.
 */
export function followSteps(text: HTMLElement, steps: LessonSteps): () => void {
	let scrolling = false;

	const observer = new IntersectionObserver(
		(entries) => {
			if (scrolling) return;
			for (const { isIntersecting, target } of entries)
				if (isIntersecting) steps.activate(target.id);
		},
		// A line at a third of the height: the step that crosses it is being read.
		{ rootMargin: '-33% 0px -66% 0px' }
	);
	for (const element of text.querySelectorAll('.step')) observer.observe(element);

	/** Shows a step without taking what passes by on the way for what is being read. */
	function show(index: number): void {
		const step = steps.all[index];
		if (!step) return;
		steps.goTo(index);
		scrolling = true;
		document.getElementById(step.id)?.scrollIntoView({ block: 'start' });
		setTimeout(() => (scrolling = false), 300);
	}

	function onKey(event: KeyboardEvent): void {
		const right = event.key === 'ArrowRight';
		if (!right && event.key !== 'ArrowLeft') return;
		if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
		if (event.target instanceof Element && event.target.closest(takesArrows)) return;
		event.preventDefault();
		if (event.shiftKey) void steps.machine.step(right ? 'instruction' : 'back');
		else show(steps.at + (right ? 1 : -1));
	}

	steps.onShow = show;
	addEventListener('keydown', onKey);
	return () => {
		observer.disconnect();
		removeEventListener('keydown', onKey);
	};
}

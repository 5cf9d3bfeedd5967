import { createContext } from 'svelte';
import type { SteppingState } from '$lib/stepping/SteppingState.svelte.ts';

/** A step of a lesson: a stretch of its prose, the moment of the run it is about, and what to look at. */
export interface LessonStep {
	/** The id of its element in the page. */
	readonly id: string;
	readonly moment: string;
	/** Names of lesson blocks, in order. */
	readonly show: readonly string[];
	/** Those of them that come only with the answer to the step's question. */
	readonly withhold: readonly string[];
}

/** What a block inside a step knows of it. */
export const [getStep, setStep] = createContext<LessonStep>();

/**
 * Blocks that show what the next instruction leads to, or what such an instruction has led to before:
 * the end of a walk, the syndrome, the exceptions of the past.
 */
const tellsWhatComes: ReadonlySet<string> = new Set(['Track', 'Walk', 'Syndrome', 'Descriptor']);

/** The steps of one lesson in their order, and which of them the machine has been taken to. */
export class LessonSteps {
	readonly machine: SteppingState;
	#steps = $state.raw<readonly LessonStep[]>([]);
	#active = $state(0);
	#asking = $state.raw<ReadonlySet<LessonStep>>(new Set());
	/** The page: brings a step's text into view and takes the machine there. */
	onShow: ((index: number) => void) | undefined;

	constructor(machine: SteppingState) {
		this.machine = machine;
	}

	/** Steps report in the order of the prose. Returns what takes the step out again. */
	add(step: LessonStep): () => void {
		this.#steps = [...this.#steps, step];
		return () => (this.#steps = this.#steps.filter((each) => each !== step));
	}

	get all(): readonly LessonStep[] {
		return this.#steps;
	}

	/** Index of the active step. */
	get at(): number {
		return this.#active;
	}

	get active(): LessonStep | undefined {
		return this.#steps[this.#active];
	}

	/** Takes the machine to a step's moment; an index without a step does nothing. */
	goTo(index: number): void {
		const step = this.#steps[index];
		if (step === undefined) return;
		this.#active = index;
		void this.machine.goto(step.moment);
	}

	/** A block of this step asks what will happen: until it is answered, nothing may give it away. */
	ask(step: LessonStep): void {
		this.#asking = new Set([...this.#asking, step]);
	}

	told(step: LessonStep): void {
		this.#asking = new Set([...this.#asking].filter((each) => each !== step));
	}

	/** What comes next is being guessed. */
	get guessing(): boolean {
		return this.active !== undefined && this.#asking.has(this.active);
	}

	/** Blocks to look at now: while something is being guessed, none that would tell it. */
	get shown(): readonly string[] {
		const { show = [], withhold = [] } = this.active ?? {};
		if (!this.guessing) return show;
		return show.filter((name) => !tellsWhatComes.has(name) && !withhold.includes(name));
	}

	/** Brings a step into view as well, where there is a page to scroll. */
	show(index: number): void {
		if (this.onShow) this.onShow(index);
		else this.goTo(index);
	}

	/** The step whose element has this id becomes the active one. */
	activate(id: string): void {
		const index = this.#steps.findIndex((step) => step.id === id);
		if (index !== this.#active) this.goTo(index);
	}
}

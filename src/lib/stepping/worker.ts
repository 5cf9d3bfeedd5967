/// <reference lib="webworker" />
import { loadRules, loadShipped, openBuilt, openShipped } from './opening.ts';
import type { Answer, Ask, Cancel, Looked, Numbered } from './protocol.ts';
import { grouped } from './search.ts';
import { Stepper } from './stepper.ts';

declare const self: DedicatedWorkerGlobalScope;

let stepper: Stepper | undefined;

/** Instructions that a request may have to wait for: some milliseconds. */
const part = 100_000;

/** One request after another: while something is looked for, others wait. */
let done: Promise<void> = Promise.resolve();
/** The searches given up so far. */
let cancelled = 0;

self.onmessage = ({ data }: MessageEvent<Numbered<Ask> | Cancel>) => {
	if (data.ask === 'cancel') return void cancelled++;
	const { n, ...ask } = data;
	const say = (answer: Answer | Looked) => self.postMessage({ n, ...answer });
	done = done.then(() =>
		answer(ask, say).then(say, (error: unknown) =>
			say({ say: 'refused', why: error instanceof Error ? error.message : String(error) })
		)
	);
};

async function answer(ask: Ask, tell: (looked: Looked) => void): Promise<Answer> {
	if (ask.ask !== 'open') {
		if (stepper === undefined) return { say: 'refused', why: 'There is no machine yet.' };
		return ask.ask === 'find' ? look(stepper, ask, tell) : stepper.answer(ask);
	}
	const { machine } = ask;
	stepper = undefined;
	const opened =
		machine.kind === 'shipped'
			? openShipped(await loadShipped(machine))
			: openBuilt(machine, await loadRules(machine));
	stepper = new Stepper(opened);
	goAhead(stepper);
	return { say: 'view', view: stepper.view() };
}

/** A search, with pauses in which it can be given up. */
async function look(
	of: Stepper,
	ask: Extract<Ask, { ask: 'find' }>,
	tell: (looked: Looked) => void
): Promise<Answer> {
	const finding = of.answering(ask);
	const before = cancelled;
	for (;;) {
		const { done, value } = finding.next();
		if (done) return value;
		tell({ say: 'looked', at: value });
		await new Promise((resolve) => setTimeout(resolve, 0));
		if (cancelled === before) continue;
		finding.return({ say: 'refused', why: '' });
		return {
			say: 'refused',
			why: `You stopped the search at instruction ${grouped(value)}: the machine is where it was.`
		};
	}
}

/** Between requests the run is gone through ahead of the student, a part at a time. */
function goAhead(of: Stepper): void {
	setTimeout(() => {
		if (of === stepper && of.runAhead(part)) goAhead(of);
	}, 0);
}

/// <reference lib="webworker" />
import { loadRules, loadShipped, openBuilt, openShipped } from './opening.ts';
import type { Answer, Ask, Numbered } from './protocol.ts';
import { Stepper } from './stepper.ts';

declare const self: DedicatedWorkerGlobalScope;

let stepper: Stepper | undefined;

/** Instructions that a request may have to wait for: some milliseconds. */
const part = 100_000;

self.onmessage = ({ data }: MessageEvent<Numbered<Ask>>) => {
	const { n, ...ask } = data;
	const say = (answer: Answer) => self.postMessage({ n, ...answer } satisfies Numbered<Answer>);
	answer(ask).then(say, (error: unknown) =>
		say({ say: 'refused', why: error instanceof Error ? error.message : String(error) })
	);
};

async function answer(ask: Ask): Promise<Answer> {
	if (ask.ask !== 'open') {
		if (stepper === undefined) return { say: 'refused', why: 'There is no machine yet.' };
		return stepper.answer(ask);
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

/** Between requests the run is gone through ahead of the student, a part at a time. */
function goAhead(of: Stepper): void {
	setTimeout(() => {
		if (of === stepper && of.runAhead(part)) goAhead(of);
	}, 0);
}

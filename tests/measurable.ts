import type { Measurable } from '../src/lib/lessons/measure.ts';
import type { Opened } from '../src/lib/stepping/opening.ts';
import type { Ask, Position, View } from '../src/lib/stepping/protocol.ts';
import { Stepper } from '../src/lib/stepping/stepper.ts';

/** A lesson's machine as its questions measure it, without a Worker between; it stands at `first`. */
export function measurable(opened: Opened, first: Position): Measurable {
	const stepper = new Stepper(opened);
	let view: View | undefined;
	const go = (ask: Exclude<Ask, { ask: 'open' }>): Promise<void> => {
		const answer = stepper.answer(ask);
		if (answer.say === 'refused') throw new Error(answer.why);
		if (answer.say === 'view') view = answer.view;
		return Promise.resolve();
	};
	void go({ ask: 'seek', to: first });
	return {
		get view() {
			return view;
		},
		seek: (to) => go({ ask: 'seek', to }),
		step: (by) => go({ ask: 'step', by }),
		walk: (va, access, of) => {
			const answer = stepper.answer({ ask: 'walk', va, access, of });
			return Promise.resolve(answer.say === 'walk' ? answer.walk : undefined);
		}
	};
}

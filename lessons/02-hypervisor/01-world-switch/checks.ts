import { check, type SteppedMachine } from 'checks';

/** Whose value a register has, where the two differ. */
function holds({ system, kept }: SteppedMachine, name: string): 'host' | 'guest' | undefined {
	const [now, copies] = [system[name], kept[name]];
	if (now === undefined || !copies || copies.host === copies.guest) return undefined;
	if (now === copies.host) return 'host';
	return now === copies.guest ? 'guest' : undefined;
}

export default [
	check('levels', {
		ask: 'Predict at which level the machine goes on, after the host’s hvc and after the first eret.',
		hint: 'Two steps above ask for the level. Whoever was wrong may answer again.',
		passed: ({ stepped }) =>
			['hvc-level', 'eret-level'].every((id) => stepped?.answered.has(id) ?? false)
	}),
	check('between-worlds', {
		ask: 'Stop the machine between the worlds: at EL2, with the guest’s SCTLR_EL1 in the processor and still the host’s TTBR1_EL1.',
		hint: 'Go to the step in which the guest’s EL1 wakes up, and move by single instructions: all 21 values are loaded first, and then written one after another.',
		passed: ({ stepped }) => {
			if (!stepped || stepped.now.world !== 'hyp') return false;
			const holder = (name: string) => holds(stepped.now, name);
			return holder('SCTLR_EL1') === 'guest' && holder('TTBR1_EL1') === 'host';
		}
	}),
	check('not-a-trap', {
		ask: 'Tell the class of a trap, and the exit that is none: predict what ESR_EL2 shows for the system register and for the host’s interrupt.',
		hint: 'The questions stand under “The guest reads a register” and “One more exit”.',
		passed: ({ stepped }) =>
			['sysreg-class', 'irq-class'].every((id) => stepped?.answered.has(id) ?? false)
	}),
	check('exit-class', {
		ask: 'Read a number off your own machine.',
		hint: 'Go to that step and press “Trap ⇥” until the guest has left so many times. The class is in bits 31 to 26 of ESR_EL2, or in the track.',
		question: (seed) => {
			const nth = 2 + (seed % 9);
			return {
				ask: `After the guest’s hvc above (count that one as 1), what is the exception class of the guest’s exit number ${nth}?`,
				measure: { kind: 'exit-class', moment: 'guest-hvc', nth }
			};
		},
		passed: ({ stepped }) => stepped?.answered.has('exit-class') ?? false
	})
];

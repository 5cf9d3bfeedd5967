import { check } from 'checks';

/** HCR_EL2.VM: stage 2 is on for EL1 and EL0. */
const VM = 1n;

export default [
	check('levels', {
		ask: 'Predict at which level the machine goes on, after the host’s hvc and after the first eret.',
		hint: 'Two steps above ask for the level. Whoever was wrong may answer again.',
		passed: ({ stepped }) =>
			['hvc-level', 'eret-level'].every((id) => stepped?.answered.has(id) ?? false)
	}),
	check('between-worlds', {
		ask: 'Stop the machine between the worlds: at EL2, with stage 2 switched on and no tables for it yet.',
		hint: 'HCR_EL2 is written a few instructions before VTTBR_EL2. Go to the step that sets the traps and move by single instructions.',
		passed: ({ stepped }) => {
			if (!stepped || stepped.now.world !== 'hyp') return false;
			const { HCR_EL2 = 0n, VTTBR_EL2 = 0n } = stepped.now.system;
			return (HCR_EL2 & VM) !== 0n && VTTBR_EL2 === 0n;
		}
	}),
	check('not-a-trap', {
		ask: 'Tell the class of a trap, and the exit that is none: predict what ESR_EL2 shows for the system register and for the host’s interrupt.',
		hint: 'The questions stand under “A trap that nobody meant” and “An exit that is no trap”.',
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

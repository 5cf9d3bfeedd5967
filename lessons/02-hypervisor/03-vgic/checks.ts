import { check } from 'checks';

export default [
	check('what-traps', {
		ask: 'Tell the steps that trap from those that do not: the store to the distributor, the deadline, wfi, the acknowledge.',
		hint: 'Each has its question in the steps above.',
		passed: ({ stepped }) =>
			['enable-class', 'cval-traps', 'wfi-class', 'iar-traps'].every(
				(id) => stepped?.answered.has(id) ?? false
			)
	}),
	check('vgic-active', {
		ask: 'Stop the guest with an interrupt active: acknowledged, and not at its end.',
		hint: 'Go to the acknowledge and move on by one instruction; anywhere before the write to GICC_EOIR will do.',
		passed: ({ stepped }) => stepped?.now.world === 'guest' && stepped.now.activeInterrupts > 0
	}),
	check('injected', {
		ask: 'Raise a line on the copy that the guest acknowledges.',
		hint: 'It must be enabled in the virtual distributor: the picture shows which are. Those below 32 are the vCPU’s own, from 32 on come the devices.',
		passed: ({ stepped }) => stepped?.tried.some((t) => t.acknowledged !== undefined) ?? false
	}),
	check('deadline', {
		ask: 'Read a number off your own machine.',
		hint: 'Go to the first step under “A deadline” and move by single instructions. CNTV_CVAL_EL0 is the deadline, CNTVCT_EL0 the guest’s time: the picture of the timer has both.',
		question: (seed) => {
			const plus = 1 + (seed % 6);
			return {
				ask: `The guest sets its timer. When it has executed ${plus} more instruction${plus === 1 ? '' : 's'} from there, how many ticks are left until the deadline?`,
				measure: {
					kind: 'register',
					moment: 'set-timer',
					plus,
					name: 'CNTV_CVAL_EL0',
					minus: 'CNTVCT_EL0'
				}
			};
		},
		passed: ({ stepped }) => stepped?.answered.has('deadline') ?? false
	})
];

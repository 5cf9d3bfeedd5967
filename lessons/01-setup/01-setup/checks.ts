import { check } from 'checks';

export default [
	check('guest-boots', {
		ask: 'Build the tree as it is and run it until the guest has booted.',
		hint: 'Press “Build and run” and watch the host’s console: the host boots first, then the guest.',
		passed: (run) => run.hostBooted && run.guestBooted
	}),
	check('console-is-used', {
		ask: 'Run a program in the guest: type “mem 10” at its prompt.',
		hint: 'The keyboard is the guest’s once mem and io have run: click into the guest’s console then.',
		passed: (run) => run.typed && run.askedOfGuest.length > 0
	})
];

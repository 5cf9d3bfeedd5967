import { check } from 'checks';

export default [
	check('guest-boots', {
		ask: 'Build the tree as it is and run it until the guest has booted.',
		hint: 'Press “Build and run” and watch the console: the host boots first, then the guest.',
		passed: (run) => run.hostBooted && run.guestBooted
	}),
	check('console-is-used', {
		ask: 'Click into the console and type something while the machine runs.',
		hint: 'The machine takes input from its first instruction until it is switched off.',
		passed: (run) => run.typed
	})
];

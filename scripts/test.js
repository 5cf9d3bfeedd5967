/** `npm test`: every check of the project; a check that passed on the same files is not run again. */
import { availableParallelism } from 'node:os';
import { installPackages, installTestTools, succeeds } from './ready.js';

installPackages();
installTestTools();

// Beside each other what mostly takes one core; then the browser's tests, which have the machine to themselves.
const groups = [
	['test:code', Math.min(availableParallelism(), 3)],
	['test:e2e', 1]
];
const passed = groups.map(([group, atATime]) =>
	succeeds('npm', ['run', '--silent', group], {
		WIREIT_PARALLEL: process.env.WIREIT_PARALLEL ?? String(atATime),
		// One run tells all that is wrong.
		WIREIT_FAILURES: process.env.WIREIT_FAILURES ?? 'continue'
	})
);
if (passed.includes(false)) process.exitCode = 1;

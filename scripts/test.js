/** `npm test`: every check of the project; a check that passed on the same files is not run again. */
import { availableParallelism } from 'node:os';
import { installPackages, installTestTools, run } from './ready.js';

installPackages();
installTestTools();
run('npm', ['run', '--silent', 'test:all'], {
	// Most steps use two cores themselves, and the browser's tests should not wait for the others.
	WIREIT_PARALLEL: process.env.WIREIT_PARALLEL ?? String(Math.ceil(availableParallelism() / 4)),
	// One run tells all that is wrong.
	WIREIT_FAILURES: process.env.WIREIT_FAILURES ?? 'continue'
});

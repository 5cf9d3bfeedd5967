/** `npm test`: every check of the project; a check that passed on the same files is not run again. */
import { installPackages, installTestTools, run } from './ready.js';

installPackages();
installTestTools();
run('npm', ['run', '--silent', 'test:all']);

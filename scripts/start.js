/** `npm start`: everything from a fresh clone to a served site; what is up to date is not done again. */
import { installPackages, run } from './ready.js';

installPackages();
run('npm', ['run', '--silent', 'serve']);

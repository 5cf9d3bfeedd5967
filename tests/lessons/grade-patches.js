/** Makes build/grades.json: see grades.ts. JavaScript, because Node 20 runs no TypeScript by itself. */
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('grades.ts', import.meta.url).pathname, {
	configFile: false,
	logLevel: 'warn'
});
await module.makeGrades();

/** `npm run bench:code`: see code/main.ts. JavaScript, because Node 20 runs no TypeScript by itself. */
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('code/main.ts', import.meta.url).pathname, {
	configFile: false,
	logLevel: 'warn'
});
process.exitCode = module.main(process.argv.slice(2));

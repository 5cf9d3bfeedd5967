/** `node tests/fuzz/gic.js`: see gic/main.ts. JavaScript, because Node 20 runs no TypeScript by itself. */
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('gic/main.ts', import.meta.url).pathname, {
	configFile: false,
	logLevel: 'warn'
});
module.main(process.argv.slice(2));

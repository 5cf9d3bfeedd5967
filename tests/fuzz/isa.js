/** `npm run fuzz:isa`: see isa/main.ts. JavaScript, because Node 20 runs no TypeScript by itself. */
import { runnerImport } from 'vite';

const { module } = await runnerImport(new URL('isa/main.ts', import.meta.url).pathname, {
	configFile: false,
	logLevel: 'warn'
});
module.main(process.argv.slice(2));

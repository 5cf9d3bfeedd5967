import { join } from 'node:path';
import { defineConfig } from 'vite';
import { toolchainHash } from './src/toolchain-version.ts';

/** One JavaScript file for Node 20: the workspaces' TypeScript is bundled, npm's packages stay outside. */
export default defineConfig({
	root: import.meta.dirname,
	publicDir: false,
	logLevel: 'warn',
	define: { bundledToolchain: JSON.stringify(toolchainHash(join(import.meta.dirname, '..'))) },
	build: {
		ssr: 'src/main.ts',
		outDir: 'dist',
		emptyOutDir: true,
		target: 'node20',
		rolldownOptions: { output: { entryFileNames: 'trapline.js' } }
	},
	ssr: { noExternal: ['emulator-core', 'toolchain', 'checks'] }
});

import { defineConfig } from 'vite';

/** One JavaScript file for Node 20: the workspaces' TypeScript is bundled, npm's packages stay outside. */
export default defineConfig({
	root: import.meta.dirname,
	publicDir: false,
	logLevel: 'warn',
	build: {
		ssr: 'src/main.ts',
		outDir: 'dist',
		emptyOutDir: true,
		target: 'node20',
		rolldownOptions: { output: { entryFileNames: 'trapline.js' } }
	},
	ssr: { noExternal: ['emulator-core', 'toolchain', 'checks'] }
});

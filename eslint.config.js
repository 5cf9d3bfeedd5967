import svelte from 'eslint-plugin-svelte';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
	// What .gitignore names: Playwright leaves bundles in test-results/.
	{
		ignores: [
			...['**/node_modules/', '.svelte-kit/', './build/', '**/dist/', '.cache/', '.wireit/'],
			...['static/', 'test-results/', 'playwright-report/']
		]
	},
	...ts.configs.strict,
	...svelte.configs.recommended,
	prettier,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		rules: {
			// The core indexes typed arrays and tables whose bounds it has just checked.
			'@typescript-eslint/no-non-null-assertion': 'off',
			// Arm's names carry their own case (`HCR_EL2`), and `_`-led names mark what is unused on purpose.
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig }
		},
		rules: {
			// State is immutable snapshots in `$state.raw`: a Map is replaced, never changed in place.
			'svelte/prefer-svelte-reactivity': 'off'
		}
	}
);

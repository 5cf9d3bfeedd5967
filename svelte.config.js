import adapter from '@sveltejs/adapter-static';
import { mdsvex } from 'mdsvex';
import { lessonBlocks, reachableCode } from './src/lib/lessons/preprocess.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
	extensions: ['.svelte', '.md'],
	preprocess: [lessonBlocks(), mdsvex({ extensions: ['.md'] }), reachableCode()],
	compilerOptions: {
		runes: true,
		// mdsvex writes `<script context="module">` for the front matter, and `reachableCode` gives code
		// that scrolls a tabindex; nothing else of ours does either.
		warningFilter: (warning) =>
			warning.code !== 'script_context_deprecated' &&
			!(warning.code === 'a11y_no_noninteractive_tabindex' && warning.filename?.endsWith('.md'))
	},
	kit: {
		// Under build/, which other products share: the adapter empties its own folder.
		adapter: adapter({ pages: 'build/site', assets: 'build/site', precompress: true }),
		alias: { $lessons: './lessons' },
		// Relative addresses: the site works under any sub-path of any static host.
		paths: { relative: true }
	}
};

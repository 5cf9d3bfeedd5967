import adapter from '@sveltejs/adapter-static';
import { mdsvex } from 'mdsvex';
import { lessonBlocks } from './src/lib/lessons/preprocess.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
	extensions: ['.svelte', '.md'],
	preprocess: [lessonBlocks(), mdsvex({ extensions: ['.md'] })],
	compilerOptions: {
		runes: true,
		// mdsvex writes `<script context="module">` for the front matter; nothing of ours does.
		warningFilter: (warning) => warning.code !== 'script_context_deprecated'
	},
	kit: {
		// Under build/, which other products share: the adapter empties its own folder.
		adapter: adapter({ pages: 'build/site', assets: 'build/site', precompress: true }),
		alias: { $lessons: './lessons' },
		// Relative addresses: the site works under any sub-path of any static host.
		paths: { relative: true }
	}
};

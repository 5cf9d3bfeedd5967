/**
 * The tree's files, bundled as text: one chunk with a hashed name, fetched when a workbench opens and
 * then kept by the browser's cache. Import this module lazily.
 */
const texts = import.meta.glob<string>(
	[
		'/lessons/VM_HW2/**/*.{c,h,S,s,lds,json,sh,dts}',
		'/lessons/VM_HW2/**/{Makefile,README,Kconfig,README.md}',
		'!/lessons/VM_HW2/**/build/**'
	],
	{ query: '?raw', import: 'default', eager: true }
);

const root = '/lessons/VM_HW2/';

/** Path from the tree's root, and text. */
export const treeFiles: ReadonlyMap<string, string> = new Map(
	Object.entries(texts).map(([path, text]) => [path.slice(root.length), text])
);

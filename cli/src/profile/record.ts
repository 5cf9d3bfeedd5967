import { a64 } from 'emulator-core';
import {
	buildTree,
	createToolchain,
	recordProfile,
	type CompileFlags,
	type ProfiledWork,
	type Toolchain
} from 'toolchain';
import { mistakes, preprocessed, scripts } from './mistakes.ts';
import type { Tree } from '../submission.ts';

const encoder = new TextEncoder();
const levels = ['-O0', '-O1', '-O2'];

/**
 * Numbers of the compiler's functions that the page may come to need: found by compiling the tree and
 * the submissions at every level, and C, assembly and linker scripts with mistakes of many kinds.
 */
export function recordUse(
	wasm: Uint8Array,
	headers: Readonly<Record<string, string>>,
	tree: Tree,
	submissions: readonly Tree[],
	told: (step: string) => void
): Set<number> {
	const piece =
		(step: string, work: (toolchain: Toolchain) => void): ProfiledWork =>
		(parts) => {
			told(step);
			work(createToolchain({ ...parts, headers, assembler: a64 }));
		};
	return recordProfile(wasm, [
		piece('a small program', (toolchain) => small(toolchain)),
		...levels.flatMap((opt) => [
			piece(`mistakes, ${opt}`, (toolchain) => compileMistakes(toolchain, opt)),
			piece(`the tree, ${opt}`, (toolchain) => {
				buildTree(toolchain, { files: atLevel(tree, opt) });
			})
		]),
		piece('syntax checks', (toolchain) => checkAll(toolchain, tree)),
		piece('linker', linkMistakes),
		piece('submissions', (toolchain) => {
			for (const files of submissions) buildTree(toolchain, { files });
		})
	]);
}

const flags = (opt: string): CompileFlags => ({
	opt,
	warnings: ['-Wall', '-Wextra', '-Wformat', '-Wunused'],
	defines: { __KERNEL__: '1', VALUE: '3' },
	includes: ['include']
});

const asFile = (path: string, text: string) => new Map([[path, encoder.encode(text)]]);

function small(toolchain: Toolchain): void {
	const files = asFile('a.c', 'int f(int a) { return a + 1; }\n');
	for (const opt of levels) toolchain.compile('a.c', files, flags(opt));
	toolchain.checkSyntax('a.c', files, flags('-O0'));
}

function compileMistakes(toolchain: Toolchain, opt: string): void {
	for (const [i, text] of mistakes.entries()) {
		const path = `src/m${i}.c`;
		const files = asFile(path, text);
		toolchain.compile(path, files, flags(opt));
		toolchain.compile(path, files, { ...flags(opt), generalRegsOnly: true, debug: false });
		toolchain.checkSyntax(path, files, flags(opt));
	}
	for (const [i, text] of preprocessed.entries())
		toolchain.assembleFile(`p${i}.S`, asFile(`p${i}.S`, text), flags(opt));
}

/** The manifest says the level of most files; here all get the same. */
function atLevel(tree: Tree, opt: string): Tree {
	const manifest = new TextDecoder().decode(tree.get('tree.json'));
	const changed = manifest.replace(/"opt": "-O\w"/g, `"opt": "${opt}"`);
	return new Map(tree).set('tree.json', encoder.encode(changed));
}

/** Each file of the tree whole, and cut off in the middle, as it is while somebody types. */
function checkAll(toolchain: Toolchain, tree: Tree): void {
	const headers = [...tree].filter(([path]) => path.endsWith('.h'));
	const includes = [
		...new Set(headers.map(([path]) => path.replace(/\/(?:linux|asm|kvm)?\/?[^/]*$/, '')))
	];
	for (const [path, bytes] of tree) {
		if (!path.endsWith('.c')) continue;
		const options = { ...flags('-O0'), includes };
		toolchain.checkSyntax(path, tree, options);
		for (const part of [0.3, 0.7]) {
			const cut = bytes.subarray(0, Math.floor(bytes.length * part));
			toolchain.checkSyntax(path, new Map(tree).set(path, cut), options);
		}
	}
}

function linkMistakes(toolchain: Toolchain): void {
	const object = (name: string, text: string) => {
		const made = toolchain.compile(name, asFile(name, text), flags('-O1')).object;
		if (!made) throw new Error(`${name} of the profile does not compile`);
		return [name.replace('.c', '.o'), made] as const;
	};
	const whole = object('f.c', 'int data = 3; int f(void) { return data; }');
	const lacking = object(
		'g.c',
		'int g(void); extern int nothing; int f(void) { return g() + nothing; }'
	);
	const again = object('h.c', 'int data = 4; int f(void) { return data; }');
	for (const text of scripts) {
		const script = { path: 'script.lds', text };
		for (const objects of [[whole], [lacking], [whole, again], []])
			toolchain.link(new Map(objects), script, ['-static']);
	}
	toolchain.link(new Map([whole]), undefined, ['-static', '-e', 'f', '--gc-sections', '-Map=map']);
	toolchain.link(new Map([['broken.o', encoder.encode('no object')]]), undefined, []);
}

import { describe, expect, it } from 'vitest';
import { lessonPageFiles } from './page-files.ts';

const app = '_app/immutable/';

/** A site of two lessons in the shape that the site's own build has, each part as small as it can be. */
const site: Record<string, string> = {
	'lessons/traps/count/index.html': `
		<link rel="icon" href="../../../favicon.svg" type="image/svg+xml" />
		<link href="../../../${app}entry/start.js" rel="modulepreload">
		<link href="../../../${app}assets/5.css" rel="stylesheet">
		<link href="../../../exceptions/" rel="next">
		<section id="workbench"></section>
		<script>Promise.all([
			import("../../../${app}entry/start.js"), import("../../../${app}entry/app.js")
		]).then(([kit, app]) => kit.start(app, element, { node_ids: [0, 5], data: [] }));</script>`,
	'lessons/hypervisor/switch/index.html': `
		<script>import("../../../${app}entry/app.js"); ({ node_ids: [0, 5] })</script>`,
	'generated/index.json': JSON.stringify({
		offsets: { file: 'o.gz' },
		llvm: { whole: { file: 'llvm.wasm.gz' } },
		shipped: {
			kernel: { file: 'Image.gz' },
			initrd: { file: 'i.gz' },
			elf: { file: 'elf.gz' }
		},
		lessons: { 'hypervisor/switch': { state: { file: 's.gz' }, moments: { file: 'm.gz' } } }
	}),
	[app + 'entry/start.js']: 'import{a as t}from"../chunks/kit.js";console.log("from./nowhere.js")',
	[app + 'entry/app.js']:
		'const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["../nodes/1.js","../assets/2.css","../assets/5.css"])))=>i.map(i=>d[i]);' +
		'var j=[()=>T(()=>import(`../nodes/0.js`),[],import.meta.url),()=>T(()=>import(`../nodes/1.js`),[],import.meta.url),()=>T(()=>import(`../nodes/2.js`),__vite__mapDeps([0,1]),import.meta.url),' +
		'()=>T(()=>import(`../nodes/5.js`),__vite__mapDeps([2]),import.meta.url)]',
	[app + 'chunks/kit.js']: 'export let a=1',
	[app + 'nodes/0.js']: 'import"../chunks/kit.js";',
	[app + 'nodes/1.js']: '',
	[app + 'nodes/2.js']: '',
	[app + 'nodes/5.js']:
		'const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["../assets/monaco.css"])))=>i.map(i=>d[i]);' +
		'Object.assign({"/lessons/03-traps/01-count/index.md":()=>s(()=>import(`../chunks/count.js`),[],import.meta.url),' +
		'"/lessons/02-hypervisor/01-switch/index.md":()=>s(()=>import(`../chunks/switch.js`).then(e=>e.default),[],import.meta.url)});' +
		'Object.assign({"./blocks/World.svelte":()=>s(()=>import(`../chunks/world.js`),[],import.meta.url)});' +
		'let{MonacoEditor:n}=await s(async()=>{let{MonacoEditor:e}=await import(`../chunks/monaco.js`);return{MonacoEditor:e}},__vite__mapDeps([0]),import.meta.url);' +
		'new Worker(new URL(new URL(`../workers/w1.js`,import.meta.url).href,``+import.meta.url),{type:`module`,name:`machine`});' +
		'new Worker(new URL(new URL(`../workers/w2.js`,import.meta.url).href,``+import.meta.url),{type:`module`,name:`compiler`});' +
		'new Worker(new URL(new URL(`../workers/w3.js`,import.meta.url).href,``+import.meta.url),{type:`module`,name:`stepping`})',
	[app + 'chunks/count.js']: '',
	[app + 'chunks/switch.js']: '',
	[app + 'chunks/world.js']: '',
	[app + 'chunks/monaco.js']:
		'new Worker(new URL(`../workers/editor.js`,import.meta.url).href,{type:`module`,name:e?.name})',
	[app + 'workers/w1.js']: 'import(`${t}`)',
	[app + 'workers/w3.js']: '',
	[app + 'workers/editor.js']: '',
	[app + 'assets/5.css']: 'a{background:url(data:image/png;base64,x)}',
	[app + 'assets/monaco.css']:
		'@font-face{src:url(./codicon.ttf?x) format("truetype")}b{fill:url(#c)}'
};
const read = (path: string) => site[path];

const shared = [
	'entry/app.js',
	'nodes/0.js',
	'nodes/1.js',
	'nodes/5.js',
	'chunks/kit.js',
	'assets/5.css'
];

describe('the files of a lesson’s page', () => {
	it('of one with a workbench: editor, machine and images, and nothing of another lesson', () => {
		expect([...lessonPageFiles(read, 'traps/count')].sort()).toEqual(
			[
				'lessons/traps/count/index.html',
				'favicon.svg',
				...[
					...shared,
					'entry/start.js',
					'chunks/count.js',
					'chunks/monaco.js',
					'assets/monaco.css',
					'assets/codicon.ttf',
					'workers/w1.js',
					'workers/editor.js'
				].map((name) => app + name),
				...['index.json', 'Image.gz', 'i.gz', 'elf.gz'].map((name) => 'generated/' + name)
			].sort()
		);
	});

	it('of one with steps: what its stage shows and its state, and neither editor nor images', () => {
		expect([...lessonPageFiles(read, 'hypervisor/switch')].sort()).toEqual(
			[
				'lessons/hypervisor/switch/index.html',
				...[...shared, 'chunks/switch.js', 'chunks/world.js', 'workers/w3.js'].map(
					(name) => app + name
				),
				...['index.json', 's.gz', 'm.gz', 'i.gz', 'elf.gz', 'o.gz'].map(
					(name) => 'generated/' + name
				)
			].sort()
		);
	});

	it('says which file a site lacks', () => {
		expect(() => lessonPageFiles(read, 'traps/none')).toThrow(
			'lessons/traps/none/index.html is missing from the built site: build it again.'
		);
		const without = (path: string) => (path.endsWith('kit.js') ? undefined : site[path]);
		expect(() => lessonPageFiles(without, 'traps/count')).toThrow('_app/immutable/chunks/kit.js');
	});
});

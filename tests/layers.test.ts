import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * Which folder may import which: the map in CONTRIBUTING.md ("The plan of the house"), as a test.
 * A folder may always import itself. `d3-*`, `svelte` and other packages are named where a folder is
 * held to a closed list; folders without `packages` may take any.
 */
const rules: Rule[] = [
	{
		folder: 'emulator-core/src/builder',
		may: [
			'emulator-core/src/fp',
			'emulator-core/src/vectors',
			'emulator-core/src/layout.ts',
			'emulator-core/src/fields.ts'
		],
		packages: []
	},
	{ folder: 'emulator-core/src/fp', may: [], packages: [] },
	{ folder: 'emulator-core/src/vectors', may: [], packages: [] },
	{ folder: 'emulator-core/src/bus', may: [], packages: [] },
	{
		folder: 'emulator-core/src/isa',
		may: ['emulator-core/src/builder', 'emulator-core/src/fp', 'emulator-core/src/vectors'],
		packages: []
	},
	{
		folder: 'emulator-core/src/mmu',
		may: ['emulator-core/src/bus', 'emulator-core/src/layout.ts'],
		packages: []
	},
	{
		folder: 'emulator-core/src/cpu',
		may: [
			'emulator-core/src/mmu',
			'emulator-core/src/bus',
			'emulator-core/src/fp',
			'emulator-core/src/vectors',
			'emulator-core/src/layout.ts',
			'emulator-core/src/fields.ts'
		],
		packages: []
	},
	{
		folder: 'emulator-core/src/engine',
		may: [
			'emulator-core/src/isa',
			'emulator-core/src/builder',
			'emulator-core/src/cpu',
			'emulator-core/src/layout.ts'
		],
		packages: []
	},
	{
		folder: 'emulator-core/src/devices',
		may: ['emulator-core/src/bus', 'emulator-core/src/fields.ts'],
		packages: []
	},
	{
		folder: 'emulator-core/src/boards',
		may: ['emulator-core/src/devices', 'emulator-core/src/bus'],
		packages: []
	},
	{ folder: 'emulator-core/src', may: ['emulator-core/src'], packages: [] },
	{ folder: 'toolchain/src', may: [], packages: [] },
	{ folder: 'checks/src', may: ['emulator-core'], packages: ['emulator-core'] },
	{
		folder: 'cli/src',
		may: ['emulator-core', 'toolchain', 'checks'],
		packages: ['emulator-core', 'toolchain', 'checks', 'node:', 'fflate', 'diff']
	},
	{ folder: 'src/lib/ui', may: [], packages: ['svelte', '$app'] },
	{ folder: 'src/lib/editor', may: ['src/lib/ui'] },
	{ folder: 'src/lib/machine', may: ['emulator-core', 'checks'] },
	{
		folder: 'src/lib/stepping',
		may: ['src/lib/build', 'src/lib/machine', 'emulator-core', 'toolchain', 'checks']
	},
	{ folder: 'src/lib/build', may: ['src/lib/machine', 'emulator-core', 'toolchain'] },
	{
		folder: 'src/lib/widgets',
		may: ['src/lib/ui', 'emulator-core'],
		packages: ['svelte', 'd3-', 'emulator-core']
	},
	{
		folder: 'src/lib/workbench',
		may: ['src/lib/machine', 'src/lib/build', 'src/lib/editor', 'src/lib/ui', 'checks']
	},
	{
		folder: 'src/lib/lessons',
		may: [
			'emulator-core',
			'src/lib/build',
			'src/lib/machine',
			'src/lib/stepping',
			'src/lib/widgets',
			'src/lib/workbench',
			'src/lib/ui',
			'checks',
			'lessons'
		]
	},
	{ folder: 'src/routes', may: ['src/lib', 'src/app.css', 'checks', 'lessons'] },
	{ folder: 'lessons', may: ['checks'], packages: ['checks'] }
];

interface Rule {
	folder: string;
	may: string[];
	packages?: string[];
}

const root = resolve(import.meta.dirname, '..');
const workspaces = ['emulator-core', 'toolchain', 'checks'];

function sourceFiles(folder: string): string[] {
	return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.map((name) => join(folder, name))
		.filter(
			(name) => /\.(ts|js|svelte)$/.test(name) && !/\.test\.ts$|\/VM_HW2\/|\/dist\//.test(name)
		)
		.filter((name) => statSync(join(root, name)).isFile());
}

/** The narrowest rule whose folder holds the file. */
function ruleFor(file: string): Rule {
	const holding = rules.filter((rule) => file.startsWith(rule.folder + '/'));
	return holding.reduce((a, b) => (b.folder.length > a.folder.length ? b : a));
}

function target(file: string, specifier: string): { path?: string; package?: string } {
	if (specifier.startsWith('.'))
		return { path: relative(root, resolve(root, dirname(file), specifier)) };
	if (specifier.startsWith('$lib/')) return { path: specifier.replace('$lib/', 'src/lib/') };
	if (specifier.startsWith('$lessons/'))
		return { path: specifier.replace('$lessons/', 'lessons/') };
	const workspace = workspaces.find(
		(name) => specifier === name || specifier.startsWith(name + '/')
	);
	return workspace ? { path: workspace, package: workspace } : { package: specifier };
}

function breach(file: string, specifier: string): string | undefined {
	const rule = ruleFor(file);
	const to = target(file, specifier);
	if (to.path !== undefined) {
		const inside = (folder: string) => to.path === folder || to.path!.startsWith(folder + '/');
		if (inside(rule.folder) || rule.may.some(inside)) return undefined;
		return `${file} imports ${specifier}: ${rule.folder} may import only ${rule.may.join(', ') || 'itself'}`;
	}
	if (rule.packages === undefined || rule.packages.some((p) => to.package!.startsWith(p)))
		return undefined;
	return `${file} imports ${specifier}: ${rule.folder} may use only the packages ${rule.packages.join(', ') || '(none)'}`;
}

describe('the arrows of the plan of the house (CONTRIBUTING.md)', () => {
	it.each(
		['emulator-core', 'toolchain', 'checks', 'cli', 'src', 'lessons'].map((folder) => [folder])
	)('%s imports only what lies below it', (folder) => {
		const breaches = sourceFiles(folder)
			.filter((file) => rules.some((rule) => file.startsWith(rule.folder + '/')))
			.flatMap((file) =>
				ts
					.preProcessFile(readFileSync(join(root, file), 'utf8'))
					.importedFiles.map((imported) => breach(file, imported.fileName))
			)
			.filter((found) => found !== undefined);
		expect(breaches).toEqual([]);
	});
});

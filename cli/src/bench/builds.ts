import { Experiment, standardRun } from 'checks';
import { createMachine } from 'emulator-core';
import { buildTree, type BuildCache, type BuildResult, type Toolchain } from 'toolchain';
import { failed } from '../failure.ts';
import { messagesOf } from '../project.ts';
import type { Tree } from '../submission.ts';
import { symbolsOf } from '../symbols.ts';
import type { Figure, Section } from './report.ts';

const handler = 'linux-kvm-arm/arch/arm64/kvm/handle_exit.c';
const header = 'linux-kvm-arm/include/linux/kvm_host.h';

const seconds = <T>(work: () => T): [number, T] => {
	const begin = performance.now();
	const result = work();
	return [(performance.now() - begin) / 1000, result];
};

function build(
	toolchain: Toolchain,
	files: Tree,
	cache: BuildCache,
	pristine?: ReadonlyMap<string, Uint8Array>
): BuildResult {
	const result = buildTree(toolchain, { files, cache, ...(pristine && { pristine }) });
	if (!result.ok) throw failed(`the tree does not build:\n${messagesOf(result)}`);
	return result;
}

type Outputs = ReadonlyMap<string, Uint8Array>;

const title = 'The toolchain, the compiler warm';

/** The toolchain on the shipped tree, and the way from an edit to the verdict. */
export function benchBuilds(toolchain: Toolchain, tree: Tree): Section {
	const cache: BuildCache = new Map();
	const [cold, { outputs }] = seconds(() => build(toolchain, tree, cache));
	const [warm] = seconds(() => build(toolchain, tree, cache));
	return {
		title,
		figures: [
			{ name: 'whole tree, nothing known', value: cold, unit: 's' },
			{ name: 'whole tree, nothing changed', value: warm, unit: 's' },
			...edits(toolchain, tree, cache, outputs)
		]
	};
}

/** The way from an edit to the verdict alone; `cache` holds the shipped tree's objects. */
export function benchEdits(
	toolchain: Toolchain,
	tree: Tree,
	cache: BuildCache,
	pristine: Outputs
): Section {
	return { title, figures: edits(toolchain, tree, cache, pristine) };
}

function edits(toolchain: Toolchain, tree: Tree, cache: BuildCache, pristine: Outputs): Figure[] {
	const edited = (file: string) => {
		const files = new Map(tree).set(file, withNewLine(tree.get(file)!));
		// A cache of its own, so that one edit is not ready when the next is measured.
		const [compiling, { outputs }] = seconds(() =>
			build(toolchain, files, new Map(cache), pristine)
		);
		const [judging] = seconds(() => verdict(outputs, pristine));
		return { compiling, total: compiling + judging };
	};
	const oneFile = edited(handler);
	const oneHeader = edited(header);
	const s = { unit: 's', atMost: true } as const;
	return [
		{ name: 'handle_exit.c edited: build', value: oneFile.compiling, unit: 's' },
		{ name: 'handle_exit.c edited: to the verdict', value: oneFile.total, ...s, floor: 6, aim: 3 },
		{ name: 'kvm_host.h edited: build', value: oneHeader.compiling, unit: 's' },
		{ name: 'kvm_host.h edited: to the verdict', value: oneHeader.total, ...s, floor: 10, aim: 3 }
	];
}

function withNewLine(source: Uint8Array): Uint8Array {
	return new TextEncoder().encode(new TextDecoder().decode(source) + '\n/* edited */\n');
}

function verdict(edited: Outputs, pristine: Outputs): void {
	const machine = createMachine({
		...standardRun,
		kernel: edited.get('Image')!,
		initrd: edited.get('host.cpio')!
	});
	const experiment = new Experiment({
		machine,
		host: symbolsOf(edited.get('vmlinux')!),
		guest: symbolsOf(pristine.get('vmlinux')!),
		shipped: false
	});
	while (!experiment.advance(20_000_000));
}

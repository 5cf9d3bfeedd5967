import { Experiment, standardRun } from 'checks';
import { createMachine } from 'emulator-core';
import { buildTree, type BuildCache, type BuildResult, type Toolchain } from 'toolchain';
import { failed } from '../failure.ts';
import { messagesOf } from '../project.ts';
import type { Tree } from '../submission.ts';
import { symbolsOf } from '../symbols.ts';
import type { Section } from './report.ts';

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

/** The toolchain on the shipped tree, and the way from an edit to the verdict. */
export function benchBuilds(toolchain: Toolchain, tree: Tree): Section & { built: BuildResult } {
	const cache: BuildCache = new Map();
	const [cold, built] = seconds(() => build(toolchain, tree, cache));
	const [warm] = seconds(() => build(toolchain, tree, cache));
	const edited = (file: string) => {
		const files = new Map(tree).set(file, withNewLine(tree.get(file)!));
		// A cache of its own, so that one edit is not ready when the next is measured.
		const [compiling, result] = seconds(() =>
			build(toolchain, files, new Map(cache), built.outputs)
		);
		const [judging] = seconds(() => verdict(result, built));
		return { compiling, total: compiling + judging };
	};
	const oneFile = edited(handler);
	const oneHeader = edited(header);
	const s = { unit: 's', atMost: true } as const;
	return {
		title: 'The toolchain, the compiler warm',
		built,
		figures: [
			{ name: 'whole tree, nothing known', value: cold, unit: 's' },
			{ name: 'whole tree, nothing changed', value: warm, unit: 's' },
			{ name: 'handle_exit.c edited: build', value: oneFile.compiling, unit: 's' },
			{
				name: 'handle_exit.c edited: to the verdict',
				value: oneFile.total,
				...s,
				floor: 6,
				aim: 3
			},
			{ name: 'kvm_host.h edited: build', value: oneHeader.compiling, unit: 's' },
			{ name: 'kvm_host.h edited: to the verdict', value: oneHeader.total, ...s, floor: 10, aim: 3 }
		]
	};
}

function withNewLine(source: Uint8Array): Uint8Array {
	return new TextEncoder().encode(new TextDecoder().decode(source) + '\n/* edited */\n');
}

function verdict(edited: BuildResult, pristine: BuildResult): void {
	const machine = createMachine({
		...standardRun,
		kernel: edited.outputs.get('Image')!,
		initrd: edited.outputs.get('host.cpio')!
	});
	const experiment = new Experiment({
		machine,
		host: symbolsOf(edited.outputs.get('vmlinux')!),
		guest: symbolsOf(pristine.outputs.get('vmlinux')!),
		shipped: false
	});
	while (!experiment.advance(20_000_000));
}

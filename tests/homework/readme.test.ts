/** The README of the homework's tree: what it names is there, and no folder of the kernel is left out. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const tree = join(import.meta.dirname, '../../lessons/VM_HW2');
const kernel = join(tree, 'linux-kvm-arm');
const readme = readFileSync(join(tree, 'README.md'), 'utf8');
const code = [...readme.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text!);

/** Folders and files below a folder, each with its path. */
function below(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		return entry.isDirectory() ? [path, ...below(path)] : [path];
	});
}

describe('README.md of the tree', () => {
	it('names paths that exist', () => {
		const paths = code.filter((text) => /^[\w.-]+(\/[\w.-]+)*(\/|\.[chS]|\.patch)$/.test(text));
		expect(paths.length).toBeGreaterThan(60);
		const missing = paths.filter(
			(path) => ![tree, kernel].some((at) => existsSync(join(at, path)))
		);
		expect(missing).toEqual([]);
	});

	it('names functions that exist', () => {
		const functions = code.flatMap((text) => /^(\w+)\(\)$/.exec(text)?.[1] ?? []);
		expect(functions.length).toBeGreaterThan(20);
		const sources = below(tree)
			.filter((path) => /\.[cS]$/.test(path))
			.map((path) => readFileSync(path, 'utf8'))
			.join('\n');
		expect(
			functions.filter((name) => !new RegExp(`^\\w.*\\b${name}\\(`, 'm').test(sources))
		).toEqual([]);
	});

	it('has a row for every folder of the kernel that holds C or assembly', () => {
		const folders = below(kernel)
			.filter((path) => statSync(path).isDirectory() && !path.includes('/include'))
			.filter((path) => readdirSync(path).some((name) => /\.[cS]$/.test(name)))
			.map((path) => `${path.slice(kernel.length + 1)}/`);
		expect(folders.filter((folder) => !readme.includes(`\n| \`${folder}\``))).toEqual([]);
	});
});

describe('Documentation/virtual/kvm/api.txt', () => {
	const text = readFileSync(join(kernel, 'Documentation/virtual/kvm/api.txt'), 'utf8');
	const header = readFileSync(join(kernel, 'include/uapi/linux/kvm.h'), 'utf8');
	const sorted = (found: Iterable<RegExpMatchArray>) =>
		[...found].map(([, name, kind, number]) => `${name} ${kind} ${number}`).sort();

	it('has every ioctl of the header, with its number, and no other', () => {
		const defined = sorted(header.matchAll(/^#define (KVM_\w+)\s+(_IO[WR]*)\(KVMIO, (0x\w\w)/gm));
		expect(defined.length).toBeGreaterThan(20);
		expect(sorted(text.matchAll(/^(KVM_\w+) \((_IO[WR]*) (0x\w\w)\)$/gm))).toEqual(defined);
	});

	it('has every reason for which KVM_RUN comes back', () => {
		const defined = [...header.matchAll(/^#define (KVM_EXIT_\w+)/gm)].map(([, name]) => name);
		const told = [...text.matchAll(/^\t(KVM_EXIT_\w+)\t/gm)].map(([, name]) => name);
		expect(told.sort()).toEqual(defined.sort());
	});

	it('names only what headers define', () => {
		const names = new Set(text.match(/\bKVM_[A-Z0-9_]+\b/g));
		const asm = readFileSync(join(kernel, 'arch/arm64/include/uapi/asm/kvm.h'), 'utf8');
		const defined = new Set((header + asm).match(/\bKVM_\w+\b/g));
		const stems = ['KVM_CAP_'];
		expect([...names].filter((name) => !defined.has(name) && !stems.includes(name))).toEqual([]);
	});
});

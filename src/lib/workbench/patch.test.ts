import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyTreePatch, filePatch, treePatch } from './patch.ts';

describe('the patch of a file', () => {
	it('is empty where nothing changed', () => {
		expect(filePatch('a.c', 'x\n', 'x\n')).toBe('');
	});

	it('reads as git writes it', () => {
		expect(filePatch('virt/a.c', 'one\ntwo\n', 'one\n2\n')).toBe(
			'diff --git a/virt/a.c b/virt/a.c\n' +
				'--- a/virt/a.c\n+++ b/virt/a.c\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n'
		);
	});
});

describe('the patch of a tree', () => {
	it('is taken by git apply, also where a file lacks its last newline', () => {
		const original = new Map([
			['virt/kvm/a.c', 'int a;\n\nint b;\n'],
			['b.h', '#define B 1']
		]);
		const edits = new Map([
			['virt/kvm/a.c', 'int a;\nlong c;\n\nint b;\n'],
			['b.h', '#define B 2']
		]);
		const folder = mkdtempSync(join(tmpdir(), 'patch-'));
		try {
			for (const [path, text] of original) {
				mkdirSync(dirname(join(folder, path)), { recursive: true });
				writeFileSync(join(folder, path), text);
			}
			execFileSync('git', ['apply', '-'], { cwd: folder, input: treePatch(original, edits) });
			for (const [path, text] of edits) expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});

describe('a patch that comes in', () => {
	const path = 'linux-kvm-arm/virt/a.c';
	const original = new Map([[path, 'one\ntwo\nthree\n']]);

	it('gives back what a patch was made of, with whatever folders lead to the tree', () => {
		const edits = new Map([[path, 'one\n2\nthree\n']]);
		const patch = treePatch(original, edits);
		expect(applyTreePatch(original, patch)).toEqual(edits);
		expect(applyTreePatch(original, patch.replaceAll('linux-kvm-arm/', ''))).toEqual(edits);
		expect(applyTreePatch(original, patch.replaceAll('linux-', 'hw/VM_HW2/linux-'))).toEqual(edits);
	});

	it.each([
		['hello', /holds no changes/],
		['--- a/x.c\n+++ b/x.c\n@@ -1,1 +1,1 @@\n-a\n+b\n', /x\.c, which is not in this tree/],
		[`--- a/${path}\n+++ b/${path}\n@@ -1,1 +1,1 @@\n-a\n+b\n`, /does not fit/],
		[`--- a/${path}\n+++ b/${path}\n@@ -1,9 +1,9 @@\n-a\n`, /no patch/]
	])('is refused with a reason: %j', (patch, reason) => {
		expect(() => applyTreePatch(original, patch)).toThrow(reason);
	});
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { a64 } from 'emulator-core';
import {
	buildTree,
	createToolchain,
	extractHeaders,
	formatDiagnostic,
	readElf,
	type BuildCache,
	type Toolchain
} from '../index.ts';

const gen = join(dirname(createRequire(import.meta.url).resolve('@yowasp/clang')), '..', 'gen');
let toolchain: Toolchain;
beforeAll(() => {
	toolchain = createToolchain({
		llvm: new WebAssembly.Module(readFileSync(join(gen, 'llvm.core.wasm'))),
		headers: extractHeaders(readFileSync(join(gen, 'llvm-resources.tar'))),
		assembler: a64
	});
});

const manifest = {
	asmOffsets: { source: 'offsets.c', header: 'generated/asm-offsets.h', flags: 'kernel' },
	flags: { kernel: { includes: ['include'], defines: { __KERNEL__: '1' }, opt: '-O2' } },
	targets: {
		kernel: {
			flags: 'kernel',
			link: 'kernel.lds.S',
			output: 'vmlinux',
			image: 'Image',
			sources: ['head.S', { file: 'main.c', opt: '-O0' }, 'other.c']
		}
	},
	archives: {
		'a.cpio': [
			{ path: '/image', mode: '0755', target: 'kernel', as: 'image' },
			{ path: '/link', symlink: '/image' }
		]
	}
};

const sources: Record<string, string> = {
	'tree.json': JSON.stringify(manifest),
	'include/task.h': 'struct task {\n\tlong pid;\n\tlong state;\n};\n',
	'offsets.c':
		'#include "task.h"\nvoid offsets(void)\n{\n\tasm volatile("\\n.ascii \\"->TASK_STATE %0\\"" : : "i"(__builtin_offsetof(struct task, state)));\n}\n',
	'head.S':
		'#include "generated/asm-offsets.h"\n\t.globl _start\n_start:\n\tldr x0, [x1, #TASK_STATE]\n\tb main\n',
	'main.c':
		'#include "task.h"\nint other(struct task *t);\nint main(struct task *t)\n{\n\treturn other(t);\n}\n',
	'other.c': 'int other(void *p)\n{\n\treturn p ? 3 : 4;\n}\n',
	'kernel.lds.S':
		'#define BASE 0x40080000\nENTRY(_start)\nSECTIONS\n{\n\t. = BASE;\n\t.text : { *(.text) }\n}\n'
};

function files(changes: Record<string, string> = {}): Map<string, Uint8Array> {
	const encoder = new TextEncoder();
	return new Map(
		Object.entries({ ...sources, ...changes }).map(([path, text]) => [path, encoder.encode(text)])
	);
}

describe('the build of a tree', () => {
	const cache: BuildCache = new Map();

	it('makes ELF file, image and archive', () => {
		const result = buildTree(toolchain, { files: files(), cache });
		const { ok, outputs, offsets, diagnostics, compiled } = result;
		expect(diagnostics).toEqual([]);
		expect(offsets).toEqual({ TASK_STATE: 8 });
		expect(ok).toBe(true);
		// Three objects, the offsets and the linker script.
		expect(compiled).toBe(5);
		expect([...outputs.keys()]).toEqual(['vmlinux', 'Image', 'a.cpio']);
		expect(readElf(outputs.get('vmlinux')!).entry).toBe(0x4008_0000n);
		// LDR X0, [X1, #8]
		expect([...outputs.get('Image')!.subarray(0, 4)]).toEqual([0x20, 0x04, 0x40, 0xf9]);
		const archive = new TextDecoder('latin1').decode(outputs.get('a.cpio'));
		expect(archive.slice(0, 6)).toBe('070701');
		expect(archive.slice(14, 22)).toBe('000081ed');
		expect(archive).toContain('TRAILER!!!');
	});

	it('does nothing again when nothing changed', () => {
		const again = buildTree(toolchain, { files: files(), cache });
		expect([again.ok, again.compiled, again.reused]).toEqual([true, 0, 5]);
	});

	it('rebuilds what includes a changed header, assembly through its offsets too', () => {
		const changed = {
			'include/task.h': 'struct task {\n\tlong pid;\n\tlong more;\n\tlong state;\n};\n'
		};
		const done: string[] = [];
		const { ok, outputs, offsets, compiled } = buildTree(toolchain, {
			files: files(changed),
			cache,
			progress: ({ file, cached }) => void (cached || done.push(file))
		});
		expect(ok).toBe(true);
		expect(compiled).toBe(3);
		expect(offsets).toEqual({ TASK_STATE: 16 });
		expect(done).toEqual(['offsets.c', 'head.S', 'main.c', 'vmlinux']);
		// LDR X0, [X1, #16]
		expect([...outputs.get('Image')!.subarray(0, 4)]).toEqual([0x20, 0x08, 0x40, 0xf9]);
	});

	it('tries a file again once the header it lacked is there', () => {
		const changes: Record<string, string> = {
			'other.c': '#include "new.h"\nint other(void *p)\n{\n\treturn !p + NEW;\n}\n'
		};
		expect(buildTree(toolchain, { files: files(changes), cache }).ok).toBe(false);
		changes['include/new.h'] = '#define NEW 5\n';
		expect(buildTree(toolchain, { files: files(changes), cache }).ok).toBe(true);
	});

	it.each([
		[
			'main.c',
			'int main(void)\n{\n\treturn nothing;\n}\n',
			"main.c:3:9: error: use of undeclared identifier 'nothing'"
		],
		[
			'other.c',
			'int other(void *p)\n{\n\tasm("hvc #0\\n\\tbogus x1");\n\treturn !p;\n}\n',
			'other.c:3:2: error: in this asm statement, "bogus x1"'
		],
		['head.S', '\t.globl _start\n_start:\n\tbogus x0\n\tb main\n', 'head.S:3:2: error: "bogus"'],
		['other.c', 'int another(void)\n{\n\treturn 3;\n}\n', 'error: undefined symbol: other'],
		['tree.json', '{', 'tree.json:1:1: error: tree.json is not valid JSON']
	])('says what is wrong with %s', (file, text, message) => {
		const { ok, outputs, diagnostics } = buildTree(toolchain, {
			files: files({ [file]: text }),
			cache
		});
		expect(ok).toBe(false);
		expect(outputs.size).toBe(0);
		expect(diagnostics.map(formatDiagnostic).join('\n')).toContain(message);
	});
});

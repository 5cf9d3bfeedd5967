/** `trapline cc`: programs that run under qemu-aarch64, messages in Clang's form, options. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readElf } from 'toolchain';
import { trapline } from './trapline.ts';

const qemu = 'qemu-aarch64';
const absent = spawnSync(qemu, ['--version']).status !== 0;
if (absent && process.env['CI'] === 'true')
	throw new Error(`in CI compiled programs must run, but ${qemu} is missing`);
if (absent) console.warn(`compiled programs are not run: no ${qemu}`);

let folder = '';
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'trapline-cc-'));
	mkdirSync(join(folder, 'inc'));
	mkdirSync(join(folder, 'other'));
	for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cc = (...words: string[]) => trapline(['cc', ...words], folder);

/** Writes its greeting and exits with the sum of 1 to N, both by system calls in inline assembly. */
const sources = {
	'inc/greeting.h': '#pragma once\n#define GREETING "hello from " WHO "\\n"\nint sum_to(int n);\n',
	'hello.c': `#include <stddef.h>
#include "greeting.h"

static long call(long number, long a, long b, long c)
{
	register long x8 asm("x8") = number;
	register long x0 asm("x0") = a;
	register long x1 asm("x1") = b;
	register long x2 asm("x2") = c;

	asm volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}

void _start(void)
{
	static const char text[] = GREETING;
	size_t length = sizeof(text) - 1;

	call(64, 1, (long)text, (long)length);
	call(93, sum_to(N), 0, 0);
}
`,
	'sum.S': `#define RESULT w0
#include "count.h"
	.globl	sum_to
	.type	sum_to, %function
sum_to:
	mov	w1, RESULT
	mov	RESULT, #START
1:	add	RESULT, RESULT, w1
	subs	w1, w1, #1
	b.ne	1b
	ret
`,
	'count.h': '#define START 0\n',
	'sum.c': 'int sum_to(int n)\n{\n\treturn n == 0 ? 0 : n + sum_to(n - 1);\n}\n',
	'other/sum.c': 'int zero;\n',
	'wrong.c': 'int f(void)\n{\n\tint unused;\n\treturn undeclared;\n}\n',
	'unused.c': 'int f(void)\n{\n\tint unused;\n\treturn 0;\n}\n',
	'wrong-asm.c':
		'int g(int x)\n{\n\tx++;\n\tasm volatile("nop\\n\\tfrobnicate %w0" : "+r"(x));\n\treturn x;\n}\n',
	'wrong.S': '\t.globl f\nf:\tmov x0, #1\n\tadd x0, x1\n\tret\n',
	'undefined.c': 'void nowhere(int);\n\nvoid _start(void)\n{\n\tnowhere(2);\n}\n',
	'no-start.c': 'int main(void)\n{\n\treturn 0;\n}\n',
	'low.lds': 'ENTRY(_start)\nSECTIONS\n{\n\t. = 0x40080000;\n\t.text : { *(.text) }\n}\n',
	'bad.lds': 'SECTIONS\n{\n\t. = 0x1000 .text : { *(.text) }\n}\n',
	'text.o': 'this is no object\n'
};

describe('trapline cc makes programs', () => {
	it.skipIf(absent).each([
		['at -O0, C and assembly', ['-O0', 'hello.c', 'sum.S']],
		['at -O1', ['-O1', 'hello.c', 'sum.c']],
		[
			'at -O2, with the usual flags',
			['-O2', '-g', '-Wall', '-std=gnu17', '-nostdlib', 'hello.c', 'sum.c']
		],
		[
			'at -Og, freestanding',
			['-Og', '-ffreestanding', '-fno-builtin', '-static', 'hello.c', 'sum.S']
		]
	])('%s', async (_, words) => {
		const made = await cc(...words, '-Iinc', '-DWHO="cc"', '-D', 'N=6', '-o', 'hello');
		expect(made).toEqual({ code: 0, stdout: '', stderr: '' });
		const { status, stdout } = spawnSync(qemu, [join(folder, 'hello')], { encoding: 'utf8' });
		expect({ status, stdout }).toEqual({ status: 21, stdout: 'hello from cc\n' });
	});

	it('an executable ELF file, static, beginning at _start', async () => {
		expect((await cc('-Iinc', '-DWHO="x"', '-DN=1', 'hello.c', 'sum.c')).code).toBe(0);
		const elf = readElf(readFileSync(join(folder, 'a.out')));
		const start = elf.symbols.find(({ name }) => name === '_start')!;
		expect(elf.entry).toBe(start.value);
		expect(elf.entry).toBeGreaterThanOrEqual(0x20_0000n);
		expect(elf.entry).toBeLessThan(0x40_0000n);
		expect(statSync(join(folder, 'a.out')).mode & 0o111).not.toBe(0);
	});

	it('objects with -c, which link later', async () => {
		expect(await cc('-c', '-Iinc', '-DWHO="x"', '-DN=4', 'hello.c', 'sum.c', '-O1')).toEqual({
			code: 0,
			stdout: '',
			stderr: ''
		});
		expect((await cc('hello.o', 'sum.o', '-T', 'low.lds', '-o', 'linked')).code).toBe(0);
		expect(readElf(readFileSync(join(folder, 'linked'))).entry >> 12n).toBe(0x4_0080n);
	});

	it('assembly text with -S, and links it again', async () => {
		expect((await cc('-S', 'sum.c', '-o', 'made.s')).code).toBe(0);
		expect(readFileSync(join(folder, 'made.s'), 'utf8')).toContain('.globl sum_to');
		const words = ['made.s', 'hello.c', '-Iinc', '-DWHO="x"', '-DN=1', '-o', 'again'];
		expect(await cc(...words)).toEqual({ code: 0, stdout: '', stderr: '' });
	});

	it('preprocessed text on stdout with -E, undefined names left alone', async () => {
		const { code, stdout } = await cc('-E', 'hello.c', '-Iinc', '-DWHO="E"', '-DN=5', '-UN');
		expect(code).toBe(0);
		expect(stdout).toContain('static const char text[] = "hello from " "E" "\\n";');
		expect(stdout).toContain('sum_to(N)');
	});

	it('takes two files of one name, and a folder above the current one', async () => {
		const words = [
			'cc',
			'-I..',
			'-I../inc',
			'-DWHO="x"',
			'-DN=2',
			'../hello.c',
			'../sum.c',
			'sum.c'
		];
		const made = await trapline([...words, '-o', 'both'], join(folder, 'other'));
		expect(made).toEqual({ code: 0, stdout: '', stderr: '' });
	});
});

describe('trapline cc says what is wrong', () => {
	const oneLine = /^trapline cc: .+\n$/;

	it.each([
		['in C', ['-c', 'wrong.c'], "wrong.c:4:9: error: use of undeclared identifier 'undeclared'\n"],
		[
			'in inline assembly, at the C line',
			['-c', 'wrong-asm.c'],
			/^wrong-asm\.c:4:\d+: error: .*frobnicate/
		],
		['in assembly', ['-c', 'wrong.S'], /^wrong\.S:3:\d+: error: /],
		['in a name that nothing defines', ['-g', 'undefined.c'], 'undefined.c:5:'],
		[
			'the same without lines',
			['undefined.c'],
			'undefined symbol: nowhere in undefined.o:(_start)'
		],
		['in a linker script', ['undefined.c', '-T', 'bad.lds'], 'bad.lds:3:'],
		['in an object', ['text.o'], 'text.o']
	])('%s: exit code 1', async (_, words, message) => {
		const { code, stdout, stderr } = await cc(...words);
		expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
		expect(stderr).toMatch(message);
		expect(stderr).not.toMatch(/\n\s+at /);
	});

	it('names a file above the current folder as the user did', async () => {
		const { stderr } = await trapline(['cc', '-c', '../wrong.c'], join(folder, 'other'));
		expect(stderr).toMatch(/^\.\.\/wrong\.c:4:9: error: /);
	});

	it('gives warnings where they are asked for, and obeys -Werror', async () => {
		const warning = 'unused.c:3:6: warning: unused variable';
		expect((await cc('-c', 'unused.c')).stderr).toBe('');
		expect(await cc('-c', '-Wall', 'unused.c')).toMatchObject({
			code: 0,
			stderr: expect.stringContaining(warning)
		});
		expect((await cc('-c', '-Wall', '-Werror', 'unused.c')).code).toBe(1);
	});

	it('warns where a program has no _start', async () => {
		expect((await cc('no-start.c', '-o', 'none')).stderr).toContain('_start');
	});

	it.each([
		['no file', ['-O1'], 'name a file'],
		[
			'a file that is not there',
			['absent.c'],
			'cannot read the file absent.c: there is no such file'
		],
		['a folder', ['inc.c', 'inc'], 'must end in .c'],
		['an unknown option', ['-fpeculiar', 'sum.c'], 'there is no option -fpeculiar'],
		['position-independent code', ['-fPIC', 'sum.c'], '-fPIC: code is made for a fixed address'],
		['a library', ['-lc', 'sum.c'], '-lc: libraries are not looked for'],
		['another processor', ['-mcpu=apple-m1', 'sum.c'], 'ARMv8.0-A'],
		['-c and -S', ['-c', '-S', 'sum.c'], 'one of -c, -S and -E'],
		['-o for two objects', ['-c', 'sum.c', 'hello.c', '-o', 'x.o'], '-o x.o names one file'],
		['-o twice', ['sum.c', '-o', 'x', '-oy'], '-o is given twice'],
		['-o without a name', ['sum.c', '-o'], '-o needs a value'],
		['a script that is not there', ['sum.c', '-T', 'no.lds'], 'cannot read the linker script'],
		['a folder that is not there', ['-c', 'sum.c', '-o', 'no/x.o'], 'its folder does not exist'],
		['an object with -c', ['-c', 'text.o'], 'text.o is only for the linker'],
		['standard input', ['-'], 'standard input is not read']
	])('%s: exit code 2 and one line', async (_, words, message) => {
		const { code, stdout, stderr } = await cc(...words);
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toMatch(oneLine);
		expect(stderr).toContain(message);
	});
});

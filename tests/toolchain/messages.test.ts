import { describe, expect, it } from 'vitest';
import { formatDiagnostic, type Diagnostic } from '../../toolchain/src/index.ts';
import { makeToolchain } from './compilers.ts';

/** What is wrong with a source is said with its place, and never as an exception of JavaScript. */
const toolchain = makeToolchain();
const bytes = (text: string) => new TextEncoder().encode(text);
const shown = (diagnostics: readonly Diagnostic[]) =>
	diagnostics.filter(({ severity }) => severity === 'error').map(formatDiagnostic);

describe('C', () => {
	it.each([
		['int f(void)\n{\n\treturn 1\n}\n', "a.c:3:10: error: expected ';' after return statement"],
		['int f(void) { return nope; }\n', "a.c:1:22: error: use of undeclared identifier 'nope'"],
		['int a;\n#include "nowhere.h"\n', "a.c:2:10: error: 'nowhere.h' file not found"],
		['#include <arm_neon.h>\n', "a.c:1:10: error: 'arm_neon.h' file not found"],
		[
			'void **b;\nint f(void) { return __builtin_setjmp(b); }\n',
			'a.c:2:22: error: __builtin_setjmp is not supported for the current target'
		],
		[
			'int f(void) { return __builtin_nope(1); }\n',
			"a.c:1:22: error: use of unknown builtin '__builtin_nope' [-Wimplicit-function-declaration]"
		],
		[
			'int f(void)\n{\n\ttry { return 1; } catch (...) { return 2; }\n}\n',
			"a.c:3:2: error: use of undeclared identifier 'try'"
		],
		[
			'int a;\n__thread int counter = 1;\n',
			'a.c:2:14: error: counter is thread-local, which is not supported: there is one thread here, an ordinary variable will do'
		],
		[
			'extern _Thread_local int other;\nint f(void) { return other; }\n',
			'a.c:1:26: error: other is thread-local, which is not supported: there is one thread here, an ordinary variable will do'
		],
		[
			'static void *r(void) { return 0; }\nint f(void) __attribute__((ifunc("r")));\n',
			'a.c:2:5: error: f is chosen when the program is loaded (ifunc), which needs a loader that is not here: call by a function pointer'
		],
		[
			'struct { char c; int n; } __attribute__((packed)) a;\nint f(int b) { return __atomic_fetch_max(&a.n, b, 5); }\n',
			'a.c:2:23: error: in function f: an atomic max of an object at no multiple of its size is not supported'
		],
		['__bf16 f(__bf16 a) { return a; }\n', 'a.c:1:1: error: __bf16 is not supported: use float']
	])('%j', (source, message) => {
		const made = toolchain.compile('a.c', new Map([['a.c', bytes(source)]]), { debug: false });
		expect(made.object).toBeUndefined();
		expect(shown(made.diagnostics)).toEqual([message]);
	});
});

describe('inline assembly', () => {
	it.each([
		[
			'asm volatile("mvo x0, x1");',
			'in this asm statement, "mvo x0, x1": "mvo" is no instruction known here. Did you mean mvn?'
		],
		[
			'asm volatile("add x0, x1, #99999");',
			'in this asm statement, "add x0, x1, #99999": 99999 does not fit: 0 to 4095, or a multiple of 4096 up to 0xfff000'
		],
		[
			'asm volatile("dmb %0" : : "i"(a));',
			'in function f: an asm operand with constraint "i" must be a constant, and this one is not'
		],
		[
			'asm volatile("mov x0, %y0" : : "r"((long)a));',
			'in function f: inline assembly has no modifier "y": those of registers are w x b h s d q, of constants c and n, of addresses a, of labels l'
		],
		[
			'asm goto("nop" : "=@cceq"(a) : : : l); l:;',
			'in function f: a flag as an output of "asm goto" is not supported'
		],
		[
			'asm volatile("nop" : : "r"((__int128)a));',
			'in function f: 128-bit operands of inline assembly are not supported: hand over two halves'
		]
	])('%s', (statement, message) => {
		const source = `void f(int a)\n{\n\t${statement}\n}\n`;
		for (const opt of ['-O0', '-O2']) {
			const files = new Map([['a.c', bytes(source)]]);
			const made = toolchain.compile('a.c', files, { opt, debug: false });
			expect(made.object).toBeUndefined();
			expect(shown(made.diagnostics)).toEqual([`a.c:3:2: error: ${message}`]);
		}
	});

	it('outside of functions', () => {
		const files = new Map([['a.c', bytes('int a;\nasm("nosuch x0");\n')]]);
		expect(shown(toolchain.compile('a.c', files, {}).diagnostics)).toEqual([
			'a.c:2:6: error: in generated code, "nosuch x0": "nosuch" is no instruction known here.'
		]);
	});
});

describe('assembly', () => {
	it.each([
		['\tnop\n\tmvo x0, x1\n', '2:2: error: "mvo" is no instruction known here. Did you mean mvn?'],
		['\tadd x0, x1, x99\n', '1:14: error: a register (x99) cannot stand here'],
		['\t.nosuch 1\n', '1:2: error: There is no directive .nosuch'],
		['.macro a\n', '1:1: error: .endm is missing: what begins here has no end'],
		['.if 1\n', '1:1: error: .endif is missing: the condition that begins here has no end'],
		[
			'.macro m x:req\n\tmov x0, \\x\n.endm\n\tm\n',
			'4:2: error: Macro "m" needs a value for its parameter "x"'
		],
		['\tb 1f\n', '1:4: error: There is no label 1: after this line'],
		['a:\na:\n', '2:1: error: "a" is defined a second time in this file'],
		['.ascii "abc\n', '1:8: error: This string has no closing quote (")'],
		['#error stop\n', '1:2: error: stop'],
		[
			'\ttbz x0, #0, far\n.space 1 << 20\nfar:\n',
			'1:14: error: the target is out of reach: 1048580 is not from -32768 to 32764'
		]
	])('%j', (source, message) => {
		const made = toolchain.assembleFile('a.S', new Map([['a.S', bytes(source)]]), {});
		expect(made.object).toBeUndefined();
		expect(shown(made.diagnostics)).toEqual([`a.S:${message}`]);
	});
});

describe('linking', () => {
	const object = (source: string) =>
		toolchain.compile('a.c', new Map([['a.c', bytes(source)]]), {}).object!;

	it('names what is not there, with its place', () => {
		const a = object('int g(void);\nint _start(void) { return g() + 1; }\n');
		const made = toolchain.link(new Map([['a.o', a]]), undefined, ['-static']);
		expect(made.output).toBeUndefined();
		expect(shown(made.diagnostics)).toEqual(['a.c:2:1: error: undefined symbol: g']);
	});

	it('names what is there twice', () => {
		const a = object('int _start(void) { return 1; }\n');
		const objects = new Map([
			['a.o', a],
			['b.o', a]
		]);
		const { diagnostics } = toolchain.link(objects, undefined, ['-static']);
		expect(shown(diagnostics)).toEqual(['a.c:1:1: error: duplicate symbol: _start']);
	});

	it('says what is wrong with a script', () => {
		const script = { path: 'a.lds', text: 'SECTIONS { .text : { *(.text }\n' };
		const made = toolchain.link(new Map([['a.o', object('int a;')]]), script, ['-static']);
		expect(shown(made.diagnostics)).toEqual(['a.lds:1:1: error: section pattern is expected']);
	});

	it('is not upset by what is no object', () => {
		const made = toolchain.link(new Map([['a.o', bytes('garbage')]]), undefined, ['-static']);
		expect(made.output).toBeUndefined();
		expect(shown(made.diagnostics)).toHaveLength(1);
	});
});

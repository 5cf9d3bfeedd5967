/** What the passes for good code make of small functions, each written so that one of them matters. */
import { describe, expect, it } from 'vitest';
import { compileIr } from './compile-module.ts';

/** The instructions and labels of the one function in some IR. */
function code(ir: string, optimize = true): string[] {
	const { text } = compileIr(ir, { optimize, lines: false });
	const lines = text.split('\n').map((line) => line.trim());
	return lines.filter((line) => /^(?:\.L\S+:|[a-z].*[^:])$/.test(line));
}

/** What lies between the label that the last conditional branch names and that branch. */
function loop(lines: readonly string[]): string[] {
	const end = lines.findLastIndex((line) => /^(?:b\.|cb|tb)/.test(line));
	const label = lines[end]!.split(/[ ,]+/).at(-1)!;
	return lines.slice(lines.indexOf(`${label}:`) + 1, end + 1);
}

const sum = (body: string, globals = '') => `
${globals}
define i64 @f(i64 %n, ptr %p) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %s = phi i64 [ 0, %entry ], [ %t, %loop ]
${body}
  %next = add i64 %i, 1
  %again = icmp ult i64 %next, %n
  br i1 %again, label %loop, label %out
out:
  ret i64 %t
}`;

describe('a loop', () => {
	it('has no copies on its way back, and ends in its test', () => {
		expect(loop(code(sum('  %t = add i64 %s, %i')))).toEqual([
			expect.stringMatching(/^add (x\d+), \1, (x\d+)$/),
			expect.stringMatching(/^add (x\d+), \1, #1$/),
			expect.stringMatching(/^cmp x\d+, x\d+$/),
			expect.stringMatching(/^b\.lo /)
		]);
	});

	it('finds its constants in registers', () => {
		const body = loop(code(sum('  %m = mul i64 %i, 12345678901\n  %t = add i64 %s, %m')));
		expect(body).toHaveLength(4);
		expect(body[0]).toMatch(/^madd /);
	});

	it('finds the addresses of its tables in registers', () => {
		const lines = code(
			sum(
				'  %a = getelementptr [9 x i64], ptr @g, i64 0, i64 %i\n  %v = load i64, ptr %a\n  %t = add i64 %s, %v',
				'@g = external global [9 x i64]'
			)
		);
		expect(lines.filter((line) => line.startsWith('adrp'))).toHaveLength(1);
		expect(loop(lines)[0]).toMatch(/^ldr x\d+, \[x\d+, x\d+, lsl #3\]$/);
		expect(loop(lines)).toHaveLength(5);
	});

	it('steps a pointer through rows, as part of the access', () => {
		const lines = code(
			sum(
				'  %a = getelementptr [24 x i64], ptr %p, i64 %i\n  %v = load i64, ptr %a\n  %t = add i64 %s, %v'
			)
		);
		expect(loop(lines)[0]).toMatch(/^ldr x\d+, \[x\d+\], #192$/);
		expect(loop(lines)).toHaveLength(5);
	});

	it('does not step a pointer whose base changes', () => {
		const lines = code(`
define i64 @f(i64 %n, ptr %p) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %q = phi ptr [ %p, %entry ], [ %v, %loop ]
  %a = getelementptr [24 x i64], ptr %q, i64 %i
  %v = load ptr, ptr %a
  %next = add i64 %i, 1
  %again = icmp ult i64 %next, %n
  br i1 %again, label %loop, label %out
out:
  ret i64 %next
}`);
		expect(loop(lines)[0]).toMatch(/^madd /);
	});
});

const walk = (load: string, step = 'getelementptr i8, ptr %p, i64 1') => `
define i64 @f(ptr %start) {
entry:
  br label %loop
loop:
  %p = phi ptr [ %start, %entry ], [ %next, %loop ]
  %s = phi i64 [ 0, %entry ], [ %t, %loop ]
  %next = ${step}
  %c = ${load} i8, ptr %p
  %w = zext i8 %c to i64
  %t = add i64 %s, %w
  %again = icmp ne i8 %c, 0
  br i1 %again, label %loop, label %out
out:
  ret i64 %t
}`;

describe('an access and the step of its pointer', () => {
	it('are one instruction', () => {
		expect(loop(code(walk('load')))).toEqual([
			expect.stringMatching(/^ldrb w\d+, \[x\d+\], #1$/),
			expect.stringMatching(/^add /),
			expect.stringMatching(/^cbnz /)
		]);
	});

	it('stay two when the access is volatile: a hypervisor could not emulate it', () => {
		expect(loop(code(walk('load volatile')))).toContainEqual(
			expect.stringMatching(/^ldrb w\d+, \[x\d+\]$/)
		);
	});

	it('stay two when the step is too long', () => {
		const far = walk('load', 'getelementptr i8, ptr %p, i64 256');
		expect(loop(code(far))).toContainEqual(expect.stringMatching(/^add (x\d+), \1, #256$/));
	});
});

describe('conditions', () => {
	const choice = (condition: string) => `
define i64 @f(i64 %a, i64 %b, i64 %c) {
  %x = icmp slt i64 %a, 5
  %y = icmp ne i64 %b, 40
  %z = icmp ugt i64 %c, %a
${condition}
  %r = select i1 %k, i64 %a, i64 %b
  ret i64 %r
}`;

	it('joined by and are a chain', () => {
		const lines = code(choice('  %l = and i1 %x, %y\n  %k = select i1 %l, i1 %z, i1 false'));
		expect(lines).toEqual([
			'cmp x0, #5',
			expect.stringMatching(/^mov w(\d+), #40$/),
			expect.stringMatching(/^ccmp x1, x\d+, #4, lt$/),
			'ccmp x2, x0, #0, ne',
			'csel x0, x0, x1, hi',
			'ret'
		]);
	});

	it('joined by or go on when the first fails', () => {
		const lines = code(choice('  %k = select i1 %x, i1 true, i1 %z'));
		expect(lines).toEqual(['cmp x0, #5', 'ccmp x2, x0, #2, ge', 'csel x0, x0, x1, hi', 'ret']);
	});

	it('that decide twice are compared once', () => {
		const lines = code(`
define i64 @f(i64 %a, i64 %b) {
  %x = icmp slt i64 %a, %b
  %p = select i1 %x, i64 %a, i64 7
  %q = select i1 %x, i64 9, i64 %b
  %r = mul i64 %p, %q
  ret i64 %r
}`);
		expect(lines.filter((line) => line.startsWith('cmp'))).toEqual(['cmp x0, x1']);
		expect(lines.filter((line) => line.startsWith('cset'))).toEqual([]);
	});
});

describe('a symbol', () => {
	const uses = (body: string) => `
%t = type { i64, i64, i64 }
@g = external global %t, align 8
declare void @h(ptr)
define void @f(i64 %a) {
${body}
  ret void
}`;
	const store = (i: number) => `  store i64 %a, ptr getelementptr (%t, ptr @g, i64 0, i32 ${i})\n`;

	it('used once has its address folded', () => {
		expect(code(uses(store(1)))).toEqual([
			expect.stringMatching(/^adrp x\d+, g\+8$/),
			expect.stringMatching(/^str x0, \[x\d+, :lo12:g\+8\]$/),
			'ret'
		]);
	});

	it('used often has a register', () => {
		expect(code(uses(store(0) + store(1) + store(2)))).toEqual([
			expect.stringMatching(/^adrp x\d+, g$/),
			expect.stringMatching(/^add x\d+, x\d+, :lo12:g$/),
			expect.stringMatching(/^str x0, \[x\d+\]$/),
			expect.stringMatching(/^str x0, \[x\d+, #8\]$/),
			expect.stringMatching(/^str x0, \[x\d+, #16\]$/),
			'ret'
		]);
	});
});

describe('shared values', () => {
	it('are not made in a block that an asm statement may leave', () => {
		const lines = code(`
define i64 @f(i64 %n) {
entry:
  callbr void asm sideeffect "nop // $0", "!i"() to label %next [label %loop]
next:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ 1, %next ], [ %j, %loop ]
  %m = mul i64 %i, 12345678901
  %j = add i64 %m, 77777
  %again = icmp ult i64 %j, %n
  br i1 %again, label %loop, label %out
out:
  ret i64 %j
}`);
		const asm = lines.findIndex((line) => line.startsWith('nop'));
		expect(lines.slice(0, asm).some((line) => /^mov[zk]? .*77777|#12345/.test(line))).toBe(false);
		expect(lines.slice(asm).join('\n')).toMatch(/movk/);
	});

	it('are made again where calls leave them no register worth saving', () => {
		const lines = code(`
declare void @h(i64)
define i64 @f(i64 %a) {
  %m = mul i64 %a, 12345
  call void @h(i64 %m)
  %k = mul i64 %a, 12345
  ret i64 %k
}`);
		expect(lines.filter((line) => /^mov w\d+, #12345$/.test(line))).toHaveLength(2);
		expect(lines.filter((line) => /^(?:str|stp) .*x20/.test(line))).toEqual([]);
	});
});

it('a product of extended factors has no cross terms', () => {
	const lines = code(`
define i64 @f(i64 %a, i64 %b) {
  %x = zext i64 %a to i128
  %y = zext i64 %b to i128
  %p = mul i128 %x, %y
  %h = lshr i128 %p, 64
  %r = trunc i128 %h to i64
  ret i64 %r
}`);
	expect(lines).toEqual(['umulh x0, x0, x1', 'ret']);
});

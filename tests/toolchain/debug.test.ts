import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Toolchain } from '../../toolchain/src/index.ts';
import { buildProgram, debug, has, newToolchain, temporaryFolder } from './debug-tools.ts';

/** What debuggers and binutils make of our debugging information. */
const source = `typedef unsigned long u64;
enum color { RED, GREEN = 5, BLUE };
struct point {
	int x, y;
	unsigned flag : 3, more : 7;
	char name[8];
	struct point *next;
};
union both { u64 whole; int half[2]; };
struct big { long a[8]; };

static int counter = 3;
int (*handler)(int, struct point *);

static inline __attribute__((always_inline)) int twice(int v)
{
	int w = v * 2;
	return w;
}

__attribute__((noinline)) int sum(struct point *p, int n)
{
	int total = 0;
	for (int i = 0; i < n; i++) {
		struct point q = p[i];
		total += q.x + twice(q.y);
	}
	counter += total;
	return total;
}

__attribute__((noinline)) long take(struct big b, enum color c, union both u, char s[])
{
	static long calls;
	calls++;
	return b.a[c] + u.half[1] + calls + s[0];
}

static int same(int n, struct point *p)
{
	return p ? n : n + 0;
}

__attribute__((noinline)) long deep(int n, char *text)
{
	long room[4];
	struct big b = { { 1, 2, 3 } };
	union both u = { .whole = 0x100000002 };
	room[n] = n;
	if (n > 0)
		return 2 * deep(n - 1, text) - handler(n, 0) + room[n];
	return take(b, GREEN, u, text);
}

int main(void)
{
	struct point ps[2] = { { 1, 2, 3, 4, "one", 0 }, { 3, 4, 5, 6, "two", &ps[0] } };
	char text[4] = "abc";
	handler = same;
	return sum(ps, 2) + deep(2, text) != 118;
}
`;

const line = (text: string) => source.slice(0, source.indexOf(text)).split('\n').length;

let toolchain: Toolchain;
const folder = temporaryFolder();
beforeAll(() => (toolchain = newToolchain()));
afterAll(() => folder.remove());

const levels = ['-O0', '-O1', '-O2', '-Os'];
const canBuild = has('aarch64-linux-gnu-gcc');

describe.runIf(canBuild && has('gdb-multiarch', 'qemu-aarch64'))('gdb', () => {
	it('stops at lines and prints what is where at -O0', async () => {
		const program = buildProgram(toolchain, folder.path, 'a', source, { opt: '-O0' });
		const out = await debug(program, [
			`break a.c:${line('total += q.x')} if i == 1`,
			'continue',
			'print q',
			'print *q.next',
			'info args',
			'print total',
			'print counter',
			'ptype handler',
			'ptype struct point',
			'up',
			'print ps[1].name',
			'delete',
			'break take',
			'continue',
			'info args',
			'print b.a',
			'print calls',
			'backtrace',
			'frame 2',
			'info locals',
			'print room[n] + 40',
			'frame 0',
			'finish'
		]);
		expect(out).toContain(`sum (p=0x`);
		expect(out).toContain(
			'= {x = 3, y = 4, flag = 5, more = 6, name = "two\\000\\000\\000\\000", next = 0x'
		);
		expect(out).toContain(
			'= {x = 1, y = 2, flag = 3, more = 4, name = "one\\000\\000\\000\\000", next = 0x0}'
		);
		expect(out).toMatch(/\np = 0x\w+\nn = 2\n\$\d+ = 5\n\$\d+ = 3\n/);
		expect(out).toContain('type = int (*)(int, struct point *)');
		expect(out).toContain('    unsigned int more : 7;\n    char name[8];\n    struct point *next;');
		expect(out).toContain('= "two\\000\\000\\000\\000"\n');
		expect(out).toContain('c = GREEN\nu = {whole = 4294967298, half = {2, 1}}\n');
		expect(out).toContain('= {1, 2, 3, 0, 0, 0, 0, 0}');
		expect(out).toMatch(
			/#0 {2}take .*\n#1 .* deep \(n=0, .*\n#2 .* deep \(n=1, .*\n#3 .* deep \(n=2, .*\n#4 .* main \(\) at/
		);
		expect(out).toMatch(/room = \{.*\nb = \{a = \{1, 2, 3, (?:0(?:, )?){5}\}\}\nu = /);
		expect(out).toMatch(/\n\$\d+ = 41\n/);
		expect(out).toMatch(/Value returned is \$\d+ = 99\n/);
	});

	it.each(levels.slice(1))('walks up the stack and stops at lines at %s', async (opt) => {
		const program = buildProgram(toolchain, folder.path, 'a', source, { opt });
		const out = await debug(program, [
			`break a.c:${line('return b.a[c]')}`,
			'continue',
			'backtrace',
			'ptype b',
			'print counter',
			'up',
			'info frame',
			'finish'
		]);
		expect(out).toMatch(
			/#0 {2}take .*\n#1 .* deep \(.*\n#2 .* deep \(.*\n#3 .* deep \(.*\n#4 .* main \(\) at/
		);
		expect(out).toContain('type = struct big {\n    long a[8];\n}');
		expect(out).toContain('= 19\n');
	});
});

const inlined = `__attribute__((noinline)) void stop(int n) { __asm__ volatile("" : : "r"(n)); }
static int inner(int q)
{
	int r = q + 1;
	stop(r);
	return r * 2;
}
static int outer(int p)
{
	int s = inner(p * 3) + 4;
	stop(s);
	return s;
}
__attribute__((noinline)) int sum(int n, int k)
{
	int total = 0, square[n];
	for (int i = 0; i < n; i++)
		square[i] = i * i;
	for (int i = 0; i < n; i++)
		total += outer(i + k) + square[i];
	stop(total);
	return total;
}
int main(void)
{
	return sum(3, 1) != 59;
}
`;

describe.runIf(canBuild && has('gdb-multiarch', 'qemu-aarch64'))('gdb, of optimised code', () => {
	it('shows inlined calls with their locals at -O2', async () => {
		const program = buildProgram(toolchain, folder.path, 'i', inlined, { opt: '-O2' });
		const steps = Array.from({ length: 40 }, () => ['stepi', 'backtrace -3']).flat();
		const out = await debug(program, [
			'break stop',
			'continue',
			'backtrace',
			'up',
			'info locals',
			'continue',
			'up',
			'info locals',
			'info args',
			'up',
			'info locals',
			'delete',
			...steps
		]);
		const gone = '<optimized out>';
		expect(out).toMatch(
			/#0 {2}stop \(n=4\) .*\n#1 .* inner \(q=.*\n#2 .* outer \(p=.*\n#3 .* sum \(n=.*\n#4 .* main \(\) at/
		);
		expect(out).toContain(`\nr = 4\n`);
		expect(out).toContain(`\ns = 12\n`);
		expect(out).toMatch(/\ni = 0\n/);
		expect(out).toMatch(/\ntotal = 0\n/);
		for (const [, value] of out.matchAll(/ inner \(q=([^)]+)\)/g))
			expect(['3', '6', '9', gone]).toContain(value);
		for (const [, value] of out.matchAll(/ outer \(p=([^)]+)\)/g))
			expect(['1', '2', '3', gone]).toContain(value);
		// The way back is known before each instruction.
		expect(out.match(/#\d+ .* main \(\) at/g)!.length).toBe(41);
	});

	it('shows an array of variable length at -O0', async () => {
		const program = buildProgram(toolchain, folder.path, 'i', inlined, { opt: '-O0' });
		const out = await debug(program, [
			'break stop if n == 59',
			'continue',
			'up',
			'print square',
			'print sizeof(square)',
			'ptype square'
		]);
		expect(out).toMatch(/= \{0, 1, 4\}\n.* = 12\ntype = int \[3\]\n/);
	});
});

describe.runIf(canBuild && has('llvm-dwarfdump'))('llvm-dwarfdump --verify', () => {
	it.each(levels)('has nothing to say at %s', (opt) => {
		const program = buildProgram(toolchain, folder.path, 'v', source, { opt });
		for (const file of [`${program}.o`, program]) {
			const { stdout } = spawnSync('llvm-dwarfdump', ['--verify', file], { encoding: 'utf8' });
			expect(stdout).toContain('No errors.');
			expect(stdout).not.toMatch(/warning:|error:/);
		}
	});
});

describe.runIf(canBuild)('binutils', () => {
	it.each(levels)(
		'readelf reads every section without a warning, objdump shows the C lines at %s',
		(opt) => {
			const program = buildProgram(toolchain, folder.path, 'b', source, { opt });
			const dump = spawnSync('aarch64-linux-gnu-readelf', ['--debug-dump', `${program}.o`], {
				encoding: 'utf8'
			});
			expect(dump.stderr).toBe('');
			expect(dump.stdout).toMatch(/DW_TAG_subprogram[\s\S]*DW_CFA_def_cfa_offset: /);
			const text = execFileSync('aarch64-linux-gnu-objdump', ['-dS', `${program}.o`], {
				cwd: folder.path,
				encoding: 'utf8'
			});
			expect(text).toMatch(/\n\tcounter \+= total;\n/);
		}
	);
});

import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csmithHeaders, standIns } from '../fuzz/c/csmith.ts';
import { headersOf, makeToolchain } from './compilers.ts';
import { has, temporaryFolder } from './debug-tools.ts';
import { backtrace, type ShownVariable, type Toolchain } from '../../toolchain/src/index.ts';
import { compareStops, ShownProgram, withoutAddresses, type Stop } from './shown-program.ts';

/** Variables are shown at every level as they are at -O0, or not at all. */
const source = `int printf(const char *, ...);
void probe(int);
struct pair { long a, b; };
struct big { int v[6]; struct pair p; };

static int helper(int v, int w)
{
	int s = v * w;
	probe(1);
	if (s > 10) {
		int t = s - 3;
		probe(2);
		return t;
	}
	return s;
}

static inline int inner(int q) { int r = q + 1; probe(3); return r * 2; }
static inline int outer(int q) { int r = inner(q * 3) + 4; probe(4); return r; }

__attribute__((noinline)) long sum(int *a, int n, int unused)
{
	long total = 0;
	struct pair p = { n, 2 };
	for (int i = 0; i < n; i++) {
		int x = a[i];
		total += x * i + helper(x, i);
		p.a += x;
		probe(5);
	}
	int y = n + 1;
	probe(6);
	total += outer(y);
	probe(7);
	return total + p.a + y;
}

__attribute__((noinline)) struct big make(struct big in, unsigned char c, float f, double d, __int128 w)
{
	struct big out = in;
	unsigned char cc = c + 200;
	float g = f * 2;
	double e = d + g;
	_Bool flag = c > 3;
	__int128 ww = w * 3;
	probe(10);
	out.v[2] = cc;
	out.p.b = (long)e;
	probe(11);
	for (unsigned char i = 0; i < 4; i++) {
		out.v[i] += i * c;
		probe(12);
	}
	int *ptr = &out.v[1];
	*ptr = 77;
	probe(13);
	out.p.a = (long)ww + flag;
	return out;
}

__attribute__((noinline)) void change(int *p) { *p += 5; }

__attribute__((noinline)) int memory(int n)
{
	int x = n;
	probe(20);
	change(&x);
	probe(21);
	x = 4;
	probe(22);
	x++;
	change(&x);
	int array[4] = { x, n, 3, 4 };
	probe(23);
	array[n & 3] = 9;
	probe(24);
	int s = 0;
	for (int i = 0; i < 4; i++)
		s += array[i];
	probe(25);
	return s;
}

__attribute__((noinline)) int variable(int n)
{
	int a[n];
	for (int i = 0; i < n; i++)
		a[i] = i * i;
	probe(30);
	int s = 0;
	for (int i = 0; i < n; i++) {
		s += a[i];
		probe(31);
	}
	return s;
}

__attribute__((noinline)) unsigned long copy(char *to, const char *from, long limit)
{
	char *at = to;
	unsigned long hash = 5381, k = 0;
	for (; *from && limit > 0; limit--) {
		hash = hash * 33 + *from;
		*at++ = *from++;
		k += limit & 1 ? 3 : 5;
		if (*from == 'r')
			probe(50);
	}
	*at = 0;
	probe(51);
	return hash + k + (at - to);
}

__attribute__((noinline)) long pass(int n, char *text)
{
	if (n > 0)
		return 2 * pass(n - 1, text) + n;
	probe(60);
	return text[0];
}

int main(void)
{
	static char text[32];
	int a[5] = { 3, 1, 4, 1, 5 };
	long r = sum(a, 5, 42);
	struct big b = { { 1, 2, 3, 4, 5, 6 }, { 7, 8 } };
	struct big c = make(b, 5, 1.5f, 2.25, ((__int128)5 << 64) + 9);
	probe(40);
	int m = memory(3);
	int v = variable(4);
	unsigned long h = copy(text, "hovercraft", 20) + pass(2, text);
	probe(41);
	printf("%ld %d %ld %d %d %lu\\n", r, c.v[2], c.p.b, m, v, h);
	return 0;
}
`;

let toolchain: Toolchain;
beforeAll(() => (toolchain = makeToolchain()));

const levels = ['-O0', '-O1', '-O2', '-Og'];
const programs = new Map<string, ShownProgram>();
function programAt(opt: string): ShownProgram {
	let program = programs.get(opt);
	if (!program) programs.set(opt, (program = new ShownProgram(toolchain, source, opt)));
	return program;
}

describe('locals at the calls of a function', () => {
	let truth: Stop[];
	beforeAll(() => (truth = programAt('-O0').stops()));

	it('are what the program says at -O0', () => {
		expect(truth.length).toBe(39);
		const at = (number: bigint, name: string) =>
			truth
				.filter((stop) => stop.number === number)
				.map((stop) => stop.frames[0]!.variables.find((shown) => shown.name === name)?.value);
		expect(at(5n, 'total')).toEqual(['0', '2', '18', '24', '61']);
		expect(at(30n, 'a')).toEqual(['{0, 1, 4, 9}']);
		expect(at(10n, 'ww')).toEqual([String(3n * ((5n << 64n) + 9n))]);
		expect(truth[0]!.frames.map((frame) => frame.function.name)).toEqual(['helper', 'sum', 'main']);
	});

	it.each(levels.slice(1))('are the same or not known at %s', (opt) => {
		const { right, gone, wrong } = compareStops(truth, programAt(opt).stops());
		expect(wrong).toEqual([]);
		expect(right / (right + gone)).toBeGreaterThan(0.4);
	});
});

describe('each instruction', () => {
	/** Every value that a variable has at -O0, in memory that is not yet written as well. */
	const history = new Map<string, Set<string>>();
	const keyOf = (name: string, shown: ShownVariable) => `${name}: ${shown.name} ${shown.line}`;
	const isScalar = ({ value }: ShownVariable) => value !== undefined && !/^[{"]/.test(value);

	it.each(levels)('shows no value that a variable never has, and the way back, at %s', (opt) => {
		const program = programAt(opt);
		const strange = new Set<string>();
		const lost = new Set<string>();
		let steps = 0;
		for (const { machine, returns } of program.steps()) {
			steps++;
			const at = `0x${machine.pc.toString(16)}`;
			for (const frame of backtrace(program.info, machine))
				for (const shown of frame.variables.filter(isScalar)) {
					const key = keyOf(frame.function.name, shown);
					const value = withoutAddresses(shown.value!);
					if (opt === '-O0') history.set(key, (history.get(key) ?? new Set()).add(value));
					else if (!history.get(key)?.has(value)) strange.add(`${at} ${key} is ${value}`);
				}
			let up = program.info.frames.callerOf(machine);
			for (const address of returns) {
				if (!up) break;
				if (up.pc !== address) lost.add(at);
				up = program.info.frames.callerOf(up);
			}
		}
		expect(steps).toBeGreaterThan(500);
		expect([...strange]).toEqual([]);
		expect([...lost]).toEqual([]);
	});
});

it('changes no instruction', () => {
	const files = new Map([['a.c', new TextEncoder().encode(source)]]);
	const [without, records] = [false, true].map((variables) => {
		const { assembly } = toolchain.compileToAssembly('a.c', files, { opt: '-O2', variables });
		return assembly!.text.split('\n').filter((line) => line.startsWith('\t'));
	});
	expect(without!.length).toBeGreaterThan(300);
	expect(records).toEqual(without);
});

/**
 * Programs of csmith with a call of `probe` before most statements: DEBUG_SEEDS=1-50 (and DEBUG_STOPS, 60 by
 * default, for each program) says how many, and what was shown is printed. Where Clang's records themselves
 * are wrong, so is what is shown: of seed 42 at -O1 they have lost an assignment in a condition (`l_51 |= …`), of
 * seed 25 a counter (`l_390`) that the optimiser has shifted keeps its name.
 */
const [firstSeed, lastSeed] = (process.env['DEBUG_SEEDS'] ?? '').split('-').map(Number);
describe.runIf(firstSeed && has('csmith'))('random programs', () => {
	const optimised = ['-O1', '-O2'];
	const kinds = ['--no-float', '--float', '--no-float --inline-function --packed-struct'];
	const seeds = range(firstSeed!, lastSeed ?? firstSeed!);
	const most = Number(process.env['DEBUG_STOPS'] ?? 60);
	const sum = new Map(optimised.map((opt) => [opt, { right: 0, gone: 0, wrong: 0, programs: 0 }]));
	const folder = temporaryFolder();
	afterAll(() => {
		folder.remove();
		console.log(`seeds ${firstSeed} to ${lastSeed}:`, Object.fromEntries(sum));
	});

	it.each(seeds)('seed %i', { timeout: 600_000 }, (seed) => {
		const flags = `--seed ${seed} --max-funcs 5 --no-volatiles ${kinds[seed % kinds.length]}`;
		const made = spawnSync('csmith', flags.split(' '), { timeout: 30_000, cwd: folder.path });
		// It does not come to an end with every seed.
		if (made.status !== 0) return;
		const include = headersOf(csmithHeaders);
		for (const [name, text] of Object.entries(standIns))
			include.set(`include/${name}`, new TextEncoder().encode(text));
		const text = withProbes(made.stdout.toString());
		const truth = new ShownProgram(toolchain, text, '-O0', include).stops(most);
		for (const opt of optimised) {
			const found = new ShownProgram(toolchain, text, opt, include).stops(most);
			const { right, gone, wrong } = compareStops(truth, found);
			const all = sum.get(opt)!;
			all.right += right;
			all.gone += gone;
			all.wrong += wrong.length;
			all.programs++;
			expect([...new Set(wrong)].slice(0, 20), opt).toEqual([]);
		}
	});
});

const range = (from: number, to: number) =>
	Array.from({ length: Math.max(0, to - from + 1) || 0 }, (_, i) => from + i);

/** A call of `probe` before each statement that begins a line and may have another before it. */
function withProbes(text: string): string {
	const out = ['void probe(int);'];
	let inside = false;
	let last = '';
	for (const line of text.split('\n')) {
		if (/^[a-z].*\bfunc_\d+\(/.test(line) && !line.endsWith(';')) inside = true;
		if (line.startsWith('int main')) inside = false;
		const begins = /^\s+(?:l_|g_|p_|func_|\(\*|\*|\(\(|return|for \(|if \()/.test(line);
		const hangs = /^\s*(?:for|else|if)\b.*\)$|,$/.test(last) || last.trim() === 'else';
		if (inside && begins && !hangs) out.push(`probe(${out.length});`);
		out.push(line);
		if (line.trim() !== '') last = line.trimEnd();
		if (line === '}') inside = false;
	}
	return out.join('\n');
}

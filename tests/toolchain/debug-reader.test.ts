import { beforeAll, describe, expect, it } from 'vitest';
import { readDebugInfo, type DebugInfo } from '../../toolchain/src/dwarf/debug-info.ts';
import { readLineTable, type LineTable } from '../../toolchain/src/dwarf/line-reader.ts';
import type { StoppedMachine } from '../../toolchain/src/dwarf/locations.ts';
import { backtrace, localsAt, showVariable } from '../../toolchain/src/dwarf/values.ts';
import { ElfError, readElf, type ElfFile } from '../../toolchain/src/elf/reader.ts';
import { newToolchain } from './debug-tools.ts';

const source = `enum color { RED, GREEN = 5 };
struct point { int x; unsigned low : 4, high : 12; char name[8]; struct point *next; };
struct point origin = { -3, 9, 1000, "zero", &origin };
static const long table[2][3] = { { 1, 2, 3 }, { -4, 5, 6 } };
static inline __attribute__((always_inline)) int twice(int v)
{
	return v * 2;
}
long sum(struct point *p, int n, enum color c)
{
	long total = table[1][0];
	for (int i = 0; i < n; i++) {
		short step = i;
		total += twice(step) + p->x + c;
	}
	return total;
}
`;

let elf: ElfFile;
let optimised: ElfFile;
let info: DebugInfo;
let lines: LineTable;
beforeAll(() => {
	const toolchain = newToolchain();
	const files = new Map([['a.c', new TextEncoder().encode(source)]]);
	const build = (opt: string) => {
		const { object } = toolchain.compile('a.c', files, { opt, variables: true });
		const { output } = toolchain.link(new Map([['a.o', object!]]), undefined, ['-e', 'sum']);
		return readElf(output!);
	};
	elf = build('-O0');
	optimised = build('-O2');
	info = readDebugInfo(elf);
	lines = readLineTable(elf);
});

const stack = new Uint8Array(4096);
const stackStart = 0x7000_0000n;

/** Stopped at a line of the program, its data in memory, SP in an empty stack. */
function stoppedAt(line: number): StoppedMachine {
	return {
		pc: lines.addressesOf('a.c', line)[0],
		register: () => stackStart + 64n,
		memory: (address, count) => {
			if (address >= stackStart)
				return stack.subarray(Number(address - stackStart)).subarray(0, count);
			const found = elf.sections.find(
				(s) => s.address <= address && address < s.address + BigInt(s.data.length) && s.address > 0n
			);
			return found?.data.subarray(Number(address - found.address)).subarray(0, count);
		}
	};
}

describe('the reader of debugging information', () => {
	it('finds functions by address, inlined ones first', () => {
		expect(info.functions.map(({ name, line }) => [name, line])).toEqual([['sum', 9]]);
		const inlined = info.functionsAt(stoppedAt(7).pc);
		expect(inlined.map(({ name, isInlined }) => [name, isInlined])).toEqual([
			['twice', true],
			['sum', false]
		]);
		expect(info.functionsAt(0x10n)).toEqual([]);
	});

	it('knows which variables are in scope', () => {
		const names = (line: number) => info.variablesAt(stoppedAt(line).pc).map((e) => info.nameOf(e));
		expect(names(11)).toEqual(['p', 'n', 'c', 'total']);
		expect(names(14)).toEqual(['step', 'i', 'p', 'n', 'c', 'total']);
		expect(names(7)).toEqual(['v']);
	});

	it('reads locals where the frame has them', () => {
		const machine = stoppedAt(14);
		const entry = (name: string) =>
			info.variablesAt(machine.pc).find((found) => info.nameOf(found) === name)!;
		const view = new DataView(stack.buffer);
		const at = (name: string) =>
			Number(showVariable(info, entry(name), machine).address! - stackStart);
		view.setInt16(at('step'), -2, true);
		view.setInt32(at('n'), 7, true);
		view.setInt32(at('c'), 5, true);
		view.setBigInt64(at('total'), -40n, true);
		view.setBigUint64(at('p'), 0x4008_0000n, true);
		expect(
			localsAt(info, machine).map(({ type, name, value }) => `${type} ${name} = ${value}`)
		).toEqual([
			'short step = -2',
			'int i = 0',
			'struct point * p = 0x40080000',
			'int n = 7',
			'enum color c = GREEN',
			'long total = -40'
		]);
	});

	it('reads globals out of the program', () => {
		const globals = info.globals();
		const machine = stoppedAt(11);
		const origin = showVariable(info, globals.get('origin')!, machine);
		const address = elf.symbols.find(({ name }) => name === 'origin')!.value.toString(16);
		expect(origin.value).toBe(`{x = -3, low = 9, high = 1000, name = "zero", next = 0x${address}}`);
		expect(showVariable(info, globals.get('table')!, machine)).toMatchObject({
			type: 'const long[2][3]',
			value: '{{1, 2, 3}, {-4, 5, 6}}'
		});
	});

	it('answers damage with one clear error or with less, never with a crash', () => {
		const seed = 11;
		let state = seed;
		const random = (below: number) => {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			return Math.floor((state / 2 ** 32) * below);
		};
		for (let round = 0; round < 300; round++) {
			const whole = round % 2 === 0 ? elf : optimised;
			const sections = whole.sections.map((section) => {
				if (!/^\.debug_(info|abbrev|rnglists|loclists|frame)$/.test(section.name)) return section;
				const data = section.data.slice();
				data[random(data.length)] ^= 1 << random(8);
				return { ...section, data };
			});
			try {
				const damaged = readDebugInfo({ ...whole, sections });
				const { value: start, size } = whole.symbols.find(({ name }) => name === 'sum')!;
				const pc = start + BigInt(4 * random(Number(size) / 4));
				backtrace(damaged, { ...stoppedAt(14), pc });
			} catch (error) {
				expect(error, `seed ${seed}, round ${round}`).toBeInstanceOf(ElfError);
			}
		}
	});
});

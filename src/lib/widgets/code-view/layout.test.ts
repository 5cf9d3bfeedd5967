import { describe, expect, it } from 'vitest';
import { examples } from './examples.ts';
import { around, layCode, placeOf, splitPath } from './layout.ts';
import { languageOf, tokenize } from './tokens.ts';

const [switching, calling, , program] = Object.values(examples);

describe('the code view', () => {
	it('marks the next instruction, and all of the same source line', () => {
		const { instructions, current, prefix } = layCode(calling!.code, calling!.source);
		expect(prefix).toBe('0xffff_ffc0_0009_');
		expect(current?.at).toBe('kvm_arch_vcpu_ioctl_run+0x174');
		expect(current?.named).toBe('bl kvm_call_hyp');
		const shown = instructions
			.filter(({ ofLine }) => ofLine)
			.map(({ address, word, text, first, current }) => [address, word, text, first, current]);
		expect(shown).toEqual([
			['5384', 'f94017e1', 'ldr x1, [sp, #40]', true, false],
			['5388', 'd503201f', 'nop', false, false],
			['538c', '100471a0', 'adr x0, 0xffffffc00009e1c0', false, false],
			['5390', '940024e4', 'bl kvm_call_hyp', false, true],
			['5394', 'b90027e0', 'str w0, [sp, #36]', false, false]
		]);
	});

	it('numbers the lines, and says which of them have code here', () => {
		const { source } = layCode(calling!.code, calling!.source);
		expect(source.filter(({ hasCode }) => hasCode).map(({ number }) => number)).toEqual([
			323, 324, 326, 328, 329, 330
		]);
		const current = source.find((row) => row.current)!;
		expect(current.number).toBe(326);
		// Without the indentation that all lines have.
		expect(current.tokens.map(({ text }) => text).join('')).toBe(
			'ret = kvm_call_hyp(__kvm_vcpu_run, vcpu);'
		);
	});

	it('names a branch inside the function by its place there', () => {
		const [first, second] = switching!.code;
		const branch = { ...first!, text: `cbnz x3, 0x${second!.pc.toString(16)}` };
		expect(layCode([branch, second!], undefined).instructions[0]).toMatchObject({
			operands: 'x3, ',
			target: '__kvm_vcpu_run+0x154'
		});
	});

	it('does without a source and without names', () => {
		const { source, current, instructions } = layCode(program!.code, undefined);
		expect(source).toEqual([]);
		expect(current?.at).toBe('0x40_0030');
		expect(instructions.map(({ ofLine }) => ofLine)).toEqual([false, false, false]);
		expect(layCode([], undefined).current).toBeUndefined();
	});

	it('cuts the lines around one out of a file', () => {
		const text = Array.from({ length: 30 }, (_, i) => `line ${i + 1}`).join('\n') + '\n';
		expect(around('a.c', text, 2, 3, 1)).toMatchObject({
			firstLine: 1,
			lines: ['line 1', 'line 2', 'line 3']
		});
		expect(around('a.c', text, 30, 1, 9).lines).toEqual(['line 29', 'line 30']);
		expect(around('a.c', text, 99, 0, 0).lines).toEqual(['line 30']);
	});

	it('names places and paths', () => {
		expect(placeOf({ symbol: 'el1_sync', offset: 0, pc: 0n })).toBe('el1_sync');
		expect(placeOf({ symbol: 'el1_sync', offset: 20, pc: 0n })).toBe('el1_sync+0x14');
		expect(splitPath('arch/arm64/kvm/hyp.S')).toEqual({ folder: 'arch/arm64/kvm/', name: 'hyp.S' });
	});
});

describe('the colours of code', () => {
	const kinds = (lines: string[], language: 'c' | 'assembly') =>
		tokenize(lines, language).map((tokens) =>
			tokens
				.map(({ kind, text }) => `${kind}:${text.trim()}`)
				.filter((each) => !/^[a-z]+:$/.test(each))
		);

	it('knows C', () => {
		expect(kinds(['if (x == 0x10) // go', 'pr_err("a\\"b", y);', '#define A 1'], 'c')).toEqual([
			['keyword:if', 'plain:(x ==', 'number:0x10', 'plain:)', 'comment:// go'],
			['name:pr_err', 'plain:(', 'string:"a\\"b"', 'plain:, y);'],
			['keyword:#define', 'plain:A', 'number:1']
		]);
	});

	it('knows assembly', () => {
		expect(
			kinds(['1:\tldr\tw5, [x3], #4', 'el1_sync:', '\tmrs\tx1, esr_el2\t// why'], 'assembly')
		).toEqual([
			[
				'name:1',
				'plain::',
				'keyword:ldr',
				'register:w5',
				'plain:, [',
				'register:x3',
				'plain:], #',
				'number:4'
			],
			['name:el1_sync', 'plain::'],
			['keyword:mrs', 'register:x1', 'plain:,', 'register:esr_el2', 'comment:// why']
		]);
	});

	it('carries a comment over lines, also one that began earlier', () => {
		expect(kinds([' * of before', ' */', 'int x; /* and', 'on */ y'], 'c')).toEqual([
			['comment:* of before'],
			['comment:*/'],
			['keyword:int', 'plain:x;', 'comment:/* and'],
			['comment:on */', 'plain:y']
		]);
	});

	it('loses nothing, and tells the languages by the name', () => {
		const lines = ['\t"unclosed', "'", '  \u00e9 §', 'a\\', '/* */ /* x'];
		for (const language of ['c', 'assembly'] as const)
			expect(tokenize(lines, language).map((row) => row.map(({ text }) => text).join(''))).toEqual(
				lines
			);
		expect(languageOf('kvm/hyp.S')).toBe('assembly');
		expect(languageOf('kvm/arm.c')).toBe('c');
	});
});

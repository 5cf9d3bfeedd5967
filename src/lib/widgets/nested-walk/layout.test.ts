import { describe, expect, it } from 'vitest';
import type { ExplainedWalk, StageGeometry } from 'emulator-core';
import { examples } from './examples.ts';
import { neighbour, nestedWalk, type NestedWalk, type WalkData } from './layout.ts';
import { segments } from './segments.ts';
import { cellStory, countInWords, faultInWords, sizeName } from './words.ts';

const program = examples['A load of a program in the guest']!;
const kernel = examples['The guest’s kernel: a block spares a row']!;

/** A row a line: the order of each read, `-` spared, `.` missed, `!` where it ended, `=` the access. */
const drawn = (walk: NestedWalk) =>
	walk.rows.map(({ cells }) =>
		cells
			.map(({ state, order, faulted }) => {
				const mark = { read: `${order}`, spared: '-', missed: '.', access: '=' }[state];
				return faulted ? (state === 'read' ? mark : '') + '!' : mark;
			})
			.join(' ')
	);

describe('the grid of a nested walk', () => {
	it.each([
		['A load of a program in the guest', ['1 2 3 4', '5 6 7 8', '9 10 11 12', '13 14 15 =']],
		['The guest’s kernel: a block spares a row', ['1 2 3 4', '5 6 7 8', '- - - -', '9 10 11 =']],
		['A first touch', ['1 2 3 4', '5 6 7 8', '- - - -', '9 10 11! .']],
		['A write to what was only read so far', ['1 2 3 4', '5 6 7 8', '- - - -', '9 10 11! .']],
		[
			'The console of lkvm: no memory, so a device',
			['1 2 3 4', '5 6 7 8', '9 10 11 12', '13 14! . .']
		],
		['Before the guest has an MMU: stage 2 alone', ['1 2 3! .']],
		[
			'A table of the guest that stage 2 does not map',
			['1 2 3 4', '5 6 7! .', '. . . .', '. . . .']
		],
		['A program reaches for the kernel', ['1 2 3 4', '5 6 7 8!', '- - - -', '. . . .']],
		['An address in neither half', ['. . . .', '. . . .', '. . . .', '. . . .']],
		['The host: one stage', ['1', '2', '-', '=']]
	])('%s', (name, rows) => expect(drawn(nestedWalk(examples[name]!))).toEqual(rows));

	it('finds for itself what the machine found: IPAs of entries, the physical address', () => {
		const { rows, pa, reads } = nestedWalk(program);
		expect(rows.map(({ ipa }) => ipa)).toEqual([
			0x800d_8ff8n,
			0x800d_9ff8n,
			0x800d_aff8n,
			0x800d_b3c0n
		]);
		expect(pa).toBe(0x8834_13c0n);
		expect(reads).toEqual({ all: 15, stage1: 3, stage2: 12 });
	});

	it.each(Object.entries(examples))('%s: each entry lies where its index says', (_, data) => {
		const { rows, path } = nestedWalk(data);
		for (const { step, order } of path)
			if (order !== undefined) expect(step).toBe(data.walk.steps[order - 1]);
		// What stage 2 gives for the IPA of a stage-1 entry is where that entry was read.
		for (const { ipa, cells } of rows) {
			const found = cells.findLast(({ stage, step }) => stage === 2 && step?.kind === 'page');
			const entry = cells.at(-1)!;
			if (
				entry.step !== undefined &&
				found !== undefined &&
				data.walk.geometry.stage2 !== undefined
			)
				expect(found.gives! + (ipa! & 0xfffn)).toBe(entry.step.at);
		}
	});

	const made = (
		stages: { stage1: StageGeometry | undefined; stage2: StageGeometry | undefined },
		walk: Partial<ExplainedWalk>
	): WalkData => ({
		va: 0x100_0000_1000n,
		access: 'read',
		walk: {
			steps: [],
			stage1: undefined,
			stage2: undefined,
			fault: undefined,
			geometry: { ...stages, mair: 0n },
			...walk
		}
	});
	const fault = (over: object) =>
		({ fault: 'translation', stage: 2, level: 0, s1ptw: false, ipa: undefined, ...over }) as never;

	it('marks a descriptor that could not be read, and an IPA beyond the tables', () => {
		const { stage2 } = program.walk.geometry;
		const flat = { ipa: 0x100_0000_1000n } as never;
		const beyond = made({ stage1: undefined, stage2 }, { stage1: flat, fault: fault({}) });
		expect(drawn(nestedWalk(beyond))).toEqual(['! . . .']);
		expect(faultInWords(beyond)?.why).toBe('The IPA is beyond the 40 bits that VTCR_EL2 allows.');
		const nowhere = made(
			{ stage1: program.walk.geometry.stage1, stage2: undefined },
			{ fault: fault({ fault: 'walk-external', stage: 1, level: 1 }) }
		);
		expect(drawn(nestedWalk(nowhere))).toEqual(['!', '.', '.', '.']);
		expect(cellStory(nestedWalk(nowhere).path[0]!, nestedWalk(nowhere).rows[0]!, nowhere)).toEqual([
			'Bits 38 to 30 of the VA are 0, but no entry was read.'
		]);
		expect(faultInWords(nowhere)?.name).toBe('External abort on the walk, stage 1, level 1');
	});

	it('draws both stages off as the access alone', () => {
		const off = made(
			{ stage1: undefined, stage2: undefined },
			{ stage1: { ipa: 0x900_0000n } as never }
		);
		const walk = nestedWalk(off);
		expect(drawn(walk)).toEqual(['=']);
		expect(walk.pa).toBe(0x900_0000n);
		expect(countInWords(off, walk)).toMatch(/^No reads: both stages are off/);
	});
});

describe('the arrow keys', () => {
	it('go along the walk, and up and down by columns', () => {
		const walk = nestedWalk(kernel);
		const go = (from: string, key: string) =>
			neighbour(
				walk,
				walk.path.find((cell) => cell.key === from)!,
				key
			).key;
		expect(go('0:3', 'ArrowRight')).toBe('1:0');
		expect(go('1:0', 'ArrowLeft')).toBe('0:3');
		expect(go('0:0', 'ArrowLeft')).toBe('0:0');
		// The spared row is stepped over.
		expect(go('1:1', 'ArrowDown')).toBe('3:1');
		expect(go('3:3', 'ArrowUp')).toBe('1:3');
		expect(go('0:2', 'ArrowUp')).toBe('0:2');
		expect(go('1:1', 'Home')).toBe('0:0');
		expect(go('1:1', 'End')).toBe('3:3');
		expect(go('1:1', 'x')).toBe('1:1');
	});
});

describe('a walk in words', () => {
	const words = (name: string) => countInWords(examples[name]!, nestedWalk(examples[name]!));
	it('states the count', () => {
		expect(words('A load of a program in the guest')).toBe(
			'15 reads for one load: 3 descriptors of stage 1, 12 of stage 2'
		);
		expect(words('The host: one stage')).toBe(
			'2 reads for one load: stage 2 is off, so what stage 1 gives is a physical address'
		);
		expect(words('A first touch')).toBe('11 reads, then a fault');
		expect(words('An address in neither half')).toBe('No reads');
	});

	it('says why a read was made', () => {
		const { rows } = nestedWalk(program);
		expect(cellStory(rows[1]!.cells[3]!, rows[1]!, program)).toEqual([
			'Bits 29 to 21 of the VA are 511: entry 511 of the table at IPA 0x800d_9000 is at IPA 0x800d_9ff8, which stage 2 finds at PA 0x8834_0ff8.',
			'It points to the next table, at IPA 0x800d_a000.'
		]);
		expect(cellStory(rows[1]!.cells[2]!, rows[1]!, program)).toEqual([
			'Bits 20 to 12 of the IPA 0x800d_9ff8 are 217: entry 217 of the table at PA 0x882b_4000 is at PA 0x882b_46c8.',
			'It maps a page of 4 KB, at PA 0x8834_0000.'
		]);
	});

	it.each([
		[
			'A first touch',
			'Translation fault, stage 2, level 3',
			'The entry is invalid: its bit 0 is 0.',
			'The guest traps to EL2: KVM must map the page, or play a device.'
		],
		[
			'A write to what was only read so far',
			'Permission fault, stage 2, level 3',
			'The entry is valid, but allows no store here.',
			'The guest traps to EL2: KVM decides whether it may.'
		],
		[
			'A table of the guest that stage 2 does not map',
			'Translation fault, stage 2, level 3',
			'The entry is invalid: its bit 0 is 0.',
			'It came while an entry of the guest’s own tables was to be read (S1PTW). The guest traps to EL2.'
		],
		[
			'A program reaches for the kernel',
			'Permission fault, stage 1, level 2',
			'The entry is valid, but allows no load here.',
			'The guest’s own kernel takes the abort at EL1. KVM never hears of it.'
		],
		[
			'An address in neither half',
			'Translation fault, stage 1, level 0',
			'The address lies in neither half: its bits 63 to 39 must be all 0 or all 1.',
			'The guest’s own kernel takes the abort at EL1. KVM never hears of it.'
		]
	])('%s: the fault', (name, title, why, then) =>
		expect(faultInWords(examples[name]!)).toEqual({ name: title, why, then })
	);

	it.each([
		[12, '4 KB'],
		[14, '16 KB'],
		[21, '2 MB'],
		[29, '512 MB'],
		[30, '1 GB']
	])('2 to the %d is %s', (bits, name) => expect(sizeName(bits)).toBe(name));
});

describe('an address cut up', () => {
	const cut = (...args: Parameters<typeof segments>) =>
		segments(...args).map(({ bits, digits, means }) => `${bits.join(':')} ${digits} ${means}`);

	it('of a program in the guest', () =>
		expect(cut(program.va, program.walk.geometry.stage1!, 3)).toEqual([
			'63:39 all 0 TTBR0_EL1',
			'38:30 111111111 entry 511',
			'29:21 111111111 entry 511',
			'20:12 111111111 entry 511',
			'11:0 0x3c0 in the page'
		]));

	it('ends in the offset of a block', () =>
		expect(cut(kernel.va, kernel.walk.geometry.stage1!, 2)).toEqual([
			'63:39 all 1 TTBR1_EL1',
			'38:30 100000000 entry 256',
			'29:21 000000000 entry 0',
			'20:0 0x0ce010 in the block'
		]));

	it('an IPA has ten bits for two tables side by side', () =>
		expect(cut(0x800d_b3c0n, program.walk.geometry.stage2!, 3)).toEqual([
			'39:30 0000000010 entry 2',
			'29:21 000000000 entry 0',
			'20:12 011011011 entry 219',
			'11:0 0x3c0 in the page'
		]));

	it('of an address in no half', () =>
		expect(cut(0x80_0000_0000_0000n, program.walk.geometry.stage1!, undefined)[0]).toBe(
			'63:39 0x10000 no half'
		));
});

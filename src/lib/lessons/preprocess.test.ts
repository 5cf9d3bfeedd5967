import { describe, expect, it } from 'vitest';
import { parseFrontMatter } from './front-matter.js';
import { checkBlocks, checkMomentsOfChecks } from './preprocess.js';

const head = '---\ntitle: A\nsummary: B\nminutes: 5\nneeds: [c, d e]\n---\n';

describe('the front matter of a lesson', () => {
	it('reads text, numbers and lists', () => {
		expect(parseFrontMatter(head, 'x.md')).toEqual({
			title: 'A',
			summary: 'B',
			minutes: 5,
			needs: ['c', 'd e']
		});
	});

	it.each([
		['no head at all', 'Hello', 'x.md:1: a lesson begins'],
		['an open head', '---\ntitle: A', 'x.md:1: the front matter has no closing'],
		['a line that is no pair', '---\ntitle\n---', 'x.md:2: expected "key: value"'],
		['an unknown key', '---\ntitle: A\nauthor: me\n---', 'x.md:3: unknown key "author"'],
		['minutes in words', '---\nminutes: ten\n---', 'x.md:2: "minutes" must be a whole number'],
		['needs without brackets', '---\nneeds: a, b\n---', 'x.md:2: "needs" must be a list'],
		['a missing key', '---\ntitle: A\n---', 'x.md:3: the front matter lacks "summary"']
	])('refuses %s with file and line', (_, text, message) => {
		expect(() => parseFrontMatter(text, 'x.md')).toThrow(message);
	});
});

describe('the blocks of a lesson', () => {
	const check = (text: string) =>
		checkBlocks(text, 'x.md', {
			blocks: ['Open', 'Check', 'Step'],
			checks: ['one'],
			moments: ['trap', 'back'],
			hasFile: (path) => path === 'x'
		});

	it('finds blocks once, and none in code', () => {
		expect(check('a <Open file="x" /> b\n`<Nope />`\n```\n<Nope />\n```\n<Open />')).toEqual([
			'Open'
		]);
	});

	it.each([
		['a\n\n<Opne />', 'x.md:3: unknown lesson block <Opne>; there are Open, Check, Step'],
		['<Check />', 'x.md:1: <Check> needs an id'],
		['\n<Check id="two" />', "x.md:2: no check 'two' in this lesson's checks.ts; it declares one"],
		['a <Open file="y.c" />', 'x.md:1: <Open> names y.c, which is not in lessons/VM_HW2'],
		['a\n<Step show="Open">', 'x.md:2: <Step> needs a moment'],
		[
			'<Step moment="hvc">',
			"x.md:1: no moment 'hvc' in this lesson's moments.json; it has trap, back"
		],
		['\n\n<Step moment="trap" show="Open Opn">', 'x.md:3: unknown lesson block <Opn>; there are'],
		['<Step moment="trap" show="Open" withhold="Check">', 'x.md:1: withhold="Check", but show']
	])('refuses %j with file and line', (text, message) => {
		expect(() => check(text)).toThrow(message);
	});

	it('takes a check and a moment that exist', () => {
		expect(check('<Check id="one" />')).toEqual(['Check']);
		expect(check('<Step moment="trap" show="Open Check">')).toEqual(['Step']);
		expect(check('<Step moment="trap" show="Open Check" withhold="Check">')).toEqual(['Step']);
	});

	it('refuses a question about a moment that does not exist', () => {
		const text = "check('a', {\n\tmeasure: { kind: 'exit-class', moment: 'tarp', nth: 1 }";
		expect(() => checkMomentsOfChecks(text, 'checks.ts', ['trap'])).toThrow(
			"checks.ts:2: no moment 'tarp' in this lesson's moments.json; it has trap"
		);
		expect(() => checkMomentsOfChecks(text, 'checks.ts', [])).toThrow(
			'it has none: there is no such'
		);
		checkMomentsOfChecks(text, 'checks.ts', ['tarp']);
	});
});

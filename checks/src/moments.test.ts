import { createMachine } from 'emulator-core';
import { describe, expect, it } from 'vitest';
import { program } from '../../emulator-core/src/machine/program.ts';
import { MomentFinder, type Code } from './moments-finder.ts';
import { parseMoments } from './moments.ts';
import { observe } from './observer.ts';

const parse = (rules: object) => parseMoments(JSON.stringify(rules));
const says = 'it happens';

describe('the rules of moments', () => {
	it('read as what they say', () => {
		const rules = parse({
			one: {
				says,
				exit: { class: 'SYS64', register: 'ACTLR_EL1', ipa: '0x3fff_0000..0x3fff_0fff' }
			},
			two: { says, after: 'one', nth: 3, symbol: 'hyp:el1_sync', text: 'mrs x3', which: 2 },
			three: { says, at: 'two', plus: -2 }
		});
		expect(rules['one']!.what).toEqual({
			kind: 'exit',
			ec: 0x18,
			register: 0xc081, // op0 3, op1 0, CRn 1, CRm 0, op2 1
			ipa: [0x3fff_0000n, 0x3fff_0fffn],
			is: undefined,
			touches: undefined,
			fault: undefined,
			in: undefined
		});
		expect(rules['two']).toEqual({
			says,
			after: 'one',
			before: undefined,
			nth: 3,
			what: { kind: 'symbol', world: 'hyp', symbol: 'el1_sync', text: 'mrs x3', which: 2, with: [] }
		});
		expect(rules['three']!.what).toEqual({ kind: 'at', moment: 'two', plus: -2 });
	});

	it.each([
		['no JSON', '{', 'not JSON'],
		['a list', '[]', 'the file is one object'],
		['nothing', '{}', 'there is no moment in the file'],
		['a name with capitals', '{"One":{}}', 'moment "One": a name is lower-case letters'],
		['a rule that is text', '{"a":"b"}', 'moment "a": a rule is an object']
	])('refuse %s', (_, text, message) => {
		expect(() => parseMoments(text)).toThrow(message);
	});

	it.each([
		['no kind', { says }, 'it needs exactly one of symbol, exit'],
		['two kinds', { says, exit: {}, symbol: 'host:a' }, 'it has symbol, exit'],
		['no words', { exit: {} }, '"says" tells the reader'],
		['an unknown key', { says, exit: {}, color: 1 }, 'unknown key "color"; here it may have says'],
		['an unknown key of a filter', { says, exit: { ec: 1 } }, 'unknown key "ec" of "exit"'],
		['an unknown class', { says, exit: { class: 'HVC' } }, '"class" is one of UNKNOWN, WFI,'],
		['an unknown kind of exit', { says, exit: { is: 'hvc' } }, '"is" is one of wfi, wfe, hvc-psci'],
		['an unknown register', { says, exit: { register: 'X_EL1' } }, 'is called X_EL1'],
		['a symbol of nobody', { says, symbol: 'kvm_call_hyp' }, '"symbol" is "host:name"'],
		['an unknown level', { says, entry: { from: 3 } }, '"from" is one of 0, 1, 2; it is 3'],
		['an address in words', { says, exit: { ipa: 'uart' } }, '"ipa" is "0x…" or'],
		['half an instruction', { says, at: 'a', plus: 0.5 }, '"plus" is a number of instructions'],
		['nth from zero', { says, exit: {}, nth: 0 }, '"nth" is a whole number from 1'],
		['a register that is none', { says, symbol: 'host:a', with: { y: 1 } }, '"with" gives whole'],
		[
			'a moment of elsewhere',
			{ says, exit: {}, after: 'b' },
			'"after" names "b", which is no moment'
		],
		['a circle', { says, exit: {}, after: 'a' }, 'it hangs on itself: a → a']
	])('refuse %s, with the name of the moment', (_, rule, message) => {
		expect(() => parse({ a: rule })).toThrow(message);
		expect(() => parse({ a: rule })).toThrow('moment "a"');
	});

	it('refuse a circle of several', () => {
		const circle = {
			a: { says, at: 'b' },
			b: { says, exit: {}, before: 'c' },
			c: { says, at: 'a' }
		};
		expect(() => parse(circle)).toThrow('moment "a": it hangs on itself: a → b → c → a');
	});
});

/** EL2 drops to EL1 behind stage 2 that is off, is called twice, and counts; EL1 loops in `again`. */
const bytes = program(`
	adr x4, vectors
	msr vbar_el2, x4
	movz x5, #0x8000, lsl #16
	msr hcr_el2, x5
	adr x6, el1
	msr elr_el2, x6
	movz x7, #0x3c5
	msr spsr_el2, x7
	eret
el1:
	movz x0, #7
again:
	hvc #1
	sub x0, x0, #1
	cbnz x0, again
stay:
	b stay
called:
	add x20, x20, #1
	eret
.align 2048
vectors:
	b stay
.align 1024
	b called
`);

const base = 0x4020_0000n;
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const words = Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
/** Names of the program: found by what stands there. */
const hvc = BigInt(words.indexOf(0xd400_0022) * 4);
const addresses: Record<string, bigint> = { again: base + hvc, called: base + hvc + 16n };
const code: Code = {
	address: (name) => addresses[name],
	locate: () => undefined,
	word: (pc) => words[Number(pc - base) / 4]
};

function find(rules: object, instructions = 100) {
	const machine = createMachine({ board: 'virt', kernel: bytes, ramBytes: 2 ** 24 });
	const programs = { host: code, guest: code };
	const finder = new MomentFinder(machine, programs, observe(machine, programs), parse(rules));
	machine.run({ maxInstructions: instructions });
	return finder;
}
const at = (instruction: number) => ({ instruction, entered: false });

describe('a run with rules', () => {
	// B to behind the header, nine instructions of EL2, MOVZ: the first HVC is instruction 11.
	it('has its moments where they belong', () => {
		const finder = find({
			first: { says, symbol: 'host:again' },
			into: { says, after: 'first', entry: { to: 2, class: 'HVC64' } },
			handler: { says, after: 'into', symbol: 'hyp:called' },
			eret: { says, symbol: 'hyp:called', text: 'eret' },
			back: { says, after: 'eret', return: { from: 2, to: 1, world: 'host' } },
			next: { says, after: 'back', symbol: 'host:again' },
			third: { says, symbol: 'host:again', nth: 3 },
			five: { says, symbol: 'host:again', with: { x0: 5 } },
			last: { says, symbol: 'host:again', before: 'third' },
			later: { says, at: 'third', plus: 2 }
		});
		expect(finder.complete).toBe(true);
		expect(finder.positions).toEqual({
			first: at(11),
			into: at(12),
			handler: at(13),
			eret: at(14),
			back: at(15),
			next: at(17),
			third: at(23),
			five: at(23),
			last: at(17),
			later: at(25)
		});
	});

	it('says what it does not reach, and why what can never come cannot', () => {
		const finder = find({
			never: { says, symbol: 'host:again', nth: 50 },
			nothing: { says, symbol: 'host:nowhere' },
			unwritten: { says, symbol: 'hyp:called', text: 'smc' },
			afterwards: { says, at: 'never', plus: 1 }
		});
		expect(finder.complete).toBe(false);
		expect(finder.missing).toEqual(['never', 'nothing', 'unwritten', 'afterwards']);
		expect([...finder.unknown]).toEqual([
			['nothing', 'there is no symbol nowhere'],
			['unwritten', 'no instruction of called is written "smc"']
		]);
	});
});

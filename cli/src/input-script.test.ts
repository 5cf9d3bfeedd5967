import { describe, expect, it } from 'vitest';
import { parseScript } from './input-script.ts';

const bytes = (text: string | Uint8Array) =>
	typeof text === 'string' ? new TextEncoder().encode(text) : text;

/** What is typed at a console that gives back each byte, plus one, until `!`; it begins with `>`. */
function typedAt(script: string | Uint8Array): string {
	const steps = parseScript(bytes(script), 'script');
	let [typed, sinceLast] = ['', ''];
	const waiting: number[] = [];
	const say = (byte: number) => {
		sinceLast += String.fromCharCode(byte & 0xff);
		const now = steps.next(sinceLast);
		if (now === undefined) return;
		typed += String.fromCharCode(...now);
		sinceLast = '';
		waiting.push(...now);
	};
	say(0x3e);
	for (let byte = waiting.shift(); byte !== undefined && byte !== 0x21; byte = waiting.shift())
		say(byte + 1);
	return typed;
}

describe('a script of console input', () => {
	it.each<[string, string | Uint8Array, string]>([
		['keys', 'wait >\nkeys ab!\n', 'ab!'],
		['type: with Enter', 'wait >\ntype a\nkeys !\n', 'a\r!'],
		['what waits for nothing: at once', 'keys a\nwait b\nkeys c!\n', 'ac!'],
		['what never comes: nothing more', 'wait >\nkeys a\nwait z\nkeys !\n', 'a'],
		['two waits in a row: both', 'wait >\nkeys ax\nwait b\nwait y\nkeys !\n', 'ax!'],
		['two waits in a row, the first never', 'wait >\nkeys ax\nwait z\nwait y\nkeys !\n', 'ax'],
		['two waits in a row, the wrong way round', 'wait >\nkeys ax\nwait y\nwait b\nkeys !', 'ax'],
		['a text that has been waited for is used up', 'wait >\nwait >\nkeys !\n', ''],
		['escapes', 'keys \\t\\n\\r\\e\\\\x\\x00\\xfF!', '\t\n\r\x1b\\x\0\xff!'],
		['comments, empty lines, CR LF', '# a\r\n\r\n  \nwait >\r\nkeys a!\r\n', 'a!'],
		['spaces, which count', 'wait >\nkeys  a \nkeys !', ' a !'],
		['no newline at the end', 'wait >\nkeys !', '!'],
		['what is not ASCII, as its bytes', 'keys é€!', '\xc3\xa9\xe2\x82\xac!'],
		['nothing', '', ''],
		['a wait and no answer', 'wait >\n', '']
	])('%s', (_, script, typed) => expect(typedAt(script)).toBe(typed));

	it('waits for bytes that are not ASCII', () => {
		// Given back plus one, these are the bytes of é.
		expect(typedAt('keys \\xc2\\xa8\nwait é\nkeys !')).toBe('\xc2\xa8!');
	});

	it.each<[string, string | Uint8Array, string]>([
		['a word that is none', '# one\n\npress a\n', 'script:3: a line is'],
		['a word without its text', 'wait >\ntype\n', 'script:2: a line is'],
		['a word in capitals', 'WAIT >\n', 'script:1: a line is'],
		['a space before the word', ' wait >\n', 'script:1: a line is'],
		['an escape that is none', 'keys \\q\n', 'script:1: \\q is none of'],
		['half an escape', 'keys \\x4\n', 'script:1: \\x is none of'],
		['a backslash at the end', 'type a\\\n', 'script:1: \\ is none of'],
		['a backslash behind a backslash', 'type \\\\\\', 'script:1: \\ is none of'],
		['what is no text', Uint8Array.from({ length: 99 }, (_, n) => n * 7), 'script:1: a line is']
	])('is refused with %s, by file and line', (_, script, message) => {
		expect(() => parseScript(bytes(script), 'script')).toThrow(message);
	});
});

import { expect, it } from 'vitest';
import { ConsoleLog } from './console-log.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('is a text with plain newlines, wherever the chunks were cut', () => {
	const log = new ConsoleLog();
	const all = bytes('host\r\nguest\r\r\nµ\r50%\r100%\r\n');
	for (const byte of all) log.append(Uint8Array.of(byte));
	expect(log.text()).toBe('host\nguest\nµ\r50%\r100%\n');
});

it('hands what was shown to a late listener, then what follows, and says when it begins anew', () => {
	const log = new ConsoleLog();
	log.append(bytes('a'));
	const heard: (string | undefined)[] = [];
	const leave = log.listen((chunk) => heard.push(chunk && new TextDecoder().decode(chunk)));
	log.append(bytes('b'));
	log.clear();
	leave();
	log.append(bytes('c'));
	expect(heard).toEqual(['a', 'b', undefined]);
});

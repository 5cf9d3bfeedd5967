import { badUsage } from './failure.ts';

/** What is typed during a run: waits for texts on the console and answers them. */
export interface InputScript {
	/**
	 * Given the console's text since the last answer: the bytes to type now, if the time has come. None, where
	 * it only waits for the next text.
	 */
	next(sinceLast: string): Uint8Array | undefined;
}

interface Step {
	wait: string;
	type: string;
}

/**
 * A script has one step a line: `wait TEXT` waits until TEXT has appeared, `type TEXT` types it and
 * Enter, `keys TEXT` types it without Enter. `\n`, `\r`, `\t`, `\e`, `\\` and `\xNN` work; `#` starts a
 * comment line. Texts are bytes here, one a character, as the console's are.
 */
export function parseScript(bytes: Uint8Array, path: string): InputScript {
	const steps: Step[] = [];
	let wait = '';
	asBytes(bytes)
		.split('\n')
		.forEach((line, i) => {
			if (line.trim() === '' || line.startsWith('#')) return;
			const match = /^(wait|type|keys) (.*)$/.exec(line.replace(/\r$/, ''));
			if (!match)
				throw badUsage(`${path}:${i + 1}: a line is \`wait TEXT\`, \`type TEXT\` or \`keys TEXT\``);
			const text = unescape(match[2]!, (escape) =>
				badUsage(
					`${path}:${i + 1}: ${escape} is none of \\n, \\r, \\t, \\e, \\xNN; a backslash itself is \\\\`
				)
			);
			if (match[1] === 'wait') {
				if (wait !== '') steps.push({ wait, type: '' });
				wait = text;
			} else {
				steps.push({ wait, type: match[1] === 'type' ? text + '\r' : text });
				wait = '';
			}
		});
	let position = 0;
	return {
		next(sinceLast) {
			let typed = '';
			let seen = sinceLast;
			const first = position;
			for (let step = steps[position]; step && seen.includes(step.wait); step = steps[++position]) {
				typed += step.type;
				if (step.wait !== '') seen = '';
			}
			return position === first ? undefined : Uint8Array.from(typed, (c) => c.charCodeAt(0));
		}
	};
}

/** The bytes as a text with a character for each. */
export const asBytes = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', e: '\x1b', '\\': '\\' };

function unescape(text: string, refusal: (escape: string) => Error): string {
	return text.replace(/\\(x[0-9a-fA-F]{2}|.|$)/g, (all, code: string) => {
		if (code.length === 3) return String.fromCharCode(parseInt(code.slice(1), 16));
		const meant = escapes[code];
		if (meant === undefined) throw refusal(all);
		return meant;
	});
}

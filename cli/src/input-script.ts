import { badUsage } from './failure.ts';

/** What is typed during a run: waits for texts on the console and answers them. */
export interface InputScript {
	/** Given the console's text since the last answer: the bytes to type now, if the time has come. */
	next(sinceLast: string): Uint8Array | undefined;
}

interface Step {
	wait: string;
	type: string;
}

/**
 * A script has one step a line: `wait TEXT` waits until TEXT has appeared, `type TEXT` types it and
 * Enter, `keys TEXT` types it without Enter. `\n`, `\t`, `\e` and `\xNN` work; `#` starts a comment line.
 */
export function parseScript(bytes: Uint8Array, path: string): InputScript {
	const steps: Step[] = [];
	let wait = '';
	new TextDecoder()
		.decode(bytes)
		.split('\n')
		.forEach((line, i) => {
			if (line.trim() === '' || line.startsWith('#')) return;
			const match = /^(wait|type|keys) (.*)$/.exec(line.replace(/\r$/, ''));
			if (!match)
				throw badUsage(`${path}:${i + 1}: a line is \`wait TEXT\`, \`type TEXT\` or \`keys TEXT\``);
			const text = unescape(match[2]!);
			if (match[1] === 'wait') wait = text;
			else {
				steps.push({ wait, type: match[1] === 'type' ? text + '\r' : text });
				wait = '';
			}
		});
	let position = 0;
	return {
		next(sinceLast) {
			let typed = '';
			let seen = sinceLast;
			for (let step = steps[position]; step && seen.includes(step.wait); step = steps[++position]) {
				typed += step.type;
				if (step.wait !== '') seen = '';
			}
			return typed === '' ? undefined : Uint8Array.from(typed, (c) => c.charCodeAt(0));
		}
	};
}

function unescape(text: string): string {
	const named: Record<string, string> = { n: '\n', r: '\r', t: '\t', e: '\x1b', '\\': '\\' };
	return text.replace(/\\(x[0-9a-fA-F]{2}|.)/g, (all, code: string) =>
		code.length === 3 ? String.fromCharCode(parseInt(code.slice(1), 16)) : (named[code] ?? all)
	);
}

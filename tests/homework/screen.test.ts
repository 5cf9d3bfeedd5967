/** screen-4.0.2 on the host's serial line: what a person at a terminal sees. */
import { readCpio, writeCpio } from 'toolchain';
import { createMachine } from 'emulator-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Builder } from '../../cli/src/project.ts';
import { Terminal } from './terminal.ts';

const prompt = 'root@genericarmv8:~# ';
const ctrlA = '\x01';

/** Types at the host; each step ends when nothing more is printed for 10 ms of the machine's time. */
class Host {
	readonly #machine;
	readonly terminal = new Terminal();
	/** What came since the last step began. */
	stream = '';

	constructor(kernel: Uint8Array, initrd: Uint8Array) {
		const bootargs = 'console=ttyAMA0';
		this.#machine = createMachine({ board: 'foundation', kernel, initrd, bootargs });
		this.#machine.onConsole = (bytes) => (this.stream += String.fromCharCode(...bytes));
	}

	step(keys: string): string {
		this.stream = '';
		this.#machine.type(Uint8Array.from(keys, (key) => key.charCodeAt(0)));
		for (let seen = -1, quiet = 0; quiet < 2;) {
			this.#machine.run({ maxInstructions: 500_000 });
			quiet = this.stream.length === seen ? quiet + 1 : 0;
			seen = this.stream.length;
		}
		this.terminal.write(this.stream);
		return this.terminal.text;
	}
}

describe('screen-4.0.2', () => {
	let host: Host;
	beforeAll(() => {
		const outputs = new Builder().pristine();
		const members = readCpio(outputs.get('host.cpio')!);
		members.push({
			path: 'home/root/screen-4.0.2',
			mode: 0o100755,
			data: outputs.get('screen-4.0.2')!
		});
		host = new Host(outputs.get('Image')!, writeCpio(members));
		while (!host.stream.endsWith(prompt)) host.step('');
	}, 300_000);

	it('shows the same shell and prompt', () => {
		expect(host.step('./screen-4.0.2\r')).toBe(prompt.trimEnd());
		expect(host.step('echo zero\r')).toBe(`${prompt}echo zero\nzero\n${prompt}`.trimEnd());
	});

	it('has windows that are made, chosen and listed', () => {
		expect(host.step(`${ctrlA}c`)).toBe(prompt.trimEnd());
		host.step('echo one\r');
		host.step(`${ctrlA}c`);
		expect(host.step(`${ctrlA}w`)).toContain('0$ sh  1-$ sh  2*$ sh');
		expect(host.step(`${ctrlA}0`)).toBe(`${prompt}echo zero\nzero\n${prompt}`.trimEnd());
		expect(host.stream).toContain(`zero\r\n${prompt}`);
		expect(host.terminal.cursor).toEqual([3, prompt.length + 1]);
		expect(host.step(`${ctrlA}n`)).toContain('echo one\none\n');
		expect(host.step(`${ctrlA}${ctrlA}`)).toContain('echo zero\nzero\n');
		expect(host.step(`${ctrlA}p`)).toBe(prompt.trimEnd());
		expect(host.step(`${ctrlA}7`)).toContain('No window 7');
		expect(host.step(`${ctrlA}?`)).toContain('Screen key bindings');
		expect(host.step(' ')).toBe(prompt.trimEnd());
	});

	it('lets a window work that is not shown', () => {
		host.step(`echo done\r${ctrlA}0`);
		expect(host.stream).not.toContain('done');
		expect(host.step(`${ctrlA}2`)).toContain('\ndone\n');
	});

	it('stops a program by Ctrl-C', () => {
		host.step('sleep 1000\r');
		expect(host.step('\x03')).toMatch(/\^C\n\S+#$/);
	});

	it('has a scroll-back, and copies from it', () => {
		host.step(`${ctrlA}1`);
		host.step('ls -1 /dev /proc; echo the end\r');
		host.step('ls -1 /dev /proc\r');
		expect(host.terminal.text).not.toContain('echo one');
		expect(host.step(`${ctrlA}[`)).toContain('Copy mode');
		expect(host.step('g')).toContain(`${prompt}echo one\none\n`);
		expect(host.terminal.cursor).toEqual([1, 1]);
		host.step('j \x1b[C\x1b[C');
		expect(host.step(' ')).toContain('Copied 3 characters into buffer');
		expect(host.step(`${ctrlA}]`).endsWith(`${prompt}one`)).toBe(true);
		host.step('\x15');
		host.step(`${ctrlA}[`);
		host.step('\x02\x15');
		expect(host.step('\x1b').endsWith(prompt.trimEnd())).toBe(true);
	});

	it('is left and come back to', () => {
		expect(host.step(`${ctrlA}d`)).toMatch(/\[detached from \d+\.ttyAMA0\.genericarmv8\]\n\S+#$/);
		expect(host.step('./screen-4.0.2 -ls\r')).toContain('(Detached)\n1 Socket');
		expect(host.step('./screen-4.0.2 -r\r').endsWith(prompt.trimEnd())).toBe(true);
		expect(host.step(`${ctrlA}0`)).toContain('echo zero\nzero\n');
	});

	it('ends with its last window', () => {
		host.step(`${ctrlA}k`);
		expect(host.step('y')).not.toContain('echo zero');
		host.step('exit\r');
		expect(host.step('exit\r')).toMatch(/\[screen is terminating\]\n\S+#$/);
		expect(host.step('./screen-4.0.2 -r\r')).toContain('There is no screen to be resumed.');
	});
});

/**
 * lkvm's command line, and the consoles and CPUs that it gives a guest: the shell on hvc0 instead of ttyS0, what
 * that costs, and how everything ends. The host's kernel has the same driver for the machine's own virtio console.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageOf } from 'emulator-core';
import { Builder } from '../../cli/src/project.ts';
import { trapline } from '../cli/trapline.ts';
import { ourConsole } from './consoles.ts';
import { command } from './keystrokes.ts';

const prompt = 'root@genericarmv8:~# ';
/** Class of a data abort, as which each access to a device arrives. */
const DATA = 0x24;

let outputs: ReadonlyMap<string, Uint8Array>;
beforeAll(() => {
	outputs = new Builder().pristine(undefined, true);
}, 300_000);

/** The host, at its prompt in /home/root. */
async function host() {
	const console = ourConsole({
		board: 'foundation',
		ramBytes: 512 * 2 ** 20,
		kernel: outputs.get('image-foundation_VIRTIO.axf')!,
		disks: [imageOf(outputs.get('host.img')!)]
	});
	await console.waitFor(prompt);
	const dataAborts = (vmid: number) => {
		const { host = 0, guest = 0 } = console.machine.trapLog.counts.vms[vmid]!.byClass[DATA] ?? {};
		return host + guest;
	};
	return { console, dataAborts, type: (line: string) => command(console, line) };
}

const run = './lkvm-static run -k image -d guest.img -m 32 -p "root=/dev/vda rw"';

describe('lkvm', () => {
	it('gives a guest a virtio console, on which a line costs one access', async () => {
		const { console, dataAborts, type } = await host();
		await type(`${run} --console virtio`);
		expect(await type('cat /proc/cmdline')).toContain('console=hvc0 root=/dev/vda rw');
		expect(await type('stty')).toContain('rows 24; columns 80;');
		// On hvc0, and then the same on the serial port.
		const cost = async (vmid: number) => {
			await type('cat mem.c'); // from now on it is in memory
			const before = dataAborts(vmid);
			const characters = (await type('cat mem.c')).length;
			return { characters, accesses: dataAborts(vmid) - before };
		};
		const virtio = await cost(1);
		expect(await type('mem 4')).toContain('4 pages of 4096 bytes, 0 wrong');
		expect(await type('poweroff')).toContain('KVM session ended normally');
		await type(run);
		const serial = await cost(2);
		console.type('\x01x');
		expect(await console.waitFor(prompt)).toContain('KVM session terminated');
		expect(serial.characters).toBe(virtio.characters);
		expect(serial.accesses).toBeGreaterThan(serial.characters);
		expect(virtio.accesses).toBeLessThan(virtio.characters / 5);
		// The host's terminal is as it was.
		expect(await type('stty')).toMatch(/^icanon echo isig iexten icrnl ixon$/m);
	}, 300_000);

	it('ends with all its threads, by a signal or by Ctrl-A X', async () => {
		const { console, type } = await host();
		await type(`${run} -c 4 < /dev/null > /dev/null &`);
		await type('sleep 1');
		// The one that waits for keys has found that there are none.
		expect(await type('grep Threads /proc/$!/status')).toMatch(/Threads:\s+4\s/);
		expect(await type('kill $!; wait $!; echo it was $?')).toContain('it was 143');
		expect(await type('ps')).not.toContain('lkvm');
		await type(`${run} -c 2 --console virtio`);
		console.type('\x01x');
		expect(await console.waitFor(prompt)).toContain('KVM session terminated');
		expect(await type('ps')).not.toContain('lkvm');
		expect(await type('stty')).toMatch(/^icanon echo isig iexten icrnl ixon$/m);
	}, 300_000);

	it('says what it wants, and what is wrong', async () => {
		const { type } = await host();
		const says = async (words: string) =>
			(await type(`./lkvm-static ${words}; echo status $?`)).replaceAll('\r', '').trimStart();
		const help = await says('run --help');
		expect(help.split('\n')).toEqual([
			'usage: lkvm run --kernel IMAGE [options]',
			'  -k, --kernel  IMAGE  an arm64 kernel Image',
			'  -i, --initrd  CPIO   its first file system, an archive',
			"  -d, --disk    FILE   becomes the guest's disk, /dev/vda",
			"  -m, --mem     MB     the guest's memory (64)",
			'  -c, --cpus    N      how many CPUs, 1 to 8 (1)',
			'      --console KIND   serial: ttyS0, or virtio: hvc0 (serial)',
			"  -p, --params  TEXT   the kernel's command line, behind console=",
			"      --name    NAME   what lkvm's messages call the guest",
			'While the guest runs, Ctrl-A X ends it; Ctrl-A Ctrl-A is one Ctrl-A for it.',
			'status 0',
			''
		]);
		expect(await says('--help')).toBe(help);
		const wrong = {
			'': 'what shall I do? (run)',
			stop: 'I can only run, not stop',
			run: 'which kernel shall run? It is named by --kernel',
			'run -k': 'a value is missing behind -k',
			'run --disc x': 'there is no option --disc',
			'run --mem 4': '--mem wants MB, from 8 to 4096, not 4',
			'run --cpus two': '--cpus wants a number from 1 to 8, not two',
			'run --cpus 9': '--cpus wants a number from 1 to 8, not 9',
			'run --console hv': '--console wants serial or virtio, not hv'
		};
		for (const [words, message] of Object.entries(wrong))
			expect(await says(words)).toBe(
				`lkvm: ${message}\nlkvm: --help says what there is\nstatus 2\n`
			);
		expect(await says('run -k image -c 8')).toBe(
			'lkvm: this KVM gives a guest fewer CPUs\nstatus 1\n'
		);
		expect(await says('run -k nothing')).toBe(
			'lkvm: nothing: No such file or directory (2)\nstatus 1\n'
		);
	}, 300_000);
});

describe("the host's own virtio console", () => {
	const folder = mkdtempSync(join(tmpdir(), 'trapline-hvc-'));
	afterAll(() => rmSync(folder, { recursive: true }));

	it.each(['1', '2'])(
		'has a shell on it, version %s of virtio-mmio',
		async (version) => {
			writeFileSync(join(folder, 'Image'), outputs.get('Image')!);
			writeFileSync(join(folder, 'initrd'), outputs.get('host.cpio')!);
			const lines = ['echo $((6 * 7)) characters', 'cat /proc/cmdline', 'poweroff'];
			const script = lines.map((line) => `wait ${prompt}\ntype ${line}\n`).join('');
			writeFileSync(join(folder, 'script'), script);
			const { code, stdout } = await trapline(
				[
					...['boot', 'Image', '--board', 'virt', '--virtio', version, '--console', 'virtio'],
					...['--initrd', 'initrd', '--append', 'console=hvc0', '--input', 'script']
				],
				folder
			);
			expect(code).toBe(0);
			expect(stdout).toContain('console [hvc0] enabled');
			expect(stdout).toContain('\n42 characters\r\n');
			expect(stdout).toContain('reboot: Power down');
		},
		120_000
	);
});

/**
 * The small commands of the host, as a student meets them after booting from host.img. What does not depend on
 * the kernel is as this computer's own commands say it (commands-expected.txt); the rest is looked at here.
 * UPDATE_GOLDEN=1 has this computer's commands write the expected text anew.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageOf } from 'emulator-core';
import { Ext2, memoryStore } from 'toolchain';
import { beforeAll, describe, expect, it } from 'vitest';
import { Builder } from '../../cli/src/project.ts';
import { ourConsole, type Console } from './consoles.ts';
import { bootHost, command } from './keystrokes.ts';

const golden = join(import.meta.dirname, 'commands-expected.txt');
const work = readFileSync(join(import.meta.dirname, 'commands-work.sh'));
const tools = ['dash', 'hexdump'];
const absent = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (absent.length > 0)
	console.warn(`commands of this computer skipped: no ${absent.join(', no ')}`);

function onThisComputer(): string {
	const folder = mkdtempSync(join(tmpdir(), 'trapline-commands-'));
	try {
		const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
		return execFileSync('dash', ['-s'], { cwd: folder, env, encoding: 'latin1', input: work });
	} finally {
		rmSync(folder, { recursive: true });
	}
}

describe.skipIf(absent.length > 0)('the commands of this computer', () => {
	it('say what is expected', () => {
		const said = onThisComputer();
		if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, said, 'latin1');
		expect(said).toBe(readFileSync(golden, 'latin1'));
	});
});

describe('the commands of the host', () => {
	let console: Console;
	const type = async (line: string) => (await command(console, line)).replaceAll('\r', '');
	beforeAll(async () => {
		const built = new Builder().pristine(undefined, true);
		const disk = built.get('host.img')!.slice();
		new Ext2(memoryStore(disk), { time: 1 }).writeFile('/home/root/work.sh', work);
		console = ourConsole({
			board: 'foundation',
			kernel: built.get('image-foundation_VIRTIO.axf')!,
			disks: [imageOf(disk)]
		});
		await bootHost(console);
	}, 300_000);

	it('say what is expected', async () => {
		await type('mkdir work; cd work; sh ../work.sh > ../said; cd; rm -r work');
		expect((await type('cat said')).replace(/^\n/, '')).toBe(readFileSync(golden, 'latin1'));
	});

	it('show processes, and end them', async () => {
		await type('sleep 1000 &');
		const shown = await type('ps');
		expect(shown).toMatch(/^ +PID +PPID STAT COMMAND\n +1 +0 S +\S*init\n/m);
		const [, pid] = /^ +(\d+) +\d+ S +sleep 1000$/m.exec(shown)!;
		expect(shown).toMatch(/^ +\d+ +\d+ R +ps$/m);
		await type(`kill ${pid}`);
		expect(await type('ps')).not.toMatch(/ S +sleep 1000$/m);
	});

	it('mount and unmount', async () => {
		expect(await type('mount')).toMatch(/^\/dev\/vda on \/ type ext2 \(rw\)$/m);
		await type('mkdir m; mount -t tmpfs none m; echo x > m/x; mount | grep -c "on /home/root/m "');
		expect(await type('ls m; umount m; ls m; rmdir m; mount | grep -c " /home/root/m "')).toBe(
			'\nx\n0\n'
		);
		expect(await type('umount /; echo $?')).toMatch(/^\numount: \/: .*\n1\n$/);
	});

	it('tell of the machine', async () => {
		expect(await type('dmesg')).toMatch(/^\[ {4}0\.000000\] Linux version 3\.14\.0-teaching /m);
		expect(await type('dmesg | grep -c "Hyp mode initialized successfully"')).toBe('\n1\n');
		expect(await type('uname; uname -r; uname -m; hostname')).toBe(
			'\nLinux\n3.14.0-teaching\naarch64\ngenericarmv8\n'
		);
		expect(await type('free; df /')).toMatch(
			/ total +used +free [^]*\n +\d+ +\d+ +\d+ [^]* \d+% \/\n$/
		);
	});

	it('tell that what they wrote did not arrive', async () => {
		const filter = '/sys/kernel/debug/tracing/events/kvm/kvm_exit/filter';
		expect(await type(`echo no filter > ${filter}; echo $?`)).toBe(
			'\nsh: echo: Invalid argument\n1\n'
		);
		expect(await type(`echo no filter | cat > ${filter}; echo $?`)).toMatch(
			/^\ncat: .*: Invalid argument\n1\n$/
		);
	});

	it('restart the machine', async () => {
		console.type('reboot\r');
		await expect(console.waitFor('reboot: Power down')).rejects.toThrow();
		expect(console.text).toContain('reboot: Restarting system');
	});
});

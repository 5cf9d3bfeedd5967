/**
 * Programs as the homework's students build them, with aarch64-linux-gnu-gcc and glibc: C++ with exceptions
 * and OpenMP on the host and in the guest; static, position independent and dynamic C programs on the host.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageOf } from 'emulator-core';
import { Ext2, memoryStore } from 'toolchain';
import { afterAll, expect, it } from 'vitest';
import { Builder } from '../../cli/src/project.ts';
import { ourConsole } from './consoles.ts';
import { command } from './keystrokes.ts';

const has = (tool: string) => spawnSync(tool, ['--version']).error === undefined;
const libraries = '/usr/aarch64-linux-gnu/lib';
const [loader, libc] = ['ld-linux-aarch64.so.1', 'libc.so.6'];
const gcc = 'aarch64-linux-gnu-gcc';
const cxx = 'aarch64-linux-gnu-g++';
const ready = has(gcc) && existsSync(join(libraries, libc));
if (!ready) console.warn(`programs of glibc's skipped: no ${gcc}, or no ${libraries}/${libc}`);

const work = mkdtempSync(join(tmpdir(), 'trapline-glibc-'));
afterAll(() => rmSync(work, { recursive: true }));

function compile(compiler: string, source: string, ...flags: string[]): Uint8Array {
	const built = join(work, 'built');
	const path = join(import.meta.dirname, source);
	// What the linker warns of: OpenMP's library would load others for devices.
	execFileSync(compiler, ['-O2', '-pthread', ...flags, path, '-o', built], { stdio: 'ignore' });
	return new Uint8Array(readFileSync(built));
}

const prompt = 'root@genericarmv8:~# ';
const shown = (text: string) => text.replaceAll('\r', '').trim();

const threads = `20000
7, 1 fault, 3.00
timer
1 9
shared
the same process: 1`;
const shared = `the lock of one that died: Owner died
the lock of one that died: Owner died
to and fro: 200
a signal for whoever wants it: 1
a child of a thread: 5
ended with 6
appended: 20000
mixed lines: 0`;
const cpp = `guest 2
host 1
the 3
parse 42 goes
42
parse 7x goes
runtime_error: not all of 7x is a number
parse none goes
exception: stoi
-50005000 -200010000 -450015000 -800020000 
9999.678705 1`;

it.skipIf(!ready)('run on the host, and in the guest', { timeout: 600_000 }, async () => {
	const plain = compile(gcc, 'glibc-shared.c', '-static');
	const programs: [string, Uint8Array, string][] = [
		['shared', plain, shared],
		['pie', compile(gcc, 'glibc-threads.c', '-static-pie', '-O1'), threads],
		['dynamic', compile(gcc, 'glibc-threads.c', '-O1'), threads]
	];
	if (has(cxx)) programs.push(['cpp', compile(cxx, 'glibc-cpp.cpp', '-static', '-fopenmp'), cpp]);
	const outputs = new Builder().pristine(undefined, true);
	const [hostImage, guestImage] = ['host.img', 'guest.img'].map((name) =>
		outputs.get(name)!.slice()
	);
	const mode = { mode: 0o755 };
	const [inGuest, , said] = programs.at(-1)!;
	const guest = new Ext2(memoryStore(guestImage!), { time: 1 });
	guest.writeFile(`/home/root/${inGuest}`, programs.at(-1)![1], mode);
	const host = new Ext2(memoryStore(hostImage!), { time: 1 });
	host.writeFile('/home/root/guest.img', guestImage!);
	for (const [name, data] of programs) host.writeFile(`/home/root/${name}`, data, mode);
	host.makeDirectory('/lib');
	for (const name of [loader, libc])
		host.writeFile(`/lib/${name}`, new Uint8Array(readFileSync(join(libraries, name!))), mode);

	const console = ourConsole({
		board: 'foundation',
		kernel: outputs.get('image-foundation_VIRTIO.axf')!,
		disks: [imageOf(hostImage!)]
	});
	await console.waitFor(prompt);
	for (const [name, , expected] of programs)
		expect(shown(await command(console, `./${name}`)), name).toBe(expected.trim());
	await command(console, './boot_guest.sh');
	expect(shown(await command(console, `./${inGuest}`)), 'in the guest').toBe(said.trim());
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMachine, type Machine } from 'emulator-core';
import { writeCpio } from 'toolchain';
import { root } from '../project.ts';
import { threadSeconds } from '../thread-time.ts';
import type { Section } from './report.ts';

const title = 'A stock kernel (Debian’s for arm64): from reset to a shell script';
const DONE = 'the shell script runs';
/** Five times what it needs. */
const LIMIT = 1_500_000_000;

/** A stock kernel boots to a shell, where the tests have left its packages (tests/stock). */
export function benchStockKernel(): Section {
	const machine = stockMachine();
	if (machine === undefined)
		return {
			title,
			figures: [],
			skipped: 'its packages are not here: npm run test:stock fetches them'
		};
	let tail = '';
	let seen = false;
	machine.onConsole = (bytes) => {
		tail = (tail + String.fromCharCode(...bytes)).slice(-200);
		seen ||= tail.includes(DONE);
	};
	const begin = threadSeconds();
	while (!seen && machine.instructions < LIMIT)
		if (machine.run({ maxInstructions: 2_000_000 }).reason !== 'budget') break;
	const seconds = threadSeconds() - begin;
	if (!seen)
		return { title, figures: [], skipped: `it did not get there; its last words: ${tail}` };
	const millions = machine.instructions / 1e6;
	return {
		title,
		figures: [
			{ name: 'length', value: millions, unit: 'M insns' },
			{ name: 'time', value: seconds, unit: 's of CPU' },
			{ name: 'interpreter', value: millions / seconds, unit: 'M insns/s' }
		]
	};
}

/** A machine that boots a stock kernel to a shell script; undefined where the kernel is not here. */
export function stockMachine(script = ''): Machine | undefined {
	const folder = join(root, '.cache', 'stock');
	if (!existsSync(join(folder, 'packages.json'))) return undefined;
	const file = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
	return createMachine({
		board: 'foundation',
		ramBytes: 256 * 2 ** 20,
		bootargs: 'console=ttyAMA0 cryptomgr.notests=1',
		kernel: file('Image'),
		initrd: initramfs(file('busybox'), script)
	});
}

function initramfs(busybox: Uint8Array, script: string): Uint8Array {
	const lines = [
		'#!/bin/busybox sh',
		`/bin/busybox echo ${DONE}`,
		'/bin/busybox --install -s /bin',
		'mount -t devtmpfs dev /dev',
		script
	];
	const init = new TextEncoder().encode(lines.join('\n') + '\n');
	const mode = 0o100755;
	return writeCpio([
		{ path: 'bin', mode: 0o40755, data: new Uint8Array() },
		{ path: 'bin/busybox', mode, data: busybox },
		{ path: 'dev', mode: 0o40755, data: new Uint8Array() },
		{ path: 'init', mode, data: init }
	]);
}

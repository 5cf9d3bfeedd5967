import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine } from '../../../emulator-core/src/index.ts';
import { driver } from './driver.ts';
import * as layout from './layout.ts';
import type { SystemTest } from './random-tests.ts';
import type { Tables } from './tables.ts';

const ramMegabytes = 96;

function image(tests: readonly SystemTest[], tables: Tables, send: boolean): Uint8Array {
	const bytes = new Uint8Array(layout.results);
	const view = new DataView(bytes.buffer);
	bytes.set(driver(tests.length, send));
	bytes.set(tables.bytes, layout.tables);
	tests.forEach(({ words, loaded }, n) => {
		words.forEach((word, i) =>
			view.setUint32(layout.snippets + n * layout.snippetBytes + 4 * i, word, true)
		);
		layout.loaded.forEach((name, i) =>
			view.setBigUint64(
				layout.tests + n * layout.testBytes + 8 * i,
				BigInt.asUintN(64, loaded[name]),
				true
			)
		);
	});
	view.setBigUint64(16, BigInt(bytes.length + tests.length * layout.resultBytes), true);
	return bytes;
}

/** What each test left behind on the two machines; fewer where a machine did not come to the end. */
export function runOnBoth(tests: readonly SystemTest[], tables: Tables) {
	return {
		ours: records(onOurs(image(tests, tables, false), tests.length)),
		theirs: records(onQemu(image(tests, tables, true)))
	};
}

function onOurs(kernel: Uint8Array, count: number): Uint8Array {
	const machine = createMachine({ board: 'virt', kernel, ramBytes: ramMegabytes * 2 ** 20 });
	const { reason } = machine.run({ maxInstructions: 5_000_000 + 1000 * count });
	const pointer = Number(machine.x(21));
	const done =
		reason === 'poweroff' ? count : (pointer - layout.load - layout.results) / layout.resultBytes;
	return machine.readPhysical(layout.load + layout.results, done * layout.resultBytes);
}

function onQemu(kernel: Uint8Array): Uint8Array {
	const folder = mkdtempSync(join(tmpdir(), 'fuzz-system-'));
	try {
		const path = join(folder, 'kernel');
		writeFileSync(path, kernel);
		return execFileSync(
			'qemu-system-aarch64',
			[
				...[
					'-M',
					'virt,virtualization=on,gic-version=2',
					'-cpu',
					'cortex-a57',
					'-m',
					`${ramMegabytes}`
				],
				...['-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-kernel', path]
			],
			{ maxBuffer: 1 << 26, timeout: 120_000, stdio: ['ignore', 'pipe', 'ignore'] }
		);
	} catch (error) {
		return (error as { stdout?: Uint8Array }).stdout ?? new Uint8Array();
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function records(bytes: Uint8Array): layout.Stored[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	return Array.from({ length: Math.floor(bytes.length / layout.resultBytes) }, (_, n) =>
		Object.fromEntries(
			layout.stored.map((name, i) => [
				name,
				view.getBigUint64(n * layout.resultBytes + 8 * i, true)
			])
		)
	) as layout.Stored[];
}

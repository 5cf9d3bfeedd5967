import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine } from '../../../emulator-core/src/index.ts';
import { driver } from './driver.ts';
import * as layout from './layout.ts';
import type { SystemTest } from './random-tests.ts';
import type { Tables } from './tables.ts';

const ramBase = 0x4000_0000;
const ramMegabytes = 96;

/** The CPU that QEMU is: Cortex-A57 is ours, but has no 16 KB granule. */
export type QemuCpu = 'cortex-a57' | 'neoverse-n1';

/** What one test left behind: each exception that came to EL2. */
export type Outcome = readonly layout.Stored[];

export function image(tests: readonly SystemTest[], tables: Tables): Uint8Array {
	const bytes = new Uint8Array(layout.results);
	const view = new DataView(bytes.buffer);
	bytes.set(driver(tests.length));
	bytes.set(tables.bytes, layout.tables);
	tests.forEach(({ words, wordsOfEl2 = [], loaded }, n) => {
		const put = (list: readonly number[], at: number) =>
			list.forEach((word, i) =>
				view.setUint32(layout.snippets + n * layout.snippetBytes + at + 4 * i, word, true)
			);
		put(words, 0);
		put(wordsOfEl2, layout.snippetOfEl2);
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
export function runOnBoth(tests: readonly SystemTest[], tables: Tables, cpu: QemuCpu) {
	const kernel = image(tests, tables);
	const size = tests.length * layout.resultBytes;
	return { ours: outcomes(onOurs(kernel, size)), theirs: outcomes(onQemu(kernel, size, cpu)) };
}

function onOurs(kernel: Uint8Array, size: number): Uint8Array {
	const machine = createMachine({ board: 'virt', kernel, ramBytes: ramMegabytes * 2 ** 20 });
	machine.run({ maxInstructions: 2_500_000 + size });
	return machine.readPhysical(layout.load + layout.results, size);
}

/** QEMU's RAM is a file, in which the results lie when it has ended. */
function onQemu(kernel: Uint8Array, size: number, cpu: QemuCpu): Uint8Array {
	const folder = mkdtempSync(join(tmpdir(), 'fuzz-system-'));
	const [path, ram] = [join(folder, 'kernel'), join(folder, 'ram')];
	const results = new Uint8Array(size);
	try {
		writeFileSync(path, kernel);
		const backend = `memory-backend-file,id=ram,size=${ramMegabytes}M,mem-path=${ram},share=on`;
		execFileSync(
			'qemu-system-aarch64',
			[
				...['-M', 'virt,virtualization=on,gic-version=2,memory-backend=ram', '-cpu', cpu],
				...['-m', `${ramMegabytes}`, '-object', backend, '-display', 'none', '-monitor', 'none'],
				...['-serial', 'none', '-kernel', path]
			],
			{ timeout: 20_000, stdio: 'ignore' }
		);
	} catch {
		// It hung: what it has done until then counts.
	}
	try {
		const file = openSync(ram, 'r');
		readSync(file, results, 0, size, layout.load + layout.results - ramBase);
		closeSync(file);
	} finally {
		rmSync(folder, { recursive: true });
	}
	return results;
}

function outcomes(bytes: Uint8Array): Outcome[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const list: Outcome[] = [];
	for (let at = 0; at < bytes.length; at += layout.resultBytes) {
		const end = Number(view.getBigUint64(at, true));
		if (end === 0) break;
		const start = layout.load + layout.results + at + layout.firstEvent;
		const count = (end - start) / layout.eventBytes;
		const fields = (names: readonly string[], from: number) =>
			names.map((name, i) => [name, view.getBigUint64(from + 8 * i, true)] as const);
		const final = fields(layout.finalFields, at + 8);
		list.push(
			Array.from({ length: count }, (_, n) => {
				const event = fields(layout.eventFields, at + layout.firstEvent + n * layout.eventBytes);
				const last = n === count - 1 ? final : final.map(([name]) => [name, 0n] as const);
				return Object.fromEntries([...event, ...last]) as layout.Stored;
			})
		);
	}
	return list;
}

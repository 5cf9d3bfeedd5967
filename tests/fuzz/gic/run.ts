import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine } from '../../../emulator-core/src/index.ts';
import { driver } from './driver.ts';
import * as layout from './layout.ts';
import type { Access } from './layout.ts';

const ramMegabytes = 32;
const priorityBits = 5;

function image(accesses: readonly Access[]): Uint8Array {
	const bytes = new Uint8Array(layout.accesses + accesses.length * layout.accessBytes);
	const view = new DataView(bytes.buffer);
	bytes.set(driver(accesses.length));
	accesses.forEach(({ cpu, kind, address, value }, n) => {
		const at = layout.accesses + n * layout.accessBytes;
		view.setUint32(at, layout.kinds[kind] | (cpu << 8), true);
		view.setUint32(at + 4, address, true);
		view.setUint32(at + 8, value, true);
	});
	view.setBigUint64(16, BigInt(bytes.length), true);
	return bytes;
}

/** What each access gave on the two machines; fewer where one did not come to the end. */
export function runOnBoth(accesses: readonly Access[]) {
	const kernel = image(accesses);
	const size = accesses.length * layout.resultBytes;
	return { ours: onOurs(kernel, size), theirs: onQemu(kernel, size) };
}

function onOurs(kernel: Uint8Array, size: number): Uint32Array {
	const machine = createMachine({
		...{ board: 'virt', cpus: 2, kernel, ramBytes: ramMegabytes * 2 ** 20 }
	});
	machine.run({ maxInstructions: 1_000_000 + 1000 * size });
	const count = Number(
		new DataView(machine.readPhysical(layout.load + layout.done, 8).slice().buffer).getUint32(
			0,
			true
		)
	);
	const bytes = machine.readPhysical(layout.load + layout.results, size).slice();
	return new Uint32Array(bytes.buffer, 0, count);
}

/** QEMU's RAM is a file, in which the results lie when it has ended. */
function onQemu(kernel: Uint8Array, size: number): Uint32Array {
	const folder = mkdtempSync(join(tmpdir(), 'fuzz-gic-'));
	const [path, ram] = [join(folder, 'kernel'), join(folder, 'ram')];
	const [results, done] = [new Uint8Array(size), new Uint8Array(4)];
	try {
		writeFileSync(path, kernel);
		const backend = `memory-backend-file,id=ram,size=${ramMegabytes}M,mem-path=${ram},share=on`;
		execFileSync(
			'qemu-system-aarch64',
			[
				...['-M', 'virt,virtualization=on,gic-version=2,memory-backend=ram', '-cpu', 'cortex-a57'],
				...['-smp', '2', '-m', `${ramMegabytes}`, '-object', backend, '-display', 'none'],
				...[
					'-global',
					`arm_gic_common.num-priority-bits=${priorityBits}`,
					'-accel',
					'tcg,thread=single'
				],
				...['-monitor', 'none', '-serial', 'none', '-kernel', path]
			],
			{ timeout: 60_000, stdio: ['ignore', 'ignore', 'inherit'] }
		);
	} catch {
		// It hung: what it has done until then counts.
	}
	try {
		const file = openSync(ram, 'r');
		readSync(file, results, 0, size, layout.load + layout.results - layout.ramBase);
		readSync(file, done, 0, 4, layout.load + layout.done - layout.ramBase);
		closeSync(file);
	} finally {
		rmSync(folder, { recursive: true });
	}
	return new Uint32Array(results.buffer, 0, new DataView(done.buffer).getUint32(0, true));
}

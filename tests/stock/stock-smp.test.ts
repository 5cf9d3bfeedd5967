/**
 * Debian's kernel on four CPUs: started by PSCI on virt and at the spin table on foundation, taken off line
 * and on again, and with its KVM running the small client.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Machine } from 'emulator-core';
import {
	boot,
	buildPrograms,
	complaints,
	executable,
	inFigures,
	initramfs,
	stockPackages,
	type Boot
} from './stock.ts';

const packages = stockPackages();
const prompt = '/root # ';
const common = {
	ramBytes: 256 * 2 ** 20,
	bootargs: 'console=ttyAMA0 cryptomgr.notests=1',
	cpus: 4
};

function expectFour({ console, reason }: Boot): void {
	expect(reason).toBe('poweroff');
	for (const line of [
		...[1, 2, 3].map((n) => `CPU${n}: Booted secondary processor 0x000000000${n} [0x411fd070]`),
		'smp: Brought up 1 node, 4 CPUs',
		'CPU: All CPU(s) started at EL2',
		'Hyp mode initialized successfully'
	])
		expect(console).toContain(line);
}

/** Eight processes at a time, with pipes between: each prints the same sum. */
const sums =
	'for n in 1 2 3 4 5 6 7 8; do ' +
	'(dd if=/dev/zero bs=1024 count=256 2>/dev/null | busybox md5sum) & done; wait';
/** Of 256 KB of zeros. */
const md5 = 'ec87a838931d4d5d2e94a04644788a55';

/** Exceptions taken by each CPU. */
const entriesByCpu = ({ trapLog }: Machine) => {
	const counts = [0, 0, 0, 0];
	for (const { what, cpu = 0 } of trapLog.records) if (what === 'entry') counts[cpu]!++;
	return counts;
};

describe.skipIf(packages === undefined)(
	`Debian's ${packages?.versions.kernel ?? 'kernel'} on four CPUs`,
	() => {
		const { kernel, busybox } = packages ?? {
			kernel: new Uint8Array(),
			busybox: new Uint8Array()
		};
		let client: Uint8Array;
		beforeAll(() => {
			if (packages) client = buildPrograms().get('kvm-client')!;
		}, 300_000);

		it('turns CPUs off and on through PSCI on virt, and runs its KVM', () => {
			const initrd = initramfs(busybox, [executable('root/kvm-client', client)]);
			const cpu3 = '/sys/devices/system/cpu/cpu3/online';
			const run = boot({ ...common, board: 'virt', kernel, initrd }, [
				{ after: prompt, type: `echo 0 > ${cpu3}; cat /sys/devices/system/cpu/online\r` },
				{ after: prompt, type: `echo 1 > ${cpu3}; cat /sys/devices/system/cpu/online\r` },
				{ after: prompt, type: `${sums}\r` },
				{ after: prompt, type: './kvm-client 11 5 23 17 31 13 7 19 3\r' },
				{ after: prompt, type: 'grep Resched /proc/interrupts; poweroff -f\r' }
			]);
			console.log(inFigures('virt, 4 CPUs', run), entriesByCpu(run.machine));
			expectFour(run);
			expect(run.console).toContain('psci: CPU3 killed');
			expect(run.console).toContain('\n0-2\n');
			expect(run.console).toContain('\n0-3\n');
			const found = [...run.console.matchAll(new RegExp(`^${md5} `, 'gm'))];
			expect(found).toHaveLength(8);
			expect(run.console).toContain('kvm-client: timer interrupts 3, WFIs 3');
			expect(run.console).toContain('kvm-client: ended, reason 24, event 1');
			const ipis = /IPI0: +(\d+) +(\d+) +(\d+) +(\d+)/.exec(run.console)!.slice(1).map(Number);
			for (const count of ipis) expect(count).toBeGreaterThan(0);
			for (const count of entriesByCpu(run.machine)) expect(count).toBeGreaterThan(0);
			expect(complaints(run.console)).toEqual([]);
		});

		it('starts at the spin table of foundation', () => {
			const initrd = initramfs(busybox);
			const run = boot({ ...common, board: 'foundation', kernel, initrd }, [
				{ after: prompt, type: 'grep -c ^processor /proc/cpuinfo; poweroff -f\r' }
			]);
			console.log(inFigures('foundation, 4 CPUs', run), entriesByCpu(run.machine));
			expectFour(run);
			expect(run.console).toContain('\n4\n');
		});
	}
);

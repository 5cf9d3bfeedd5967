/** A guest with two vcpus under the KVM of Debian's kernel, on a machine with one CPU and with two. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
	boot,
	buildPrograms,
	complaints,
	executable,
	exitsByClass,
	inFigures,
	initramfs,
	stockPackages
} from './stock.ts';

const packages = stockPackages();
const asked = { rounds: 37, hypercalls: 11, reads: 23 };
const pair = `./kvm-pair ${Object.values(asked).join(' ')}`;
/** Reports of the guest, and its writes of GICD_CTLR and to the page that both vcpus have. */
const [REPORTS, CTLR, PAGES] = [4, 1, 1];
const [WFI, HVC, FETCH, DATA] = [0x01, 0x16, 0x20, 0x24];

describe.skipIf(packages === undefined)(
	`a guest with two vcpus under Debian's ${packages?.versions.kernel ?? 'kernel'}`,
	() => {
		const { kernel, busybox } = packages ?? {
			kernel: new Uint8Array(),
			busybox: new Uint8Array()
		};
		let client: Uint8Array;
		beforeAll(() => {
			if (packages) client = buildPrograms().get('kvm-pair')!;
		}, 300_000);

		it.each([1, 2])('takes the exits that it and KVM count, on %i CPU(s)', (cpus) => {
			const initrd = initramfs(
				busybox,
				[executable('root/kvm-pair', client)],
				`mount -t debugfs debugfs /sys/kernel/debug; ${pair}; poweroff -f`
			);
			const bootargs = 'console=ttyAMA0 cryptomgr.notests=1';
			const ramBytes = 256 * 2 ** 20;
			const run = boot({ board: 'virt', ramBytes, bootargs, kernel, initrd, cpus }, []);
			console.log(inFigures(`two vcpus on ${cpus} CPUs`, run));
			expect(run.reason).toBe('poweroff');
			const { rounds, hypercalls, reads } = asked;
			const sum = (reads * (reads - 1)) / 2;
			expect(run.console).toContain(`kvm-pair: reads 0 and ${reads}, wrong 0, reports ${REPORTS}`);
			expect(run.console).toContain('kvm-pair: ended, reason 24');
			const told = /kvm-pair: WFIs (\d+) and (\d+), polls (\d+), device (\d+)/.exec(run.console);
			const [first, second, polls, device] = told!.slice(1).map(Number);
			expect(device).toBe(sum);
			expect(Math.min(first!, second!)).toBeGreaterThanOrEqual(rounds);
			// A WFI with an interrupt waiting is no exit, and KVM lets a vcpu that is alone sleep by itself.
			const counted = /KVM says WFIs (\d+), hypercalls (\d+), accesses (\d+) and (\d+)/.exec(
				run.console
			);
			const [sleeps, calls, inClient, inKernel] = counted!.slice(1).map(Number);
			expect(sleeps).toBeGreaterThan(0);
			expect(sleeps).toBeLessThanOrEqual(first! + second!);
			// CPU_ON, CPU_OFF and SYSTEM_OFF
			expect(calls).toBe(hypercalls + polls! + 3);
			expect([inClient, inKernel]).toEqual([reads + REPORTS, 2 * rounds + CTLR]);
			expect(exitsByClass(run.machine, 1)).toEqual({
				[WFI]: sleeps,
				[HVC]: calls,
				[FETCH]: 1,
				[DATA]: 2 * rounds + reads + REPORTS + CTLR + PAGES
			});
			// Both vcpus have run on CPUs of their own, where there are two.
			const entered = new Set(
				run.machine.trapLog.records.filter(({ vmid }) => vmid === 1).map(({ cpu = 0 }) => cpu)
			);
			expect([...entered].sort()).toEqual(cpus === 2 ? [0, 1] : [0]);
			expect(complaints(run.console)).toEqual([]);
		});
	}
);

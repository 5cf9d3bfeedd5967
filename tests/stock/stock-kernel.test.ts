/**
 * A kernel that nobody here wrote: Debian's for arm64 boots at EL2 on both boards, its own KVM runs the
 * guest of a small client, and under that KVM our lkvm boots our guest kernel from guest.img.
 * TRAPLINE_STOCK=long also runs the crypto self-tests, and gives the guest of the teaching KVM two CPUs.
 * README.md beside it tells what came of it.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import {
	boot,
	buildPrograms,
	complaints,
	executable,
	exitsByClass,
	exitsOf,
	exitsUnderQemu,
	hasQemu,
	inFigures,
	initramfs,
	lkvmFiles,
	lkvmWork,
	lkvmWorkShows,
	prompt,
	stockPackages,
	withFiles,
	type Boot
} from './stock.ts';

const packages = stockPackages();
const qemu = hasQemu();
const long = process.env['TRAPLINE_STOCK'] === 'long';

const ramBytes = 256 * 2 ** 20;
const bootargs = 'console=ttyAMA0 cryptomgr.notests=1';

/** What the client is asked for, in its order. No two numbers are the same. */
const asked = {
	hvc: 11,
	smc: 5,
	mmio: 23,
	sysreg: 17,
	written: 31,
	read: 13,
	readWritten: 7,
	distributor: 19,
	timer: 3
};
const client = `./kvm-client ${Object.values(asked).join(' ')}`;

/** Reports of the guest: 8-byte writes to a device. */
const REPORTS = 7;
/** GICD_CTLR and GICD_ISENABLER0, before the timer is waited for. */
const DIST_SETUP = 2;

/** The classes by which these exits arrive, as ESR_EL2.EC. */
const [WFI, HVC, SMC, SYSREG, FETCH, DATA] = [0x01, 0x16, 0x17, 0x18, 0x20, 0x24];

/** What the client's guest must have cost. */
const expectedExits = {
	[WFI]: asked.timer,
	// and SYSTEM_OFF
	[HVC]: asked.hvc + 1,
	[SMC]: asked.smc,
	[SYSREG]: asked.sysreg,
	// its one page of code
	[FETCH]: 1,
	/*
	 * A page that is read first is the page of zeros, mapped read-only. The write traps; while KVM gets a
	 * page of its own, the MMU notifier maps that read-only, too, and the fault is taken once more.
	 */
	[DATA]:
		2 * asked.mmio +
		REPORTS +
		asked.distributor +
		DIST_SETUP +
		asked.written +
		asked.read +
		3 * asked.readWritten
};

const sum = (n: number) => (n * (n - 1)) / 2;
/** KVM answers PSCI_VERSION with 1.1 or a later minor version, 0x1_000x. */
const hypercallSums = [0, 1, 2, 3].map((minor) => (asked.hvc * (0x1_0000 + minor)).toString(16));

function expectClientDone(console: string): void {
	expect(console).toContain('kvm-client: version 12');
	const { mmio, smc, read, timer } = asked;
	expect(console).toContain(`kvm-client: reads ${mmio} writes ${mmio} wrong 0 reports ${REPORTS}`);
	const told =
		/hypercalls gave (\w+), refused SMCs (\d+), device (\d+), pfr0 (\w+), pages (\d+)/.exec(
			console
		);
	const [, hypercalls, smcs, device, pfr0, pages] = told!;
	expect(hypercallSums).toContain(hypercalls);
	expect([smcs, device, pages].map(Number)).toEqual([smc, sum(mmio), sum(read)]);
	// EL0 to EL2 in AArch64 only, as our CPU says; KVM adds what it knows of Meltdown.
	expect(BigInt(`0x${pfr0}`) & 0xffffn).toBe(0x0111n);
	expect(console).toContain(`kvm-client: timer interrupts ${timer}, WFIs ${timer}`);
	expect(console).toContain('kvm-client: ended, reason 24, event 1');
}

/** EL2, the split GIC, KVM and its vGIC. */
function expectKvm(console: string): void {
	for (const line of [
		'CPU: All CPU(s) started at EL2',
		'GIC: Using split EOI/Deactivate mode',
		'vgic interrupt IRQ',
		'Hyp mode initialized successfully'
	])
		expect(console).toContain(line);
}

/** busybox's libc asks for MIDR_EL1 at EL0, which the kernel answers. Nothing else is out of the ordinary. */
function expectNoSurprise({ machine }: Boot): void {
	const midr = /^MRS of MIDR_EL1 at PC 0x[0-9a-f]+: not allowed at EL0/;
	expect(machine.notes.filter((note) => !midr.test(note))).toEqual([]);
}

const figures = (what: string, run: Boot) => console.log(inFigures(what, run));

describe.skipIf(packages === undefined)(`Debian's ${packages?.versions.kernel ?? 'kernel'}`, () => {
	const { kernel, busybox } = packages ?? {
		kernel: new Uint8Array(),
		busybox: new Uint8Array()
	};
	let programs: ReadonlyMap<string, Uint8Array>;
	const program = (name: string) => executable(`root/${name}`, programs.get(name)!);
	beforeAll(() => {
		if (packages) programs = buildPrograms();
	}, 300_000);

	it('boots on foundation to a shell, and its KVM counts what our trap log counts', () => {
		const initrd = initramfs(busybox, [program('kvm-client')]);
		const run = boot({ board: 'foundation', ramBytes, bootargs, kernel, initrd }, [
			{ after: prompt, type: 'uname -sm; echo $((6 * 7))\r' },
			{ after: prompt, type: `${client}\r` },
			{ after: prompt, type: 'poweroff -f\r' }
		]);
		figures('foundation', run);
		expect(run.reason).toBe('poweroff');
		expect(run.console).toContain('\nLinux aarch64\n42\n');
		expectKvm(run.console);
		expect(complaints(run.console)).toEqual([]);
		expectClientDone(run.console);
		expectNoSurprise(run);
		expect(Object.keys(run.machine.trapLog.counts.vms)).toEqual(['1']);
		expect(exitsByClass(run.machine, 1)).toEqual(expectedExits);
	});

	it.skipIf(!qemu)('takes the same exits, one by one, as on QEMU', () => {
		const initrd = initramfs(busybox, [program('kvm-client')], `${client}; poweroff -f`);
		const options = { kernel, initrd, bootargs };
		const ours = boot({ board: 'virt', ramBytes, ...options }, []);
		expect(ours.reason).toBe('poweroff');
		const exits = exitsOf(ours.machine, 1);
		expect(exits.length).toBe(Object.values(expectedExits).reduce((a, b) => a + b, 0));
		// The guest's one page of code
		expect(exits).toEqual(exitsUnderQemu(options, 0x8000_0000n, 0x8000_1000n));
	});

	it('boots on virt; under its KVM run the client and our lkvm with our kernel', () => {
		const initrd = initramfs(busybox, [...['kvm-client', ...lkvmFiles].map(program)]);
		const run = boot({ board: 'virt', ramBytes, bootargs, kernel, initrd }, [
			{ after: prompt, type: `${client}\r` },
			...lkvmWork,
			{ after: prompt, type: 'poweroff -f\r' }
		]);
		figures('virt', run);
		expect(run.reason).toBe('poweroff');
		expectKvm(run.console);
		expect(complaints(run.console)).toEqual([]);
		expectClientDone(run.console);
		expect(exitsByClass(run.machine, 1)).toEqual(expectedExits);

		for (const line of lkvmWorkShows) expect(run.console).toContain(line);
		const exits = exitsByClass(run.machine, 2);
		console.log('our kernel under the stock KVM, exits by class:', exits);
		for (const ec of [WFI, HVC, SMC, SYSREG, FETCH, DATA])
			expect(exits[ec], `class ${ec}`).toBeGreaterThan(0);
		expectNoSurprise(run);
	});

	it.runIf(long)('runs the crypto self-tests on foundation', () => {
		const run = boot(
			{
				board: 'foundation',
				ramBytes,
				bootargs: 'console=ttyAMA0',
				kernel,
				initrd: initramfs(busybox)
			},
			[{ after: prompt, type: 'grep -c "selftest *: passed" /proc/crypto; poweroff -f\r' }]
		);
		figures('foundation with self-tests', run);
		expect(run.reason).toBe('poweroff');
		expect(run.console).not.toMatch(/alg: .*(fail|mismatch)/i);
		expect(Number(/poweroff -f\n(\d+)\n/.exec(run.console)?.[1])).toBeGreaterThan(20);
	});

	it('boots as a guest of the teaching KVM', () => {
		const cpus = long ? 2 : 1;
		const initrd = withFiles(programs.get('host.cpio')!, [
			executable('/home/root/stock', kernel),
			executable('/home/root/stock.cpio', initramfs(busybox))
		]);
		const hostPrompt = 'root@genericarmv8:~# ';
		const words = '"earlycon=uart8250,mmio,0x3f8 cryptomgr.notests=1"';
		const run = boot(
			{
				board: 'foundation',
				ramBytes: 2 * ramBytes,
				bootargs: 'console=ttyAMA0',
				kernel: programs.get('Image')!,
				initrd
			},
			[
				{
					after: hostPrompt,
					type: `./lkvm-static run -k stock -i stock.cpio -m 128 -c ${cpus} -p ${words}\r`
				},
				{ after: prompt, type: 'uname -sm; ls /dev/kvm; grep -c ^processor /proc/cpuinfo\r' },
				{ after: prompt, type: 'poweroff -f\r' },
				{ after: hostPrompt, type: 'poweroff\r' }
			]
		);
		figures('as a guest of the teaching KVM', run);
		console.log('exits by class:', exitsByClass(run.machine, 1));
		expect(run.reason).toBe('poweroff');
		expect(run.console).toContain('CPU: All CPU(s) started at EL1');
		expect(run.console).toContain('\nLinux aarch64\n');
		expect(run.console).toMatch(new RegExp(`^${cpus}$`, 'm'));
		expect(run.console).toContain('KVM session ended normally');
		// Linux 3.14's vGIC has private interrupts as edges and lets nobody change that.
		const edge = 'GIC: PPI11 is secure or misconfigured';
		expect(complaints(run.console).filter((message) => message !== edge)).toEqual([]);
	});
});

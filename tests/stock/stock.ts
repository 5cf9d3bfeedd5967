/** A stock kernel on our machine: its packages, programs for it, its console and its traps. */
import { spawnSync, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCpio, writeCpio, type CpioMember } from 'toolchain';
import { createMachine, type Machine, type MachineOptions } from 'emulator-core';

const root = join(import.meta.dirname, '../..');
const tree = join(root, 'lessons/VM_HW2');

export interface StockPackages {
	readonly kernel: Uint8Array;
	readonly busybox: Uint8Array;
	/** A module of the kernel, such as `virtio_blk`. */
	module(name: string): Uint8Array;
	/** Names and versions, for what is printed. */
	readonly versions: { readonly kernel: string; readonly busybox: string };
}

/**
 * The packages, from .cache/stock (or the folder that TRAPLINE_STOCK_PACKAGES names) or fetched with apt into
 * it. Undefined, after a line that says why,
 * where they cannot be had.
 *
 * @throws Error in that case under CI=true
 */
export function stockPackages(): StockPackages | undefined {
	const folder = process.env['TRAPLINE_STOCK_PACKAGES'] ?? join(root, '.cache/stock');
	const script = join(import.meta.dirname, 'fetch-packages.mjs');
	const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
	if (status !== 0) {
		const why = `no stock kernel: apt cannot bring it here. ${stderr.trim()}`;
		if (process.env['CI'] === 'true') throw new Error(`in CI a stock kernel must boot, but ${why}`);
		console.warn(`boots of a stock kernel skipped: ${why}`);
		return undefined;
	}
	const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
	const versions = JSON.parse(readFileSync(join(folder, 'packages.json'), 'utf8')) as {
		kernel: string;
		busybox: string;
	};
	const module = (name: string) => read(`${name}.ko`);
	return { kernel: read('Image'), busybox: read('busybox'), module, versions };
}

/** Small clients of KVM: one runs a vcpu, the other two of them. */
const clients = {
	'kvm-client': ['kvm-client.c', 'kvm-guest.S'],
	'kvm-pair': ['kvm-pair.c', 'kvm-pair-guest.S']
};

/**
 * The homework's tree and the KVM clients beside it, built by our own toolchain: all outputs by name,
 * `kvm-client` and `kvm-pair` among them.
 */
export function buildPrograms(): ReadonlyMap<string, Uint8Array> {
	const work = mkdtempSync(join(tmpdir(), 'trapline-stock-'));
	try {
		const copy = join(work, 'tree');
		cpSync(tree, copy, { recursive: true });
		mkdirSync(join(copy, 'stock'));
		const manifest = JSON.parse(readFileSync(join(copy, 'tree.json'), 'utf8')) as {
			targets: Record<string, { output: string; image?: string; sources: unknown[] }>;
			archives: Record<string, unknown>;
			disks: Record<string, unknown>;
		};
		const { sh } = manifest.targets;
		for (const [name, sources] of Object.entries(clients)) {
			for (const source of [...sources, 'kvm-vm.h'])
				cpSync(join(import.meta.dirname, source), join(copy, 'stock', source));
			// Flags and libc as the shell has them, and another program instead of the shell.
			const own = sources.map((source) => `stock/${source}`);
			manifest.targets[name] = { ...sh!, output: name, sources: own };
		}
		writeFileSync(join(copy, 'tree.json'), JSON.stringify(manifest));
		const out = join(work, 'out');
		execFileSync(process.execPath, [join(root, 'cli/bin/trapline.js'), 'build', copy, '-o', out], {
			stdio: ['ignore', 'ignore', 'pipe']
		});
		const names = [
			...Object.values(manifest.targets).flatMap(({ output, image }) => [output, image ?? []]),
			...Object.keys(manifest.archives),
			...Object.keys(manifest.disks)
		].flat();
		return new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(out, name)))]));
	} finally {
		rmSync(work, { recursive: true });
	}
}

const text = (content: string) => new TextEncoder().encode(content);
export const executable = (path: string, data: Uint8Array): CpioMember => ({
	path,
	mode: 0o100755,
	data
});
const folder = (path: string) => ({ path, mode: 0o40755, data: new Uint8Array() });
const link = (path: string, target: string) => ({ path, mode: 0o120777, data: text(target) });

const init = (last: string) => `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
cd /root
${last}
`;
const commands = [
	...[
		'sh',
		'mount',
		'umount',
		'cat',
		'uname',
		'ls',
		'dd',
		'poweroff',
		'grep',
		'insmod',
		'cp',
		'cmp'
	],
	...['od', 'date', 'md5sum', 'stty']
];

/** busybox with a shell on the console or something else to do, and what is to lie beside it. */
export function initramfs(
	busybox: Uint8Array,
	more: readonly CpioMember[] = [],
	last = 'exec sh'
): Uint8Array {
	return writeCpio([
		...['bin', 'proc', 'sys', 'dev', 'root', 'mnt'].map(folder),
		executable('bin/busybox', busybox),
		...commands.map((name) => link(`bin/${name}`, 'busybox')),
		executable('init', text(init(last))),
		...more
	]);
}

/** An archive of ours with more in it. */
export const withFiles = (archive: Uint8Array, more: readonly CpioMember[]) =>
	writeCpio([...readCpio(archive), ...more]);

/** Waits for a text of the console, after the previous one, and then types. */
export interface Typed {
	readonly after: string;
	readonly type: string;
}

/** The prompts of a stock kernel's shell, and of our guest's. */
export const prompt = '/root # ';
const guestPrompt = 'root@genericarmv8:~# ';

/**
 * Typed at a stock host's shell, on whatever machine: lkvm boots our guest from guest.img to its shell, the
 * guest's programs do their work, and it powers off.
 */
export const lkvmWork: readonly Typed[] = [
	{
		after: prompt,
		type: './lkvm-static run -k Image -d guest.img -m 64 -p "root=/dev/vda rw"\r'
	},
	{ after: guestPrompt, type: 'mem 64\r' },
	{ after: guestPrompt, type: 'io 32\r' },
	{ after: guestPrompt, type: 'poweroff\r' }
];
/** What a stock host needs in /root for it, as outputs of the tree. */
export const lkvmFiles = ['lkvm-static', 'Image', 'guest.img'];

/** What a console must show of it. */
export const lkvmWorkShows = [
	'CPU: All CPU(s) started at EL1',
	'VFS: Mounted root (ext2 filesystem) on /dev/vda.',
	'64 pages of 4096 bytes, 0 wrong',
	'24 reads and 8 writes of 4096 bytes, 0 wrong',
	'KVM session ended normally'
];

export interface Boot {
	readonly machine: Machine;
	readonly console: string;
	readonly reason: string;
	/** Instructions when the first prompt appeared; undefined if none did. */
	readonly toPrompt: number | undefined;
	/** Of a processor, for the whole run. */
	readonly cpuSeconds: number;
}

/** Three times what the longest of these runs needs. */
const limit = 3_000_000_000;

/** Boots, types, and runs until the machine is off, or for `maxInstructions`. */
export function boot(
	options: MachineOptions,
	typed: readonly Typed[],
	maxInstructions = limit
): Boot {
	const machine = createMachine(options);
	let output = '';
	let seen = 0;
	let next = 0;
	let toPrompt: number | undefined;
	machine.onConsole = (bytes) => {
		for (const byte of bytes) output += String.fromCharCode(byte);
		const step = typed[next];
		if (step === undefined || !output.endsWith(step.after) || output.length === seen) return;
		seen = output.length;
		next++;
		toPrompt ??= machine.instructions;
		machine.type(text(step.type));
	};
	const begin = process.cpuUsage();
	let reason: string = 'budget';
	while (reason === 'budget' && machine.instructions < maxInstructions)
		({ reason } = machine.run({ maxInstructions: 20_000_000 }));
	const { user, system } = process.cpuUsage(begin);
	const cpuSeconds = (user + system) / 1e6;
	return { machine, console: output.replaceAll('\r', ''), reason, toPrompt, cpuSeconds };
}

/** What a machine does in one boot, in figures. */
export function inFigures(what: string, { machine, toPrompt, cpuSeconds }: Boot): string {
	const millions = (n: number) => Math.round(n / 1e6);
	const speed = millions(machine.instructions / cpuSeconds);
	return (
		`${what}: ${millions(machine.instructions)} M instructions, ` +
		`${toPrompt === undefined ? 'no prompt' : `${millions(toPrompt)} M of them to the prompt`}, ` +
		`${cpuSeconds.toFixed(1)} s of CPU, ${speed} M instructions/s`
	);
}

/** A VM's synchronous exits by exception class, whatever became of them. */
export function exitsByClass(machine: Machine, vmid: number): Record<number, number> {
	const { byClass } = machine.trapLog.counts.vms[vmid]!;
	return Object.fromEntries(
		Object.entries(byClass).map(([ec, { host, guest }]) => [ec, host + guest])
	);
}

/** A VM's synchronous exits that the machine still remembers, as "ESR PC". */
export const exitsOf = (machine: Machine, vmid: number): string[] =>
	machine.trapLog.records
		.filter((each) => each.what === 'entry' && each.cause === 'sync' && each.toEl === 2)
		.filter((each) => each.vmid === vmid)
		.map(({ esr, pc }) => `${esr.toString(16)} ${pc.toString(16)}`);

export function hasQemu(): boolean {
	const found = spawnSync('qemu-system-aarch64', ['--version']).status === 0;
	if (!found && process.env['CI'] === 'true')
		throw new Error('in CI QEMU must be compared with, but qemu-system-aarch64 is missing');
	return found;
}

/** The same of a guest that runs at `from` to `to`, from QEMU's log of a boot that ends by itself. */
export function exitsUnderQemu(
	options: Pick<MachineOptions, 'kernel' | 'initrd' | 'bootargs'>,
	from: bigint,
	to: bigint
): string[] {
	const work = mkdtempSync(join(tmpdir(), 'trapline-stock-'));
	const file = (name: string) => join(work, name);
	try {
		writeFileSync(file('Image'), options.kernel);
		writeFileSync(file('initrd'), options.initrd!);
		execFileSync(
			'qemu-system-aarch64',
			[
				...['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a57', '-m', '256'],
				...['-icount', 'shift=0', '-nographic', '-nic', 'none', '-d', 'int', '-D', file('log')],
				...['-kernel', file('Image'), '-initrd', file('initrd'), '-append', options.bootargs!]
			],
			{ stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 }
		);
		const entries = readFileSync(file('log'), 'latin1').split('Taking exception ').slice(1);
		return entries.flatMap((entry) => {
			const esr = /with ESR 0x[0-9a-f]+\/0x([0-9a-f]+)/.exec(entry)?.[1];
			const pc = BigInt(`0x${/with ELR 0x([0-9a-f]+)/.exec(entry)?.[1] ?? '0'}`);
			const isGuests = entry.includes('from EL1 to EL2') && pc >= from && pc < to;
			return isGuests && esr !== undefined && !/\[IRQ\]/.test(entry.split('\n')[0]!)
				? [`${esr} ${pc.toString(16)}`]
				: [];
		});
	} finally {
		rmSync(work, { recursive: true });
	}
}

/** What a kernel always says on a machine without SMBIOS tables. */
const harmless = 'DMI not present or invalid.';

/** Messages of the kernel that speak of something wrong, without their times. */
export const complaints = (console: string) =>
	[...console.matchAll(/^\[ *\d+\.\d+\] (.*)$/gm)]
		.map(([, message]) => message!)
		.filter((message) =>
			/warn|fail|\binvalid\b|fix your|misconfig|too small|unable|cannot|could not|error/i.test(
				message
			)
		)
		.filter((message) => message !== harmless);

import { execFileSync, spawnSync } from 'node:child_process';

const program = 'qemu-system-aarch64';

/** QEMU's version line, or undefined where it is not installed. */
export function qemuVersion(): string | undefined {
	try {
		return execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0];
	} catch {
		return undefined;
	}
}

export interface QemuImages {
	readonly kernel: string;
	readonly initrd?: string;
	readonly bootargs?: string;
}

/** Seconds that QEMU takes until the guest powers the machine off, its own start included. */
export interface QemuTime {
	readonly wall: number;
	readonly cpu: number;
}

/** Runs the images under QEMU on the same board and CPU; undefined if that failed or took minutes. */
export function timeQemu({ kernel, initrd, bootargs }: QemuImages): QemuTime | undefined {
	const args = [
		...['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a57,cntfrq=100000000'],
		...['-m', '256', '-display', 'none', '-serial', 'null', '-monitor', 'none', '-nic', 'none'],
		...['-kernel', kernel],
		...(initrd === undefined ? [] : ['-initrd', initrd]),
		...(bootargs === undefined ? [] : ['-append', bootargs])
	];
	const begin = performance.now();
	// The shell's `times` knows what its children used; its second line is theirs.
	const ended = spawnSync(
		'sh',
		['-c', 'timeout 60 "$@" </dev/null && times', 'sh', program, ...args],
		{
			encoding: 'utf8',
			timeout: 120_000
		}
	);
	const wall = (performance.now() - begin) / 1000;
	const children = ended.stdout.trim().split('\n').at(-1) ?? '';
	const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
	if (ended.status !== 0 || times.length < 2) return undefined;
	return { wall, cpu: times.reduce((sum, [, m, s]) => sum + 60 * Number(m) + Number(s), 0) };
}

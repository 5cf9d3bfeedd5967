/** A C program of ours, built as the tree's programs are, run on the shipped host kernel's shell. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCpio, writeCpio } from 'toolchain';
import { Builder, root } from '../../cli/src/project.ts';
import { trapline } from '../cli/trapline.ts';

const tree = join(root, 'lessons/VM_HW2');
const libc = ['start.S', 'unistd.c', 'stdio.c', 'stdlib.c', 'string.c'].map(
	(name) => `user/libc/${name}`
);
const sources = [
	...libc,
	'linux-kvm-arm/lib/vsprintf.c',
	'linux-kvm-arm/arch/arm64/lib/string.S'
].map((path) => join(tree, path));
const includes = [
	'user/libc/include',
	'linux-kvm-arm/include/uapi',
	'linux-kvm-arm/arch/arm64/include/uapi',
	'linux-kvm-arm/arch/arm64/include'
].flatMap((path) => ['-I', join(tree, path)]);

/** What the console shows while `commands` are typed at the host's shell, one after the other. */
export async function onTheHost(
	commands: string[],
	programs: Record<string, string> = {}
): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'trapline-host-'));
	try {
		const outputs = new Builder().pristine();
		const members = readCpio(outputs.get('host.cpio')!);
		for (const [name, source] of Object.entries(programs)) {
			const words = ['cc', '-O2', '-mgeneral-regs-only', '-T', join(tree, 'user/libc/user.lds.S')];
			const built = await trapline([...words, ...includes, ...sources, source, '-o', name], folder);
			if (built.code !== 0) throw new Error(`${source} does not build:\n${built.stderr}`);
			members.push({ path: name, mode: 0o100755, data: readFileSync(join(folder, name)) });
		}
		const script = [...commands, 'poweroff']
			.map((line) => `wait root@genericarmv8\nwait # \ntype ${line}\n`)
			.join('');
		writeFileSync(join(folder, 'Image'), outputs.get('Image')!);
		writeFileSync(join(folder, 'host.cpio'), writeCpio(members));
		writeFileSync(join(folder, 'script'), script);
		const words = ['--append', 'console=ttyAMA0', '--input', 'script'];
		const ran = await trapline(
			['boot', 'Image', '--board', 'foundation', '--initrd', 'host.cpio', ...words],
			folder
		);
		return ran.stdout.replaceAll('\r', '');
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

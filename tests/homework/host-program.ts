/** A C program of ours, built as the tree's programs are, run on the shipped host kernel's shell. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readCpio, writeCpio } from 'toolchain';
import { Builder, messagesOf } from '../../cli/src/project.ts';
import { trapline } from '../cli/trapline.ts';

/** Programs from their sources, as tree.json builds those of the tree that use no floating point. */
export function buildPrograms(
	builder: Builder,
	programs: Record<string, string | string[]>
): Map<string, Uint8Array> {
	const files = new Map(builder.shipped);
	const manifest = JSON.parse(new TextDecoder().decode(files.get('tree.json')));
	const targets: Record<string, unknown> = {};
	for (const [name, own] of Object.entries(programs)) {
		const paths = [own].flat();
		const named = paths.map((path) => `${name}/${basename(path)}`);
		named.forEach((file, i) => files.set(file, readFileSync(paths[i]!)));
		const { link } = manifest.program;
		const sources = named.filter((file) => !file.endsWith('.h'));
		targets[name] = { flags: 'user', link, libraries: ['libc'], output: name, sources };
	}
	const { flags, libraries } = manifest;
	const text = JSON.stringify({ flags, libraries, targets, archives: {} });
	files.set('tree.json', new TextEncoder().encode(text));
	const result = builder.build(files);
	if (!result.ok) throw new Error(messagesOf(result));
	return result.outputs;
}

/**
 * What the console shows while `commands` are typed at the host's shell, one after the other. `also` names more
 * outputs of the tree, such as a disk, that shall lie in the root. `exits` is told how many exits each VMID had.
 */
export async function onTheHost(
	commands: string[],
	programs: Record<string, string | string[]> = {},
	also: readonly string[] = [],
	exits?: (ofVmid: Map<number, number>) => void
): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'trapline-host-'));
	try {
		const builder = new Builder();
		const outputs = builder.pristine(undefined, also.length > 0);
		const members = readCpio(outputs.get('host.cpio')!);
		for (const [path, data] of buildPrograms(builder, programs))
			members.push({ path, mode: 0o100755, data });
		for (const path of also) members.push({ path, mode: 0o100644, data: outputs.get(path)! });
		const script = [...commands, 'poweroff']
			.map((line) => `wait root@genericarmv8\nwait # \ntype ${line}\n`)
			.join('');
		writeFileSync(join(folder, 'Image'), outputs.get('Image')!);
		writeFileSync(join(folder, 'host.cpio'), writeCpio(members));
		writeFileSync(join(folder, 'script'), script);
		const words = ['--append', 'console=ttyAMA0', '--input', 'script', '--stats', 'stats'];
		const ran = await trapline(
			['boot', 'Image', '--board', 'foundation', '--initrd', 'host.cpio', ...words],
			folder
		);
		if (exits) {
			const { exceptions } = JSON.parse(readFileSync(join(folder, 'stats'), 'utf8')) as {
				exceptions: { vms: Record<string, { exits: number }> };
			};
			const each = Object.entries(exceptions.vms);
			exits(new Map(each.map(([vmid, { exits }]) => [Number(vmid), exits])));
		}
		return ran.stdout.replaceAll('\r', '');
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

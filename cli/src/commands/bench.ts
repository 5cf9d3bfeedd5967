import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchBuilds } from '../bench/builds.ts';
import { benchPage } from '../bench/page.ts';
import { qemuVersion } from '../bench/qemu.ts';
import { inWords, meetsFloor, type Section } from '../bench/report.ts';
import { benchLoops, benchStandardRun } from '../bench/runs.ts';
import { badUsage, failed } from '../failure.ts';
import { Builder } from '../project.ts';

const usage = 'bench [--json]';
const does =
	'Measures interpreter, toolchain and page, beside QEMU where it is installed; fails where a floor is missed.';

async function run(words: string[]): Promise<void> {
	const { values, positionals } = parseArgs({
		args: words,
		allowPositionals: true,
		options: { json: { type: 'boolean', default: false } }
	});
	if (positionals.length > 0) throw badUsage(`bench takes no files. Usage: trapline ${usage}`);
	const sections: Section[] = [];
	const add = <S extends Section>(section: S): S => {
		const { title, figures, skipped } = section;
		sections.push({ title, figures, ...(skipped && { skipped }) });
		if (!values.json) console.log(inWords(section) + '\n');
		return section;
	};

	const qemu = qemuVersion();
	const node = `Node ${process.versions.node}, ${cpus().length} CPUs (${cpus()[0]?.model ?? '?'})`;
	if (!values.json) console.log(`${node}; ${qemu ?? 'no qemu-system-aarch64 to compare with'}\n`);
	const builder = new Builder();
	const folder = mkdtempSync(join(tmpdir(), 'trapline-bench-'));
	try {
		const { built } = add(benchBuilds(builder.toolchain, builder.shipped));
		add(benchStandardRun(built.outputs, folder));
		add(benchLoops(builder.toolchain, folder));
		add(benchPage());
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	if (values.json)
		console.log(JSON.stringify({ node, qemu: qemu ?? null, sections }, undefined, '\t'));
	const missed = sections.flatMap(({ figures }) => figures).filter((each) => !meetsFloor(each));
	if (missed.length > 0)
		throw failed(`floors missed: ${missed.map(({ name }) => name).join(', ')}`);
}

export const bench = { run, usage, does };

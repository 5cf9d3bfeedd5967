import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchBuilds, benchEdits } from '../bench/builds.ts';
import { benchPage } from '../bench/page.ts';
import { qemuVersion } from '../bench/qemu.ts';
import { inWords, meetsFloor, type Section } from '../bench/report.ts';
import { benchRewind } from '../bench/rewind.ts';
import { benchLoops, benchOpening, benchStandardRun } from '../bench/runs.ts';
import { benchStockKernel } from '../bench/stock.ts';
import { badUsage, failed } from '../failure.ts';
import { Builder } from '../project.ts';

const usage = 'bench [--quick | --rewind] [--json]';
const does =
	'Measures interpreter, toolchain and page, beside QEMU where it is installed; fails where a floor is missed. --quick: what has a floor, once. --rewind: only how long it takes to go anywhere in long runs; some minutes.';

async function run(words: string[]): Promise<void> {
	const { values, positionals } = parseArgs({
		args: words,
		allowPositionals: true,
		options: {
			json: { type: 'boolean', default: false },
			quick: { type: 'boolean', default: false },
			rewind: { type: 'boolean', default: false }
		}
	});
	if (positionals.length > 0) throw badUsage(`bench takes no files. Usage: trapline ${usage}`);
	const sections: Section[] = [];
	const add = (section: Section) => {
		sections.push(section);
		if (!values.json) console.log(inWords(section) + '\n');
	};

	const { quick } = values;
	const qemu = quick ? undefined : qemuVersion();
	const node = `Node ${process.versions.node}, ${cpus().length} CPUs (${cpus()[0]?.model ?? '?'})`;
	const beside = quick ? 'a quick look' : (qemu ?? 'no qemu-system-aarch64 to compare with');
	if (!values.json) console.log(`${node}; ${beside}\n`);
	if (values.rewind) {
		add(benchRewind());
		if (values.json) console.log(JSON.stringify({ node, sections }, undefined, '\t'));
		return;
	}
	const builder = new Builder();
	const folder = mkdtempSync(join(tmpdir(), 'trapline-bench-'));
	try {
		const outputs = builder.pristine();
		const { toolchain, shipped, objects } = builder;
		add(benchOpening(outputs));
		add(quick ? benchEdits(toolchain, shipped, objects, outputs) : benchBuilds(toolchain, shipped));
		add(benchStandardRun(outputs, folder, quick));
		if (!quick) {
			add(benchLoops(toolchain, folder));
			add(benchStockKernel());
		}
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

/**
 * Random operations in the kernel, on a disk and on a model beside it: each gives what the model says, and
 * e2fsck finds nothing to mend at the end. Then power cuts in between: the writes of the run are put on the
 * disk up to some point, the last one maybe in part, sector by sector in order. e2fsck must be able to repair
 * what is there, and what had been finished before the line that the cut came into must be as it was.
 */
import { describe, expect, it } from 'vitest';
import { Ext2, memoryStore } from 'toolchain';
import * as ext2 from './ext2-disks.ts';
import { contentOf } from './fs-model.ts';
import { RandomScript, type Step } from './fs-random.ts';

const { setting } = ext2;
const SECTOR = 512;
const before = ['mkdir /mnt 0755', 'mount /dev/vda /mnt ext2 0', 'chdir /mnt'];

/** What a disk has at a path of the model, as contentOf() says it. */
function reader(disk: Uint8Array) {
	const tree = new Ext2(memoryStore(new Uint8Array(disk)), { time: 1 });
	return (path: string): { content: string | undefined; links: number } => {
		const name = path.slice('/mnt'.length);
		if (!tree.exists(name)) return { content: undefined, links: 0 };
		const { type, size, links } = tree.stat(name);
		if (type === 'file')
			return { content: `file ${size} ${ext2.sumOf(tree.readFile(name))}`, links };
		return { content: type === 'symlink' ? `symlink ${tree.readLink(name)}` : type, links };
	};
}

/** What the disk has at the end, and the model does not. */
function differences(disk: Uint8Array, script: RandomScript): string[] {
	const at = reader(disk);
	return [...script.model.paths()]
		.filter(([path, node]) => {
			const { content, links } = at(path);
			return content !== contentOf(node) || links !== node.links;
		})
		.map(([path, node]) => `${path}: ${JSON.stringify(at(path))}, not ${contentOf(node)}`);
}

/** The disk as a cut leaves it: `whole` writes, and of the next one so many sectors. */
function cutDisk(disk: Buffer, log: readonly ext2.DiskWrite[], whole: number, sectors: number) {
	const after = Buffer.from(disk);
	for (const { at, bytes } of log.slice(0, whole)) after.set(bytes, at);
	const torn = log[whole]!;
	after.set(torn.bytes.subarray(0, sectors * SECTOR), torn.at);
	return after;
}

/** Files that were finished before the cut and that the line it came into leaves alone, but are not there. */
function lost(disk: Uint8Array, state: Step['after'], next: Step['after']): string[] {
	const at = reader(disk);
	const missing: string[] = [];
	for (const [id, file] of state) {
		const then = next.get(id);
		if (file.dirty || !then || then.dirty || then.content !== file.content) continue;
		const places = new Set([...file.paths, ...then.paths]);
		if (![...places].some((path) => at(path).content === file.content))
			missing.push(`${[...places].join(' or ')}: ${file.content}`);
	}
	return missing;
}

/** A script with this seed has run: the disk before it, the run, and what it was. */
function runScript(seed: number, random: (limit: number) => number) {
	const script = new RandomScript(random, setting('CUTS', 8) > 0);
	while (script.steps.length < setting('OPERATIONS', 150)) script.next();
	script.finish();
	const blockSize = ([1024, 4096, 2048] as const)[seed % 3]!;
	const disk = ext2.makeOurDisk(12 * 2 ** 20, blockSize);
	const ran = ext2.run(
		[disk],
		[...before, ...script.steps.map(({ line }) => line), 'chdir /', 'umount /mnt']
	);
	return { script, disk, ran };
}

describe.skipIf(ext2.absent.length > 0)('random operations', () => {
	const first = setting('SEED', 1);
	const seeds = Array.from({ length: setting('SEEDS', 2) }, (_, n) => first + n);
	it.each(seeds)('give what the model says, and survive power cuts (SEED=%i)', (seed) => {
		const random = ext2.randomNumbers(seed);
		const { script, disk, ran } = runScript(seed, random);
		for (const [n, { line, expected }] of script.steps.entries())
			if (expected)
				expect(ran.results[n + before.length], `seed ${seed}, line ${n}: ${line}`).toEqual(
					expected
				);
		expect(ran.whole).toBe(true);
		const checked = ext2.e2fsck(ran.disks[0]!, '-fn');
		expect(checked.code, `seed ${seed}: ${checked.said}`).toBe(0);
		expect(differences(ran.disks[0]!, script), `seed ${seed}`).toEqual([]);

		const nothing: Step['after'] = new Map();
		const states = [...before.map(() => nothing), ...script.steps.map(({ after }) => after)];
		for (let cut = 0; cut < setting('CUTS', 8); cut++) {
			const whole = random(ran.log.length);
			const { bytes, finished } = ran.log[whole]!;
			const sectors = random(bytes.length / SECTOR);
			const line = script.steps[finished - before.length]?.line;
			const where = `seed ${seed}, ${sectors} sectors of write ${whole} of ${ran.log.length}: ${line}`;
			const repaired = ext2.e2fsck(cutDisk(disk, ran.log, whole, sectors), '-fy');
			expect(repaired.code, `${where}: ${repaired.said}`).toBeLessThanOrEqual(1);
			expect(ext2.e2fsck(repaired.disk, '-fn').code, where).toBe(0);
			const state = states[finished - 1] ?? nothing;
			const missing = lost(repaired.disk, state, states[finished] ?? state);
			expect(missing, `${where}: ${repaired.said}`).toEqual([]);
		}
	});
});

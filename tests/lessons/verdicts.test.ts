import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withSubmission } from '../../cli/src/submission.ts';
import { readGrades } from './grades.ts';
import { applyEdits, brokenPatches, rightPatches, wrongPatches } from './patches.ts';
import { allPatches, shipped, writeDiff, writeFolder } from './submissions.ts';

/** Strings are compared much sooner than arrays of bytes. */
const texts = (tree: ReadonlyMap<string, Uint8Array>) =>
	new Map([...tree].map(([path, bytes]) => [path, Buffer.from(bytes).toString('latin1')]));

it('a patch is the same tree as a diff and as a folder', () => {
	const folder = mkdtempSync(join(tmpdir(), 'trapline-forms-'));
	try {
		for (const [i, patch] of allPatches.entries()) {
			const wanted = texts(applyEdits(shipped, patch.edits));
			const [diff, files] = [join(folder, `${i}.patch`), join(folder, String(i))];
			writeDiff(patch, diff);
			writeFolder(patch, files);
			expect(texts(withSubmission(new Map(shipped), diff)), patch.name).toEqual(wanted);
			expect(texts(withSubmission(new Map(shipped), files)), patch.name).toEqual(wanted);
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
});

describe('trapline grade, on patches of students', () => {
	const grades = readGrades();

	const codes = (name: string) => {
		const { errors, verdict } = grades.get(name)!;
		expect(errors?.map(({ message }) => message)).toBeUndefined();
		return verdict!.findings.map(({ code }) => code);
	};

	it.each(rightPatches.map((patch) => [patch.name, patch] as const))('%s passes', (name, patch) => {
		expect(codes(name)).toEqual(patch.expect);
		expect(grades.get(name)!.passed).toBe(true);
	});

	it.each([...wrongPatches, ...brokenPatches].map((patch) => [patch.name, patch] as const))(
		'%s is named',
		(name, patch) => {
			expect(codes(name).slice(0, patch.expect.length)).toEqual(patch.expect);
			expect(grades.get(name)!.passed).toBe(false);
		}
	);

	/** Function, offset, address, file and line. */
	const placeIn = (file: string) => `\\w+\\+0x[0-9a-f]+ \\(0x[0-9a-f]+, ${file}:\\d+\\)`;
	const handler = placeIn('linux-kvm-arm/arch/arm64/kvm/handle_exit\\.c');
	const hyp = placeIn('linux-kvm-arm/arch/arm64/kvm/hyp\\.S');
	const anywhere = placeIn('linux-kvm-arm/[\\w./-]+');
	it.each<[string, string]>([
		[
			'the host panics on a null pointer in handle_exit',
			`was a data abort \\(EC 0x25\\) on address 0x[0-9a-f]+, at ${handler}\\.`
		],
		[
			'the guest repeats its instruction for ever',
			`The EL2 code was at ${hyp}\\. The guest’s last exit was an instruction abort from a lower level \\(EC 0x20\\) on IPA 0x80080000, at ${anywhere}\\.`
		],
		[
			'a loop without end in handle_exit',
			`The host was at ${handler}\\. The guest’s last exit was .* \\(EC 0x[0-9a-f]{2}\\).*, at ${anywhere}\\.`
		],
		[
			'the sleeping guest is never found runnable',
			`WFI \\(EC 0x01\\) at cpu_idle\\+.*, ${anywhere.split(', ')[1]} to wait`
		],
		[
			'the host’s timer is switched off for the guest’s, and all sleep for ever',
			`at cpu_idle\\+.* The guest’s last exit was a WFI or WFE \\(EC 0x01\\), at ${anywhere}\\.`
		],
		[
			'the EL2 code touches what is not mapped there',
			`was a data abort \\(EC 0x25\\) on address 0x10, at ${hyp}\\.`
		]
	])('%s: with exception class, address and source line', (name, text) => {
		expect(grades.get(name)!.verdict!.findings[0]!.text).toMatch(new RegExp(text));
	});

	it('names nothing that a patch of the table does not do', () => {
		const extra = wrongPatches
			.map(({ name, expect: expected }) => [name, codes(name).slice(expected.length)] as const)
			.filter(([, rest]) => rest.length > 0);
		expect(extra).toEqual([]);
	});

	it('sets the student’s numbers beside the machine’s, phase by phase', () => {
		const rows = grades.get(rightPatches[1]!.name)!.verdict!.table;
		expect(rows.map(({ phase }) => phase).slice(0, 4)).toEqual(['boot', 'mem', 'shell', 'io']);
		for (const row of rows) expect(row.student).toEqual(row.machine);
	});
});

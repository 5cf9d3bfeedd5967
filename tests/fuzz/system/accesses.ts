import { a64 } from '../../../emulator-core/src/index.ts';

const assembled = (line: string) => a64.assemble(line, 0);
const each = (lines: readonly string[]) => lines.map((line) => [assembled(line)]);
const together = (lists: readonly (readonly string[])[]) =>
	lists.map((lines) => lines.map(assembled));

/** X0 is the address; X2 and X3 are read and written; what X1 holds keeps memory harmless. */
const plain = [
	...['ldr x2, [x0]', 'str x1, [x0]', 'ldrb w2, [x0]', 'strb w1, [x0]', 'ldrh w2, [x0]'],
	...['strh w1, [x0]', 'ldrsh x2, [x0]', 'ldrsw x2, [x0]', 'ldrsb w2, [x0]', 'ldr w2, [x0]'],
	...['ldp x2, x3, [x0]', 'stp x1, x1, [x0]', 'ldr x2, [x0], #8', 'str x1, [x0, #8]!'],
	...['ldtr x2, [x0]', 'sttr x1, [x0]', 'ldtrb w2, [x0]', 'sttrh w1, [x0]', 'ldtrsw x2, [x0]'],
	...['ldar x2, [x0]', 'stlr w1, [x0]', 'ldxr x2, [x0]', 'ldaxrb w2, [x0]', 'ldxp x2, x3, [x0]'],
	...['ldr q1, [x0]', 'str q1, [x0]', 'ld1 {v1.16b}, [x0]', 'ldr d1, [x0]', 'ldnp x2, x3, [x0]'],
	...['str q1, [x0, #16]!', 'stp q1, q2, [x0]', 'ldp q1, q2, [x0]', 'stur d1, [x0]'],
	...['ldr x2, [sp]', 'str x1, [sp]', 'ldp x2, x3, [sp]', 'str x1, [sp, #8]!', 'ldr q1, [sp]'],
	...['dc zva, x0', 'dc civac, x0', 'dc cvau, x0', 'ic ivau, x0', 'dc ivac, x0'],
	...['prfm pldl1keep, [x0]', 'br x0', 'blr x0']
];
const stage1 = ['at s1e1r, x0', 'at s1e1w, x0', 'at s1e0r, x0', 'at s1e0w, x0'];

export const accessWords: readonly (readonly number[])[] = [
	...each(plain),
	...each(['br x0', ...stage1, ...stage1, 'svc #3', 'hvc #4', 'brk #5', 'smc #6', 'udf #7']),
	...each(['hlt #8', 'msr daifset, #2', 'msr spsel, #0']),
	...together([
		['ldxr x2, [x0]', 'stxr w3, x1, [x0]'],
		['ldaxp x2, x3, [x0]', 'stlxp w2, x1, x1, [x0]'],
		['ldxrb w2, [x0]', 'stlxrb w3, w1, [x0]']
	])
];
export const accessWordsOfEl2: readonly (readonly number[])[] = [
	...each(plain),
	...Array.from({ length: 4 }, () =>
		each([
			...['at s12e1r, x0', 'at s12e1w, x0', 'at s12e0r, x0', 'at s12e0w, x0'],
			...[...stage1, 'at s1e2r, x0', 'at s1e2w, x0']
		])
	).flat()
];

import { spawnSync } from 'node:child_process';

/** Folder of csmith's own headers. */
export const csmithHeaders = '/usr/include/csmith';

/** csmith's headers need little of a C library: these stand in for both compilers alike. */
export const standIns: Record<string, string> = {
	'string.h':
		'#include <stddef.h>\nvoid *memcpy(void *, const void *, size_t);\nvoid *memset(void *, int, size_t);\nint strcmp(const char *, const char *);\n',
	'stdio.h': 'int printf(const char *, ...);\n',
	'math.h': 'float fabsf(float);\ndouble fabs(double);\n',
	'assert.h': '',
	'builtins.h': `#pragma once
#define COUNT(name, type, bits) \\
	static inline int total_##name(type a) { return a ? __builtin_##name(a) : bits; }
COUNT(clz, unsigned int, 32)
COUNT(clzl, unsigned long, 64)
COUNT(clzll, unsigned long long, 64)
COUNT(ctz, unsigned int, 32)
COUNT(ctzl, unsigned long, 64)
COUNT(ctzll, unsigned long long, 64)
#define __builtin_ia32_crc32qi(a, b) __builtin_bswap32((a) * 31u + (unsigned char)(b))
`
};

/** Kinds of programs take turns: plain, with floats, with inlining, large, with GNU C's builtins. */
const kinds: readonly (readonly string[])[] = [
	['--max-funcs', '5', '--no-float'],
	['--max-funcs', '4', '--float'],
	['--max-funcs', '5', '--no-float', '--inline-function', '--packed-struct'],
	['--max-funcs', '10', '--no-float', '--max-array-dim', '3'],
	['--max-funcs', '4', '--no-float', '--builtins']
];

/** What `main` of a seed's program is called. */
export const entryOf = (seed: number) => `main_${seed}`;

/**
 * The program of a seed, the same for ever with the same csmith: everything it defines has a name with
 * the seed, so that several fit into one file, and each begins with a fresh checksum.
 *
 * @param folder where csmith leaves its platform.info
 * @returns undefined where csmith itself does not come to an end
 */
export function generateProgram(seed: number, folder: string): string | undefined {
	const flags = ['--seed', String(seed), ...kinds[seed % kinds.length]!];
	const made = spawnSync('csmith', flags, { timeout: 30_000, cwd: folder });
	if (made.status !== 0) return undefined;
	return made.stdout
		.toString()
		.replace(/\n\/\*+ statistics[\s\S]*$/, '\n')
		.replace(/\b(?:g_\d+|func_\d+|[SU]\d+|main|__undefined)\b/g, `$&_${seed}`)
		.replace(/\b__builtin_(c[lt]zl*)\b/g, 'total_$1')
		.replace('#include "csmith.h"', '$&\n#include "builtins.h"')
		.replace('platform_main_begin();', 'crc32_context = 0xFFFFFFFFUL;\n    $&');
}

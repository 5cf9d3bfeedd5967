import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { a64 } from 'emulator-core';
import { describe, expect, it } from 'vitest';

/**
 * Each instruction of the world switch, with what only the preprocessor and the linker know replaced:
 * numbers by 16, labels by an address.
 */
const source = readFileSync(
	resolve(import.meta.dirname, '../../lessons/VM_HW2/linux-kvm-arm/arch/arm64/kvm/hyp.S'),
	'utf8'
);

const lines = source
	.replace(/\/\*.*?\*\//gs, '')
	.split('\n')
	.map((line) =>
		line
			.replace(/\/\/.*/, '')
			.replace(/^\s*\w+:/, '')
			.trim()
	)
	.filter((line) => a64.mnemonics.includes(line.split(/\s/)[0]!) && !line.includes('\\'))
	.map((line) =>
		line
			.replace(/\s+/g, ' ')
			.replace(/#\(?[A-Z~(][^,\]]*/, '#16')
			.replace(/#CPU_[A-Z_]*\([^)]*\)?/, '#16')
			.replace(/=.*$/, '0x2000')
			.replace(/^((?:b|bl|b\.\w+|cbn?z|tbn?z|adr|adrp) (?:.*, )?)(?!x\d)[\w.]+$/, '$10x2000')
	);

describe('the world switch in words', () => {
	it.each([...new Set(lines)])('%s', (line) => {
		const says = a64.explain(a64.assemble(line, 0x1000), 0x1000)!.says;
		expect(says).toMatch(/^[A-Z[].{4,}[^ ,]$/);
		expect(says).not.toMatch(/undefined|not known here|a function/);
		// A register is named with what it is for.
		if (/^(msr|mrs) /.test(line) && !line.includes('daif')) expect(says).toMatch(/\(.{8,}\)$/);
	});

	it('is all of it', () => {
		expect(lines.length).toBeGreaterThan(200);
	});
});

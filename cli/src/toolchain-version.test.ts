import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toolchainHash } from './toolchain-version.ts';

const root = resolve(import.meta.dirname, '../..');
let copy = '';
beforeAll(() => {
	copy = mkdtempSync(join(tmpdir(), 'trapline-version-'));
	for (const name of ['toolchain/src', 'toolchain/runtime', 'emulator-core/src', 'cli/src'])
		cpSync(join(root, name), join(copy, name), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

it('is the same for the same sources, in whatever folder', () => {
	expect(toolchainHash(copy)).toMatch(/^[0-9a-f]{16}$/);
	expect(toolchainHash(copy)).toBe(toolchainHash(root));
});

it.each([
	['toolchain/src/codegen/emit.ts', true],
	['toolchain/src/new/pass.ts', true],
	['toolchain/runtime/quad.h', true],
	['emulator-core/src/isa/table.ts', true],
	['emulator-core/src/cpu/sysregs/el2.ts', true],
	['emulator-core/src/cpu/system-instructions.ts', true],
	['toolchain/src/codegen/stepping.test.ts', false],
	['emulator-core/src/machine/machine.ts', false],
	['cli/src/project.ts', false]
])('after an edit of %s it is another: %s', (file, changes) => {
	const before = toolchainHash(copy);
	cpSync(join(root, 'toolchain/src/index.ts'), join(copy, file), { recursive: true });
	writeFileSync(join(copy, file), '// edited\n');
	expect(toolchainHash(copy) !== before).toBe(changes);
});

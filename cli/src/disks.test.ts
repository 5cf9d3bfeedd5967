import { linkSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine } from 'emulator-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDiskOut, openDisk, writeDisk } from './disks.ts';

const GB = 2 ** 30;
/** More than one call of the file system reads, and more than 32 bits with a sign count. */
const SIZE = 2 * GB + GB / 4;
let folder = '';
const at = (name: string) => join(folder, name);
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'trapline-disks-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A file of more than 2 GB that takes hardly any room, with something at its end. */
function large(): string {
	writeFileSync(at('large'), 'at the beginning');
	truncateSync(at('large'), SIZE);
	writeFileSync(at('large'), 'at the end, 13 bytes more', { flag: 'a' });
	return at('large');
}
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
/** An Image with nothing in it: never run. */
const kernel = new Uint8Array(4096);
kernel.set(Buffer.from('ARM\x64', 'latin1'), 56);

describe('an image that is larger than memory', () => {
	it('is read where the machine reads it', () => {
		const disk = openDisk(large());
		expect(disk.size).toBe(SIZE + 25);
		const bytes = new Uint8Array(16);
		for (const [from, content] of [
			[0, 'at the beginning'],
			[SIZE, 'at the end, 13 b'],
			[GB, '\0'.repeat(16)]
		] as const) {
			expect(disk.read(from, bytes)).toBe(true);
			expect(text(bytes)).toBe(content);
		}
	});

	it('is a disk, and what was written to it goes to another file, holes and all', () => {
		const machine = createMachine({ board: 'virt', kernel, disks: [openDisk(large())] });
		const disk = machine.devices.disks[0]!;
		expect(disk.size).toBe(SIZE);
		disk.write(SIZE - 512, Buffer.from('in the last sector'));
		disk.write(2 * GB + 100, Buffer.from('and in the middle'));
		writeDisk(at('end'), disk);
		const [before, after] = [openDisk(at('large')), openDisk(at('end'))];
		expect(after.size).toBe(before.size);
		const bytes = new Uint8Array(18);
		after.read(SIZE - 512, bytes);
		expect(text(bytes)).toBe('in the last sector');
		after.read(2 * GB + 100, bytes);
		expect(text(bytes)).toBe('and in the middle\0');
		after.read(SIZE, bytes);
		expect(text(bytes)).toBe('at the end, 13 byt');
		before.read(2 * GB + 100, bytes);
		expect(text(bytes)).toBe('\0'.repeat(18));
		expect(statSync(at('end')).blocks * 512).toBeLessThan(GB / 16);
	});

	it('answers that it cannot be read where the file has become shorter', () => {
		const disk = openDisk(large());
		truncateSync(at('large'), GB);
		const bytes = new Uint8Array(512);
		expect(disk.read(GB - 512, bytes)).toBe(true);
		expect(disk.read(GB - 256, bytes)).toBe(false);
		expect(disk.read(2 * GB, bytes)).toBe(false);
	});
});

describe('the word after --disk', () => {
	it('may say that the disk is read-only, unless a file is called so', () => {
		writeFileSync(at('disk'), '1');
		expect(openDisk(at('disk'))).toMatchObject({ size: 1, readOnly: false });
		expect(openDisk(at('disk:ro'))).toMatchObject({ size: 1, readOnly: true });
		writeFileSync(at('disk:ro'), '22');
		expect(openDisk(at('disk:ro'))).toMatchObject({ size: 2, readOnly: false });
	});

	it('must name what can be read', () => {
		expect(() => openDisk(at('none'))).toThrow(/cannot read the disk .*no such file/);
		expect(() => openDisk(folder)).toThrow(/cannot read the disk .*it is a folder/);
	});
});

describe('the end of a disk', () => {
	it('is no image, by no name', () => {
		writeFileSync(at('disk'), '1');
		symlinkSync(at('disk'), at('symbolic'));
		linkSync(at('disk'), at('hard'));
		for (const name of ['disk', 'symbolic', 'hard', '../' + folder.split('/').at(-1) + '/disk'])
			for (const base of [at('disk'), at('disk:ro'), at('symbolic'), at('hard')])
				expect(() => checkDiskOut([base], [join(folder, name)])).toThrow('is never written');
		checkDiskOut([at('disk')], [at('another')]);
		expect(() => checkDiskOut(['a', 'b'], [at('end'), at('end')])).toThrow('is there twice');
		expect(readFileSync(at('disk'), 'latin1')).toBe('1');
	});
});

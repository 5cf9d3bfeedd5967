import { describe, expect, it } from 'vitest';
import { readCpio, writeCpio } from './cpio.ts';
import { programsIn } from './programs.ts';

const elf = (mark: number) => Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, mark);
const file = (path: string, data: Uint8Array) => ({ path, mode: 0o100755, data });
const text = new TextEncoder();

describe('an archive', () => {
	it('is read as it was written', () => {
		const members = [
			file('init', elf(1)),
			file('etc/motd', text.encode('hello\n')),
			{ path: 'bin/ls', mode: 0o120000, data: text.encode('cmds') },
			file('empty', new Uint8Array())
		];
		expect(readCpio(writeCpio(members))).toEqual(members);
	});

	it('is refused where it is none, or cut off', () => {
		const whole = writeCpio([file('init', text.encode('a'.repeat(100)))]);
		expect(() => readCpio(elf(1))).toThrow('no cpio archive: at byte 0');
		expect(() => readCpio(whole.subarray(0, 150))).toThrow('init should have 100 bytes');
		expect(() => readCpio(whole.subarray(0, 220))).toThrow('no cpio archive: at byte 216');
	});
});

describe('the programs of an initramfs', () => {
	it('are its executables and those of the archives in it, each once', () => {
		const guest = writeCpio([
			file('init', elf(1)),
			file('bin/sh', elf(3)),
			file('root/mem', elf(4))
		]);
		const host = writeCpio([
			file('init', elf(1)),
			file('bin/sh', elf(2)),
			{ path: 'bin/ls', mode: 0o120000, data: text.encode('sh') },
			file('root/guest.cpio', guest)
		]);
		const found = [...programsIn(host)].map(([name, bytes]) => [name, bytes[4]]);
		expect(found).toEqual([
			['init', 1],
			['sh', 2],
			['guest.cpio/sh', 3],
			['mem', 4]
		]);
	});
});

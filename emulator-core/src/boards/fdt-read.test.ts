import { describe, expect, it } from 'vitest';
import { amendTree } from './amend-tree.ts';
import { deviceTree, deviceTreeBlob } from './dtb.ts';
import { cells, FdtError, text, writeFdt, type FdtNode } from './fdt.ts';
import { readFdt } from './fdt-read.ts';
import { foundation } from './foundation.ts';
import { virt } from './virt.ts';

/** The tree with every list of children there, as the reader gives it. */
const whole = (node: FdtNode): FdtNode => ({ ...node, children: (node.children ?? []).map(whole) });

describe('reading a device tree', () => {
	it.each([virt, foundation])('gives back what was written for $name', (board) => {
		const reserved = [{ start: 0x8000_0000, size: 0x1_0000 }];
		const tree = deviceTree(board, { bootargs: 'quiet' });
		expect(readFdt(writeFdt(tree, reserved))).toEqual({ root: whole(tree), reserved });
	});

	it('passes over NOPs', () => {
		const blob = writeFdt({ name: '', properties: { a: cells(7) } });
		// The one property becomes four NOPs.
		for (let at = 64; at < 80; at += 4) blob.set(cells(4), at);
		expect(readFdt(blob).root).toEqual({ name: '', properties: {}, children: [] });
	});

	it('takes a property that objects have', () => {
		const { root } = readFdt(writeFdt({ name: '', properties: { toString: cells(1) } }));
		expect(Object.keys(root.properties)).toEqual(['toString']);
	});

	const sample = writeFdt({ name: '', properties: { a: cells(1) } });
	const set = (at: number, value: number) => {
		const blob = sample.slice();
		new DataView(blob.buffer).setUint32(at, value);
		return blob;
	};
	it.each<[string, Uint8Array, string]>([
		['nothing', new Uint8Array(0), 'no device tree blob'],
		['another magic', set(0, 0xd00d_feee), 'no device tree blob'],
		['a blob cut off', sample.subarray(0, 60), 'it is cut off: the header speaks of 90 bytes'],
		['another version', set(20, 3), 'version 3'],
		['a structure outside', set(36, 0x1000), 'outside the blob'],
		['strings outside', set(32, 0xffff_ffff), 'outside the blob'],
		['an odd structure', set(8, 57), 'outside the blob'],
		['reserved memory that does not end', set(16, 80), 'does not end'],
		['no root', set(56, 2), 'the root node does not begin'],
		['a token that is none', set(64, 77), 'token 77 within node'],
		['a property too long', set(68, 0x7fff_ffff), 'reaches beyond the tree'],
		['a name outside', set(72, 0x7fff_ffff), 'the name of a property does not end'],
		['no end', set(80, 4), 'token 9 within node'],
		['something behind the root', set(84, 1), 'something follows the root node']
	])('refuses %s', (_, blob, message) => {
		expect(() => readFdt(blob)).toThrow(FdtError);
		expect(() => readFdt(blob)).toThrow(message);
	});

	it('refuses nodes nested without end', () => {
		let node: FdtNode = { name: 'x', properties: {} };
		for (let depth = 0; depth < 70; depth++) node = { name: 'x', properties: {}, children: [node] };
		expect(() => readFdt(writeFdt({ ...node, name: '' }))).toThrow('nested more than 64 deep');
	});
});

describe('a device tree from elsewhere', () => {
	const boot = {
		bootargs: 'init=/bin/sh',
		initrd: { start: 0x4800_0000, end: 0x4800_1000 },
		ramBytes: 0x0400_0000
	};

	it('gets RAM, arguments and initramfs, and keeps the rest', () => {
		const theirs = deviceTree(virt, { bootargs: 'quiet', ramBytes: 2 ** 31 });
		const { root } = readFdt(amendTree(writeFdt(theirs), virt, boot));
		expect(root).toEqual(whole(deviceTree(virt, boot)));
	});

	it('keeps its own arguments where none are given', () => {
		const theirs = writeFdt(deviceTree(virt, { bootargs: 'quiet' }));
		const { root } = readFdt(amendTree(theirs, virt, {}));
		const chosen = root.children?.find(({ name }) => name === 'chosen');
		expect(chosen?.properties['bootargs']).toEqual(text('quiet'));
	});

	it('needs addresses of two cells', () => {
		const narrow = writeFdt({ name: '', properties: { '#address-cells': cells(1) } });
		expect(() => amendTree(narrow, virt, boot)).toThrow('#address-cells and #size-cells of 2');
	});

	it('that was damaged is read or refused, whatever the damage', () => {
		const seed = 0x0dd_ba11;
		let state = seed;
		const random = (limit: number) => {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			return Math.floor((state / 2 ** 32) * limit);
		};
		const good = deviceTreeBlob(foundation);
		let refused = 0;
		for (let n = 0; n < 3000; n++) {
			const blob = good.slice(0, random(4) === 0 ? random(good.length) : good.length);
			const view = new DataView(blob.buffer);
			for (let damage = random(6); damage >= 0 && blob.length >= 44; damage--) {
				// Half of it in the header and the first nodes, where it hurts most; half are whole cells.
				const at = random(random(2) ? 200 : blob.length - 4);
				if (at + 4 > blob.length) continue;
				if (random(2)) view.setUint8(at, random(256));
				else view.setUint32(at & ~3, [0, 1, 2, 3, 9, 0xffff_ffff, random(2 ** 32)][random(7)]!);
			}
			try {
				amendTree(blob, foundation, boot);
			} catch (error) {
				refused++;
				expect(error, `seed ${seed}, case ${n}`).toBeInstanceOf(FdtError);
			}
		}
		expect(refused).toBeGreaterThan(500);
		expect(refused).toBeLessThan(3000);
	});
});

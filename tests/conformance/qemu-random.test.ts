import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { a64 } from '../../emulator-core/src/index.ts';
import { fieldOf, type Form } from '../../emulator-core/src/isa/instruction.ts';
import { tableDecoder } from '../../emulator-core/src/isa/table.ts';
import { dataProcessingImm } from '../../emulator-core/src/isa/data-processing-imm.ts';
import { dataProcessingReg } from '../../emulator-core/src/isa/data-processing-reg.ts';
import { loadsStores } from '../../emulator-core/src/isa/loads-stores.ts';
import { transfersSimd } from '../../emulator-core/src/isa/simd/transfers.ts';
import { elf } from './elf-image.ts';
import { FlatMachine, ramBase } from './flat-machine.ts';
import { requireTool } from './oracle.ts';
import { Random } from './random.ts';
import { randomWord } from './words.ts';

/**
 * Random instructions in blocks. Before a block all registers and flags are loaded from a table;
 * after it they are stored. The same file runs under qemu-aarch64 and on our engine.
 *
 * Reserved: X28 points to tables, X27 into a scratch area that loads and stores use, X26 is a small
 * index for them.
 */
const layout = {
	code: 0x1000,
	data: 0x8_0000,
	results: 0xd_0000,
	scratch: 0x12_0000,
	end: 0x16_0000
};
const slots = 34;
const blocks = 1100;
const perBlock = 12;

const arithmetic = new Set([...dataProcessingImm, ...dataProcessingReg]);
const memory = new Set([...loadsStores, ...transfersSimd]);

/** Rows that need what the blocks do not have: a fixed place, alignment, or a monitor. */
const excluded = /^(ADR|ADRP|PRF.*|.*_lit|(ST|LD)(L|A)?X[RP].*|STLR.*|LDAR.*)$/;

function usable(form: Form): boolean {
	const known = arithmetic.has(form.row as never) || memory.has(form.row);
	return known && !excluded.test(form.row.name);
}

const reserved = [26, 27, 28];

/** Forces operands into what a block allows, or undefined if the word cannot be used. */
function tame(form: Form, word: number): number | undefined {
	const field = (name: string) => form.row.fields.find((f) => f.name === name);
	const value = (name: string) => {
		const found = field(name);
		return found ? fieldOf(found, word) : undefined;
	};
	if (memory.has(form.row) && !form.row.name.startsWith('FMOV')) {
		word = (word & ~(31 << 5)) | (27 << 5);
		if (field('Rm')) word = (word & ~(31 << 16)) | (26 << 16);
		if (value('Rt') !== undefined && value('Rt') === value('Rt2')) return undefined;
	}
	const isVector = transfersSimd.includes(form.row);
	for (const name of ['Rd', 'Rt', 'Rt2', 'Rs']) {
		const target = value(name);
		if (target !== undefined && reserved.includes(target) && !(isVector && name !== 'Rd'))
			return undefined;
	}
	return word >>> 0;
}

function generate(random: Random) {
	const forms = tableDecoder().forms.filter(usable);
	const file = new Uint8Array(layout.end);
	const view = new DataView(file.buffer);
	let at = layout.code;
	const emit = (word: number) => {
		view.setUint32(at, word, true);
		at += 4;
	};
	const asm = (text: string) => emit(a64.assemble(text, ramBase + at));
	const listing: number[][] = [];
	const hex = (n: number) => '0x' + n.toString(16);

	for (let block = 0; block < blocks; block++) {
		const data = layout.data + block * slots * 8;
		for (let slot = 0; slot < slots; slot++)
			view.setBigUint64(data + 8 * slot, random.value(), true);
		view.setBigUint64(data + 8 * 26, BigInt(random.below(4096)), true);
		view.setBigUint64(data + 8 * 27, BigInt(ramBase + layout.scratch + 0x1_0000), true);
		asm(`adr x28, ${hex(ramBase + data)}`);
		asm(`ldr x0, [x28, #${8 * 31}]`);
		asm('msr nzcv, x0');
		asm(`ldr x0, [x28, #${8 * 32}]`);
		asm('mov sp, x0');
		for (let n = 0; n < 28; n += 2) asm(`ldp x${n}, x${n + 1}, [x28, #${8 * n}]`);
		asm(`ldp x29, x30, [x28, #${8 * 29}]`);

		const words: number[] = [];
		while (words.length < perBlock) {
			const form = forms[(block * perBlock + words.length) % forms.length]!;
			// A form that cannot be tamed this time is replaced by a random one.
			const chosen = random.below(4) === 0 ? random.pick(forms) : form;
			const word = randomWord(chosen, random);
			const tamed = word === undefined ? undefined : tame(chosen, word);
			if (tamed !== undefined) words.push(tamed);
		}
		words.forEach(emit);
		listing.push(words);

		asm(`adr x28, ${hex(ramBase + layout.results + block * slots * 8)}`);
		for (let n = 0; n < 28; n += 2) asm(`stp x${n}, x${n + 1}, [x28, #${8 * n}]`);
		asm(`stp x29, x30, [x28, #${8 * 29}]`);
		asm('mrs x0, nzcv');
		asm('mov x1, sp');
		asm(`stp x0, x1, [x28, #${8 * 31}]`);
	}
	asm('mov x0, #1');
	asm(`adr x1, ${hex(ramBase + layout.results)}`);
	asm(`movz x2, #${(layout.end - layout.results) >> 16}, lsl #16`);
	asm('mov x8, #64');
	asm('svc #0');
	asm('mov x0, #0');
	asm('mov x8, #93');
	asm('svc #0');
	if (at > layout.data) throw new Error('the code runs into the data');
	return { file, listing };
}

const random = new Random(1);

describe.runIf(requireTool('qemu-aarch64'))(
	`qemu-aarch64 as the oracle (SEED=${random.seed})`,
	() => {
		it(`leaves the same registers, flags and memory after ${blocks * perBlock} instructions`, () => {
			const { file, listing } = generate(random);
			const program = elf(file, layout.code);
			const path = join(mkdtempSync(join(tmpdir(), 'qemu-')), 'random');
			writeFileSync(path, program);
			chmodSync(path, 0o755);
			const theirs = execFileSync('qemu-aarch64', ['-cpu', 'cortex-a57', path], {
				maxBuffer: 1 << 24,
				timeout: 60_000
			});

			const machine = new FlatMachine();
			machine.write(ramBase, program);
			machine.pc = BigInt(ramBase + layout.code);
			expect(machine.run(10_000_000)).toEqual({ kind: 'svc', value: 0n });
			const length = layout.end - layout.results;
			const ours = new Uint8Array(
				machine.memory.buffer,
				machine.at(ramBase + layout.results),
				length
			);

			const [a, b] = [
				new DataView(ours.buffer, ours.byteOffset),
				new DataView(theirs.buffer, theirs.byteOffset)
			];
			const name = (slot: number) => (slot === 31 ? 'nzcv' : slot === 32 ? 'sp' : `x${slot}`);
			const differences: string[] = [];
			listing.forEach((words, block) => {
				for (let slot = 0; slot < 33; slot++) {
					if (slot === 28) continue;
					const offset = (block * slots + slot) * 8;
					const [mine, other] = [a.getBigUint64(offset, true), b.getBigUint64(offset, true)];
					if (mine !== other)
						differences.push(
							`${name(slot)}: 0x${mine.toString(16)}, QEMU 0x${other.toString(16)} after\n` +
								words.map((word) => '\t' + a64.disassemble(word, 0)).join('\n')
						);
				}
			});
			expect(differences.slice(0, 3)).toEqual([]);
			expect(Buffer.compare(Buffer.from(ours), theirs)).toBe(0);
		});
	}
);

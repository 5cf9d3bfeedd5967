import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { a64 } from '../../emulator-core/src/index.ts';
import { fieldOf, type Form } from '../../emulator-core/src/isa/instruction.ts';
import { simdFp } from '../../emulator-core/src/isa/simd/index.ts';
import { tableDecoder } from '../../emulator-core/src/isa/table.ts';
import { FlatMachine, ramBase } from './flat-machine.ts';
import { elf } from './elf-image.ts';
import { requireTool } from './oracle.ts';
import { Random } from './random.ts';
import { randomValues } from './vector-values.ts';
import { randomWord } from './words.ts';

/**
 * Random SIMD and floating-point instructions in short blocks. Before a block, V0 to V31, X0 to X15, NZCV,
 * FPCR and FPSR are loaded from a table; after it they are stored. The same file runs under qemu-aarch64
 * and on our engine.
 *
 * Reserved: X28 points to tables, X27 into a scratch area that loads and stores use, X26 is an index.
 */
const vBytes = 32 * 16;
const at = { x: vBytes, nzcv: vBytes + 128, fpcr: vBytes + 136, fpsr: vBytes + 144 };
const slotBytes = vBytes + 160;
const perBlock = 3;
const blocks = Number(process.env['BLOCKS'] ?? 3000);
const align = (n: number) => Math.ceil(n / 0x1000) * 0x1000;
const code = 0x1000;
const data = code + align(blocks * (90 + perBlock) * 4 + 0x100);
const results = data + align(blocks * slotBytes);
const scratch = results + align(blocks * slotBytes);
const end = scratch + 0x2_0000;

const only = new RegExp(process.env['ONLY'] ?? '');
const usable = (form: Form) =>
	simdFp.includes(form.row) && !/_lit$/.test(form.row.name) && only.test(form.row.name);

/** Forces operands into what a block allows, or undefined if the word cannot be used. */
function tame(form: Form, word: number): number | undefined {
	const field = (name: string) => form.row.fields.find((f) => f.name === name);
	const value = (name: string) => fieldOf(field(name)!, word);
	if (field('Rt')) {
		word = (word & ~(31 << 5)) | (27 << 5);
		if (field('Rm')) word = (word & ~(31 << 16)) | (26 << 16);
		if (field('Rt2') && value('Rt') === value('Rt2')) return undefined;
	}
	// A general register as the result must not be a reserved one.
	if (field('Rd') && value('Rd') >= 16) word &= ~16;
	return word >>> 0;
}

function generate(random: Random) {
	const forms = tableDecoder().forms.filter(usable);
	const file = new Uint8Array(end);
	const view = new DataView(file.buffer);
	let pc = code;
	const asm = (text: string) => {
		view.setUint32(pc, a64.assemble(text, ramBase + pc), true);
		pc += 4;
	};
	/** X28 := address, whatever the distance. */
	const point = (address: number) => {
		asm(`movz x28, #${address & 0xffff}`);
		asm(`movk x28, #${address >>> 16}, lsl #16`);
	};
	randomValues(random, new DataView(file.buffer, scratch, end - scratch));
	const listing: number[][] = [];
	for (let block = 0; block < blocks; block++) {
		const from = data + block * slotBytes;
		randomValues(random, new DataView(file.buffer, from, vBytes));
		for (let n = 0; n < 16; n++) view.setBigUint64(from + at.x + 8 * n, random.value(), true);
		view.setUint32(from + at.nzcv, random.below(16) * 2 ** 28, true);
		// Half of the blocks run with FPCR as it comes up; FPSR starts with any flags.
		const modes = random.below(2) === 0 ? 0 : random.below(32) * 2 ** 22;
		view.setUint32(from + at.fpcr, modes, true);
		view.setUint32(from + at.fpsr, random.below(4) === 0 ? 0x0800_009f : 0, true);
		point(ramBase + from);
		for (let n = 0; n < 32; n += 2) asm(`ldp q${n}, q${n + 1}, [x28, #${16 * n}]`);
		for (const [name, offset] of [
			['nzcv', at.nzcv],
			['fpcr', at.fpcr],
			['fpsr', at.fpsr]
		] as const) {
			asm(`ldr x0, [x28, #${offset}]`);
			asm(`msr ${name}, x0`);
		}
		asm(`add x28, x28, #${at.x}`);
		for (let n = 0; n < 16; n += 2) asm(`ldp x${n}, x${n + 1}, [x28, #${8 * n}]`);
		const base = ramBase + scratch + 0x1_0000 + random.below(0x1000);
		asm(`movz x27, #${base & 0xffff}`);
		asm(`movk x27, #${base >>> 16}, lsl #16`);
		asm(`movz x26, #${random.below(1024)}`);

		const words: number[] = [];
		while (words.length < perBlock) {
			const form = forms[(block * perBlock + words.length) % forms.length]!;
			const chosen = random.below(4) === 0 ? random.pick(forms) : form;
			const word = randomWord(chosen, random);
			const tamed = word === undefined ? undefined : tame(chosen, word);
			if (tamed !== undefined) words.push(tamed);
		}
		for (const word of words) {
			view.setUint32(pc, word, true);
			pc += 4;
		}
		listing.push(words);

		point(ramBase + results + block * slotBytes);
		for (let n = 0; n < 32; n += 2) asm(`stp q${n}, q${n + 1}, [x28, #${16 * n}]`);
		asm(`add x28, x28, #${at.x}`);
		for (let n = 0; n < 16; n += 2) asm(`stp x${n}, x${n + 1}, [x28, #${8 * n}]`);
		for (const name of ['nzcv', 'fpcr', 'fpsr']) {
			asm(`mrs x0, ${name}`);
			asm('str x0, [x28, #128]');
			asm('add x28, x28, #8');
		}
	}
	const address = ramBase + results;
	asm('mov x0, #1');
	asm(`movz x1, #${address & 0xffff}`);
	asm(`movk x1, #${address >>> 16}, lsl #16`);
	asm(`movz x2, #${(end - results) & 0xffff}`);
	asm(`movk x2, #${(end - results) >>> 16}, lsl #16`);
	asm('mov x8, #64');
	asm('svc #0');
	asm('mov x0, #0');
	asm('mov x8, #93');
	asm('svc #0');
	if (pc > data) throw new Error('the code runs into the data');
	return { file, listing };
}

function underQemu(program: Uint8Array): Uint8Array {
	const folder = mkdtempSync(join(tmpdir(), 'qemu-simd-'));
	const path = join(folder, 'random');
	writeFileSync(path, program);
	chmodSync(path, 0o755);
	// `max` has cortex-a57's instructions and more; those of later versions are not in our table.
	const theirs = execFileSync('qemu-aarch64', ['-cpu', 'cortex-a57', path], {
		maxBuffer: 1 << 28,
		timeout: 120_000
	});
	rmSync(folder, { recursive: true });
	return theirs;
}

/** The registers in which a block's results differ, with the words that led there. */
function differences(ours: DataView, theirs: DataView, listing: readonly number[][]): string[] {
	const found: string[] = [];
	const say = (name: string, a: bigint, b: bigint, block: number) =>
		found.push(
			`${name}: 0x${a.toString(16)}, QEMU 0x${b.toString(16)} in block ${block}:\n` +
				listing[block]!.map((word) => '\t' + a64.disassemble(word, 0)).join('\n')
		);
	listing.forEach((_, block) => {
		const from = block * slotBytes;
		const both = (offset: number) =>
			[ours, theirs].map((view) => view.getBigUint64(from + offset, true)) as [bigint, bigint];
		for (let offset = 0; offset < slotBytes - 8; offset += 8) {
			const [a, b] = both(offset);
			const n = offset < vBytes ? offset >> 4 : (offset - vBytes) >> 3;
			const half = offset & 8 ? 'high' : 'low';
			const name =
				offset < vBytes ? `v${n} ${half}` : n < 16 ? `x${n}` : ['nzcv', 'fpcr', 'fpsr'][n - 16]!;
			if (a !== b) say(name, a, b, block);
		}
	});
	return found;
}

const random = new Random(1);

describe.runIf(requireTool('qemu-aarch64'))(
	`qemu-aarch64 as the oracle of SIMD and floating point (SEED=${random.seed})`,
	() => {
		it(`leaves the same registers, flags and memory after ${blocks * perBlock} instructions`, () => {
			const { file, listing } = generate(random);
			const program = elf(file, code);
			const theirs = underQemu(program);
			const machine = new FlatMachine(align(end) + (1 << 20));
			machine.write(ramBase, program);
			machine.pc = BigInt(ramBase + code);
			expect(machine.run(100_000_000)).toEqual({ kind: 'svc', value: 0n });
			const length = end - results;
			const ours = new Uint8Array(machine.memory.buffer, machine.at(ramBase + results), length);
			const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);
			const found = differences(view(ours), view(theirs), listing);
			expect(found.length === 0 ? [] : [`${found.length} registers`, ...found.slice(0, 4)]).toEqual(
				[]
			);
			expect(Buffer.compare(Buffer.from(ours), theirs)).toBe(0);
		});
	}
);

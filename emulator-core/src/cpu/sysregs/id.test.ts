import { describe, expect, it } from 'vitest';
import { createMachine } from '../../machine/machine.ts';
import { program } from '../../machine/program.ts';
import { BareCpu } from '../bare-cpu.ts';

const HCR_RW = 1n << 31n;
const HCR_TID3 = 1n << 18n;

/** S3_0_C0_C`crm`_`op2`. */
const key = (crm: number, op2: number) => 0xc000 | (crm << 3) | op2;

describe('what the CPU says of itself', () => {
	it.each([
		['MIDR_EL1', 0x411f_d070n],
		['MPIDR_EL1', 0x8000_0000n],
		// AArch64 alone at EL0, EL1 and EL2; no EL3; FP and SIMD; no GICv3 registers.
		['ID_AA64PFR0_EL1', 0x0111n],
		['ID_AA64PFR1_EL1', 0n],
		// ARMv8 debug, 6 breakpoints, 4 watchpoints, 2 context comparisons, no PMU.
		['ID_AA64DFR0_EL1', 0x1030_5006n],
		// AES and PMULL, SHA1, SHA-256, CRC32.
		['ID_AA64ISAR0_EL1', 0x0001_1120n],
		['ID_AA64ISAR1_EL1', 0n],
		// 44 bits, 16-bit ASIDs, no big-endian data, all three granules.
		['ID_AA64MMFR0_EL1', 0x0010_1024n],
		// No VHE, no PAN, no hardware access flag.
		['ID_AA64MMFR1_EL1', 0n],
		['ID_AA64MMFR2_EL1', 0n],
		['CTR_EL0', 0x8444_c004n],
		['DCZID_EL0', 4n],
		['CLIDR_EL1', 0x0a20_0023n]
	])('%s', (name, value) => {
		const b = new BareCpu();
		expect(b.at(2, 0n).mrs(name)).toBe(value);
		b.set('HCR_EL2', HCR_RW);
		expect(b.at(1, 0n).mrs(name)).toBe(value);
		expect(b.traps).toEqual([]);
	});

	// ID_AA64ISAR0_EL1 and the table must agree: software asks the one and executes the other.
	it.each([
		'aese v0.16b, v1.16b',
		'pmull v0.1q, v1.1d, v2.1d',
		'sha1h s0, s1',
		'sha256su0 v0.4s, v1.4s',
		'crc32cx w0, w1, x2'
	])('%s is there, as ID_AA64ISAR0_EL1 says', (line) => {
		const kernel = program(`movz x5, #0x30, lsl #16\nmsr cpacr_el1, x5\n${line}`);
		const machine = createMachine({ board: 'virt', kernel, ramBytes: 2 ** 23 });
		machine.run({ maxInstructions: 4 });
		expect(machine.registers().pc).toBe(BigInt(machine.placement.entry + 64 + 12));
		expect(machine.trapLog.records).toEqual([]);
	});

	it('has no big-endian data: EE and E0E cannot be set', () => {
		const b = new BareCpu();
		const ee = (1n << 25n) | (1n << 24n);
		b.at(2, 0n).msr('SCTLR_EL2', 0x30c5_0838n | (1n << 25n));
		b.msr('SCTLR_EL1', 0x00c5_0838n | ee);
		expect([b.mrs('SCTLR_EL2'), b.mrs('SCTLR_EL1')]).toEqual([0x30c5_0838n, 0x00c5_0838n]);
	});
});

describe('the ID register space, CRm 1 to 7', () => {
	const encodings = [1, 2, 3, 4, 5, 6, 7].flatMap((crm) =>
		[0, 1, 2, 3, 4, 5, 6, 7].map((op2) => [crm, op2] as const)
	);
	/** What is in use; every other encoding is reserved. The registers of AArch32 are all zero here. */
	const used = new Map([
		[key(4, 0), 0x0111n],
		[key(5, 0), 0x1030_5006n],
		[key(6, 0), 0x0001_1120n],
		[key(7, 0), 0x0010_1024n]
	]);

	it('is readable at EL1 and EL2, reserved encodings as zero', () => {
		const b = new BareCpu();
		b.set('HCR_EL2', HCR_RW);
		for (const el of [2, 1] as const)
			for (const [crm, op2] of encodings)
				expect(
					b.at(el, 0n).slow.readSystemRegister(key(crm, op2), 0),
					`S3_0_C0_C${crm}_${op2} at EL${el}`
				).toBe(used.get(key(crm, op2)) ?? 0n);
		expect(b.traps).toEqual([]);
		expect(b.notes).toEqual([]);
	});

	it('is EL2’s under HCR_EL2.TID3, reserved encodings too; EL2 reads it all the same', () => {
		const b = new BareCpu();
		b.set('HCR_EL2', HCR_RW | HCR_TID3);
		for (const [crm, op2] of encodings) {
			b.at(2, 0n).slow.readSystemRegister(key(crm, op2), 9);
			const before = b.traps.length;
			b.at(1, 0n).slow.readSystemRegister(key(crm, op2), 9);
			expect(b.traps.length).toBe(before + 1);
			// Op0 3, Op2, CRn 0, Rt 9, CRm, a read.
			const esr = 0x6200_0000 | (3 << 20) | (op2 << 17) | (9 << 5) | (crm << 1) | 1;
			expect(b.last).toMatchObject({ fromEl: 1, toEl: 2, esr: esr >>> 0 });
		}
	});

	it('is UNDEFINED at EL0, and to write anywhere', () => {
		const b = new BareCpu();
		b.set('HCR_EL2', HCR_RW);
		for (const [crm, op2] of encodings) {
			b.at(0, 0n).slow.readSystemRegister(key(crm, op2), 0);
			expect(b.last).toMatchObject({ fromEl: 0, toEl: 1, esr: 0x0200_0000 });
			b.at(2, 0n).slow.writeSystemRegister(key(crm, op2), 1n, 0);
			expect(b.last).toMatchObject({ fromEl: 2, toEl: 2, esr: 0x0200_0000 });
		}
	});
});

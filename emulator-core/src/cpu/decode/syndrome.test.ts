import { describe, expect, it } from 'vitest';
import { alignmentStatus, faultStatus, type FaultKind, type Level } from '../../mmu/index.ts';
import { AccessFlags } from '../slow-paths.ts';
import {
	dataAbortIss,
	EC,
	instructionAbortIss,
	simdIss,
	syndrome,
	systemIss,
	wfxIss
} from '../syndrome.ts';
import { systemInstructionNames } from '../system-instructions.ts';
import { systemRegisters } from '../sysregs/index.ts';
import { decodeSyndrome, ipaOf, type Syndrome } from './syndrome.ts';

const field = ({ fields }: Syndrome, name: string) => fields.find((each) => each.name === name)!;
const value = (decoded: Syndrome, name: string) => Number(field(decoded, name).value);

/** The fields go from bit 24 to bit 0 without a gap and put together they are the ISS. */
function expectWhole(decoded: Syndrome): void {
	let next = 24;
	let iss = 0n;
	for (const { bits, value } of decoded.fields) {
		const [high, low] = bits;
		if (high !== next || low > high) throw new Error(`${decoded.name}: a gap below bit ${next}`);
		iss = (iss << BigInt(high - low + 1)) | value;
		next = low - 1;
	}
	if (next !== -1 || Number(iss) !== decoded.iss) throw new Error(`${decoded.name}: not whole`);
}

describe('a syndrome taken apart', () => {
	// QEMU's Cortex-A57, a guest at EL1, stage 2 without memory.
	it.each([
		[0x8200_0005, 'instruction fetch: translation fault, level 1'],
		[0x9301_0046, 'write of 1 byte from W1: translation fault, level 2'],
		[0x9382_0006, 'read of 4 bytes into W2: translation fault, level 2'],
		[0x9384_0047, 'write of 4 bytes from W4: translation fault, level 3'],
		[0x93c1_8047, 'write of 8 bytes from X1: translation fault, level 3'],
		[0x6232_04a1, 'MRS X5, ACTLR_EL1'],
		[0x6230_00c9, 'MRS X6, ID_AA64PFR0_EL1'],
		[0x6214_1ffc, 'DC CISW, XZR'],
		[0x5a00_0000, 'HVC #0'],
		[0x5600_0007, 'SVC #7'],
		[0x5e00_0000, 'SMC #0'],
		[0x07e0_0000, 'WFI'],
		[0x07e0_0001, 'WFE'],
		[0x1fe0_0000, 'a floating-point or SIMD instruction'],
		[0xf200_0800, 'BRK #0x800'],
		[0x9200_00c5, 'write: translation fault, level 1, on a stage-1 table walk'],
		[0x93a3_8006, 'read of 4 bytes into X3, signed: translation fault, level 2'],
		[0x9200_0146, 'cache maintenance or address translation: translation fault, level 2'],
		[0x8a00_0000, 'PC alignment fault exception'],
		[0x0200_0000, 'Unknown reason'],
		[0xfe00_0000, 'exception class 0x3f, not defined in Armv8.0']
	])('%#x is "%s"', (esr, summary) => {
		expect(decodeSyndrome(esr).summary).toBe(summary);
		expect(decodeSyndrome(BigInt(esr))).toEqual(decodeSyndrome(esr));
		expect(decodeSyndrome(esr | 0)).toEqual(decodeSyndrome(esr));
	});

	it('says each field of a data abort', () => {
		expect(decodeSyndrome(0x9301_0046)).toEqual({
			esr: 0x9301_0046,
			ec: 0x24,
			name: 'Data Abort from a lower Exception level',
			il: true,
			iss: 0x101_0046,
			register: undefined,
			summary: 'write of 1 byte from W1: translation fault, level 2',
			fields: [
				{ name: 'ISV', bits: [24, 24], value: 1n, means: 'bits 23:14 describe the instruction' },
				{ name: 'SAS', bits: [23, 22], value: 0n, means: '1 byte' },
				{ name: 'SSE', bits: [21, 21], value: 0n, means: 'the value loaded is not sign-extended' },
				{ name: 'SRT', bits: [20, 16], value: 1n, means: 'W1' },
				{ name: 'SF', bits: [15, 15], value: 0n, means: 'a 32-bit register' },
				{ name: 'AR', bits: [14, 14], value: 0n, means: 'without acquire or release' },
				{ name: 'RES0', bits: [13, 11], value: 0n, means: '' },
				{ name: 'FnV', bits: [10, 10], value: 0n, means: 'FAR holds the address' },
				{ name: 'EA', bits: [9, 9], value: 0n, means: '' },
				{ name: 'CM', bits: [8, 8], value: 0n, means: 'not by cache maintenance' },
				{ name: 'S1PTW', bits: [7, 7], value: 0n, means: 'not on a stage-1 table walk' },
				{ name: 'WnR', bits: [6, 6], value: 1n, means: 'a write' },
				{ name: 'DFSC', bits: [5, 0], value: 6n, means: 'translation fault, level 2' }
			]
		});
	});

	it('has a name for each class of Armv8.0, and for no other', () => {
		const defined = new Set<number>(Object.values(EC));
		expect(defined.size).toBe(35);
		for (let ec = 0; ec < 64; ec++) {
			const decoded = decodeSyndrome(syndrome(ec, 0x155_5555));
			expectWhole(decoded);
			expect(/^Not defined/.test(decoded.name)).toBe(!defined.has(ec));
			expect(JSON.stringify(decoded, (_, v: unknown) => (typeof v === 'bigint' ? `${v}` : v)))
				.not //
				.toMatch(/undefined|NaN/);
		}
	});

	it('finds again what traps of system registers were made of', () => {
		for (const [name, key] of [
			...systemRegisters.map((r) => [r.name, r.key] as const),
			...systemInstructionNames
		])
			for (const rt of [0, 17, 31])
				for (const read of [false, true]) {
					const decoded = decodeSyndrome(syndrome(EC.systemRegister, systemIss(key, rt, read)));
					expectWhole(decoded);
					expect(decoded.register).toBe(name);
					expect(value(decoded, 'Rt')).toBe(rt);
					expect(value(decoded, 'Direction')).toBe(read ? 1 : 0);
				}
		const unknown = decodeSyndrome(syndrome(EC.systemRegister, systemIss(0xff85, 3, true)));
		expect(unknown.summary).toBe('MRS X3, S3_7_C15_C0_5');
	});

	it('finds again what data aborts were made of', () => {
		const kinds: FaultKind[] = [
			...(['address-size', 'translation', 'access-flag', 'permission'] as const),
			...(['external', 'walk-external'] as const)
		];
		let tried = 0;
		for (const fault of kinds)
			for (const level of [0, 1, 2, 3] as Level[])
				for (const [write, s1ptw, cacheMaintenance] of [0, 1, 2, 3, 4, 5, 6, 7].map(
					(n) => [!!(n & 1), !!(n & 2), !!(n & 4)] as const
				))
					for (const size of [1, 2, 4, 8])
						for (const flags of [0, AccessFlags.noSyndrome, AccessFlags.signExtend, 0x7f2]) {
							if (level === 0 && (fault === 'access-flag' || fault === 'permission')) continue;
							const status = faultStatus({ fault, stage: 2, level, s1ptw, ipa: undefined });
							const instruction = { flags, size };
							const abort = { status, write, s1ptw, cacheMaintenance, instruction };
							const decoded = decodeSyndrome(syndrome(EC.dataAbortLower, dataAbortIss(abort)));
							expectWhole(decoded);
							const isv = flags !== AccessFlags.noSyndrome;
							const found = {
								write: value(decoded, 'WnR') === 1,
								s1ptw: value(decoded, 'S1PTW') === 1,
								cacheMaintenance: value(decoded, 'CM') === 1,
								isv: value(decoded, 'ISV') === 1
							};
							expect(found).toEqual({ write, s1ptw, cacheMaintenance, isv });
							const words = field(decoded, 'DFSC').means;
							const stem = { 'walk-external': 'external abort on a table walk' }[fault as string];
							expect(words).toContain(stem ?? fault.replace('-', ' '));
							if (fault !== 'external') expect(words).toContain(`level ${level}`);
							if (isv) {
								expect(1 << value(decoded, 'SAS')).toBe(size);
								expect(value(decoded, 'SRT')).toBe((flags >> AccessFlags.rtShift) & 31);
								expect(value(decoded, 'SF') === 1).toBe((flags & AccessFlags.sixtyFour) !== 0);
								expect(value(decoded, 'SSE') === 1).toBe((flags & AccessFlags.signExtend) !== 0);
								expect(value(decoded, 'AR') === 1).toBe((flags & AccessFlags.ordered) !== 0);
							} else expect(decoded.fields.some(({ name }) => name === 'SAS')).toBe(false);
							tried++;
						}
		expect(tried).toBe((6 * 4 - 2) * 8 * 4 * 4);
	});

	it('finds again what the rest was made of', () => {
		const fetch = decodeSyndrome(
			syndrome(EC.instructionAbortLower, instructionAbortIss(alignmentStatus, true))
		);
		expect(value(fetch, 'S1PTW')).toBe(1);
		expect(field(fetch, 'IFSC').means).toBe('alignment fault');
		expect(field(decodeSyndrome(syndrome(EC.wfx, wfxIss(true))), 'TI').means).toBe('WFE');
		const simd = decodeSyndrome(syndrome(EC.simd, simdIss));
		expect(field(simd, 'CV').value).toBe(1n);
		expect(field(simd, 'COND').means).toBe('condition AL');
	});

	it('calls reserved codes reserved', () => {
		const decoded = decodeSyndrome(syndrome(EC.dataAbortLower, 0x3f | (1 << 12)));
		expect(field(decoded, 'DFSC').means).toBe('reserved code 0x3f');
		expect(field(decoded, 'RES0').means).toBe('reserved, yet not zero');
	});
});

describe('the IPA of a fault', () => {
	it('is HPFAR_EL2 and the page offset of FAR_EL2', () => {
		expect(ipaOf(0x0000_0000_0080_0120n, 0xffff_ffc0_1234_5abcn)).toBe(0x8001_2abcn);
		expect(ipaOf(0xff_ffff_fff0n, 0xfffn)).toBe(0xffff_ffff_ffffn);
	});
});

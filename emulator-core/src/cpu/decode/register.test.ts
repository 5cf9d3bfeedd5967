import { describe, expect, it } from 'vitest';
import { systemRegisters } from '../sysregs/index.ts';
import { decodeRegister } from './register.ts';

const words = (name: string, value: bigint) =>
	Object.fromEntries(decodeRegister(name, value)!.fields.map((f) => [f.name, f.means]));

describe('a system register taken apart', () => {
	it('says what HCR_EL2 does to a guest', () => {
		const decoded = decodeRegister('HCR_EL2', 0x8048_003fn)!;
		expect(decoded.purpose).toBe('what traps to EL2, and whether stage 2 is on');
		expect(decoded.fields[0]).toEqual({ name: 'RES0', bits: [63, 34], value: 0n, means: '' });
		expect(words('HCR_EL2', 0x8048_003fn)).toMatchObject({
			RW: 'EL1 is AArch64',
			TSW: 'cache maintenance by set and way: to EL2',
			TSC: 'SMC: to EL2',
			TWI: 'WFI: not trapped',
			IMO: 'IRQs go to EL2; virtual ones to EL1',
			VM: 'stage 2 on'
		});
	});

	it.each<[string, bigint, Record<string, string>]>([
		[
			'SPSR_EL2',
			0x6000_03c5n,
			{
				N: '',
				Z: 'zero',
				C: 'carry, or no borrow',
				M: 'EL1h: EL1 on its own stack',
				I: 'IRQs masked'
			}
		],
		['SPSR_EL1', 0x10n, { M: 'an AArch32 mode: not on this CPU', I: 'IRQs let through' }],
		[
			'VTCR_EL2',
			0x0002_3558n,
			{
				T0SZ: 'input addresses of 40 bits',
				SL0: 'the walk starts at level 1',
				TG0: 'pages of 4 KB',
				PS: 'output addresses of 40 bits',
				SH0: 'inner shareable'
			}
		],
		['VTCR_EL2', 0x4040n, { TG0: 'pages of 64 KB', SL0: 'the walk starts at level 2' }],
		['VTTBR_EL2', 0x0003_0000_4812_6000n, { VMID: 'VM 3', BADDR: 'tables at 0x4812_6000' }],
		[
			'TCR_EL1',
			0x0000_0005_b519_3519n,
			{
				T0SZ: 'input addresses of 39 bits',
				T1SZ: 'input addresses of 39 bits',
				TG1: 'pages of 4 KB',
				IPS: 'output addresses of 48 bits'
			}
		],
		['SCTLR_EL1', 0x1005n, { M: 'MMU on', C: 'data is cached', I: 'instructions are cached' }],
		['CNTV_CTL_EL0', 5n, { ENABLE: 'on', ISTATUS: 'the time has come' }],
		['CNTHCTL_EL2', 1n, { EL1PCEN: 'the physical timer traps' }],
		['CPTR_EL2', 0x33ffn, { TFP: 'FP and SIMD: not trapped' }],
		[
			'PAR_EL1',
			0xff00_0000_8001_2000n,
			{ F: 'translated', PA: '0x8001_2000', ATTR: 'Normal, write-back' }
		],
		['PAR_EL1', 0x30fn, { F: 'failed', FST: 'translation fault, level 3', S: 'stage 2 failed' }],
		[
			'ESR_EL2',
			0x5a00_0000n,
			{
				EC: 'HVC instruction execution in AArch64 state',
				imm16: 'the number in the instruction: 0'
			}
		],
		['HPFAR_EL2', 0x80_0120n, { FIPA: 'IPA 0x8001_2000' }],
		['SP_EL1', 0x1234_5678n, { SP_EL1: '0x1234_5678' }]
	])('%s %#x', (name, value, expected) => {
		expect(words(name, value)).toMatchObject(expected);
	});

	it('has no such register', () => {
		expect(decodeRegister('NONE_EL1', 0n)).toBeUndefined();
	});

	it('covers each register whole, has words only for fields that exist, and never fails', () => {
		for (const { name, fields, means } of systemRegisters)
			for (const value of [0n, 1n, 0x5555_5555_5555_5555n, ~0n, -0x8000_0000n]) {
				const word = BigInt.asUintN(64, value);
				const decoded = decodeRegister(name, value)!;
				let next = decoded.fields[0]!.bits[0];
				expect([31, 63]).toContain(next);
				let whole = 0n;
				for (const { bits, value } of decoded.fields) {
					expect(bits[0], name).toBe(next);
					whole = (whole << BigInt(bits[0] - bits[1] + 1)) | value;
					next = bits[1] - 1;
				}
				expect(next).toBe(-1);
				expect(whole).toBe(name.startsWith('ESR_EL') ? word & 0xffff_ffffn : word);
				if (typeof fields !== 'object' || typeof means !== 'object') continue;
				for (const field of Object.keys(means)) expect(fields, name).toHaveProperty(field);
			}
	});
});

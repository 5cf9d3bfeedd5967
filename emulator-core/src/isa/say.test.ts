import { describe, expect, it } from 'vitest';
import { a64 } from '../index.ts';

const says = (text: string) => a64.explain(a64.assemble(text, 0x1000), 0x1000)!.says;

describe('an instruction in words', () => {
	it.each([
		// The world switch.
		['ldp x4, x5, [x2, #16]', 'X4 = [X2 + 16], X5 = [X2 + 24]'],
		['stp x29, x30, [x2, #232]', '[X2 + 232] = X29, [X2 + 240] = X30'],
		['ldp x2, x3, [x2, #16]', 'X3 = [X2 + 24], then X2 = [X2 + 16]'],
		['ldp x0, x1, [sp], #16', 'X0 = [SP], X1 = [SP + 8], then SP += 16'],
		['stp x0, x1, [sp, #-16]!', '[SP - 16] = X0, [SP - 8] = X1, then SP -= 16'],
		['ldr w5, [x2], #4', 'W5 = [X2], 4 bytes, then X2 += 4'],
		['str wzr, [x2]', '[X2] = 0, 4 bytes'],
		['ldr x2, 0x2000', 'X2 = [0x2000]'],
		['msr sp_el1, x6', "SP_EL1 = X6 (EL1's stack pointer)"],
		['mrs x4, elr_el2', "X4 = ELR_EL2 (where EL2's next ERET goes)"],
		['msr hcr_el2, x2', 'HCR_EL2 = X2 (what traps to EL2, and whether stage 2 is on)'],
		['msr vttbr_el2, xzr', "VTTBR_EL2 = 0 (the VM's stage-2 tables and its VMID)"],
		['msr cntvoff_el2, x3', 'CNTVOFF_EL2 = X3 (how far virtual time lags behind physical time)'],
		['bic x3, x3, #1', 'X3 &= ~1'],
		['orr x2, x2, #3', 'X2 |= 3'],
		['and x2, x2, #0x1f', 'X2 &= 0x1f'],
		['lsr x1, x5, #26', 'X1 = X5 >> 26'],
		['ubfx x1, x5, #26, #6', 'X1 = bits 31:26 of X5'],
		['stp q0, q1, [x3, #32]', '[X3 + 32] = Q0, [X3 + 48] = Q1, 16 bytes each'],
		['at s1e1r, x2', 'PAR_EL1 = where stage 1 takes a read of X2 at EL1'],
		[
			'tlbi ipas2e1is, x1',
			'Forget translations: stage 2 of the IPA in X1, of this VM, on every CPU'
		],
		['tlbi vmalls12e1is', 'Forget translations: all of this VM, both stages, on every CPU'],
		['ic ialluis', 'Forget all cached instructions, on every CPU'],
		['dc civac, x0', 'Write the cache line at X0 back to memory and drop it'],
		[
			'dsb ish',
			'Wait until every earlier memory access, TLB and cache operation is complete (inner shareable)'
		],
		['dmb ishst', 'Keep every earlier store before the later stores (inner shareable)'],
		['isb', 'Fetch what follows anew: it sees every change of system registers before'],
		['hvc #0', 'Call the hypervisor: exception to EL2, with the number 0'],
		['eret', 'Return from the exception: PC = ELR and PSTATE = SPSR of this level'],
		['wfi', 'Sleep until an interrupt is pending'],
		['msr daifset, #2', 'Mask IRQs (PSTATE.I = 1)'],
		['msr daifclr, #3', 'Unmask IRQs and FIQs (PSTATE.IF = 0)'],

		// Branches and conditions.
		['cbz x2, 0x1040', 'If X2 == 0, go to 0x1040'],
		['cbnz w4, 0xff0', 'If W4 != 0, go to 0xff0'],
		['tbz w0, #3, 0x1040', 'If bit 3 of W0 is 0, go to 0x1040'],
		['tbnz x0, #40, 0x1040', 'If bit 40 of X0 is 1, go to 0x1040'],
		['b.ne 0x1040', 'If not equal (Z = 0), go to 0x1040'],
		['b.hi 0x1040', 'If unsigned > (C = 1, Z = 0), go to 0x1040'],
		['bl 0x4000000', 'Call 0x400_0000 (X30 = 0x1004, the way back)'],
		['blr x30', 'Call X30 (X30 = 0x1004, the way back)'],
		['ret', 'Go to X30 (the function returns)'],
		['cset x0, eq', 'X0 = 1 if equal (Z = 1), else 0'],
		['csel w0, w1, w2, lt', 'W0 = W1 if signed < (N != V), else W2'],
		['ccmp x1, #5, #4, ne', 'If not equal (Z = 0), set NZCV from X1 - 5, else NZCV = 0b0100'],

		// Arithmetic.
		['cmp x1, x2', 'Set NZCV from X1 - X2'],
		['cmp x2, #0x16', 'Set NZCV from X2 - 0x16'],
		['sub sp, sp, #0x110', 'SP -= 0x110'],
		['b.al 0x1010', 'Go to 0x1010'],
		['tst x0, #3', 'Set N and Z from X0 & 3, C = V = 0'],
		['subs x0, x0, #1', 'X0 -= 1, set NZCV from the result'],
		['adds w0, w1, #0xfff, lsl #12', 'W0 = W1 + 0xff_f000, set NZCV from the result'],
		['add x0, x1, w2, sxtw #2', 'X0 = X1 + ((signed) W2 << 2)'],
		['madd x0, x1, x2, x3', 'X0 = X3 + X1 * X2'],
		['smull x0, w1, w2', 'X0 = (signed) W1 * (signed) W2'],
		['udiv x0, x1, x2', 'X0 = X1 / X2, or 0 if X2 is 0'],
		['sbc x0, x1, x2', 'X0 = X1 + ~X2 + C'],
		['movk x0, #0x1234, lsl #16', 'Bits 31:16 of X0 = 0x1234'],
		['mov x0, #-1', 'X0 = -1'],
		['adrp x0, 0x40081000', 'X0 = 0x4008_1000'],
		['bfi x0, x1, #3, #4', 'Bits 6:3 of X0 = bits 3:0 of X1'],
		['ubfx x0, x1, #3, #4', 'X0 = bits 6:3 of X1'],
		['sbfiz x0, x1, #3, #4', 'X0 = ((signed) bits 3:0 of X1) << 3'],
		['asr w0, w1, #4', 'W0 = (signed) W1 >> 4'],
		['ror x0, x1, #4', 'X0 = X1 rotated right by 4'],
		['sxtw x0, w1', 'X0 = (signed) W1'],
		['rev w0, w1', 'W0 = W1 with its bytes in reverse order'],
		['rev16 x0, x1', 'X0 = X1 with the two bytes of each halfword exchanged'],
		['rbit x0, x1', 'X0 = X1 with its bits in reverse order'],
		['crc32b w0, w1, w2', 'W0 = the CRC-32 checksum of W1 and W2'],

		// Memory.
		['ldrb w1, [x2, #1]', 'W1 = [X2 + 1], 1 byte'],
		['ldrsw x0, [x1]', 'X0 = (signed) [X1], 4 bytes'],
		['ldr x0, [x1, x2, lsl #3]', 'X0 = [X1 + (X2 << 3)]'],
		['ldr xzr, [x0]', 'Read [X0] and drop the value'],
		['stlr w0, [x1]', '[X1] = W0, 4 bytes, release'],
		['ldaxr x0, [x1]', 'X0 = [X1], exclusive: the address is watched'],
		['stxr w2, x0, [x1]', '[X1] = X0, if the address is still watched; W2 = 0 if stored, else 1'],
		['ldtr x0, [x1]', 'X0 = [X1], with the rights of EL0'],
		['ldr s1, [x0, #4]', 'S1 = [X0 + 4], 4 bytes'],
		['fmov v0.d[1], x1', 'Bits 127:64 of V0 = X1'],

		// Vectors.
		['add v0.4s, v1.4s, v2.4s', 'V0 = V1 + V2 in each 32-bit lane'],
		['and v0.16b, v1.16b, v2.16b', 'V0 = V1 & V2'],
		['orr v0.4h, #0x41', 'D0 = D0 | 0x41 in each 16-bit lane'],
		['cmhi v0.8h, v1.8h, v2.8h', 'V0 = ~0 where V1 > V2 (unsigned), else 0, in each 16-bit lane'],
		['ushl v0.2d, v1.2d, v2.2d', 'V0 = V1 << V2 (>> if negative) in each 64-bit lane'],
		['sshr v0.4s, v1.4s, #12', 'V0 = V1 >> 12, signed, in each 32-bit lane'],
		[
			'saddl2 v0.8h, v1.16b, v2.16b',
			'V0 = (signed) upper V1 + (signed) upper V2 in each 16-bit lane, from lanes of 8 bits'
		],
		['mul v0.8h, v1.8h, v2.h[3]', 'V0 = V1 * V2.H[3] in each 16-bit lane'],
		['xtn2 v0.8h, v1.4s', 'Upper V0 = V1 in each 16-bit lane, from lanes of 32 bits'],
		['addp d0, v1.2d', 'D0 = V1.D[0] + V1.D[1]'],
		['addv b0, v1.16b', 'B0 = the sum of the 8-bit lanes of V1'],
		['saddlv s0, v1.8h', 'S0 = the sum of the signed 16-bit lanes of V1'],
		['uminv h0, v1.4h', 'H0 = the smallest of the 16-bit lanes of D1, unsigned'],
		['rev64 v0.8h, v1.8h', 'V0 = V1 with the 16-bit lanes of each 64 bits reversed'],
		['zip2 v0.4s, v1.4s, v2.4s', 'V0 = the upper 32-bit lanes of V1 and V2 in turn'],
		['uzp1 v0.8b, v1.8b, v2.8b', 'D0 = the even 8-bit lanes of D1, then D2'],
		['ext v0.16b, v1.16b, v2.16b, #3', 'V0 = bytes 3 to 18 of V1 then V2'],
		[
			'tbx v0.16b, {v1.16b-v3.16b}, v4.16b',
			'V0 = the bytes of V1 to V3 that V4 numbers, else those of V0'
		],
		['dup v0.8h, w1', 'V0 = W1 in each 16-bit lane'],
		['smov x0, v1.b[2]', 'X0 = (signed) V1.B[2]'],
		['mov v0.s[1], w1', 'V0.S[1] = W1'],
		['pmull2 v0.1q, v1.2d, v2.2d', 'V0 = upper V1 * upper V2 without carries'],
		['aese v0.16b, v1.16b', "V0 = V0 ^ V1 after AES's SubBytes and ShiftRows"],
		['sha1h s0, s1', 'S0 = S1 rotated right by 2'],
		[
			'ld4 {v0.16b-v3.16b}, [x0]',
			'V0, V1, V2, V3 = elements 0, 1, 2, 3 of 16 structures of 4 bytes at [X0]'
		],
		[
			'st2 {v31.4h, v0.4h}, [sp], #16',
			'[SP] = 4 structures of 2 halfwords: elements 0, 1 from D31, D0, then SP += 16'
		],
		['ld1 {v0.16b, v1.16b}, [x0], x2', 'V0, V1 = 32 bytes from [X0], then X0 += X2'],
		['ld2 {v0.b, v1.b}[1], [x1]', 'V0.B[1] = [X1], V1.B[1] = [X1 + 1], 1 byte each'],
		['ld2r {v0.4s, v1.4s}, [x1]', 'V0, V1 = [X1], [X1 + 4] in all 32-bit lanes'],

		// Floating point.
		['fadd d0, d1, d2', 'D0 = the sum of D1 and D2'],
		['fneg s0, s1', 'S0 = -S1'],
		['fabs v0.2d, v1.2d', 'V0 = |V1| in each 64-bit lane'],
		['fcsel s0, s1, s2, eq', 'S0 = S1 if equal (Z = 1), else S2'],
		['fcmp s1, s2', 'NZCV = S1 compared with S2'],
		['fcvtl2 v0.4s, v1.8h', 'V0 = upper V1 as a single in each 32-bit lane, from lanes of 16 bits'],
		['fcvtzs w0, s1, #15', 'W0 = S1 * 2^15 as a signed integer of 32 bits, rounded toward zero'],
		['fmaxv s0, v1.4s', 'S0 = the largest of the 32-bit lanes of V1']
	])('%s', (text, words) => {
		expect(says(text)).toBe(words);
	});

	it('names the code that a branch goes to, if it is told', () => {
		const nameOf = (address: bigint) => (address === 0x1040n ? 'el1_sync' : undefined);
		const word = a64.assemble('b.eq 0x1040', 0x1000);
		expect(a64.explain(word, 0x1000, nameOf)!.says).toBe(
			'If equal (Z = 1), go to el1_sync (0x1040)'
		);
	});

	it('has words for every form of the table', () => {
		let forms = 0;
		const bad: string[] = [];
		for (const { row, mask, value } of a64.decoder.forms) {
			let said = 0;
			for (const fill of [0, 0x5555_5555, 0x8003_42ff, 0xffff_ffff]) {
				const word = (value | (fill & ~mask)) >>> 0;
				const explained = a64.explain(word, 0xffff_ffc0_0008_0000n);
				if (!explained) continue;
				said++;
				const { text, says } = explained;
				const dubious = /undefined|object|(?<!\b(?:a|any) )NaN|Xt|a function of|\[\]|^$|=\s*$/.test(
					says
				);
				if (dubious || says.length > 160) bad.push(`${text}: ${says}`);
			}
			if (said > 0) forms++;
			else bad.push(`${row.name} is never allocated`);
		}
		expect(bad).toEqual([]);
		expect(forms).toBeGreaterThan(900);
	});
});

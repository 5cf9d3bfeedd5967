import type { Random } from './random.ts';

const specials32 = [
	0, 0x8000_0000, 1, 0x8000_0001, 0x7f_ffff, 0x80_0000, 0x3f80_0000, 0xbf80_0000, 0x7f7f_ffff,
	0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0x7fa0_0000, 0xffff_ffff, 0x4b00_0000, 0x4f00_0000,
	0x3f00_0000, 0x3fc0_0000
];
const specials64 = [
	0n,
	1n << 63n,
	1n,
	0xf_ffff_ffff_ffffn,
	0x10_0000_0000_0000n,
	0x3ff0_0000_0000_0000n,
	0xbff0_0000_0000_0000n,
	0x7fef_ffff_ffff_ffffn,
	0x7ff0_0000_0000_0000n,
	0xfff0_0000_0000_0000n,
	0x7ff8_0000_0000_0000n,
	0x7ff4_0000_0000_0000n,
	0x4330_0000_0000_0000n,
	0x43e0_0000_0000_0000n,
	0x3fe0_0000_0000_0000n,
	0x36a0_0000_0000_0000n
];

/** Fills vectors with what is hard for integers of any size and for numbers of both precisions. */
export function randomValues(random: Random, out: DataView): void {
	for (let at = 0; at < out.byteLength; at += 16)
		switch (random.below(6)) {
			case 0:
				for (let i = 0; i < 16; i += 4) out.setUint32(at + i, random.pick(specials32), true);
				break;
			case 1:
				for (let i = 0; i < 16; i += 8) out.setBigUint64(at + i, random.pick(specials64), true);
				break;
			case 2:
				// Ordinary numbers near each other, so that sums cancel and products round.
				for (let i = 0; i < 16; i += 8)
					out.setFloat64(at + i, (random.word() - 2 ** 31) / 2 ** random.below(40), true);
				break;
			case 3:
				for (let i = 0; i < 16; i += 4)
					out.setFloat32(at + i, (random.word() - 2 ** 31) / 2 ** random.below(40), true);
				break;
			case 4:
				for (let i = 0; i < 16; i++)
					out.setUint8(at + i, random.pick([0, 1, 0x7f, 0x80, 0x81, 0xff, random.below(256)]));
				break;
			default:
				for (let i = 0; i < 16; i += 8) out.setBigUint64(at + i, random.value(), true);
		}
}

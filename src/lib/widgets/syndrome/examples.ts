import type { Asked } from './link.ts';

export const title = 'ESR_EL2 taken apart';

/**
 * Exits of the standard run, as its trap log has them; those of a guest's table that stage 2 does not
 * map, from the same run with that entry of stage 2 wiped out.
 */
export const examples: Record<string, Asked> = {
	HVC: { esr: 0x5a00_0000, far: undefined, hpfar: undefined },
	WFI: { esr: 0x07e0_0000, far: undefined, hpfar: undefined },
	'MSR trapped': { esr: 0x6232_0501, far: undefined, hpfar: undefined },
	'First touch of a page': { esr: 0x93c8_8047, far: 0xffff_ffc0_000c_e000n, hpfar: 0x80_0ce0n },
	'Write to a read-only page': { esr: 0x93c8_804f, far: 0xffff_ffc0_000a_3000n, hpfar: undefined },
	'Read of a device': { esr: 0x9388_0006, far: 0xffff_ff80_0000_9000n, hpfar: 0x100n },
	'Fetch from outside memory': {
		esr: 0x8200_0006,
		far: 0xffff_ff80_0000_5000n,
		hpfar: 0x84_0000n
	},
	'Fault on a guest’s own table': { esr: 0x9200_00c7, far: 0x7f_ffff_f450n, hpfar: 0x80_0d90n }
};

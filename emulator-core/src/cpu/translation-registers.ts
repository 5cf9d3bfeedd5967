import type { RawTranslationRegisters } from '../mmu/index.ts';
import type { RegisterFile } from './register-file.ts';
import type { SystemRegister } from './sysregs/description.ts';
import { MAIR_EL1, SCTLR_EL1, TCR_EL1, TTBR0_EL1, TTBR1_EL1 } from './sysregs/el1.ts';
import {
	HCR_EL2,
	MAIR_EL2,
	SCTLR_EL2,
	TCR_EL2,
	TTBR0_EL2,
	VTCR_EL2,
	VTTBR_EL2
} from './sysregs/el2.ts';

/** What a regime's translation depends on, most telling first. */
const deciding: Record<'EL1&0' | 'EL2', readonly SystemRegister[]> = {
	'EL1&0': [TTBR0_EL1, VTTBR_EL2, HCR_EL2, TTBR1_EL1, TCR_EL1, SCTLR_EL1, MAIR_EL1, VTCR_EL2],
	EL2: [TTBR0_EL2, TCR_EL2, SCTLR_EL2, MAIR_EL2]
};

/** The registers of translation as the MMU asks for them, read where they are kept. */
export function translationRegisters(file: RegisterFile): RawTranslationRegisters {
	const at = (register: SystemRegister) => file.get(register);
	return {
		get SCTLR_EL1() {
			return at(SCTLR_EL1);
		},
		get TTBR0_EL1() {
			return at(TTBR0_EL1);
		},
		get TTBR1_EL1() {
			return at(TTBR1_EL1);
		},
		get TCR_EL1() {
			return at(TCR_EL1);
		},
		get MAIR_EL1() {
			return at(MAIR_EL1);
		},
		get SCTLR_EL2() {
			return at(SCTLR_EL2);
		},
		get TTBR0_EL2() {
			return at(TTBR0_EL2);
		},
		get TCR_EL2() {
			return at(TCR_EL2);
		},
		get MAIR_EL2() {
			return at(MAIR_EL2);
		},
		get HCR_EL2() {
			return at(HCR_EL2);
		},
		get VTCR_EL2() {
			return at(VTCR_EL2);
		},
		get VTTBR_EL2() {
			return at(VTTBR_EL2);
		},
		copy: (regime) => file.copy(deciding[regime]),
		equals: (regime, copy) => file.equals(deciding[regime], copy)
	};
}

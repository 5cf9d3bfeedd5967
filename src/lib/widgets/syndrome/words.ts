import { exceptions, type ExceptionRow } from '../exception-table/exceptions.ts';

/** What becomes of an exit with this class in KVM. */
export interface KvmWords {
	readonly row: ExceptionRow | undefined;
	/** When there is no row: why. */
	readonly why: string;
}

/** Taken from the level that it is taken to: no guest does that at EL2. */
const sameLevel = [0x21, 0x25, 0x31, 0x33, 0x35, 0x22, 0x26];

export function kvmDoes(ec: number): KvmWords {
	const row = exceptions.find((each) => each.ec.includes(ec));
	const why = sameLevel.includes(ec)
		? 'A kernel meets this in its own ESR_EL1. A guest cannot bring it to EL2.'
		: ec === 0x15
			? 'A program’s system call goes to its own kernel at EL1: KVM does not see it.'
			: 'arm_exit_handlers has no entry for this class, so KVM gives the guest an undefined instruction.';
	return { row, why };
}

/** ISS bits of an abort. */
const s1ptwBit = 1 << 7;
const statusMask = 0x3f;

/** What FAR_EL2 and HPFAR_EL2 are worth after this exception. */
export interface AddressWords {
	readonly isAbort: boolean;
	/** HPFAR_EL2 holds the page of the IPA. */
	readonly ipaPage: boolean;
	/** And the offset in the page is FAR_EL2's. */
	readonly ipaWhole: boolean;
	readonly says: string;
}

/**
 * After a stage-2 fault HPFAR_EL2 has the IPA's page, except after a permission fault of the access
 * itself: Arm ARM, "HPFAR_EL2, Hypervisor IPA Fault Address Register".
 *
 * @param noted the values are those that KVM has put into the vCPU's memory, not the registers
 */
export function addressesAfter(esr: number, noted = false): AddressWords {
	const ec = esr >>> 26;
	const isAbort = ec === 0x20 || ec === 0x24;
	if (!isAbort)
		return {
			isAbort,
			ipaPage: false,
			ipaWhole: false,
			says: 'This exception writes no address: what FAR_EL2 and HPFAR_EL2 hold is left from before.'
		};
	const s1ptw = (esr & s1ptwBit) !== 0;
	const permission = (esr & statusMask) >> 2 === 0b11;
	if (s1ptw)
		return {
			isAbort,
			ipaPage: true,
			ipaWhole: false,
			says: 'FAR_EL2 is what the guest wanted; HPFAR_EL2 is the page of its own table that stage 2 would not give. They do not belong together, so the offset in that page is not known.'
		};
	if (permission && noted)
		return {
			isAbort,
			ipaPage: true,
			ipaWhole: true,
			says: 'After a permission fault the register need not hold the IPA: KVM had FAR_EL2 translated by stage 1 alone (AT S1E1R), and has noted the result in its place.'
		};
	if (permission)
		return {
			isAbort,
			ipaPage: false,
			ipaWhole: false,
			says: 'After a permission fault HPFAR_EL2 need not hold the IPA. KVM finds it itself: it has the processor translate FAR_EL2 by stage 1 alone (AT S1E1R).'
		};
	return {
		isAbort,
		ipaPage: true,
		ipaWhole: true,
		says: 'HPFAR_EL2 has the page of the IPA, FAR_EL2 the offset in it.'
	};
}

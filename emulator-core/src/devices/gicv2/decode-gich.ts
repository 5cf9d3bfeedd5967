import { hex, splitFields, type DecodedField, type Meaning, type Place } from '../../fields.ts';

interface Description {
	readonly what: string;
	readonly places: Readonly<Record<string, Place>>;
	readonly means: Readonly<Record<string, Meaning>>;
}

const reason = (words: string): Meaning => ['', `maintenance interrupt: ${words}`];
const request = (words: string): Meaning => ['', `asks for a maintenance interrupt ${words}`];
const onOff = (what: string): Meaning => [`${what} off`, `${what} on`];

/** Bit n of EISR and ELRSR stands for list register n. */
const perListRegister = (words: string) => (value: bigint) => {
	const numbers = [...value.toString(2)].reverse().flatMap((bit, n) => (bit === '1' ? [n] : []));
	return numbers.length === 0 ? 'none' : `${words}: ${numbers.join(', ')}`;
};
const maskWords: Meaning = (value) =>
	value === 0n ? 'nothing is let through' : `priorities below ${hex(value << 3n)} are let through`;

/** GICv2 architecture, "GIC virtual interface control registers". */
const registers: Readonly<Record<string, Description>> = {
	GICH_HCR: {
		what: 'the virtual CPU interface: on or off, and what to tell the hypervisor',
		places: {
			...{ EOICount: [31, 27], VGrp1DIE: 7, VGrp1EIE: 6, VGrp0DIE: 5, VGrp0EIE: 4 },
			...{ NPIE: 3, LRENPIE: 2, UIE: 1, En: 0 }
		},
		means: {
			EOICount: (value) => `${value} ends of interrupts that no list register holds`,
			VGrp1DIE: request('when the guest turns group 1 off'),
			VGrp1EIE: request('when the guest turns group 1 on'),
			VGrp0DIE: request('when the guest turns group 0 off'),
			VGrp0EIE: request('when the guest turns group 0 on'),
			NPIE: request('when no list register is pending'),
			LRENPIE: request('while EOICount is not 0'),
			UIE: request('when at most one list register is in use'),
			En: ['nothing is signalled to the guest', 'virtual interrupts are signalled']
		}
	},
	GICH_VTR: {
		what: 'what the virtual CPU interface has',
		places: { PRIbits: [31, 29], PREbits: [28, 26], ListRegs: [5, 0] },
		means: {
			PRIbits: (value) => `${value + 1n} bits of priority`,
			PREbits: (value) => `${value + 1n} bits of preemption`,
			ListRegs: (value) => `${value + 1n} list registers`
		}
	},
	GICH_VMCR: {
		what: "the guest's own settings of its CPU interface, in one word",
		places: {
			...{ VMPriMask: [31, 27], VMBP: [23, 21], VMABP: [20, 18], VEM: 9, VMCBPR: 4 },
			...{ VMFIQEn: 3, VMAckCtl: 2, VMGrp1En: 1, VMGrp0En: 0 }
		},
		means: {
			VMPriMask: maskWords,
			VMBP: (value) => `binary point ${value}`,
			VMABP: (value) => `binary point ${value} for group 1`,
			VEM: ['EOIR ends and deactivates', 'EOIR only ends; DIR deactivates'],
			VMCBPR: ['each group has its binary point', 'one binary point for both groups'],
			VMFIQEn: ['group 0 comes as IRQ', 'group 0 comes as FIQ'],
			VMAckCtl: ['IAR answers for group 0', 'IAR answers for both groups'],
			VMGrp1En: onOff('group 1'),
			VMGrp0En: onOff('group 0')
		}
	},
	GICH_MISR: {
		what: 'why the maintenance interrupt is high',
		places: {
			...{ VGrp1D: 7, VGrp1E: 6, VGrp0D: 5, VGrp0E: 4, NP: 3, LRENP: 2, U: 1, EOI: 0 }
		},
		means: {
			VGrp1D: reason('group 1 is off'),
			VGrp1E: reason('group 1 is on'),
			VGrp0D: reason('group 0 is off'),
			VGrp0E: reason('group 0 is on'),
			NP: reason('no list register is pending'),
			LRENP: reason('EOICount is not 0'),
			U: reason('at most one list register is in use'),
			EOI: reason('the guest has ended an interrupt that asked for it')
		}
	},
	GICH_EISR0: {
		what: 'list registers whose end of interrupt is to be told',
		places: { Status: [31, 0] },
		means: { Status: perListRegister('ended') }
	},
	GICH_ELRSR0: {
		what: 'list registers that are free',
		places: { Status: [31, 0] },
		means: { Status: perListRegister('free') }
	},
	GICH_APR: {
		what: 'priorities that the guest is handling',
		places: { Priorities: [31, 0] },
		means: {
			Priorities: (value) => {
				const bits = [...value.toString(2)].reverse();
				const active = bits.flatMap((bit, n) => (bit === '1' ? [hex(8 * n)] : []));
				return active.length === 0 ? 'none' : `active: ${active.join(', ')}`;
			}
		}
	}
};

const states: Meaning = ['invalid: free', 'pending', 'active', 'pending and active'];
const listRegisterWords: Readonly<Record<string, Meaning>> = {
	HW: ['a software interrupt', 'a hardware interrupt: both ends are deactivated together'],
	Grp1: ['group 0', 'group 1'],
	State: states,
	Priority: (value) => `priority ${hex(value << 3n)}`,
	PhysicalID: (value) => `physical interrupt ${value}`,
	EOI: ['', 'its end raises a maintenance interrupt'],
	CPUID: (value) => `of an SGI: sent by virtual CPU ${value}`,
	VirtualID: (value) => `the guest sees interrupt ${value}`
};

/** What HW is decides what bits 19:10 are. */
function listRegister(value: number): Description {
	const own: Description['places'] =
		value >>> 31 === 1 ? { PhysicalID: [19, 10] } : { EOI: 19, CPUID: [12, 10] };
	return {
		what: 'a virtual interrupt, put there by the hypervisor',
		places: { HW: 31, Grp1: 30, State: [29, 28], Priority: [27, 23], ...own, VirtualID: [9, 0] },
		means: listRegisterWords
	};
}

/** A register of GICH taken apart. */
export interface DecodedGich {
	readonly name: string;
	readonly purpose: string;
	readonly value: number;
	/** From bit 31 down to bit 0, what is reserved included. */
	readonly fields: readonly DecodedField[];
}

/**
 * What a value of one of GICH's registers says; undefined for names that are none.
 *
 * @param name `GICH_HCR`, `GICH_LR2`, …
 * @param value 32 bits
 */
export function decodeGich(name: string, value: number): DecodedGich | undefined {
	const found = /^GICH_LR\d+$/.test(name)
		? listRegister(value)
		: Object.hasOwn(registers, name)
			? registers[name]
			: undefined;
	if (found === undefined) return undefined;
	const { what, places, means } = found;
	const word = BigInt(value >>> 0);
	return {
		name,
		purpose: what,
		value: value >>> 0,
		fields: splitFields(word, 32, places, means)
	};
}

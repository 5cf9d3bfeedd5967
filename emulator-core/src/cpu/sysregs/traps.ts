/** Bits of HCR_EL2 that the CPU looks at. */
export const HCR = {
	VM: 0,
	PTW: 2,
	FMO: 3,
	IMO: 4,
	AMO: 5,
	VF: 6,
	VI: 7,
	VSE: 8,
	FB: 9,
	DC: 12,
	TWI: 13,
	TWE: 14,
	TID0: 15,
	TID1: 16,
	TID2: 17,
	TID3: 18,
	TSC: 19,
	TIDCP: 20,
	TACR: 21,
	TSW: 22,
	TPC: 23,
	TPU: 24,
	TTLB: 25,
	TVM: 26,
	TGE: 27,
	TDZ: 28,
	HCD: 29,
	TRVM: 30,
	RW: 31
} as const;

/** For SystemRegisterOptions.hcrTraps: one bit of HCR_EL2 for reads and writes. */
export const hcrTrap = (bit: number) => ({ read: bit, write: bit });

/** The registers of EL1's memory map: TVM takes the writes, TRVM the reads. */
export const virtualMemoryTraps = { read: HCR.TRVM, write: HCR.TVM } as const;

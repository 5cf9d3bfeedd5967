import { faultStatusWords } from '../decode/fault-status.ts';
import { hex, type Meaning, type Meanings } from '../../fields.ts';
import { memoryAttributeWords } from '../decode/memory-attributes.ts';

/** What the values of fields mean, for displays: by register, by field. */

const off: Meaning = ['off', 'on'];
const traps = (what: string): Meaning => [`${what}: not trapped`, `${what}: to EL2`];
const masked = (what: string): Meaning => [`${what} let through`, `${what} masked`];
const flag = (one: string): Meaning => ['', one];
const decimal: Meaning = (value) => String(value);
const cached: Meaning = [
	'non-cacheable',
	'write-back, allocates on reads and writes',
	'write-through, allocates on reads',
	'write-back, allocates on reads'
];
const shared: Meaning = ['not shareable', 'reserved', 'outer shareable', 'inner shareable'];
const sizes = [32, 36, 40, 42, 44, 48];
const outputSize: Meaning = (code) => {
	const bits = sizes[Number(code)];
	return bits === undefined ? 'reserved' : `output addresses of ${bits} bits`;
};
const inputSize: Meaning = (value) => `input addresses of ${64n - value} bits`;
const granule0: Meaning = ['pages of 4 KB', 'pages of 64 KB', 'pages of 16 KB'];
const granule1: Meaning = ['reserved', 'pages of 16 KB', 'pages of 4 KB', 'pages of 64 KB'];
const tables: Meaning = (value) => `tables at ${hex(value << 1n)}`;
const page: Meaning = (value) => hex(value << 12n);
const walks: Meaning = ['tables are walked', 'no walk: a miss in the TLB faults'];
const topByte: Meaning = ['the top byte counts', 'the top byte is ignored'];
const event: Meaning = (value) => `an event when bit ${value} of the counter changes`;

const modes: Readonly<Record<number, string>> = {
	0b00000: 'EL0t: EL0',
	0b00100: 'EL1t: EL1 on SP_EL0',
	0b00101: 'EL1h: EL1 on its own stack',
	0b01000: 'EL2t: EL2 on SP_EL0',
	0b01001: 'EL2h: EL2 on its own stack'
};

/** PSTATE as SPSR_ELx holds it. */
export const spsrPlaces = {
	...{ N: 31, Z: 30, C: 29, V: 28, SS: 21, IL: 20, D: 9, A: 8, I: 7, F: 6 },
	M: [4, 0]
} as const;

export const SPSR: Meanings = {
	N: flag('negative'),
	Z: flag('zero'),
	C: flag('carry, or no borrow'),
	V: flag('overflow'),
	SS: flag('one step, then a debug exception'),
	IL: flag('illegal state: nothing will be executed'),
	D: masked('debug exceptions'),
	A: masked('SErrors'),
	I: masked('IRQs'),
	F: masked('FIQs'),
	M: (mode) =>
		modes[Number(mode)] ??
		((mode & 16n) === 0n ? 'no mode of AArch64 here' : 'an AArch32 mode: not on this CPU')
};

export const DAIF: Meanings = { D: SPSR['D']!, A: SPSR['A']!, I: SPSR['I']!, F: SPSR['F']! };

const sctlr: Meanings = {
	M: ['MMU off', 'MMU on'],
	A: ['unaligned accesses are allowed', 'unaligned accesses fault'],
	C: ['data is not cached', 'data is cached'],
	SA: ['SP may be misaligned', 'a misaligned SP faults when it is used'],
	I: ['instructions are not cached', 'instructions are cached'],
	WXN: ['what is writable may be executed', 'what is writable is never executed'],
	EE: ['little-endian data', 'big-endian data']
};
export const SCTLR_EL2 = sctlr;
export const SCTLR_EL1: Meanings = {
	...sctlr,
	SA0: ['SP of EL0 may be misaligned', 'a misaligned SP faults when EL0 uses it'],
	UMA: ['EL0 may not mask interrupts', 'EL0 may mask interrupts'],
	DZE: ['DC ZVA by EL0 traps', 'EL0 may use DC ZVA'],
	UCT: ['CTR_EL0 by EL0 traps', 'EL0 may read CTR_EL0'],
	UCI: ['cache maintenance by EL0 traps', 'EL0 may use cache maintenance'],
	nTWI: ['WFI by EL0 traps', 'EL0 may use WFI'],
	nTWE: ['WFE by EL0 traps', 'EL0 may use WFE'],
	E0E: ['EL0: little-endian data', 'EL0: big-endian data']
};

export const CPACR_EL1: Meanings = {
	FPEN: [
		'FP and SIMD trap at EL0 and EL1',
		'FP and SIMD trap at EL0',
		'FP and SIMD trap at EL0 and EL1',
		'FP and SIMD for all'
	],
	TTA: ['trace registers are not trapped', 'trace registers trap']
};

export const TTBR: Meanings = { ASID: decimal, BADDR: tables };
export const TCR_EL1: Meanings = {
	T0SZ: inputSize,
	T1SZ: inputSize,
	EPD0: walks,
	EPD1: walks,
	IRGN0: cached,
	ORGN0: cached,
	SH0: shared,
	IRGN1: cached,
	ORGN1: cached,
	SH1: shared,
	TG0: granule0,
	TG1: granule1,
	A1: ['the ASID is in TTBR0_EL1', 'the ASID is in TTBR1_EL1'],
	IPS: outputSize,
	AS: ['ASIDs of 8 bits', 'ASIDs of 16 bits'],
	TBI0: topByte,
	TBI1: topByte
};
export const TCR_EL2: Meanings = {
	...{ T0SZ: inputSize, IRGN0: cached, ORGN0: cached, SH0: shared },
	...{ TG0: granule0, PS: outputSize, TBI: topByte }
};

export const PAR_EL1: Meanings = {
	F: ['translated', 'failed'],
	SH: shared,
	PA: page,
	ATTR: (value) => memoryAttributeWords(Number(value)),
	FST: (value) => faultStatusWords(Number(value)),
	PTW: flag('stage 2 faulted on a stage-1 table walk'),
	S: ['stage 1 failed', 'stage 2 failed']
};

const maintenance = 'for the inner shareable domain at least';
export const HCR_EL2: Meanings = {
	VM: ['stage 2 off', 'stage 2 on'],
	SWIO: ['DC ISW does as it says', 'DC ISW writes back, too'],
	PTW: ['table walks may read Device memory', 'table walks of Device memory fault'],
	FMO: ['FIQs go to EL1', 'FIQs go to EL2; virtual ones to EL1'],
	IMO: ['IRQs go to EL1', 'IRQs go to EL2; virtual ones to EL1'],
	AMO: ['SErrors go to EL1', 'SErrors go to EL2; virtual ones to EL1'],
	VF: flag('a virtual FIQ is pending'),
	VI: flag('a virtual IRQ is pending'),
	VSE: flag('a virtual SError is pending'),
	FB: ['maintenance for this CPU only', `maintenance ${maintenance}`],
	BSU: ['barriers as written', 'inner shareable', 'outer shareable', 'full system'],
	DC: ['', 'with stage 1 off, memory is Normal; implies VM'],
	TWI: traps('WFI'),
	TWE: traps('WFE'),
	TID0: traps('ID group 0, AArch32'),
	TID1: traps('ID group 1: REVIDR, AIDR'),
	TID2: traps('ID group 2: caches'),
	TID3: traps('ID group 3: features'),
	TSC: traps('SMC'),
	TIDCP: traps("the maker's own registers"),
	TACR: traps('ACTLR_EL1'),
	TSW: traps('cache maintenance by set and way'),
	TPC: traps('cache maintenance to memory'),
	TPU: traps('cache maintenance for instructions'),
	TTLB: traps('TLB maintenance'),
	TVM: traps("writes of EL1's memory registers"),
	TGE: ['', 'EL0 belongs to EL2: no EL1'],
	TDZ: traps('DC ZVA'),
	HCD: ['HVC calls EL2', 'HVC is undefined'],
	TRVM: traps("reads of EL1's memory registers"),
	RW: ['EL1 is AArch32', 'EL1 is AArch64'],
	CD: flag('stage 2 makes all data non-cacheable'),
	ID: flag('stage 2 makes all instructions non-cacheable')
};

export const MDCR_EL2: Meanings = {
	HPMN: (value) => `${value} counters for EL1`,
	TPMCR: traps('PMCR_EL0'),
	TPM: traps('performance counters'),
	HPME: off,
	TDE: traps('debug exceptions'),
	TDA: traps('debug registers'),
	TDOSA: traps('the OS lock'),
	TDRA: traps('debug ROM addresses')
};

export const CPTR_EL2: Meanings = {
	TCPAC: traps('CPACR_EL1'),
	TTA: traps('trace registers'),
	TFP: traps('FP and SIMD')
};

export const VTTBR_EL2: Meanings = { VMID: (value) => `VM ${value}`, BADDR: tables };
export const VTCR_EL2: Meanings = {
	...{ T0SZ: inputSize, IRGN0: cached, ORGN0: cached, SH0: shared },
	...{ TG0: granule0, PS: outputSize },
	SL0: ['the walk starts at level 2', 'the walk starts at level 1', 'the walk starts at level 0']
};
/** With pages of 16 or 64 KB, SL0 counts from level 3. */
export const largeGranuleStart: Meaning = [
	'the walk starts at level 3',
	'the walk starts at level 2',
	'the walk starts at level 1'
];

export const HPFAR_EL2: Meanings = { FIPA: (value) => `IPA ${hex(value << 12n)}` };

export const timerControl: Meanings = {
	ENABLE: off,
	IMASK: ['the interrupt is let through', 'the interrupt is masked'],
	ISTATUS: ['the time has not come', 'the time has come']
};
export const CNTHCTL_EL2: Meanings = {
	EL1PCTEN: ['the physical counter traps', 'EL1 may read the physical counter'],
	EL1PCEN: ['the physical timer traps', 'EL1 may use the physical timer'],
	EVNTEN: ['no event stream', 'event stream on'],
	EVNTDIR: ['events when a bit becomes 1', 'events when a bit becomes 0'],
	EVNTI: event
};
export const CNTKCTL_EL1: Meanings = {
	EL0PCTEN: ['the physical counter traps', 'EL0 may read the physical counter'],
	EL0VCTEN: ['the virtual counter traps', 'EL0 may read the virtual counter'],
	EL0VTEN: ['the virtual timer traps', 'EL0 may use the virtual timer'],
	EL0PTEN: ['the physical timer traps', 'EL0 may use the physical timer'],
	EVNTEN: ['no event stream', 'event stream on'],
	EVNTDIR: ['events when a bit becomes 1', 'events when a bit becomes 0'],
	EVNTI: event
};
export const CurrentEL: Meanings = { EL: (value) => `EL${value}` };
export const NZCV: Meanings = {
	N: SPSR['N']!,
	Z: SPSR['Z']!,
	C: SPSR['C']!,
	V: SPSR['V']!
};

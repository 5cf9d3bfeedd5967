import { EC, issPlaces } from '../syndrome.ts';

import { faultStatusWords } from './fault-status.ts';
import type { Meaning, Meanings, Places } from '../../fields.ts';

/** One exception class: its name in the Arm ARM and the fields of its ISS. */
export interface ExceptionClass {
	readonly name: string;
	readonly places: Places;
	readonly meanings: Meanings;
}

const classes = new Map<number, ExceptionClass>();

/** The class with this number, if Armv8.0 defines it. */
export const exceptionClass = (ec: number) => classes.get(ec);

function define(ec: number, name: string, places: Places = {}, meanings: Meanings = {}): void {
	classes.set(ec, { name, places, meanings });
}

const lowerAndSame = (
	[lower, same]: readonly [number, number],
	name: string,
	places: Places,
	meanings: Meanings
) => {
	define(lower, `${name} from a lower Exception level`, places, meanings);
	define(same, `${name} taken without a change in Exception level`, places, meanings);
};

const register = (value: bigint) => (value === 31n ? 'XZR' : `X${value}`);
const number = (value: bigint) => String(value);

const conditions = 'EQ NE CS CC MI PL VS VC HI LS GE LT GT LE AL NV'.split(' ');

const conditional: Meanings = {
	CV: ['COND says nothing', 'COND is valid'],
	COND: (value) => `condition ${conditions[Number(value)]}`
};
const direction: Meaning = ['write to the register', 'read of the register'];

const { conditional: condition, wfx, call, system } = issPlaces;

define(EC.unknown, 'Unknown reason');
define(EC.wfx, 'Trapped WFI or WFE instruction execution', wfx, {
	...conditional,
	TI: ['WFI', 'WFE']
});
const coprocessor = {
	...condition,
	Opc2: [19, 17],
	Opc1: [16, 14],
	CRn: [13, 10],
	Rt: [9, 5],
	CRm: [4, 1],
	Direction: 0
} as const;
const coprocessor64 = {
	...condition,
	Opc1: [19, 16],
	Rt2: [14, 10],
	Rt: [9, 5],
	CRm: [4, 1],
	Direction: 0
} as const;
const coprocessorMeanings: Meanings = {
	...conditional,
	Rt: register,
	Rt2: register,
	Direction: direction
};
define(
	EC.cp15Access32,
	'Trapped MCR or MRC access with (coproc==0b1111)',
	coprocessor,
	coprocessorMeanings
);
define(
	EC.cp15Access64Bit32,
	'Trapped MCRR or MRRC access with (coproc==0b1111)',
	coprocessor64,
	coprocessorMeanings
);
define(
	EC.cp14Access32,
	'Trapped MCR or MRC access with (coproc==0b1110)',
	coprocessor,
	coprocessorMeanings
);
define(
	EC.cp14Ldc32,
	'Trapped LDC or STC access',
	{ ...condition, imm8: [19, 12], Rn: [9, 5], Offset: 4, AM: [3, 1], Direction: 0 },
	{
		...conditional,
		imm8: number,
		Rn: register,
		Offset: ['subtracted from the base', 'added to the base'],
		AM: ['unindexed', 'post-indexed', 'offset', 'pre-indexed', 'literal, unindexed'],
		Direction: ['store to memory (STC)', 'load from memory (LDC)']
	}
);
define(
	EC.simd,
	'Access to Advanced SIMD or floating-point functionality trapped',
	condition,
	conditional
);
define(EC.vmrs32, 'Trapped VMRS access, from ID group trap', coprocessor, coprocessorMeanings);
define(EC.cp14Access64Bit32, 'Trapped MRRC access with (coproc==0b1110)', coprocessor64, {
	...coprocessorMeanings
});
define(EC.illegalState, 'Illegal Execution state');

const immediate = { imm16: (value: bigint) => `the number in the instruction: ${value}` };
define(EC.svc32, 'SVC instruction execution in AArch32 state', call, immediate);
define(EC.hvc32, 'HVC instruction execution in AArch32 state', call, immediate);
define(
	EC.smc32,
	'SMC instruction execution in AArch32 state',
	{ ...condition, CCKNOWNPASS: 19 },
	{ ...conditional, CCKNOWNPASS: ['the instruction was unconditional', 'it was conditional'] }
);
define(EC.svc, 'SVC instruction execution in AArch64 state', call, immediate);
define(EC.hvc, 'HVC instruction execution in AArch64 state', call, immediate);
define(EC.smc, 'SMC instruction execution in AArch64 state', call, immediate);

define(
	EC.systemRegister,
	'Trapped MSR, MRS or System instruction execution in AArch64 state',
	system,
	{
		Op0: ['reserved', 'a system instruction', 'a debug register', 'a system register'],
		Op2: number,
		Op1: number,
		CRn: (value) => `C${value}`,
		CRm: (value) => `C${value}`,
		Rt: register,
		Direction: ['write: MSR, or a system instruction', 'read: MRS']
	}
);

const walk: Meaning = ['not on a stage-1 table walk', 'stage 2 faulted on a stage-1 table walk'];
const abort: Meanings = {
	FnV: ['FAR holds the address', 'FAR is not valid'],
	EA: ['', 'external abort, as the maker of the CPU classifies it'],
	S1PTW: walk
};
lowerAndSame(
	[EC.instructionAbortLower, EC.instructionAbortSame],
	'Instruction Abort',
	issPlaces.instructionAbort,
	{ ...abort, IFSC: (value) => faultStatusWords(Number(value)) }
);
define(EC.pcAlignment, 'PC alignment fault exception');

export const dataAbortMeanings: Meanings = {
	...abort,
	ISV: ['bits 23:14 say nothing about the instruction', 'bits 23:14 describe the instruction'],
	SAS: ['1 byte', '2 bytes', '4 bytes', '8 bytes'],
	SSE: ['the value loaded is not sign-extended', 'the value loaded is sign-extended'],
	SF: ['a 32-bit register', 'a 64-bit register'],
	AR: ['without acquire or release', 'with acquire or release'],
	CM: ['not by cache maintenance', 'by cache maintenance or address translation'],
	WnR: ['a read', 'a write'],
	DFSC: (value) => faultStatusWords(Number(value))
};
lowerAndSame(
	[EC.dataAbortLower, EC.dataAbortSame],
	'Data Abort',
	issPlaces.dataAbort,
	dataAbortMeanings
);
define(EC.spAlignment, 'SP alignment fault exception');

const floatingPoint = {
	TFV: 23,
	VECITR: [10, 8],
	IDF: 7,
	IXF: 4,
	UFF: 3,
	OFF: 2,
	DZF: 1,
	IOF: 0
} as const;
const occurred = (what: string): Meaning => ['', `${what} has occurred`];
const floatingPointMeanings: Meanings = {
	TFV: ['the bits below say nothing', 'the bits below say what happened'],
	IDF: occurred('a denormal input'),
	IXF: occurred('an inexact result'),
	UFF: occurred('an underflow'),
	OFF: occurred('an overflow'),
	DZF: occurred('a division by zero'),
	IOF: occurred('an invalid operation')
};
for (const [ec, state] of [
	[EC.floatingPoint32, 'AArch32'],
	[EC.floatingPoint, 'AArch64']
] as const)
	define(
		ec,
		`Trapped floating-point exception taken from ${state} state`,
		floatingPoint,
		floatingPointMeanings
	);

define(
	EC.serror,
	'SError interrupt',
	{ IDS: 24, ISS: [23, 0] },
	{
		IDS: ['defined by the architecture, or nothing known', 'defined by the maker of the CPU'],
		ISS: (value) => (value === 0n ? 'nothing more is known' : '')
	}
);

const status = { IFSC: (value: bigint) => faultStatusWords(Number(value)) };
lowerAndSame(
	[EC.breakpointLower, EC.breakpointSame],
	'Breakpoint exception',
	{ IFSC: [5, 0] },
	status
);
lowerAndSame(
	[EC.softwareStepLower, EC.softwareStepSame],
	'Software Step exception',
	{ ISV: 24, EX: 6, IFSC: [5, 0] },
	{
		...status,
		ISV: ['EX says nothing', 'EX is valid'],
		EX: ['stepped an instruction', 'stepped a load-exclusive']
	}
);
lowerAndSame(
	[EC.watchpointLower, EC.watchpointSame],
	'Watchpoint exception',
	{ CM: 8, WnR: 6, DFSC: [5, 0] },
	dataAbortMeanings
);
const comment = { Comment: [15, 0] } as const;
const commentMeanings = { Comment: immediate.imm16 };
define(EC.bkpt32, 'BKPT instruction execution in AArch32 state', comment, commentMeanings);
define(EC.vectorCatch32, 'Vector Catch exception from AArch32 state', { IFSC: [5, 0] }, status);
define(EC.brk, 'BRK instruction execution in AArch64 state', comment, commentMeanings);

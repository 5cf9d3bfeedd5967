import type { Ipa } from '../bus/device.ts';

export type Stage = 1 | 2;
export type Level = 0 | 1 | 2 | 3;
export type Access = 'read' | 'write' | 'fetch';

export type FaultKind =
	'address-size' | 'translation' | 'access-flag' | 'permission' | 'external' | 'walk-external';

/** Why a translation failed. `level` is that of the stage that faulted. */
export interface Fault {
	readonly fault: FaultKind;
	readonly stage: Stage;
	readonly level: Level;
	/** Stage 2 faulted on the address of a stage-1 descriptor. */
	readonly s1ptw: boolean;
	/** What stage 2 was asked to translate, for its faults: always true, even where HPFAR_EL2 is UNKNOWN. */
	readonly ipa: Ipa | undefined;
}

export function fault(kind: FaultKind, stage: Stage, level: Level): Fault {
	return { fault: kind, stage, level, s1ptw: false, ipa: undefined };
}

export function isFault(result: object | bigint): result is Fault {
	return typeof result === 'object' && 'fault' in result;
}

const statusBase: Record<FaultKind, number> = {
	'address-size': 0b000000,
	translation: 0b000100,
	'access-flag': 0b001000,
	permission: 0b001100,
	external: 0b010000,
	'walk-external': 0b010100
};

export const alignmentStatus = 0b100001;

/** The fault status code of ESR_ELx (IFSC, DFSC) and PAR_EL1 (FST). */
export function faultStatus({ fault, level }: Fault): number {
	return fault === 'external' ? statusBase.external : statusBase[fault] | level;
}

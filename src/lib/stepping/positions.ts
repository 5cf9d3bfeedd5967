import { comparePositions, type TrapRecord } from 'emulator-core';
import type { Position } from './protocol.ts';

export const samePosition = (a: Position, b: Position): boolean => comparePositions(a, b) === 0;

/** An entry to EL2 out of a virtual machine. */
export const isExit = ({ what, toEl, vmid }: TrapRecord): boolean =>
	what === 'entry' && toEl === 2 && vmid !== undefined;

/** Back from EL2 to the host at EL1. */
export const isReturnToHost = ({ what, fromEl, toEl, vmid }: TrapRecord): boolean =>
	what === 'return' && fromEl === 2 && toEl === 1 && vmid === undefined;

/** From EL2 into a virtual machine. */
export const isReturnToGuest = ({ what, fromEl, vmid }: TrapRecord): boolean =>
	what === 'return' && fromEl === 2 && vmid !== undefined;

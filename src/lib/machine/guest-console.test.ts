import type { TrapRecord } from 'emulator-core';
import { expect, it } from 'vitest';
import { GuestConsole } from './guest-console.ts';

const [byteStore, wordStore, byteLoad] = [0x9303_0040, 0x9383_0040, 0x9303_0000]; // SRT = X3, ISV
const entry = (esr: number, ipa: bigint) =>
	({ what: 'entry', fromEl: 1, toEl: 2, vmid: 1, esr: esr >>> 0, ipa }) as TrapRecord;
const back = (vmid?: number) => ({ what: 'return', fromEl: 2, toEl: 1, vmid }) as TrapRecord;

it('says what the guest stores to the transmit register, once for each exit the host sees', () => {
	let x3 = 0n;
	let others = 0;
	const trapLog: { onRecord: ((record: TrapRecord) => void) | undefined } = {
		onRecord: () => others++
	};
	let said = '';
	new GuestConsole({ x: (n) => (n === 3 ? x3 : 0n), trapLog }, (byte) => {
		said += String.fromCharCode(byte);
	});
	const store = (char: string, esr: number, ipa: bigint, vmid?: number) => {
		x3 = 0xabcd_0000n | BigInt(char.charCodeAt(0));
		trapLog.onRecord!(entry(esr, ipa));
		trapLog.onRecord!(back(vmid));
	};
	store('h', byteStore, 0x3f8n);
	store('i', byteStore, 0x3f8n, 1); // EL2 went straight back to the guest, which tries again
	store('i', byteStore, 0x3f8n);
	store('?', byteLoad, 0x3f8n);
	store('?', wordStore, 0x3f8n);
	store('?', byteStore, 0x3f9n);
	store('?', byteStore, 0x8000_03f8n);
	expect(said).toBe('hi');
	expect(others).toBe(14);
});

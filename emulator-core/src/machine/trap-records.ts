import { MachineError } from './errors.ts';
import type { TrapRecord } from './trap-log.ts';

/** Bytes of a record in a saved state; docs/checkpoint-format.md has the table. */
const recordBytes = 52;

const causes = ['sync', 'irq', 'fiq', 'serror', 'eret'] as const;
const outcomes = [undefined, 'host', 'guest'] as const;
const Flags = { return: 1, s1ptw: 1 << 10, ipa: 1 << 11, vmid: 1 << 12 } as const;

export function packRecords(records: readonly TrapRecord[]): Uint8Array {
	const bytes = new Uint8Array(records.length * recordBytes);
	const view = new DataView(bytes.buffer);
	records.forEach((record, n) => {
		const at = n * recordBytes;
		view.setFloat64(at, record.at, true);
		view.setFloat64(at + 8, record.tick, true);
		view.setBigUint64(at + 16, record.pc, true);
		view.setBigUint64(at + 24, record.far, true);
		view.setBigUint64(at + 32, record.ipa ?? 0n, true);
		view.setUint32(at + 40, record.esr, true);
		view.setUint32(at + 44, flagsOf(record), true);
		view.setUint32(at + 48, record.vmid ?? 0, true);
	});
	return bytes;
}

function flagsOf(record: TrapRecord) {
	const { what, cause, fromEl, toEl, stage, s1ptw, ipa, vmid, outcome, cpu = 0 } = record;
	return (
		(what === 'return' ? Flags.return : 0) |
		(causes.indexOf(cause) << 1) |
		(fromEl << 4) |
		(toEl << 6) |
		((stage ?? 0) << 8) |
		(s1ptw ? Flags.s1ptw : 0) |
		(ipa !== undefined ? Flags.ipa : 0) |
		(vmid !== undefined ? Flags.vmid : 0) |
		(outcomes.indexOf(outcome) << 13) |
		(cpu << 15)
	);
}

/** Undoes packRecords. */
export function unpackRecords(bytes: Uint8Array): TrapRecord[] {
	if (bytes.length % recordBytes !== 0)
		throw new MachineError('The saved state is damaged: its trap log ends within a record.');
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Array.from({ length: bytes.length / recordBytes }, (_, n) => {
		const at = n * recordBytes;
		const flags = view.getUint32(at + 44, true);
		const stage = (flags >> 8) & 3;
		const cpu = (flags >> 15) & 7;
		return {
			at: view.getFloat64(at, true),
			tick: view.getFloat64(at + 8, true),
			what: flags & Flags.return ? 'return' : 'entry',
			cause: causes[(flags >> 1) & 7] ?? 'sync',
			fromEl: (flags >> 4) & 3,
			toEl: (flags >> 6) & 3,
			pc: view.getBigUint64(at + 16, true),
			esr: view.getUint32(at + 40, true),
			far: view.getBigUint64(at + 24, true),
			ipa: flags & Flags.ipa ? view.getBigUint64(at + 32, true) : undefined,
			stage: stage === 1 || stage === 2 ? stage : undefined,
			s1ptw: (flags & Flags.s1ptw) !== 0,
			vmid: flags & Flags.vmid ? view.getUint32(at + 48, true) : undefined,
			outcome: outcomes[(flags >> 13) & 3],
			...(cpu > 0 && { cpu })
		};
	});
}

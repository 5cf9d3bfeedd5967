import {
	checksum,
	packCheckpoint,
	packJson,
	packRam,
	unpackCheckpoint,
	unpackJson,
	unpackRam
} from './checkpoint.ts';
import { restoreCpu, saveCpu } from './cpu-state.ts';
import type { CpusState } from './cpus.ts';
import { MachineError } from './errors.ts';
import type { InputRecord } from './input-log.ts';
import { ramOf, type Parts } from './parts.ts';
import type { SavedTrapLog, TrapRecord } from './trap-log.ts';
import { packRecords, unpackRecords } from './trap-records.ts';

/** What the sections TIME and the run's position hold. */
interface SavedTime {
	readonly clock: { instructions: number; slept: number };
	readonly input: readonly InputRecord[];
	readonly stopped: 'poweroff' | 'reset' | null;
}
interface SavedRun {
	/** Input that is still to come. */
	readonly expected: readonly InputRecord[];
	/** Before the next instruction: what was due is done; an interrupt has been taken. */
	readonly begun: boolean;
	readonly entered: boolean;
}

interface SavedLogs extends Omit<SavedTrapLog, 'records'> {
	readonly notes: readonly string[];
}

/** The whole state as bytes: docs/checkpoint-format.md. */
export function saveState(parts: Parts): Uint8Array {
	const { trapLog, notes, input, progress, scheduler } = parts;
	const run: SavedRun = {
		expected: input.expected,
		begun: progress.begunAt === scheduler.instructions,
		entered: progress.enteredAt === scheduler.instructions
	};
	const { counts, records, open } = trapLog.snapshotState();
	return packCheckpoint([
		{ id: 'BORD', bytes: packJson(identity(parts)) },
		...stateSections(parts),
		{ id: 'RUN ', bytes: packJson(run) },
		...parts.cpus.all.map(({ mmu, number }) => ({
			id: cpuSection('TLB', number),
			bytes: packJson(mmu.snapshotState())
		})),
		{ id: 'LOGS', bytes: packJson({ counts, open, notes: notes.list }) },
		{ id: 'TRAP', bytes: packRecords(records) },
		{ id: 'RAM ', bytes: packRam(ramOf(parts), ramPages(parts)) }
	]);
}

/**
 * Takes over a saved state. Throws MachineError, whatever the bytes; `keep` is called before the first
 * change, and what it returns undoes all changes, if the state turns out to make no sense.
 */
export function restoreState(parts: Parts, bytes: Uint8Array, keep: () => () => void): void {
	const sections = unpackCheckpoint(bytes);
	const section = (id: string) => {
		const found = sections.get(id);
		if (found !== undefined) return found;
		throw new MachineError(`The saved state is incomplete: it has no section ${id.trim()}.`);
	};
	const json = (id: string) => {
		try {
			return unpackJson(section(id)) as never;
		} catch (error) {
			if (error instanceof MachineError) throw error;
			throw senseless(`section ${id.trim()} is no JSON`);
		}
	};
	const { board, ramBytes, cpus, fittings }: ReturnType<typeof identity> = json('BORD') ?? {};
	if (board !== parts.board.name || ramBytes !== parts.ramBytes)
		throw new MachineError(
			`The saved state is of a ${board} with ${ramBytes} bytes of RAM, this machine is a ` +
				`${parts.board.name} with ${parts.ramBytes}. Make a machine of that kind first.`
		);
	if (cpus !== parts.cpus.all.length)
		throw new MachineError(
			`The saved state is of a machine with ${cpus} CPUs, this one has ${parts.cpus.all.length}. ` +
				'Make a machine with as many first.'
		);
	if (fittings !== parts.fittings.identity)
		throw new MachineError(
			`The saved state is of a machine with ${fittings}; this one has ${parts.fittings.identity}. ` +
				'Give it the same disk images and the same version.'
		);
	const state = {
		time: json('TIME'),
		run: json('RUN '),
		cpus: parts.cpus.all.map(({ number }) => ({
			registers: json(cpuSection('CPU', number)) as unknown,
			tlb: json(cpuSection('TLB', number)) as unknown
		})),
		waiting: cpus > 1 ? json('SMP ') : undefined,
		devices: json('DEVS'),
		logs: json('LOGS'),
		records: unpackRecords(section('TRAP')),
		ram: section('RAM ')
	};
	checkPlain(state);
	const undo = keep();
	try {
		takeOver(parts, state);
		// What a machine would not save again is no state of it.
		for (const { id, bytes } of stateSections(parts))
			if (!isSame(bytes, section(id)))
				throw senseless(`section ${id.trim()} is none of this machine`);
	} catch (error) {
		undo();
		if (error instanceof MachineError) throw error;
		throw senseless('a section does not hold what it should');
	}
}

const senseless = (why: string) => new MachineError(`The saved state is damaged: ${why}.`);

const isSame = (a: Uint8Array, b: Uint8Array) =>
	a.length === b.length && a.every((byte, at) => byte === b[at]);

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isInput = (records: readonly InputRecord[]) =>
	records.every(({ tick, bytes }) => isCount(tick) && bytes.every((byte) => (byte & 255) === byte));

/** What the sections of plain numbers and texts must hold. */
function checkPlain({ time, run, logs }: SavedState): void {
	try {
		const { instructions, slept } = time.clock;
		const sound =
			[instructions, slept].every(isCount) &&
			[null, 'poweroff', 'reset'].includes(time.stopped) &&
			isInput(time.input) &&
			isInput(run.expected) &&
			[run.begun, run.entered].every((each) => typeof each === 'boolean') &&
			logs.notes.every((note) => typeof note === 'string') &&
			[logs.counts.entries, logs.counts.returns].every((table) => table.flat().every(isCount)) &&
			typeof logs.counts.vms === 'object';
		if (sound) return;
	} catch {
		// A member that is not there.
	}
	throw senseless('a section does not hold what it should');
}

interface SavedState {
	readonly time: SavedTime;
	readonly run: SavedRun;
	readonly cpus: readonly { readonly registers: unknown; readonly tlb: unknown }[];
	/** How CPUs take turns, where there are several. */
	readonly waiting: CpusState | undefined;
	readonly devices: Record<string, unknown>;
	readonly logs: SavedLogs;
	readonly records: readonly TrapRecord[];
	readonly ram: Uint8Array;
}

function takeOver(parts: Parts, state: SavedState): void {
	const { clock, input, stopped } = state.time;
	const { expected, begun, entered } = state.run;
	const { cpus, waiting, devices, logs, records } = state;
	restoreRam(parts, state.ram);
	parts.scheduler.restoreState(clock);
	parts.progress.stopped = stopped ?? undefined;
	parts.progress.begunAt = begun ? clock.instructions : -1;
	parts.progress.enteredAt = entered ? clock.instructions : -1;
	parts.cpus.all.forEach((cpu, n) => restoreCpu(cpu, cpus[n]!.registers));
	for (const device of parts.devices.stateful) device.restoreState(devices[device.name]);
	parts.input.arrived = input;
	parts.input.expect(expected);
	parts.trapLog.restoreState({ ...logs, records });
	parts.notes.replace(logs.notes);
	parts.engine.clear();
	parts.cpus.all.forEach(({ mmu }, n) => mmu.restoreState(cpus[n]!.tlb));
	if (waiting) parts.cpus.waiting = waiting;
}

/** Only pages that were ever written can hold something: a RAM of zeros is not gone through. */
function restoreRam(parts: Parts, packed: Uint8Array): void {
	const ram = ramOf(parts);
	const { written } = parts.map;
	const used = ramPages(parts);
	const restored = unpackRam(packed, ram, used);
	for (const page of [...used, ...restored]) written.mark(ram.byteOffset + page * 4096);
}

/** A short name of the whole state: equal for equal states, and hardly ever for others. */
export function hashState(parts: Parts): string {
	const sections = [
		...stateSections(parts).map(({ bytes }) => bytes),
		packJson({ counts: parts.trapLog.counts }),
		...parts.cpus.all.map(({ mmu }) => packJson(mmu.snapshotState()))
	];
	const sums = sections.flatMap((bytes) => checksum(bytes));
	const ram = ramOf(parts);
	for (const page of ramPages(parts)) {
		const bytes = ram.subarray(page * 4096, page * 4096 + 4096);
		// Whether a page was ever written is no part of the state: one of zeros counts as none.
		if (!isZero(bytes)) sums.push(page, ...checksum(bytes));
	}
	const [low, high] = checksum(new Uint8Array(Uint32Array.from(sums).buffer));
	return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

function isZero(bytes: Uint8Array): boolean {
	const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
	for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false;
	return true;
}

/** Pages of RAM, from 0, that may not be zero. */
function ramPages(parts: Parts): number[] {
	const first = ramOf(parts).byteOffset / 4096;
	return parts.map.written.all.map((page) => page - first);
}

const identity = ({ board, ramBytes, cpus, fittings }: Parts) => ({
	board: board.name,
	ramBytes,
	cpus: cpus.all.length,
	fittings: fittings.identity
});

/** `CPU ` for the first CPU, `CPU1` for the next. */
const cpuSection = (id: 'CPU' | 'TLB', number: number) =>
	id + (number === 0 ? ' ' : String(number));

function stateSections(parts: Parts) {
	const { scheduler, input, progress, devices, cpus } = parts;
	const time: SavedTime = {
		clock: scheduler.snapshotState(),
		input: input.arrived,
		stopped: progress.stopped ?? null
	};
	const states = devices.stateful.map((each) => [each.name, each.snapshotState()]);
	return [
		{ id: 'TIME', bytes: packJson(time) },
		...cpus.all.map((cpu) => ({
			id: cpuSection('CPU', cpu.number),
			bytes: packJson(saveCpu(cpu))
		})),
		// Alone, a CPU has nobody to take turns with.
		...(cpus.all.length > 1 ? [{ id: 'SMP ', bytes: packJson(cpus.waiting) }] : []),
		{ id: 'DEVS', bytes: packJson(Object.fromEntries(states)) }
	];
}

import { appendFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Code } from 'checks';
import { MachineError, Timeline, type Machine } from 'emulator-core';
import { badUsage, failed } from '../failure.ts';
import { noLimit, readBootRequest, usage, type BootRequest } from '../boot-options.ts';
import { writeDisk } from '../disks.ts';
import { searchOf, whereIs } from '../going-back.ts';
import { writeOutput } from '../files.ts';
import { asBytes } from '../input-script.ts';
import { symbolsOf } from '../symbols.ts';
import { threadSeconds } from '../thread-time.ts';

const does =
	'Boots an arm64 Image (also packed with gzip) or an ELF file; the console is on stdout, at a terminal its keys too (Ctrl-] ends the run). Disk images are never written: --disk-out takes the changed disk; F:ro is a disk that the machine cannot write either. With --until it fails unless TEXT appears. --save writes the whole state at the end (F.gz: packed), and `boot --from F` goes on from there, with the same disks and devices; --max-insns counts from there. --back goes back at the end, to the last trap, write:ADDRESS, insn:ADDRESS or register:NAME, and says where that is; addresses may be names of --symbols, or of an ELF file that is booted.';

/** Instructions between two looks at the clock, the keyboard and Ctrl-C. */
const SLICE = 2_000_000;

async function run(words: string[]): Promise<void> {
	const request = readBootRequest(words);
	const machine = orUsage(request.make);
	const limit = request.limit === noLimit ? noLimit : machine.instructions + request.limit;
	const timeline = request.back.length > 0 ? new Timeline(machine) : undefined;
	const code = timeline && request.elf && namesIn(request.elf);
	if (timeline) checkBack(timeline, request, code);
	const log = request.trapLog === undefined ? undefined : openTrapLog(request.trapLog, machine);

	const console_ = connectConsole(machine, timeline, request);
	const begin = performance.now();
	const beginThread = threadSeconds();
	const reason = await runToEnd(machine, limit, console_, timeline);
	const times = {
		seconds: (performance.now() - begin) / 1000,
		threadSeconds: threadSeconds() - beginThread
	};

	log?.close();
	request.diskOut.forEach((path, n) => writeDisk(path, machine.devices.disks[n]!));
	if (request.stats !== undefined) writeOutput(request.stats, stats(machine, reason, times));
	if (request.save !== undefined) saveTo(request.save, machine);
	if (request.until !== undefined && !console_.reached)
		throw failed(`the console never showed ${JSON.stringify(request.until)} (${endings[reason]})`);
	const wanted =
		request.until !== undefined ||
		reason === 'poweroff' ||
		reason === 'left' ||
		(reason === 'budget' && limit !== noLimit);
	if (!wanted) throw failed(endings[reason]);
	if (timeline) goBack(timeline, request, code);
}

function saveTo(path: string, machine: Machine): void {
	const state = machine.save();
	writeOutput(path, path.endsWith('.gz') ? gzipSync(state, { level: 1 }) : state);
}

/** What can be said before a run of minutes: names of registers and of functions. */
function checkBack(timeline: Timeline, { back }: BootRequest, code: Code | undefined): void {
	for (const word of back) {
		const what = searchOf(word, code);
		if (!('virtual' in what)) orUsage(() => timeline.back(what, { within: 0 }));
	}
}

/** One after another, with a line for each. */
function goBack(timeline: Timeline, { back }: BootRequest, code: Code | undefined): void {
	console.log(`\nthe end is at ${whereIs(timeline, code)}`);
	for (const word of back) {
		const { position, message } = orUsage(() => timeline.back(searchOf(word, code)));
		if (position === undefined) throw failed(`--back ${word.text}: ${message}`);
		console.log(`back to ${word.text}: ${whereIs(timeline, code)}`);
	}
}

function namesIn(elf: Uint8Array): Code {
	try {
		return symbolsOf(elf);
	} catch (error) {
		throw badUsage(`the ELF file has no names to read: ${String((error as Error).message)}`);
	}
}

function orUsage<T>(act: () => T): T {
	try {
		return act();
	} catch (error) {
		if (error instanceof MachineError) throw badUsage(error.message);
		throw error;
	}
}

type Ending = ReturnType<Machine['run']>['reason'] | 'text' | 'left';

const endings: Record<Ending, string> = {
	text: 'the text appeared',
	left: 'Ctrl-] was typed',
	poweroff: 'the machine was powered off',
	reset: 'the machine asked for a reset',
	budget: 'the instructions of --max-insns were used up',
	ticks: 'the time limit was reached',
	idle: 'the machine sleeps and nothing will wake it',
	probe: 'a probe stopped it'
};

interface Connected {
	reached: boolean;
	/** Writes to stdout what has appeared since the last time. */
	flush(): void;
	type(bytes: Uint8Array): void;
}

/**
 * Console output goes to stdout after each slice. The text to stop at and the script's waits are looked
 * for as each byte is written, so that what is typed arrives at the same instruction in every run.
 */
function connectConsole(
	machine: Machine,
	timeline: Timeline | undefined,
	{ console: line, until, script, save }: BootRequest
): Connected {
	let output = '';
	const state = {
		reached: false,
		flush: () => {
			if (output !== '') process.stdout.write(output, 'latin1');
			output = '';
		},
		type: (bytes: Uint8Array) =>
			(timeline ?? machine).type(bytes, line === 'virtio' ? 'console' : undefined)
	};
	const wanted = until === undefined ? undefined : asBytes(Buffer.from(until));
	const watched = until !== undefined || script !== undefined;
	let tail = '';
	const hear = (bytes: Uint8Array) => {
		const text = asBytes(bytes);
		output += text;
		if (!watched) return;
		tail += text;
		if (wanted !== undefined && !state.reached && tail.includes(wanted)) {
			state.reached = true;
			// A state is to be that of this moment.
			if (save !== undefined || timeline) machine.pause();
		}
		const typed = script?.next(tail);
		if (typed) {
			if (typed.length > 0) state.type(typed);
			tail = '';
		}
		if (tail.length > 8192) tail = tail.slice(-4096);
	};
	// Early messages come from the serial line, whichever console the kernel turns to later.
	machine.onConsole = hear;
	machine.onVirtioConsole = hear;
	return state;
}

async function runToEnd(
	machine: Machine,
	limit: number,
	console_: Connected,
	timeline: Timeline | undefined
): Promise<Ending> {
	const keyboard = openKeyboard(console_);
	try {
		while (!keyboard.closed) {
			const left = limit - machine.instructions;
			if (left <= 0) return 'budget';
			const limits = { maxInstructions: Math.min(SLICE, left) };
			const reason = timeline?.run(limits) ?? machine.run(limits).reason;
			console_.flush();
			if (console_.reached) return 'text';
			if (reason !== 'budget' && !(reason === 'idle' && keyboard.open)) return reason;
			await new Promise((resolve) =>
				reason === 'idle' ? setTimeout(resolve, 20) : setImmediate(resolve)
			);
		}
		return 'left';
	} finally {
		console_.flush();
		keyboard.close();
	}
}

/** A terminal's keys go to the machine; Ctrl-] leaves. Nothing is read when stdin is not a terminal. */
function openKeyboard(console_: Connected) {
	const keyboard = { open: process.stdin.isTTY === true, closed: false, close: () => {} };
	if (!keyboard.open) return keyboard;
	const onData = (bytes: Buffer) => {
		if (bytes.includes(0x1d)) keyboard.closed = true;
		else console_.type(new Uint8Array(bytes));
	};
	console.error('The machine is on; Ctrl-] switches it off.');
	process.stdin.setRawMode(true).on('data', onData);
	keyboard.close = () => process.stdin.setRawMode(false).off('data', onData).pause();
	return keyboard;
}

const withHex = (_: string, value: unknown) =>
	typeof value === 'bigint' ? `0x${value.toString(16)}` : value;

/** Every record as a line of JSON, written as the run goes on: a long run has more than memory holds. */
function openTrapLog(path: string, machine: Machine): { close(): void } {
	writeOutput(path, '');
	let lines: string[] = [];
	const flush = () => {
		if (lines.length > 0) appendFileSync(path, lines.join('\n') + '\n');
		lines = [];
	};
	machine.trapLog.onRecord = (record) => {
		if (lines.push(JSON.stringify(record, withHex)) === 10_000) flush();
	};
	return { close: flush };
}

interface Times {
	/** By the clock on the wall. */
	readonly seconds: number;
	/** Of a processor. */
	readonly threadSeconds: number;
}

function stats(machine: Machine, reason: Ending, times: Times): string {
	const { instructions, ticks } = machine;
	const report = {
		instructions,
		ticks,
		...times,
		instructionsPerSecond: Math.round(instructions / times.seconds),
		ended: reason,
		exceptions: machine.trapLog.counts
	};
	return JSON.stringify(report, withHex, '\t') + '\n';
}

export const boot = { run, usage, does };

import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { boards, createMachine, MachineError, type Machine } from 'emulator-core';
import { badUsage, failed } from '../failure.ts';
import { checkWritable, parseCount, parseSize, readInput, writeOutput } from '../files.ts';
import { parseScript, type InputScript } from '../input-script.ts';
import { threadSeconds } from '../thread-time.ts';

const usage =
	'boot IMAGE [--board virt] [--initrd F] [--append S] [--ram 256M] [--until TEXT] [--max-insns N] [--input SCRIPT] [--trap-log F] [--stats F]';
const does =
	'Boots an arm64 Image or ELF file; the console is on stdout. With --until it fails unless TEXT appears.';

/** Instructions between two looks at the clock, the keyboard and Ctrl-C. */
const SLICE = 2_000_000;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

async function run(words: string[]): Promise<void> {
	const { values, positionals } = parseArgs({
		args: words,
		allowPositionals: true,
		options: {
			board: { type: 'string', default: 'virt' },
			initrd: { type: 'string' },
			append: { type: 'string' },
			ram: { type: 'string' },
			until: { type: 'string' },
			'max-insns': { type: 'string' },
			input: { type: 'string' },
			'trap-log': { type: 'string' },
			stats: { type: 'string' }
		}
	});
	const [image, ...more] = positionals;
	if (image === undefined || more.length > 0)
		throw badUsage(`give one image. Usage: trapline ${usage}`);
	if (!Object.hasOwn(boards, values.board)) {
		throw badUsage(`no board ${values.board}; there are ${Object.keys(boards).join(', ')}`);
	}
	const limit =
		values['max-insns'] === undefined ? NO_LIMIT : parseCount(values['max-insns'], '--max-insns');
	for (const path of [values['trap-log'], values.stats])
		if (path !== undefined) checkWritable(path);
	const script =
		values.input !== undefined
			? parseScript(readInput(values.input, 'the input script'), values.input)
			: undefined;

	const machine = start({
		board: values.board,
		kernel: readInput(image, 'the image'),
		...(values.initrd !== undefined && { initrd: readInput(values.initrd, 'the initrd') }),
		...(values.append !== undefined && { bootargs: values.append }),
		...(values.ram !== undefined && { ramBytes: parseSize(values.ram, '--ram') })
	});
	const log =
		values['trap-log'] === undefined ? undefined : openTrapLog(values['trap-log'], machine);

	const console_ = connectConsole(machine, values.until, script);
	const begin = performance.now();
	const beginThread = threadSeconds();
	const reason = await runToEnd(machine, limit, console_);
	const times = {
		seconds: (performance.now() - begin) / 1000,
		threadSeconds: threadSeconds() - beginThread
	};

	log?.close();
	if (values.stats !== undefined) writeOutput(values.stats, stats(machine, reason, times));
	if (values.until !== undefined && !console_.reached) {
		throw failed(`the console never showed ${JSON.stringify(values.until)} (${endings[reason]})`);
	}
	const wanted =
		values.until !== undefined ||
		reason === 'poweroff' ||
		(reason === 'budget' && limit !== NO_LIMIT);
	if (!wanted) throw failed(endings[reason]);
}

function start(options: Parameters<typeof createMachine>[0]): Machine {
	try {
		return createMachine(options);
	} catch (error) {
		if (error instanceof MachineError) throw badUsage(error.message);
		throw error;
	}
}

type Ending = ReturnType<Machine['run']>['reason'] | 'text';

const endings: Record<Ending, string> = {
	text: 'the text appeared',
	poweroff: 'the machine was powered off',
	reset: 'the machine asked for a reset',
	budget: 'the instructions of --max-insns were used up',
	ticks: 'the time limit was reached',
	idle: 'the machine sleeps and nothing will wake it',
	probe: 'a probe stopped it'
};

interface Connected {
	reached: boolean;
}

/**
 * Console output goes to stdout as it appears. The text to stop at and the script's waits are looked
 * for as each byte is written, so that what is typed arrives at the same instruction in every run.
 */
function connectConsole(
	machine: Machine,
	until: string | undefined,
	script: InputScript | undefined
): Connected {
	const state = { reached: false };
	let tail = '';
	machine.onConsole = (bytes) => {
		process.stdout.write(bytes);
		tail += Buffer.from(bytes).toString('latin1');
		if (until !== undefined && tail.includes(until)) state.reached = true;
		const typed = script?.next(tail);
		if (typed) {
			machine.type(typed);
			tail = '';
		}
		if (tail.length > 8192) tail = tail.slice(-4096);
	};
	return state;
}

async function runToEnd(machine: Machine, limit: number, console_: Connected): Promise<Ending> {
	const keyboard = openKeyboard(machine);
	try {
		while (!keyboard.closed) {
			const left = limit - machine.instructions;
			if (left <= 0) return 'budget';
			const { reason } = machine.run({ maxInstructions: Math.min(SLICE, left) });
			if (console_.reached) return 'text';
			if (reason !== 'budget' && !(reason === 'idle' && keyboard.open)) return reason;
			await new Promise((resolve) =>
				reason === 'idle' ? setTimeout(resolve, 20) : setImmediate(resolve)
			);
		}
		return 'budget';
	} finally {
		keyboard.close();
	}
}

/** A terminal's keys go to the machine; Ctrl-] leaves. Nothing is read when stdin is not a terminal. */
function openKeyboard(machine: Machine) {
	const keyboard = { open: process.stdin.isTTY === true, closed: false, close: () => {} };
	if (!keyboard.open) return keyboard;
	const onData = (bytes: Buffer) => {
		if (bytes.includes(0x1d)) keyboard.closed = true;
		else machine.type(new Uint8Array(bytes));
	};
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

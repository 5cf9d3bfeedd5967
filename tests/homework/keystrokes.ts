import type { Console } from './consoles.ts';

const prompt = 'root@genericarmv8:~# ';
const trace = '/sys/kernel/debug/tracing/trace';
/** Ctrl-A C, Ctrl-A 0 and Ctrl-A 1. */
const [newConsole, consoleZero, consoleOne] = ['\x01c', '\x010', '\x011'];

/** The three totals of the homework's tracepoint, as its last line in a trace says them. */
export interface Totals {
	cpu: number;
	mem: number;
	io: number;
}

/** Types a command at a prompt, and gives what it printed. */
export async function command(console: Console, line: string): Promise<string> {
	console.type(line + '\r');
	await console.waitFor(line);
	return console.waitFor(prompt);
}

/** Part I, step 1.5: the host boots to its shell, which says who it is. */
export async function bootHost(console: Console): Promise<string> {
	await console.waitFor(prompt);
	return command(console, 'uname -a');
}

/** Part I, steps 2.1 to 2.4: the guest is booted in one of two consoles; gives what `ls` showed. */
export async function bootGuest(console: Console): Promise<string> {
	await command(console, 'cd /home/root');
	const files = await command(console, 'ls');
	console.type('./screen-4.0.2\r');
	await console.waitFor('./screen-4.0.2');
	await console.waitFor(prompt);
	console.type(newConsole);
	await console.waitFor(prompt);
	console.type(consoleZero);
	await console.waitFor(prompt);
	await command(console, 'echo 1 > /sys/kernel/debug/tracing/event/kvm/kvm_vm_hw2/enable');
	await command(console, './boot_guest.sh');
	return files;
}

/**
 * Part I, step 2.5: the totals so far, read in the host's other console.
 *
 * @throws Error where the trace has none
 */
export async function dump(console: Console): Promise<Totals> {
	console.type(consoleOne);
	await console.waitFor(prompt);
	await command(console, `cat ${trace} > trace`);
	const last = await command(console, 'tail -n 1 trace');
	// Shown again, a console shows its old lines again: with nothing there, what comes then is new.
	await command(console, 'clear');
	console.type(consoleZero);
	await console.waitFor(prompt);
	// The console is 80 columns wide.
	const line = last.replaceAll(/[\r\n]/g, '');
	const [, cpu, mem, io] = /CPU trap (\d+), MEM trap (\d+), IO trap (\d+)/.exec(line) ?? [];
	if (io === undefined) throw new Error(`no totals of kvm_vm_hw2 in: ${last}`);
	return { cpu: Number(cpu), mem: Number(mem), io: Number(io) };
}

/** Switches guest and host off: by the guest's own poweroff, then the host's. */
export async function switchOff(console: Console): Promise<void> {
	await command(console, 'poweroff');
	console.type('poweroff\r');
	await console.waitFor('reboot: Power down');
}

import type { Console } from './consoles.ts';

const prompt = 'root@genericarmv8:~# ';
const tracing = '/sys/kernel/debug/tracing';
const [newConsole, firstConsole, secondConsole] = ['\x01c', '\x010', '\x011'];

/** The three totals of the homework's tracepoint, as its last line in a trace says them. */
export interface Totals {
	cpu: number;
	mem: number;
	io: number;
}

/** Types a command at a prompt, and gives what it printed. */
async function command(console: Console, line: string): Promise<string> {
	console.type(line + '\r');
	await console.waitFor(line);
	return console.waitFor(prompt);
}

/** Part I, step 1.5: the host boots to its shell, which says who it is. */
export async function bootHost(console: Console): Promise<string> {
	await console.waitFor(prompt);
	return command(console, 'uname -a');
}

/** Part I, steps 2.1 to 2.5, and Part III, step 4: the totals after the boot, after mem, after io. */
export async function profileGuest(
	console: Console
): Promise<Record<'boot' | 'mem' | 'io', Totals>> {
	await command(console, 'cd /home/root');
	const files = await command(console, 'ls');
	for (const name of ['boot_guest.sh', 'screen-4.0.2', 'image', 'guest.img', 'lkvm-static'])
		if (!files.includes(name)) throw new Error(`ls shows no ${name}: ${files}`);
	console.type('./screen-4.0.2\r');
	await console.waitFor(prompt);
	console.type(newConsole);
	await console.waitFor(prompt);
	console.type(firstConsole);
	await command(console, `echo 1 > ${tracing}/event/kvm/kvm_vm_hw2/enable`);
	console.type('./boot_guest.sh\r');
	await console.waitFor(prompt);
	const totals = async () => {
		console.type(secondConsole);
		await command(console, `cat ${tracing}/trace > trace`);
		const found = lastTotals(await command(console, 'tail -n 1 trace'));
		console.type(firstConsole);
		return found;
	};
	const boot = await totals();
	await command(console, '/home/root/mem');
	const mem = await totals();
	await command(console, '/home/root/io');
	return { boot, mem, io: await totals() };
}

/** @throws Error where the text has no totals */
export function lastTotals(text: string): Totals {
	const lines = [
		...text.matchAll(/CPU trap[^0-9]*(\d+).*MEM trap[^0-9]*(\d+).*IO trap[^0-9]*(\d+)/gi)
	];
	const last = lines.at(-1);
	if (!last) throw new Error(`no totals of kvm_vm_hw2 in: ${text}`);
	return { cpu: Number(last[1]), mem: Number(last[2]), io: Number(last[3]) };
}

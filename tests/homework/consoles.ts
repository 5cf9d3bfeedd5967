import { spawn } from 'node:child_process';
import { createMachine, type Machine, type MachineOptions } from 'emulator-core';

/** A console that a person sits at: types keys, and waits for a text to appear. */
export interface Console {
	/** All that was shown so far. */
	readonly text: string;
	/** Types keys as they are; `\r` is Enter. */
	type(keys: string): void;
	/**
	 * Waits for a text that is shown after all that earlier waits took, and gives what stood before it.
	 *
	 * @throws Error with the end of the console if it does not come, or the machine stops
	 */
	waitFor(text: string): Promise<string>;
}

/** What was shown and not yet waited for. */
class Shown {
	text = '';
	#taken = 0;

	/** What stands before `wanted`, if it is there. */
	take(wanted: string): string | undefined {
		const at = this.text.indexOf(wanted, this.#taken);
		if (at < 0) return undefined;
		const before = this.text.slice(this.#taken, at);
		this.#taken = at + wanted.length;
		return before;
	}

	missing(wanted: string, why: string): Error {
		const end = this.text.slice(-2000);
		return new Error(`the console never showed ${JSON.stringify(wanted)} (${why}):\n${end}`);
	}
}

const SLICE = 1_000_000;

/** The console of our machine; it runs while somebody waits. `budget` is in instructions for one wait. */
export function ourConsole(
	options: MachineOptions,
	budget = 200_000_000
): Console & { readonly machine: Machine } {
	const machine = createMachine(options);
	const shown = new Shown();
	machine.onConsole = (bytes) => (shown.text += String.fromCharCode(...bytes));
	return {
		machine,
		get text() {
			return shown.text;
		},
		type: (keys) => machine.type(Uint8Array.from(keys, (key) => key.charCodeAt(0))),

		async waitFor(wanted) {
			for (let left = budget; left > 0; left -= SLICE) {
				const before = shown.take(wanted);
				if (before !== undefined) return before;
				const { reason } = machine.run({ maxInstructions: SLICE });
				if (reason === 'poweroff') left = 0;
			}
			const before = shown.take(wanted);
			if (before !== undefined) return before;
			throw shown.missing(wanted, `within ${budget} instructions`);
		}
	};
}

/**
 * The console of QEMU's `virt` with the same CPU features; one instruction takes one nanosecond, or with
 * `fast` as long as it takes.
 */
export function qemuConsole(
	images: {
		kernel: string;
		initrd?: string;
		disk?: string;
		bootargs: string;
		ram: string;
		fast?: true;
	},
	seconds = 300
): Console & { stop(): void } {
	const words = ['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a57', '-nographic'];
	if (!images.fast) words.push('-icount', 'shift=0');
	words.push('-m', images.ram, '-monitor', 'none', '-no-reboot');
	words.push('-kernel', images.kernel, '-append', images.bootargs);
	if (images.initrd !== undefined) words.push('-initrd', images.initrd);
	if (images.disk !== undefined)
		words.push(
			...['-drive', `file=${images.disk},format=raw,if=none,id=host`],
			...['-device', 'virtio-blk-device,drive=host']
		);
	const qemu = spawn('qemu-system-aarch64', words, { stdio: ['pipe', 'pipe', 'inherit'] });
	const shown = new Shown();
	let ended = false;
	let wake = () => {};
	qemu.stdout.on('data', (bytes: Buffer) => {
		shown.text += bytes.toString('latin1');
		wake();
	});
	qemu.on('close', () => {
		ended = true;
		wake();
	});
	return {
		get text() {
			return shown.text;
		},
		type: (keys) => void qemu.stdin.write(Buffer.from(keys, 'latin1')),
		async waitFor(wanted) {
			const late = Date.now() + seconds * 1000;
			for (;;) {
				const before = shown.take(wanted);
				if (before !== undefined) return before;
				if (ended) throw shown.missing(wanted, 'QEMU ended');
				if (Date.now() > late) throw shown.missing(wanted, `within ${seconds} seconds`);
				await new Promise<void>((resolve) => {
					const timer = setTimeout(resolve, 1000);
					wake = () => (clearTimeout(timer), resolve());
				});
			}
		},
		stop: () => void qemu.kill()
	};
}

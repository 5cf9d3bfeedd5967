import type { Clock, MmioDevice, UnlistedListener } from '../bus/device.ts';
import {
	readRegister,
	writeRegister,
	type Register,
	type RegisterMap
} from '../bus/register-map.ts';

/** Ticks of the machine's clock in one of the counters' own. */
const TICKS_OF_100_HZ = 1_000_000;
const TICKS_OF_24_MHZ = 100 / 24;

/** SYS_ID: board 0x190 (the models of Arm's Fast Models family), revision 0. */
const ID = 0x0190_0000;

/** SYS_CFGSTAT: what SYS_CFGCTRL asked for is done. */
const COMPLETE = 1;
/** SYS_CFGCTRL: start. */
const START = 1 << 31;

interface SysregState {
	stored: Record<string, number>;
	flags: number;
	nvflags: number;
	configured: number;
}

/**
 * The system registers of a Versatile Express board: switches, lights, counters, flags that survive a
 * reset, and a mailbox to the board's own controller, which here says yes to everything.
 */
export class VexpressSysreg implements MmioDevice {
	static readonly registers: RegisterMap<VexpressSysreg> = {
		0x000: { name: 'SYS_ID', read: () => ID },
		0x004: { name: 'SYS_SW', read: () => 0 },
		0x008: stored('SYS_LED', 0xff),
		0x024: { name: 'SYS_100HZ', read: (d) => Math.floor(d.#clock.now() / TICKS_OF_100_HZ) },
		0x030: { name: 'SYS_FLAGS', read: (d) => d.#flags, write: (d, v) => (d.#flags |= v) },
		0x034: { name: 'SYS_FLAGSCLR', write: (d, v) => (d.#flags &= ~v) },
		0x038: { name: 'SYS_NVFLAGS', read: (d) => d.#nvflags, write: (d, v) => (d.#nvflags |= v) },
		0x03c: { name: 'SYS_NVFLAGSCLR', write: (d, v) => (d.#nvflags &= ~v) },
		0x048: { name: 'SYS_MCI', read: () => 0 },
		0x04c: stored('SYS_FLASH', 1),
		0x058: stored('SYS_CFGSW', 0xff),
		0x05c: { name: 'SYS_24MHZ', read: (d) => Math.floor(d.#clock.now() / TICKS_OF_24_MHZ) },
		0x060: stored('SYS_MISC', 0xffff_ffff),
		0x064: stored('SYS_DMA', 0xff),
		0x084: { name: 'SYS_PROCID0', read: () => 0x1400_0000 },
		0x088: { name: 'SYS_PROCID1', read: () => 0xff00_0000 },
		0x0a0: stored('SYS_CFGDATA', 0xffff_ffff),
		0x0a4: { ...stored('SYS_CFGCTRL', 0x7fff_ffff), write: (d, v) => d.#configure(v) },
		0x0a8: {
			name: 'SYS_CFGSTAT',
			read: (d) => d.#configured,
			write: (d, v) => (d.#configured = v & 3)
		}
	};

	readonly name: string;
	onUnlisted?: UnlistedListener | undefined;
	readonly #clock: Clock;
	#stored: Record<string, number> = {};
	#flags = 0;
	#nvflags = 0;
	#configured = 0;

	constructor(name: string, clock: Clock) {
		this.name = name;
		this.#clock = clock;
	}

	read(offset: number, size: 1 | 2 | 4): number {
		return readRegister(VexpressSysreg.registers, this, offset, size);
	}
	write(offset: number, value: number, size: 1 | 2 | 4): void {
		writeRegister(VexpressSysreg.registers, this, offset, value, size);
	}

	/** What a register that only stores holds. */
	held(name: string): number {
		return this.#stored[name] ?? 0;
	}
	hold(name: string, value: number): void {
		this.#stored[name] = value >>> 0;
	}

	#configure(value: number): void {
		this.hold('SYS_CFGCTRL', value & ~START);
		if (value & START) this.#configured = COMPLETE;
	}

	snapshotState(): SysregState {
		return {
			stored: { ...this.#stored },
			flags: this.#flags >>> 0,
			nvflags: this.#nvflags >>> 0,
			configured: this.#configured
		};
	}
	restoreState(state: unknown): void {
		const saved = state as SysregState;
		this.#stored = { ...saved.stored };
		this.#flags = saved.flags;
		this.#nvflags = saved.nvflags;
		this.#configured = saved.configured;
	}
}

/** A register whose bits of `mask` hold what is written, and do nothing. */
function stored(name: string, mask: number): Register<VexpressSysreg> {
	return {
		name,
		read: (device) => device.held(name),
		write: (device, value) => device.hold(name, value & mask)
	};
}

import type { GuestMemory, IrqLine, MmioDevice, UnlistedListener } from '../../bus/device.ts';
import {
	readRegister,
	registerArray,
	writeRegister,
	type RegisterMap
} from '../../bus/register-map.ts';
import { BrokenQueue, RingFeature, Virtqueue, type Chain, type VirtqueueState } from './queue.ts';

const MAGIC = 0x7472_6976; // 'virt'
const VENDOR = 0x5041_5254; // 'TRAP'

/** Bits of Status that the device itself looks at or sets. */
const DRIVER_OK = 4;
const FEATURES_OK = 8;
const NEEDS_RESET = 0x40;

/** InterruptStatus: a request was given back; the configuration (here: the status) changed. */
const USED_BUFFER = 1;
const CONFIG_CHANGE = 2;

/** Feature 32, VERSION_1: offered by version 2 of the transport, and by it alone. */
const VERSION_1 = 1n << 32n;

/** What every queue here can do. */
const RING_FEATURES = RingFeature.indirect | RingFeature.eventIndex;

/** Version 1 is the legacy one, the only one that Linux 3.14 drives. */
export type VirtioVersion = 1 | 2;

const CONFIG = 0x100;
const CONFIG_BYTES = 0x100;

/** What sits behind the transport: a disk, say. */
export interface VirtioDevice {
	/** The device type: 2 is a block device. */
	readonly deviceId: number;
	/** Feature bits beside those of the transport. */
	readonly features: bigint;
	/** The largest size of each queue. */
	readonly queueSizes: readonly number[];
	/** The device's configuration space; what lies beyond reads zero. */
	readonly config: Uint8Array;
	/** The device has work for a request of this queue now; left out, always. */
	ready?(queue: number): boolean;
	/** Told by the device when `ready` has become true of a queue; the transport listens. */
	onReady?: ((queue: number) => void) | undefined;
	/** Serves one request and returns how many bytes it wrote into the request's writable segments. */
	serve(queue: number, chain: Chain, memory: GuestMemory): number;
	/** A byte is written to the configuration space, where the device takes that. */
	writeConfig?(offset: number, byte: number): void;
	snapshotState(): unknown;
	restoreState(state: unknown): void;
}

interface VirtioMmioState {
	status: number;
	interrupt: number;
	hostSelect: number;
	guestSelect: number;
	accepted: [number, number];
	pageSize: number;
	align: number;
	selected: number;
	queues: VirtqueueState[];
	device: unknown;
}

/**
 * The virtio transport over memory-mapped registers (Virtual I/O Device specification, "Virtio Over
 * MMIO"), version 1 or 2. Requests are served at once, while
 * the driver's write to QueueNotify is under way.
 */
export class VirtioMmio implements MmioDevice {
	/** The registers that both versions have. */
	static readonly registers: RegisterMap<VirtioMmio> = {
		0x000: { name: 'MagicValue', read: () => MAGIC },
		0x004: { name: 'Version', read: (d) => d.version },
		0x008: { name: 'DeviceID', read: (d) => d.#device.deviceId },
		0x00c: { name: 'VendorID', read: () => VENDOR },
		0x010: { name: 'DeviceFeatures', read: (d) => d.#features(d.#hostSelect) },
		0x014: { name: 'DeviceFeaturesSel', write: (d, v) => (d.#hostSelect = v) },
		0x020: { name: 'DriverFeatures', write: (d, v) => d.#accept(v) },
		0x024: { name: 'DriverFeaturesSel', write: (d, v) => (d.#guestSelect = v) },
		0x030: { name: 'QueueSel', write: (d, v) => (d.#selected = v) },
		0x034: { name: 'QueueNumMax', read: (d) => d.#queue?.maxSize ?? 0 },
		0x038: { name: 'QueueNum', write: (d, v) => d.#setQueue((q) => (q.size = v)) },
		0x050: { name: 'QueueNotify', write: (d, v) => d.#serve(v) },
		0x060: { name: 'InterruptStatus', read: (d) => d.#interrupt },
		0x064: { name: 'InterruptACK', write: (d, v) => d.#setInterrupt(d.#interrupt & ~v) },
		0x070: { name: 'Status', read: (d) => d.#status, write: (d, v) => d.#setStatus(v) },
		...registerArray<VirtioMmio>(CONFIG, CONFIG_BYTES / 4, {
			name: 'Config',
			bytes: true,
			read: (d, offset) => d.#device.config[offset - CONFIG] ?? 0,
			write: (d, value, offset) => d.#device.writeConfig?.(offset - CONFIG, value)
		})
	};

	/** What each version has beside those. */
	static readonly #registersOf: Record<VirtioVersion, RegisterMap<VirtioMmio>> = {
		1: {
			...VirtioMmio.registers,
			0x028: { name: 'GuestPageSize', write: (d, v) => (d.#pageSize = v) },
			0x03c: { name: 'QueueAlign', write: (d, v) => (d.#align = v) },
			0x040: { name: 'QueuePFN', read: (d) => d.#queuePage(), write: (d, v) => d.#place(v) }
		},
		2: {
			...VirtioMmio.registers,
			0x044: {
				name: 'QueueReady',
				read: (d) => (d.#queue?.ready ? 1 : 0),
				write: (d, v) => d.#setQueue((q) => (q.ready = (v & 1) !== 0))
			},
			...addressPair(0x080, 'QueueDesc', 'descriptors'),
			...addressPair(0x090, 'QueueDriver', 'available'),
			...addressPair(0x0a0, 'QueueDevice', 'used'),
			// No device here shares memory: a length of all ones says so.
			0x0ac: { name: 'SHMSel', write: () => {} },
			0x0b0: { name: 'SHMLenLow', read: () => 0xffff_ffff },
			0x0b4: { name: 'SHMLenHigh', read: () => 0xffff_ffff },
			0x0b8: { name: 'SHMBaseLow', read: () => 0xffff_ffff },
			0x0bc: { name: 'SHMBaseHigh', read: () => 0xffff_ffff },
			0x0fc: { name: 'ConfigGeneration', read: () => 0 }
		}
	};

	readonly name: string;
	readonly version: VirtioVersion;
	onUnlisted?: UnlistedListener | undefined;
	/** Told why the device stopped: a driver's mistake, worth a line in a log. */
	onBroken: ((reason: string) => void) | undefined;
	readonly #irq: IrqLine;
	readonly #memory: GuestMemory;
	readonly #device: VirtioDevice;
	readonly #queues: Virtqueue[];
	#status = 0;
	#interrupt = 0;
	#hostSelect = 0;
	#guestSelect = 0;
	/** The features that the driver accepted, low word first. */
	#accepted: [number, number] = [0, 0];
	#pageSize = 4096;
	#align = 4096;
	#selected = 0;

	constructor(
		name: string,
		irq: IrqLine,
		memory: GuestMemory,
		device: VirtioDevice,
		version: VirtioVersion = 2
	) {
		this.name = name;
		this.version = version;
		this.#irq = irq;
		this.#memory = memory;
		this.#device = device;
		this.#queues = device.queueSizes.map((size) => new Virtqueue(memory, size));
		device.onReady = (queue) => this.#serve(queue);
	}

	/** Nothing sits behind the transport. */
	get empty(): boolean {
		return this.#device.deviceId === 0;
	}

	read(offset: number, size: 1 | 2 | 4): number {
		return readRegister(VirtioMmio.#registersOf[this.version], this, offset, size);
	}
	write(offset: number, value: number, size: 1 | 2 | 4): void {
		writeRegister(VirtioMmio.#registersOf[this.version], this, offset, value, size);
	}

	/** Sets one half of an address of the selected queue. */
	setAddress(which: QueueAddress, half: 'low' | 'high', value: number): void {
		this.#setQueue((queue) => {
			const low = half === 'low' ? value : queue[which] % 2 ** 32;
			const high = half === 'high' ? value : Math.floor(queue[which] / 2 ** 32);
			queue[which] = high * 2 ** 32 + low;
		});
	}

	get #queue(): Virtqueue | undefined {
		return this.#queues[this.#selected];
	}

	#setQueue(change: (queue: Virtqueue) => void): void {
		if (this.#queue !== undefined) change(this.#queue);
	}

	get #offered(): bigint {
		// An empty slot has nothing to agree on.
		if (this.empty) return 0n;
		return this.#device.features | RING_FEATURES | (this.version === 2 ? VERSION_1 : 0n);
	}

	#features(word: number): number {
		const all = this.#offered;
		return word < 2 ? Number((all >> BigInt(32 * word)) & 0xffff_ffffn) : 0;
	}

	#accept(value: number): void {
		const word = this.#guestSelect;
		if (word < 2) this.#accepted[word] = value;
	}

	get #acceptedFeatures(): bigint {
		return (BigInt(this.#accepted[1]) << 32n) | BigInt(this.#accepted[0]);
	}

	/** The driver took nothing that was not offered, and VERSION_1, without which version 2 does not work. */
	get #agreed(): boolean {
		const accepted = this.#acceptedFeatures;
		return (accepted & ~this.#offered) === 0n && (accepted & VERSION_1) !== 0n;
	}

	/** Version 1: the page number of a queue that lies in one piece, 0 for a queue that is off. */
	#queuePage(): number {
		return this.#queue?.ready ? Math.floor(this.#queue.descriptors / this.#pageSize) : 0;
	}

	/** Version 1: table, available ring, and at the next multiple of the alignment the used ring. */
	#place(page: number): void {
		this.#setQueue((queue) => {
			const align = Math.max(this.#align, 1);
			queue.ready = page !== 0;
			queue.descriptors = page * this.#pageSize;
			queue.available = queue.descriptors + 16 * queue.size;
			const end = queue.available + 2 * (3 + queue.size);
			queue.used = Math.ceil(end / align) * align;
		});
	}

	#setStatus(value: number): void {
		if ((value & 0xff) === 0) return this.#reset();
		const refused = this.version === 2 && !this.#agreed ? FEATURES_OK : 0;
		// Only a reset takes NEEDS_RESET away.
		this.#status = (value & 0xff & ~refused) | (this.#status & NEEDS_RESET);
	}

	#reset(): void {
		this.#status = 0;
		this.#accepted = [0, 0];
		this.#queues.forEach((queue) => queue.reset());
		this.#setInterrupt(0);
	}

	/** Serves what waits in a queue, while the device has work for it. */
	#serve(index: number): void {
		const queue = this.#queues[index];
		const device = this.#device;
		const driven = (this.#status & (DRIVER_OK | NEEDS_RESET)) === DRIVER_OK;
		if (!queue?.usable || !driven) return;
		queue.features = this.#acceptedFeatures & RING_FEATURES;
		try {
			const before = queue.given;
			while (device.ready?.(index) ?? true) {
				const chain = queue.take();
				if (chain === undefined) break;
				queue.give(chain, device.serve(index, chain, this.#memory));
			}
			queue.askForBell();
			if (queue.given !== before && queue.wantsInterrupt(before))
				this.#setInterrupt(this.#interrupt | USED_BUFFER);
		} catch (error) {
			if (!(error instanceof BrokenQueue)) throw error;
			this.#status |= NEEDS_RESET;
			this.#setInterrupt(this.#interrupt | CONFIG_CHANGE);
			this.onBroken?.(`${this.name}, queue ${index}: ${error.message}; the driver must reset it`);
		}
	}

	#setInterrupt(bits: number): void {
		this.#interrupt = bits & 3;
		this.#irq.set(this.#interrupt !== 0);
	}

	snapshotState(): VirtioMmioState {
		return {
			status: this.#status,
			interrupt: this.#interrupt,
			hostSelect: this.#hostSelect,
			guestSelect: this.#guestSelect,
			accepted: [...this.#accepted],
			pageSize: this.#pageSize,
			align: this.#align,
			selected: this.#selected,
			queues: this.#queues.map((queue) => queue.snapshotState()),
			device: this.#device.snapshotState()
		};
	}
	restoreState(state: unknown): void {
		const saved = state as VirtioMmioState;
		this.#status = saved.status;
		this.#hostSelect = saved.hostSelect;
		this.#guestSelect = saved.guestSelect;
		this.#accepted = [...saved.accepted];
		this.#pageSize = saved.pageSize;
		this.#align = saved.align;
		this.#selected = saved.selected;
		this.#queues.forEach((queue, n) => queue.restoreState(saved.queues[n]));
		this.#device.restoreState(saved.device);
		this.#setInterrupt(saved.interrupt);
	}
}

type QueueAddress = 'descriptors' | 'available' | 'used';

/** Version 2: a 64-bit address of the selected queue in two registers. */
function addressPair(at: number, name: string, which: QueueAddress): RegisterMap<VirtioMmio> {
	return {
		[at]: { name: `${name}Low`, write: (d, v) => d.setAddress(which, 'low', v) },
		[at + 4]: { name: `${name}High`, write: (d, v) => d.setAddress(which, 'high', v) }
	};
}

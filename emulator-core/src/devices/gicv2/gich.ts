import type { MirroredRegisters, MmioDevice, UnlistedListener } from '../../bus/device.ts';
import {
	readRegister,
	registerArray,
	writeRegister,
	type RegisterMap
} from '../../bus/register-map.ts';
import {
	CpuInterface,
	Ctlr,
	type CpuInterfaceState,
	type InterruptSource,
	type PendingInterrupt
} from './cpu-interface.ts';
import type { Gicd } from './gicd.ts';
import { Lr } from './list-register.ts';

const LIST_REGISTERS = 4;

/** GICH_VTR: 5 priority bits, 5 preemption bits, four list registers. */
const VTR = 0x9000_0000 | (LIST_REGISTERS - 1);

/** GICH_HCR. */
const Hcr = {
	en: 1 << 0,
	underflow: 1 << 1,
	entryNotPresent: 1 << 2,
	noPending: 1 << 3,
	group0Enabled: 1 << 4,
	group0Disabled: 1 << 5,
	group1Enabled: 1 << 6,
	group1Disabled: 1 << 7,
	eoiCountShift: 27
} as const;

interface VirtualCpuState {
	hcr: number;
	lrs: number[];
	guest: CpuInterfaceState;
}

/**
 * The virtualization half of one CPU's interrupt controller: what the hypervisor put into the list
 * registers, and the interface through which the guest takes it.
 */
export class VirtualCpu implements InterruptSource {
	/** The guest's view, on the state that GICH_VMCR and GICH_APR show. */
	readonly guest = new CpuInterface(this);
	readonly lrs: number[] = new Array<number>(LIST_REGISTERS).fill(0);
	readonly #deactivatePhysical: (id: number) => void;
	readonly #changed: () => void;
	#hcr = 0;

	constructor(deactivatePhysical: (id: number) => void, changed: () => void) {
		this.#deactivatePhysical = deactivatePhysical;
		this.#changed = changed;
	}

	get hcr(): number {
		return this.#hcr;
	}
	set hcr(value: number) {
		const hcr = (value & 0xf800_00ff) >>> 0;
		// A world switch mostly writes what is there already: no reason to work all outputs out anew.
		if (this.#hcr === hcr) return;
		this.#hcr = hcr;
		this.#changed();
	}

	/** GICH_VMCR: the guest's CTLR, both binary points and priority mask in one word, for the world switch. */
	get vmcr(): number {
		const { ctlr, abpr, bpr, pmr } = this.guest;
		return (ctlr | (abpr << 18) | (bpr << 21) | ((pmr >> 3) << 27)) >>> 0;
	}
	set vmcr(value: number) {
		this.guest.ctlr = value;
		this.guest.abpr = value >>> 18;
		this.guest.bpr = value >>> 21;
		this.guest.pmr = (value >>> 27) << 3;
	}

	readLr(n: number): number {
		return this.lrs[n];
	}
	writeLr(n: number, value: number): void {
		const lr = (value & Lr.writable) >>> 0;
		if (this.lrs[n] === lr) return;
		this.lrs[n] = lr;
		this.#changed();
	}

	/** EISR: list registers whose interrupt the guest ended and whose EOI bit asks to be told. */
	get eisr(): number {
		return this.#listRegistersWhere((lr) => Lr.state(lr) === 0 && !(lr & Lr.hw) && !!(lr & Lr.eoi));
	}

	/** ELRSR: list registers that the hypervisor may fill. */
	get elrsr(): number {
		return this.#listRegistersWhere(
			(lr) => Lr.state(lr) === 0 && (!!(lr & Lr.hw) || !(lr & Lr.eoi))
		);
	}

	/** MISR: why the maintenance interrupt is high; each reason but the first has its enable in HCR. */
	get misr(): number {
		const hcr = this.#hcr;
		let valid = 0;
		let anyPending = false;
		for (const lr of this.lrs) {
			if (Lr.state(lr) !== 0) valid++;
			if (Lr.state(lr) === 1) anyPending = true;
		}
		const group0 = (this.guest.ctlr & Ctlr.enableGrp0) !== 0;
		const group1 = (this.guest.ctlr & Ctlr.enableGrp1) !== 0;
		const reasons =
			(valid <= 1 ? Hcr.underflow : 0) |
			(hcr >>> Hcr.eoiCountShift !== 0 ? Hcr.entryNotPresent : 0) |
			(anyPending ? 0 : Hcr.noPending) |
			(group0 ? Hcr.group0Enabled : Hcr.group0Disabled) |
			(group1 ? Hcr.group1Enabled : Hcr.group1Disabled);
		return (reasons & hcr) | (this.eisr !== 0 ? 1 : 0);
	}

	/** The level of the maintenance interrupt. */
	get maintenance(): boolean {
		return (this.#hcr & Hcr.en) !== 0 && this.misr !== 0;
	}

	/** Nothing is signalled to the guest while GICH_HCR.En is 0. */
	highestPending(): PendingInterrupt | undefined {
		if ((this.#hcr & Hcr.en) === 0) return undefined;
		let best: PendingInterrupt | undefined;
		for (const lr of this.lrs) {
			// Pending and active at once waits until the active half has ended.
			if (Lr.state(lr) !== 1) continue;
			const group = Lr.group(lr);
			const priority = Lr.priority(lr);
			// Which of equals goes first is the implementation's choice: here, as in QEMU, the first register.
			if (best !== undefined && priority >= best.priority) continue;
			best = { id: Lr.virtualId(lr), source: Lr.sender(lr), priority, group };
		}
		return best;
	}

	activate({ id, source }: PendingInterrupt): void {
		const n = this.#find(id, source, Lr.pending);
		this.lrs[n] = ((this.lrs[n] & ~Lr.pending) | Lr.active) >>> 0;
	}

	/**
	 * The guest ended an interrupt. One that no list register holds (the hypervisor took it out while
	 * it was active) is counted in HCR.EOICount, so that the hypervisor can find out.
	 */
	deactivate(id: number, source: number, counted: boolean): void {
		const n = this.#find(id, source, Lr.active);
		if (n < 0) {
			if (counted) this.#hcr = (this.#hcr + (1 << Hcr.eoiCountShift)) >>> 0;
			return;
		}
		const lr = this.lrs[n];
		this.lrs[n] = (lr & ~Lr.active) >>> 0;
		if (lr & Lr.hw) this.#deactivatePhysical(Lr.physicalId(lr));
	}

	changed(): void {
		this.#changed();
	}

	snapshotState(): VirtualCpuState {
		return { hcr: this.#hcr, lrs: [...this.lrs], guest: this.guest.snapshotState() };
	}
	restoreState(state: VirtualCpuState): void {
		this.#hcr = state.hcr;
		this.lrs.splice(0, LIST_REGISTERS, ...state.lrs);
		this.guest.restoreState(state.guest);
	}

	/** The list register of interrupt `id` whose state has `bit`; only SGIs tell their senders apart. */
	#find(id: number, source: number, bit: number): number {
		return this.lrs.findIndex(
			(lr) => (lr & bit) !== 0 && Lr.virtualId(lr) === id && (id >= 16 || Lr.sender(lr) === source)
		);
	}

	#listRegistersWhere(test: (lr: number) => boolean): number {
		let word = 0;
		for (let n = 0; n < LIST_REGISTERS; n++) if (test(this.lrs[n])) word |= 1 << n;
		return word;
	}
}

/**
 * GICH: the hypervisor's control of the virtual CPU interface. The architecture does not keep EL1
 * away from it; the hypervisor does, by not mapping it.
 */
export class Gich implements MmioDevice {
	static readonly registers: RegisterMap<Gich> = {
		0x00: { name: 'GICH_HCR', read: (d) => d.current.hcr, write: (d, v) => (d.current.hcr = v) },
		0x04: { name: 'GICH_VTR', read: () => VTR },
		0x08: { name: 'GICH_VMCR', read: (d) => d.current.vmcr, write: (d, v) => (d.current.vmcr = v) },
		0x10: { name: 'GICH_MISR', read: (d) => d.current.misr },
		0x20: { name: 'GICH_EISR0', read: (d) => d.current.eisr },
		0x24: { name: 'GICH_EISR1' },
		0x30: { name: 'GICH_ELRSR0', read: (d) => d.current.elrsr },
		0x34: { name: 'GICH_ELRSR1' },
		0xf0: {
			name: 'GICH_APR',
			read: (d) => d.current.guest.apr,
			write: (d, v) => (d.current.guest.apr = v)
		},
		...registerArray<Gich>(0x100, LIST_REGISTERS, {
			name: 'GICH_LR',
			read: (d, offset) => d.current.readLr((offset - 0x100) / 4),
			write: (d, v, offset) => d.current.writeLr((offset - 0x100) / 4, v)
		})
	};

	/** All of them: only what the guest or the hypervisor writes elsewhere changes one. */
	readonly mirrored: MirroredRegisters = {
		offsets: Object.keys(Gich.registers).map(Number),
		copyTo: (words) => {
			const { hcr, vmcr, misr, eisr, elrsr, guest, lrs } = this.current;
			words[0x00 >> 2] = hcr;
			words[0x04 >> 2] = VTR;
			words[0x08 >> 2] = vmcr;
			words[0x10 >> 2] = misr;
			words[0x20 >> 2] = eisr;
			words[0x30 >> 2] = elrsr;
			words[0xf0 >> 2] = guest.apr;
			for (let n = 0; n < LIST_REGISTERS; n++) words[(0x100 >> 2) + n] = lrs[n];
		},
		onChanged: undefined
	};

	readonly name = 'gich';
	onUnlisted?: UnlistedListener | undefined;
	/** One for each physical CPU. */
	readonly virtualCpus: readonly VirtualCpu[];
	readonly #currentCpu: () => number;
	readonly #changed: () => void;

	/** `changed` is called after each change that may move a virtual interrupt line or the maintenance interrupt. */
	constructor(gicd: Gicd, currentCpu: () => number, changed: () => void) {
		this.#currentCpu = currentCpu;
		this.#changed = changed;
		this.virtualCpus = Array.from(
			{ length: gicd.cpus },
			(_, cpu) => new VirtualCpu((id) => gicd.deactivate(cpu, id), changed)
		);
	}

	get current(): VirtualCpu {
		return this.virtualCpus[this.#currentCpu()];
	}

	read(offset: number, size: 1 | 2 | 4): number {
		return readRegister(Gich.registers, this, offset, size);
	}
	write(offset: number, value: number, size: 1 | 2 | 4): void {
		writeRegister(Gich.registers, this, offset, value, size);
	}

	snapshotState(): VirtualCpuState[] {
		return this.virtualCpus.map((each) => each.snapshotState());
	}
	restoreState(state: unknown): void {
		const saved = state as VirtualCpuState[];
		this.virtualCpus.forEach((each, cpu) => each.restoreState(saved[cpu]));
		this.#changed();
	}
}

import type { IrqLine, MmioDevice, UnlistedListener } from '../../bus/device.ts';
import {
	readRegister,
	registerArray,
	writeRegister,
	type RegisterMap
} from '../../bus/register-map.ts';
import { lowestBit, PRIORITY_BITS, type PendingInterrupt } from './cpu-interface.ts';

/** INTIDs 0-15: sent by a CPU. 16-31: each CPU's own devices. From 32 on: shared. */
const SGIS = 16;
const SPI_BASE = 32;

/** ICFGR reads 0b10 (edge) for every SGI. */
const SGI_CONFIG = 0xaaaa_aaaa;

/** The identification registers of a GIC-400, from 0xfd0 on: architecture revision 2 in PIDR2. */
const IDENTIFICATION = [0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1];
const IIDR = 0x0200_143b;

/** One interrupt as the distributor holds it. */
export interface InterruptState {
	readonly id: number;
	readonly enabled: boolean;
	readonly pending: boolean;
	readonly active: boolean;
	/** 0 is the most urgent, 0xf8 the least. */
	readonly priority: number;
}

interface GicdState {
	ctlr: number;
	group: number[];
	enabled: number[];
	latched: number[];
	active: number[];
	level: number[];
	edge: number[];
	priority: number[];
	targets: number[];
	sgiSenders: number[];
}

/**
 * GICD: the distributor of a GICv2 without Security Extensions and with both interrupt groups (all
 * start in group 0, so bit 0 of CTLR is the enable that Linux writes). It holds the state of every
 * interrupt; the CPU interfaces ask it for the most urgent one.
 *
 * The first 32 interrupts exist once for each CPU, and a register that describes them shows the copy
 * of the CPU that reads it. So bitmaps are kept as words: word 0 for each CPU, then the shared ones.
 */
export class Gicd implements MmioDevice {
	readonly name = 'gicd';
	onUnlisted?: UnlistedListener | undefined;
	readonly cpus: number;
	/** Number of INTIDs, a multiple of 32. */
	readonly lines: number;

	readonly #registers: RegisterMap<Gicd>;
	readonly #currentCpu: () => number;
	readonly #changed: () => void;
	/** The answers of #search since the last change, by CPU: virtual interrupts ask often and change nothing here. */
	readonly #found: ({ best: PendingInterrupt | undefined } | undefined)[] = [];

	#ctlr = 0;
	readonly #group: Uint32Array;
	readonly #enabled: Uint32Array;
	/** Pending by an edge, or by a write to ISPENDR; cleared by acknowledge. SGIs have #sgiSenders instead. */
	readonly #latched: Uint32Array;
	readonly #active: Uint32Array;
	/** The input lines as they are now. */
	readonly #level: Uint32Array;
	readonly #edge: Uint32Array;
	readonly #priority: Uint8Array;
	readonly #targets: Uint8Array;
	/** For each CPU and SGI, the set of CPUs that have sent it and wait. */
	readonly #sgiSenders: Uint8Array;

	/** `spis` is rounded up to a multiple of 32. `changed` is called after each change that may move an output. */
	constructor(cpus: number, spis: number, currentCpu: () => number, changed: () => void) {
		this.cpus = cpus;
		this.lines = SPI_BASE + 32 * Math.ceil(spis / 32);
		this.#currentCpu = currentCpu;
		this.#changed = changed;
		const words = cpus - 1 + this.lines / 32;
		this.#group = new Uint32Array(words);
		this.#enabled = new Uint32Array(words);
		this.#latched = new Uint32Array(words);
		this.#active = new Uint32Array(words);
		this.#level = new Uint32Array(words);
		this.#edge = new Uint32Array(words);
		this.#priority = new Uint8Array(32 * words);
		// With one CPU there is no choice; a kernel may leave ITARGETSR alone.
		this.#targets = new Uint8Array(32 * words).fill(cpus === 1 ? 1 : 0);
		this.#sgiSenders = new Uint8Array(SGIS * cpus);
		this.#enabled.fill(0xffff, 0, cpus);
		this.#registers = gicdRegisters(this.lines);
	}

	read(offset: number, size: 1 | 2 | 4): number {
		return readRegister(this.#registers, this, offset, size);
	}
	write(offset: number, value: number, size: 1 | 2 | 4): void {
		writeRegister(this.#registers, this, offset, value, size);
	}

	/** The input wire of interrupt `id`; `cpu` says whose, for a PPI. */
	line(id: number, cpu = 0): IrqLine {
		const slot = this.#slot(id >>> 5, cpu);
		const bit = (1 << (id & 31)) >>> 0;
		return {
			set: (level) => {
				if (((this.#level[slot] & bit) !== 0) === level) return;
				if (level) {
					this.#level[slot] |= bit;
					if (this.#edge[slot] & bit) this.#latched[slot] |= bit;
				} else this.#level[slot] &= ~bit;
				this.#moved();
			}
		};
	}

	/**
	 * The most urgent interrupt that is pending for `cpu`, enabled, not active, and of a group that CTLR has
	 * on. Of equal priorities the lowest INTID wins.
	 */
	highestPending(cpu: number): PendingInterrupt | undefined {
		return (this.#found[cpu] ??= { best: this.#search(cpu) }).best;
	}

	/** Acknowledge: pending becomes active. A level-sensitive line that is still high leaves it pending too. */
	activate(cpu: number, { id, source }: PendingInterrupt): void {
		const slot = this.#slot(id >>> 5, cpu);
		const bit = 1 << (id & 31);
		this.#active[slot] |= bit;
		this.#found.fill(undefined);
		if (id < SGIS) this.#sgiSenders[SGIS * cpu + id] &= ~(1 << source);
		else this.#latched[slot] &= ~bit;
	}

	/** End of interrupt, by GICC_EOIR, by GICC_DIR, or by a guest through a hardware list register. */
	deactivate(cpu: number, id: number): void {
		if (id < this.lines) this.#active[this.#slot(id >>> 5, cpu)] &= ~(1 << (id & 31));
		this.#moved();
	}

	/**
	 * The interrupts of `cpu` that are pending, active, or enabled by software, for displays: reading
	 * them changes nothing. SGIs, always enabled, are listed only while one is pending or active.
	 */
	interrupts(cpu: number): InterruptState[] {
		const listed: InterruptState[] = [];
		for (let n = 0; n < this.lines / 32; n++) {
			const slot = this.#slot(n, cpu);
			const waiting = this.#pending(n, cpu);
			for (let bit = 0; bit < 32; bit++) {
				const has = (word: number) => ((word >>> bit) & 1) !== 0;
				const id = 32 * n + bit;
				const enabled = has(this.#enabled[slot]);
				const [pending, active] = [has(waiting), has(this.#active[slot])];
				if (!pending && !active && (!enabled || id < SGIS)) continue;
				listed.push({ id, enabled, pending, active, priority: this.#priority[32 * slot + bit] });
			}
		}
		return listed;
	}

	get ctlr(): number {
		return this.#ctlr;
	}
	set ctlr(value: number) {
		this.#ctlr = value & 3;
		this.#moved();
	}

	/** ITLinesNumber and CPUNumber; SecurityExtn is 0. */
	get typer(): number {
		return (this.lines / 32 - 1) | ((this.cpus - 1) << 5);
	}

	/** One word of the bitmap `which`, as the accessing CPU sees it. */
	readBits(which: Bitmap, n: number): number {
		if (which === 'pending') return this.#pending(n, this.#currentCpu()) >>> 0;
		return this.#bitmap(which)[this.#slot(n, this.#currentCpu())];
	}

	/** Sets or clears the bits that are 1 in `bits`: the way of the ISxxx and ICxxx register pairs. */
	changeBits(which: Bitmap, n: number, bits: number, to: boolean): void {
		// SGIs are always enabled, and are made pending by SGIR and SPENDSGIR alone.
		const changeable = n === 0 && which !== 'active' ? bits & 0xffff_0000 : bits;
		const words = this.#bitmap(which);
		const slot = this.#slot(n, this.#currentCpu());
		if (to) words[slot] |= changeable;
		else words[slot] &= ~changeable;
		this.#moved();
	}

	readGroup(n: number): number {
		return this.#group[this.#slot(n, this.#currentCpu())];
	}
	writeGroup(n: number, bits: number): void {
		this.#group[this.#slot(n, this.#currentCpu())] = bits;
		this.#moved();
	}

	readPriority(id: number): number {
		return this.#priority[this.#at(id)];
	}
	writePriority(id: number, value: number): void {
		this.#priority[this.#at(id)] = value & PRIORITY_BITS;
		this.#moved();
	}

	/** A CPU's own interrupts all read its own mask: that is how Linux learns which interface it has. */
	readTargets(id: number): number {
		return id < SPI_BASE ? 1 << this.#currentCpu() : this.#targets[this.#at(id)];
	}
	writeTargets(id: number, mask: number): void {
		if (id < SPI_BASE) return;
		this.#targets[this.#at(id)] = mask & ((1 << this.cpus) - 1);
		this.#moved();
	}

	/** ICFGR gives each interrupt two bits, of which the upper says edge; 16 interrupts to a word. */
	readConfig(n: number): number {
		if (n < 2) return n === 0 ? SGI_CONFIG : 0;
		const half = this.#edge[this.#slot(n >> 1, 0)] >>> (16 * (n & 1));
		let word = 0;
		for (let i = 0; i < 16; i++) word |= ((half >>> i) & 1) << (2 * i + 1);
		return word >>> 0;
	}
	/**
	 * PPIs stay level-sensitive whatever is written, as on a GIC-400: a virtual timer interrupt that an
	 * edge had latched would outlive the world switch that takes its line down.
	 */
	writeConfig(n: number, word: number): void {
		if (n < 2) return;
		const slot = this.#slot(n >> 1, 0);
		for (let i = 0; i < 16; i++) {
			const bit = 1 << (16 * (n & 1) + i);
			if ((word >>> (2 * i + 1)) & 1) this.#edge[slot] |= bit;
			else this.#edge[slot] &= ~bit;
		}
		this.#moved();
	}

	/** SGIR: sends SGI `value[3:0]` to a list of CPUs, to all others, or to the sender itself. */
	sendSgi(value: number): void {
		const sender = this.#currentCpu();
		const self = 1 << sender;
		const all = (1 << this.cpus) - 1;
		const filter = (value >>> 24) & 3;
		const list = (value >>> 16) & 0xff;
		const targets = [list & all, all & ~self, self, 0][filter];
		for (let cpu = 0; cpu < this.cpus; cpu++)
			if (targets & (1 << cpu)) this.#sgiSenders[SGIS * cpu + (value & 15)] |= self;
		this.#moved();
	}

	/** CPENDSGIR and SPENDSGIR: a byte for each SGI, a bit in it for each CPU that sent it. */
	readSgiSenders(id: number): number {
		return this.#sgiSenders[SGIS * this.#currentCpu() + id];
	}
	changeSgiSenders(id: number, bits: number, to: boolean): void {
		const at = SGIS * this.#currentCpu() + id;
		if (to) this.#sgiSenders[at] |= bits & ((1 << this.cpus) - 1);
		else this.#sgiSenders[at] &= ~bits;
		this.#moved();
	}

	snapshotState(): GicdState {
		return {
			ctlr: this.#ctlr,
			group: [...this.#group],
			enabled: [...this.#enabled],
			latched: [...this.#latched],
			active: [...this.#active],
			level: [...this.#level],
			edge: [...this.#edge],
			priority: [...this.#priority],
			targets: [...this.#targets],
			sgiSenders: [...this.#sgiSenders]
		};
	}
	restoreState(state: unknown): void {
		const saved = state as GicdState;
		this.#ctlr = saved.ctlr;
		this.#group.set(saved.group);
		this.#enabled.set(saved.enabled);
		this.#latched.set(saved.latched);
		this.#active.set(saved.active);
		this.#level.set(saved.level);
		this.#edge.set(saved.edge);
		this.#priority.set(saved.priority);
		this.#targets.set(saved.targets);
		this.#sgiSenders.set(saved.sgiSenders);
		this.#moved();
	}

	#search(cpu: number): PendingInterrupt | undefined {
		const forwarded = this.#ctlr;
		if (forwarded === 0) return undefined;
		let best: { id: number; priority: number; group: 0 | 1 } | undefined;
		for (let n = 0; n < this.lines / 32; n++) {
			const slot = this.#slot(n, cpu);
			let candidates = this.#pending(n, cpu) & this.#enabled[slot] & ~this.#active[slot];
			if ((forwarded & 1) === 0) candidates &= this.#group[slot];
			if ((forwarded & 2) === 0) candidates &= ~this.#group[slot];
			for (; candidates !== 0; candidates &= candidates - 1) {
				const bit = lowestBit(candidates);
				const at = 32 * slot + bit;
				const priority = this.#priority[at];
				if (n > 0 && (this.#targets[at] & (1 << cpu)) === 0) continue;
				if (best !== undefined && priority >= best.priority) continue;
				best = { id: 32 * n + bit, priority, group: ((this.#group[slot] >>> bit) & 1) as 0 | 1 };
			}
		}
		if (best === undefined) return undefined;
		const source = best.id < SGIS ? lowestBit(this.#sgiSenders[SGIS * cpu + best.id]) : 0;
		return { ...best, source };
	}

	#moved(): void {
		this.#found.fill(undefined);
		this.#changed();
	}

	/** Where word `n` of a bitmap lies for `cpu`. */
	#slot(n: number, cpu: number): number {
		return n === 0 ? cpu : this.cpus - 1 + n;
	}

	/** Where the byte of interrupt `id` lies for the accessing CPU. */
	#at(id: number): number {
		return 32 * this.#slot(id >>> 5, this.#currentCpu()) + (id & 31);
	}

	/** Pending: latched, or level-sensitive with the line high. SGIs: sent and not yet taken. */
	#pending(n: number, cpu: number): number {
		const slot = this.#slot(n, cpu);
		let pending = this.#latched[slot] | (this.#level[slot] & ~this.#edge[slot]);
		if (n === 0)
			for (let sgi = 0; sgi < SGIS; sgi++)
				if (this.#sgiSenders[SGIS * cpu + sgi] !== 0) pending |= 1 << sgi;
		return pending;
	}

	#bitmap(which: Bitmap): Uint32Array {
		if (which === 'enabled') return this.#enabled;
		return which === 'pending' ? this.#latched : this.#active;
	}
}

type Bitmap = 'enabled' | 'pending' | 'active';

/** The register map depends on how many interrupts there are: what lies beyond is not listed. */
function gicdRegisters(lines: number): RegisterMap<Gicd> {
	const words = lines / 32;
	const pair = (setAt: number, clearAt: number, which: Bitmap, name: string) => ({
		...registerArray<Gicd>(setAt, words, {
			name: `GICD_IS${name}R`,
			read: (d, offset) => d.readBits(which, (offset - setAt) / 4),
			write: (d, v, offset) => d.changeBits(which, (offset - setAt) / 4, v, true)
		}),
		...registerArray<Gicd>(clearAt, words, {
			name: `GICD_IC${name}R`,
			read: (d, offset) => d.readBits(which, (offset - clearAt) / 4),
			write: (d, v, offset) => d.changeBits(which, (offset - clearAt) / 4, v, false)
		})
	});
	return {
		0x000: { name: 'GICD_CTLR', read: (d) => d.ctlr, write: (d, v) => (d.ctlr = v) },
		0x004: { name: 'GICD_TYPER', read: (d) => d.typer },
		0x008: { name: 'GICD_IIDR', read: () => IIDR },
		...registerArray<Gicd>(0x080, words, {
			name: 'GICD_IGROUPR',
			read: (d, offset) => d.readGroup((offset - 0x080) / 4),
			write: (d, v, offset) => d.writeGroup((offset - 0x080) / 4, v)
		}),
		...pair(0x100, 0x180, 'enabled', 'ENABLE'),
		...pair(0x200, 0x280, 'pending', 'PEND'),
		...pair(0x300, 0x380, 'active', 'ACTIVE'),
		...registerArray<Gicd>(0x400, lines / 4, {
			name: 'GICD_IPRIORITYR',
			bytes: true,
			read: (d, offset) => d.readPriority(offset - 0x400),
			write: (d, v, offset) => d.writePriority(offset - 0x400, v)
		}),
		...registerArray<Gicd>(0x800, lines / 4, {
			name: 'GICD_ITARGETSR',
			bytes: true,
			read: (d, offset) => d.readTargets(offset - 0x800),
			write: (d, v, offset) => d.writeTargets(offset - 0x800, v)
		}),
		...registerArray<Gicd>(0xc00, lines / 16, {
			name: 'GICD_ICFGR',
			read: (d, offset) => d.readConfig((offset - 0xc00) / 4),
			write: (d, v, offset) => d.writeConfig((offset - 0xc00) / 4, v)
		}),
		// Without Security Extensions nobody is to be kept from anything.
		...registerArray<Gicd>(0xe00, lines / 16, { name: 'GICD_NSACR' }),
		0xf00: { name: 'GICD_SGIR', write: (d, v) => d.sendSgi(v) },
		...registerArray<Gicd>(0xf10, SGIS / 4, {
			name: 'GICD_CPENDSGIR',
			bytes: true,
			read: (d, offset) => d.readSgiSenders(offset - 0xf10),
			write: (d, v, offset) => d.changeSgiSenders(offset - 0xf10, v, false)
		}),
		...registerArray<Gicd>(0xf20, SGIS / 4, {
			name: 'GICD_SPENDSGIR',
			bytes: true,
			read: (d, offset) => d.readSgiSenders(offset - 0xf20),
			write: (d, v, offset) => d.changeSgiSenders(offset - 0xf20, v, true)
		}),
		...registerArray<Gicd>(0xfd0, IDENTIFICATION.length, {
			name: 'GICD_PIDR/CIDR',
			read: (_, offset) => IDENTIFICATION[(offset - 0xfd0) / 4]
		})
	};
}

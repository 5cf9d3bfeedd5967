import type { Measure } from 'checks';
import type {
	ExplainedWalk,
	GicView,
	Position,
	RegisterSnapshot,
	StopReason,
	TrapRecord
} from 'emulator-core';

export type { GicView, Position, TimerView } from 'emulator-core';

/**
 * What a lesson's page and the Worker that steps its machine say to each other: plain data, cloned by
 * postMessage. Every request has a number; its answer, or its refusal in words, carries the same one.
 */

/** The machine of a lesson: the tree as shipped, from the state that the site's build saved for it. */
export interface ShippedMachine {
	readonly kind: 'shipped';
	/** Where the site's files are, with a slash at its end. */
	readonly site: string;
	/** `chapter/lesson`, as in the address. */
	readonly lesson: string;
}

/** Or a tree that the student has built: it is booted from reset, and its moments are looked for. */
export interface BuiltMachine {
	readonly kind: 'built';
	readonly kernel: Uint8Array;
	readonly initrd: Uint8Array;
	/** The host's kernel and the guest's, with symbols and lines. */
	readonly elf: { readonly host: Uint8Array; readonly guest: Uint8Array };
	/** Values of asm-offsets.h of this tree, by name. */
	readonly offsets: Readonly<Record<string, number>>;
	readonly lesson: string;
	readonly site: string;
}

/** A request or its answer, as it is posted. */
export type Numbered<T> = T & { readonly n: number };

export type Ask =
	| { readonly ask: 'open'; readonly machine: ShippedMachine | BuiltMachine }
	/** To a moment of the lesson, by name. */
	| { readonly ask: 'moment'; readonly name: string }
	| { readonly ask: 'seek'; readonly to: Position }
	/** `times`: as often as the key was pressed while the machine was busy; 1 if left out. */
	| { readonly ask: 'step'; readonly by: StepKind; readonly times?: number }
	/**
	 * To what a reader has typed: back to the last write of a register or an address, or on to the next; to
	 * a source line or a function; to an instruction by its number. See sought.ts.
	 */
	| { readonly ask: 'find'; readonly text: string; readonly way: Way }
	/** What the page shows of the machine where it stands: a walk through its tables. */
	| {
			readonly ask: 'walk';
			readonly va: bigint;
			readonly access: 'read' | 'write' | 'fetch';
			/** Of the guest where the machine is in the host or at EL2: its registers from the vCPU's memory. */
			readonly of: 'now' | 'guest';
	  }
	/** What would happen if: tried on a scratch copy, the machine itself stays where it is. */
	| { readonly ask: 'try'; readonly change: Change; readonly until: 'exception' | 'acknowledge' }
	/** What the one thing that comes next at a moment is; the machine itself stays where it is. */
	| { readonly ask: 'next'; readonly moment: string }
	/** The answer to a question about the run; the machine itself stays where it is. */
	| { readonly ask: 'measure'; readonly what: Measure }
	/** A short name of the whole state, for tests. */
	| { readonly ask: 'hash' };

/** Give up what is looked for. It has no answer of its own: the search is refused. */
export interface Cancel {
	readonly ask: 'cancel';
}

export type Way = 'back' | 'on';

/**
 * `over`: to the next line of the same function. `trap`: to the next exception entry or return.
 * `exit`: to just before the next instruction of the guest that exits.
 */
export type StepKind = 'instruction' | 'back' | 'over' | 'trap' | 'trap-back' | 'exit';

export type Change =
	/** 64 bits of physical memory: a descriptor. */
	| { readonly kind: 'memory'; readonly pa: number; readonly value: bigint }
	/** The guest's own next access, in place of what it would do. */
	| { readonly kind: 'access'; readonly va: bigint; readonly access: 'read' | 'write' | 'fetch' }
	/** As KVM_IRQ_LINE would: the distributor's emulation is told that a line of the VM is high. */
	| { readonly kind: 'interrupt'; readonly id: number };

export type Answer =
	| { readonly say: 'view'; readonly view: View }
	/** Code in the words stands between backquotes. */
	| { readonly say: 'found'; readonly view: View; readonly words: string }
	| { readonly say: 'walk'; readonly walk: ExplainedWalk }
	| { readonly say: 'tried'; readonly outcome: Tried }
	| { readonly say: 'next'; readonly next: Next }
	| { readonly say: 'measured'; readonly measured: Measured }
	| { readonly say: 'hash'; readonly hash: string }
	| { readonly say: 'refused'; readonly why: string };

/** Said before the answer to a long search: up to which instruction has been looked. */
export interface Looked {
	readonly say: 'looked';
	readonly at: number;
}

/** What came of a change on the scratch copy. */
export interface Tried {
	/** The exceptions entered and left since, oldest first. */
	readonly records: readonly TrapRecord[];
	readonly reason: StopReason;
	/** The guest has acknowledged the interrupt that was tried. */
	readonly acknowledged: number | undefined;
	readonly view: View;
}

/** What the machine does next at a moment, and the registers that decide it. */
export interface Next {
	/** Whose instruction it is. */
	readonly world: World;
	/** The instruction as text; undefined where it cannot be fetched. */
	readonly text: string | undefined;
	/** The exception that is entered, if any: by the instruction, or by an interrupt before it. */
	readonly record: TrapRecord | undefined;
	readonly elAfter: number;
	/** HCR_EL2 and SPSR_EL2 before. */
	readonly hcr: bigint;
	readonly spsr: bigint;
}

/** The machine's answer to a question. */
export interface Measured {
	readonly value: bigint;
	/** Other numbers, which are read by a known mistake. */
	readonly near: readonly Near[];
}

export interface Near {
	readonly is:
		| 'va'
		| 'ipa'
		| 'pa'
		| 'one-instruction-early'
		| 'one-instruction-late'
		| 'not-subtracted'
		| 'physical-time'
		| 'exit-before'
		| 'exit-after'
		| 'whole-syndrome';
	readonly value: bigint;
}

/** The machine where it stands, for widgets. */
export interface View {
	readonly position: Position;
	/** Ticks of the 100 MHz counter. */
	readonly tick: number;
	/** The lesson's moment that this is, if it is one. */
	readonly moment: string | undefined;
	/** Whose instruction is next. `hyp` is EL2. */
	readonly world: World;
	readonly registers: RegisterSnapshot;
	/** One step earlier; undefined at the start of what is recorded. */
	readonly before: RegisterSnapshot | undefined;
	/** The vCPU's memory one step earlier: what the last instruction stored there shows in it. */
	readonly vcpuBefore?: VcpuView | undefined;
	/** An interrupt is taken before the next instruction. */
	readonly interruptWaits: boolean;
	readonly code: CodeView;
	readonly vcpu: VcpuView | undefined;
	readonly gic: GicView;
	/** Every exception entry and return known so far around here, oldest first, the future included. */
	readonly records: readonly TrapRecord[];
	/** From where to where the run can be gone through now, in instructions. */
	readonly range: { readonly from: number; readonly to: number };
	/** Where the lesson's moments are; those that this tree never reaches are missing. */
	readonly moments: Readonly<Record<string, Position>>;
}

export type World = 'guest' | 'host' | 'hyp';

/** Around the next instruction. */
export interface CodeView {
	/** Path from the tree's root, and 1-based line; undefined where no line is known. */
	readonly file: string | undefined;
	readonly line: number | undefined;
	readonly symbol: string | undefined;
	readonly instructions: readonly CodeLine[];
}

export interface CodeLine {
	readonly pc: bigint;
	readonly word: number;
	readonly text: string;
	/** The instruction in words, by the instruction table. */
	readonly says: string;
	readonly symbol: string | undefined;
	/** Bytes from the symbol. */
	readonly offset: number;
	readonly file: string | undefined;
	readonly line: number | undefined;
	readonly current: boolean;
	/** Where a branch goes, by name: a function, or a place in one. */
	readonly target?: string | undefined;
}

/** One register of EL1 or of the general set, in the CPU and in the two places where it is kept. */
export interface KeptRegister {
	readonly name: string;
	readonly now: bigint;
	readonly host: bigint;
	readonly guest: bigint;
}

/** The vCPU's memory, read by the offsets of the tree itself. */
export interface VcpuView {
	/** Kernel address of struct kvm_vcpu. */
	readonly address: bigint;
	readonly registers: readonly KeptRegister[];
	/** What el1_sync noted for handle_exit. */
	readonly fault: { readonly esr: bigint; readonly far: bigint; readonly hpfar: bigint };
	readonly hcr: bigint;
	readonly irqLines: bigint;
	readonly vttbr: bigint;
	readonly timer: { readonly ctl: bigint; readonly cval: bigint; readonly cntvoff: bigint };
	readonly vgic: VgicView | undefined;
}

/** The distributor that KVM plays, and the list registers that it keeps while the vCPU rests. */
export interface VgicView {
	readonly enabled: boolean;
	readonly interrupts: readonly DistributorInterrupt[];
	readonly hcr: number;
	readonly vmcr: number;
	readonly apr: number;
	readonly listRegisters: readonly number[];
	/** A bit for each list register in use. */
	readonly used: number;
}

/** One interrupt of the emulated distributor; only those that are enabled, pending or active are listed. */
export interface DistributorInterrupt {
	readonly id: number;
	readonly enabled: boolean;
	readonly pending: boolean;
	readonly active: boolean;
	readonly edge: boolean;
	readonly priority: number;
	/** The list register that holds it. */
	readonly listRegister: number | undefined;
}

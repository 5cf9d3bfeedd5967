/**
 * What is behind a wrong answer: for each thing that is asked, by what the machine did, by what was
 * answered. All lessons take their explanations from here, so each is written once. `any` explains a
 * wrong answer whatever the machine did, `else` any other one.
 */
export type Asked = 'traps' | 'class' | 'level';

/** What happened at the moment, as far as it matters for an explanation. */
export type Happening =
	| 'hvc'
	| 'smc'
	| 'svc'
	| 'wfi'
	| 'system-register'
	/** Aborts, by whose tables: the guest's own, or those of the hypervisor. */
	| 'fetch-stage-1'
	| 'fetch-stage-2'
	| 'data-stage-1'
	| 'data-stage-2'
	/** While the guest runs: of the hardware, to EL2; or made for the guest, to its EL1. */
	| 'interrupt'
	| 'virtual-interrupt'
	/** Without an exception. */
	| 'eret'
	| 'host-wfi'
	| 'guest-wfi'
	| 'timer'
	| 'access'
	| 'plain'
	/** Any other exception. */
	| 'exception';

type Answers = Readonly<Record<string, string>>;
type Explanations = Readonly<Partial<Record<Happening | 'any', Answers>>>;

const onlyFetch =
	'An instruction abort means that the instruction itself could not be fetched. This one was fetched; what it wanted to do is what was stopped.';
const noCall =
	'Nobody called here. A trap need not be a call: HCR_EL2 and stage 2 stop a guest that asks for nothing.';

export const explanations: Readonly<Record<Asked, Explanations>> = {
	level: {
		any: {
			0: 'No exception leads to EL0: programs run there, and have no vectors. Only an eret leads down to it.',
			1: 'EL1 is the kernels’ own level. What is taken away from a kernel is taken to the level above it.',
			2: 'Not every exception is the hypervisor’s affair. It is entered where the architecture, or a bit of HCR_EL2, says so.',
			3: 'EL3 is for firmware, and this machine has none: EL2 is its highest level.',
			4: 'There is no EL4. There are four levels, but they are counted from 0: EL0, EL1, EL2 and EL3.'
		},
		hvc: {
			0: 'An exception never leads to a lower level than the one it comes from. Programs at EL0 have no vectors to take one.',
			1: 'HVC is not taken at EL1, whoever uses it. The call that is taken at EL1 is SVC: with it a program calls its kernel. One level up, the same step is HVC, from a kernel to the hypervisor.'
		},
		'fetch-stage-2': {
			1: 'This is how a page fault usually goes: to the kernel that wrote the tables. But this fault is one of stage 2. The guest’s kernel did not write those tables and could not mend them, so the fault goes to whoever did.'
		},
		'data-stage-2': {
			1: 'A fault in the guest’s own tables would go to the guest’s kernel at EL1. This one is of stage 2, which that kernel knows nothing of.'
		},
		eret: {
			0: 'A program of the guest would run at EL0. The guest starts like any computer, in its kernel; there is no program yet.',
			1: 'An eret returns to the level that is written in SPSR_EL2, and it is not EL1 that is written there.',
			2: 'EL2 is where the eret is executed. It goes to the level that is written in SPSR_EL2, and a guest’s kernel runs at EL1, like any kernel.'
		},
		'virtual-interrupt': {
			2: 'That is right for an interrupt of the hardware: while a guest runs, IMO sends those to EL2. A virtual interrupt has been made for the guest, and is taken at EL1 without asking EL2. To spare that exit is what it is for.'
		}
	},
	traps: {
		any: {
			none: 'It does not get so far: an exception comes instead.',
			1: 'The guest’s kernel is asked when something of the guest’s own stands in the way: its tables, or a program that calls it. Here it is not.',
			2: 'The hypervisor is asked only where HCR_EL2, another register of EL2 or stage 2 says so. For this instruction none does.'
		},
		hvc: {
			none: 'An HVC has no other work to do: it is an exception and nothing else. Whether KVM knows the answer is found out long after, in C.',
			1: 'The guest will meet an exception at EL1 in the end, but KVM makes it by hand. The processor takes every HVC to EL2, known or not.'
		},
		svc: {
			none: 'SVC is an exception and nothing else: a program asks its kernel.',
			2: 'A system call of a guest does not leave the guest. SVC goes from EL0 to EL1, to the guest’s own kernel, at the speed of any system call. It would go to EL2 only if HCR_EL2.TGE were set.'
		},
		'data-stage-1': {
			none: 'The program’s tables have no entry for this page: its kernel gives it memory only when it is touched.',
			2: 'It is a widespread belief that the page faults of a guest go to the hypervisor. They did, when page tables had to be shadowed in software. With two stages, a fault in the guest’s own tables is taken at EL1, and no hypervisor hears of it.'
		},
		'data-stage-2': {
			none: 'The guest’s own tables lead to this page, and so the guest expects no fault. But they lead to an IPA only, and stage 2 has no entry for that yet.',
			1: 'The guest’s kernel takes the faults of its own tables, and those have an entry here. What is missing is missing at stage 2, of which it knows nothing.'
		},
		plain: {
			1: 'An exception to EL1 would need a cause of the guest’s own: its tables, an interrupt, a system call. Here it has none.',
			2: 'Stage 2 is not asked each time by software. Once the entry is in the table, the processor walks the table by itself; only what is missing or forbidden there traps.'
		},
		timer: {
			1: 'A kernel writes system registers itself: it is at EL1 already, and may.',
			2: 'It would be so if KVM played the timer in software. But the virtual timer is hardware that is handed to the guest with its other registers, so setting it costs nothing. The physical timer, CNTP, would trap.'
		},
		'host-wfi': {
			1: 'There is no guest in the machine now. The host is its own kernel, at EL1 already.',
			2: 'TWI is a bit of the guest’s HCR_EL2. On the way out hyp.S has written the host’s value, in which it is 0: nobody watches the host.'
		},
		'guest-wfi': {
			1: 'A wfi never traps to the kernel that executes it at EL1.',
			2: 'TWI is set, that is right. But it stops only a wfi that would have to wait. With an interrupt pending, even a masked one, the instruction is over at once.'
		},
		access: {
			1: 'The guest’s own tables map the address: its driver has seen to that.',
			2: 'For most devices that would be right: stage 2 maps nothing at their addresses. At this one it maps a page of registers in hardware, so that interrupts need no exits.'
		}
	},
	class: {
		any: {
			'0x01': 'Class 0x01 is for the two instructions that wait, WFI and WFE. This is another one.',
			'0x16': `Class 0x16 is for the instruction HVC alone. ${noCall}`,
			'0x17': `Class 0x17 is for the instruction SMC, by which a kernel calls its firmware. ${noCall}`,
			'0x18':
				'Class 0x18 is for MRS and MSR, which name their register in the instruction, and for instructions like them. This is another one.',
			'0x20': onlyFetch,
			'0x24':
				'A data abort needs a load or a store that does not reach its address. This instruction does neither.',
			interrupt:
				'An interrupt comes from outside, before any instruction. This exception was caused by the guest’s instruction, and so it has a class.',
			none: 'To the guest it will look so. But the machine left it for EL2 first: that is what a trap is.'
		},
		hvc: {
			'0x17':
				'SMC and HVC do look alike, and a guest may use either to ask for PSCI. This guest has learnt from its device tree that it is to use HVC, and each instruction has its own class.',
			'0x20':
				'An instruction abort means that the instruction itself could not be fetched. This one was fetched, and did what it is for.',
			none: 'An HVC has no other work to do: it is an exception and nothing else.'
		},
		wfi: {
			interrupt:
				'The interrupt is what the guest waits for. It has not come: what ends the guest’s run is its own wfi.',
			none: 'The processor would go to sleep, in a computer of the guest’s own. HCR_EL2.TWI forbids it to: the host may have work to do.'
		},
		'system-register': {
			'0x24':
				'A system register has no address. It is reached by MRS and MSR, not by loads and stores, and stopped by bits of HCR_EL2, not by page tables.',
			none: 'For most registers of EL1 that is right: they are the guest’s own while it runs. A few are taken away by bits of HCR_EL2, and ACTLR_EL1 is one.'
		},
		'data-stage-2': {
			'0x18':
				'A register of a device is no system register. It has an address, and is reached by loads and stores: what stops them is a table. Class 0x18 is for MRS and MSR.',
			interrupt:
				'An interrupt is what a device does to a processor. This is the other way round: an instruction of the guest wanted to reach an address, and its class says so.',
			none: 'The guest’s own tables allow this access, so the guest expects it to succeed. But both stages must allow it, and stage 2 does not.'
		},
		'fetch-stage-2': {
			'0x24':
				'A data abort is about the data of a load or a store. Here the instruction itself could not be fetched.',
			'0x20': onlyFetch
		},
		interrupt: {
			else: 'A class tells which instruction caused an exception. This one was caused by none: the guest’s next instruction has not even begun. What ESR_EL2 still shows is left from an earlier trap.',
			none: 'The guest’s instruction does nothing to cause one, that is right. But an interrupt is an exception too, and while a guest runs IMO takes it to EL2. It is an exit, and no trap.'
		}
	}
};

/** Numbers that are read by mistake, by what they are: see `Near` of the stepping machine. */
export const nearMisses = {
	va: 'That is the virtual address, before any translation.',
	ipa: 'That is the IPA, which stage 1 gives. The guest takes it for a physical address. Stage 2 comes after it.',
	pa: 'That is the physical address, which stage 2 gives. The IPA is what stage 1 gives before.',
	'one-instruction-early': 'That is what the machine shows one instruction earlier.',
	'one-instruction-late': 'That is what the machine shows one instruction later.',
	'not-subtracted':
		'That is the deadline itself, as a count. What is left is the deadline minus the time now.',
	'physical-time':
		'That is the distance to the physical count, CNTPCT. The guest’s time, CNTVCT, is behind it by CNTVOFF_EL2, and its deadline is in its own time.',
	'exit-before': 'That is the class of the exit before. The first one counts as 1.',
	'exit-after': 'That is the class of the exit after. The first one counts as 1, not as 0.',
	'whole-syndrome': 'That is the whole of ESR_EL2. The class is only its bits 31 to 26.'
} as const;

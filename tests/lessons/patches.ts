/**
 * Students' patches to the hypervisor, as edits of the shipped tree: right ones, and every mistake that
 * the checks name, in two spellings each. `find` must occur exactly once in the file.
 */

export type Edit = readonly [file: string, find: string, replace: string];

export interface StudentPatch {
	readonly name: string;
	/** Codes of the findings that the verdict must have, in its order. */
	readonly expect: readonly string[];
	readonly edits: readonly Edit[];
}

const kvmHost = 'linux-kvm-arm/include/linux/kvm_host.h';
const arm = 'linux-kvm-arm/arch/arm/kvm/arm.c';
const mmu = 'linux-kvm-arm/arch/arm/kvm/mmu.c';
const mmio = 'linux-kvm-arm/arch/arm/kvm/mmio.c';
const handleExit = 'linux-kvm-arm/arch/arm64/kvm/handle_exit.c';
const sysRegs = 'linux-kvm-arm/arch/arm64/kvm/sys_regs.c';
const hyp = 'linux-kvm-arm/arch/arm64/kvm/hyp.S';
const kvmMain = 'linux-kvm-arm/virt/kvm/kvm_main.c';
const asmOffsets = 'linux-kvm-arm/arch/arm64/kernel/asm-offsets.c';

const CPU = 'vcpu->cpu_trap_count++;';
const MEM = 'vcpu->mem_trap_count++;';
const IO = 'vcpu->io_trap_count++;';

const before = (file: string, find: string, text: string): Edit => [file, find, text + find];
const after = (file: string, find: string, text: string): Edit => [file, find, find + text];

// The three counters, and their way to the tracepoint.
const fields = before(
	kvmHost,
	'	struct kvm_vcpu_arch arch;',
	'	unsigned long cpu_trap_count;\n	unsigned long mem_trap_count;\n	unsigned long io_trap_count;\n'
);
const handOver: Edit = [
	arm,
	'trace_kvm_vm_hw2(0, 0, 0);',
	'trace_kvm_vm_hw2(vcpu->cpu_trap_count, vcpu->mem_trap_count, vcpu->io_trap_count);'
];
const base = [fields, handOver];

// CPU traps, at each handler.
const hvc = before(handleExit, '	trace_kvm_hvc(', `	${CPU}\n`);
const smc = after(
	handleExit,
	'static int handle_smc(struct kvm_vcpu *vcpu, struct kvm_run *run)\n{\n',
	`	${CPU}\n`
);
const wfx = before(handleExit, '	trace_kvm_wfi(', `	${CPU}\n`);
const unknown = before(handleExit, '	kvm_guest_err("unknown exception class', `	${CPU}\n`);
const sysreg = after(sysRegs, '	struct sys_reg_params params;\n', `\n	${CPU}\n`);
const cpuAtHandlers = [hvc, smc, wfx, unknown, sysreg];

// CPU traps, in one place: whatever the table names that is no abort.
const dispatch = '		return exit_handler(vcpu, run);';
const cpuInOnePlace = [
	before(handleExit, dispatch, `		if (exit_handler != kvm_handle_guest_abort)\n			${CPU}\n`)
];

// Memory and I/O at the branch of kvm_handle_guest_abort (rule B) and where the work is done (rule C).
const branch = '	if (!kvm_is_visible_gfn(vcpu->kvm, gfn)) {\n';
const memAtBranch = before(mmu, branch, `	if (kvm_is_visible_gfn(vcpu->kvm, gfn))\n		${MEM}\n`);
const ioAtBranch = after(mmu, branch, `		${IO}\n`);
const pageWork = '	if (fault_status == FSC_PERM && !write_fault) {\n';
const memAtWork = before(mmu, pageWork, `	${MEM}\n`);
const ioWork = '	if (!kvm_vcpu_dabt_isvalid(vcpu)) {\n';
const ioAtWork = before(mmio, ioWork, `	${IO}\n`);

const right = [...base, ...cpuAtHandlers, memAtBranch, ioAtBranch];
const rightC = [...base, ...cpuInOnePlace, memAtWork, ioAtWork];
/** A right patch with some of its edits left out and others put in. */
const but = (without: readonly Edit[], ...more: Edit[]) => [
	...right.filter((e) => !without.includes(e)),
	...more
];
const butC = (without: readonly Edit[], ...more: Edit[]) => [
	...rightC.filter((e) => !without.includes(e)),
	...more
];

const ioOutOfKvmRun = 'run->exit_reason == KVM_EXIT_MMIO';
const hypCount = `
	mrs	x0, tpidr_el2
	cbz	x0, 9f
	ldr	x1, [x0, #VCPU_CPU_TRAPS]
	add	x1, x1, #1
	str	x1, [x0, #VCPU_CPU_TRAPS]
9:
`;
const hypOffset = before(
	asmOffsets,
	'	DEFINE(VCPU_KVM,',
	'	DEFINE(VCPU_CPU_TRAPS, offsetof(struct kvm_vcpu, cpu_trap_count));\n'
);
const el1Sync = 'el1_sync:\n	push	x0, x1\n	push	x2, x3\n';

export const rightPatches: StudentPatch[] = [
	{ name: 'rule B: handlers and the branch', expect: ['right-b'], edits: right },
	{ name: 'rule C: where the work is done', expect: ['right-c'], edits: rightC }
];

export const wrongPatches: StudentPatch[] = [
	{
		name: 'A: switch on the exception class in handle_exit',
		expect: ['rule-a'],
		edits: [
			...base,
			before(
				handleExit,
				dispatch,
				`		switch (kvm_vcpu_trap_get_class(vcpu)) {
		case ESR_EL2_EC_IABT:
		case ESR_EL2_EC_DABT:
			${MEM}
			break;
		default:
			${CPU}
		}
`
			)
		]
	},
	{
		name: 'A: at the top of kvm_handle_guest_abort',
		expect: ['rule-a'],
		edits: but([memAtBranch, ioAtBranch], before(mmu, '	trace_kvm_guest_fault(', `	${MEM}\n`))
	},
	{
		name: 'D: exit_reason looked at after handle_exit',
		expect: ['rule-d'],
		edits: but(
			[ioAtBranch, handOver],
			before(arm, '		trace_kvm_vm_hw2(0, 0, 0);', `		if (${ioOutOfKvmRun})\n			${IO}\n`)
		).concat([[arm, 'trace_kvm_vm_hw2(0, 0, 0);', handOver[2]]])
	},
	{
		name: 'D: exit_reason looked at after the handler',
		expect: ['rule-d'],
		edits: but(
			[ioAtBranch],
			[
				handleExit,
				dispatch,
				`		{
			int ret = exit_handler(vcpu, run);

			if (${ioOutOfKvmRun})
				${IO}
			return ret;
		}`
			]
		)
	},
	{
		name: 'E: at the top of kvm_arch_vcpu_ioctl_run',
		expect: ['rule-e'],
		edits: but([ioAtBranch], after(arm, `	if (${ioOutOfKvmRun}) {\n`, `		${IO}\n`))
	},
	{
		name: 'E: in the KVM_RUN case, before the call',
		expect: ['rule-e'],
		edits: butC(
			[ioAtWork],
			[
				kvmMain,
				'	case KVM_RUN:\n		r = -EINVAL;\n		if (arg)\n			break;\n',
				`	case KVM_RUN:\n		r = -EINVAL;\n		if (arg)\n			break;\n		if (vcpu->run->exit_reason == KVM_EXIT_MMIO)\n			${IO}\n`
			]
		)
	},
	{
		name: 'F: behind the test for writes',
		expect: ['rule-f'],
		edits: but([ioAtBranch], before(mmio, '	data = mmio_read_data(run->mmio.data, len);', `	${IO}\n`))
	},
	{
		name: 'F: reads, asked at the top',
		expect: ['rule-f'],
		edits: butC(
			[ioAtWork],
			before(mmio, '	if (run->mmio.is_write)\n', `	if (!run->mmio.is_write)\n		${IO}\n`)
		)
	},
	{
		name: 'F: at the top of kvm_handle_mmio_return',
		expect: ['rule-f-late'],
		edits: but([ioAtBranch], before(mmio, '	if (run->mmio.is_write)\n', `	${IO}\n`))
	},
	{
		name: 'G: in el1_sync, before the host is told from the guest',
		expect: ['rule-g-host'],
		edits: but(cpuAtHandlers, hypOffset, after(hyp, el1Sync, hypCount))
	},
	{
		name: 'G: in el1_sync, after the class was read',
		expect: ['rule-g-host'],
		edits: butC(cpuInOnePlace, hypOffset, [
			hyp,
			'	lsr	x2, x1, #ESR_EL2_EC_SHIFT\n\n	cmp	x2, #ESR_EL2_EC_HVC64\n',
			`	lsr	x2, x1, #ESR_EL2_EC_SHIFT\n${hypCount}	mrs	x1, esr_el2\n	cmp	x2, #ESR_EL2_EC_HVC64\n`
		])
	},
	{
		name: 'CPU never counted',
		expect: ['class-never-counted'],
		edits: but(cpuAtHandlers)
	},
	{
		name: 'I/O never counted',
		expect: ['class-never-counted'],
		edits: butC([ioAtWork])
	},
	{
		name: 'IRQ exits counted in handle_exit',
		expect: ['irq-counted-as-cpu'],
		edits: but(
			[],
			before(handleExit, '		/* A host interrupt, and the host has served it', `		${CPU}\n`)
		)
	},
	{
		name: 'IRQ exits counted in the loop',
		expect: ['irq-counted-as-cpu'],
		edits: butC(
			[],
			before(arm, '		ret = handle_exit(vcpu, run, ret);', `		if (ret == ARM_EXCEPTION_IRQ)\n			${CPU}\n`)
		)
	},
	{
		name: 'HVC counted only after kvm_psci_call failed',
		expect: ['early-return'],
		edits: but([hvc], after(handleExit, '	if (ret >= 0)\n		return ret;\n', `	${CPU}\n`))
	},
	{
		name: 'HVC counted only when it is undefined',
		expect: ['early-return'],
		edits: but(
			[hvc],
			[
				handleExit,
				'		return ret;\n\n	kvm_inject_undefined(vcpu);\n	return 1;\n',
				`		return ret;\n\n	kvm_inject_undefined(vcpu);\n	${CPU}\n	return 1;\n`
			]
		)
	},
	{
		name: 'CPU counted in handle_exit and in the handlers',
		expect: ['counted-twice'],
		edits: but([], ...cpuInOnePlace)
	},
	{
		name: 'memory counted at the branch and in user_mem_abort',
		expect: ['counted-twice'],
		edits: but([], memAtWork)
	},
	{
		name: 'instruction aborts left out at the branch',
		expect: ['fetch-forgotten'],
		edits: but(
			[memAtBranch],
			before(mmu, branch, `	if (kvm_is_visible_gfn(vcpu->kvm, gfn) && !is_iabt)\n		${MEM}\n`)
		)
	},
	{
		name: 'only data aborts counted in user_mem_abort',
		expect: ['fetch-forgotten'],
		edits: butC(
			[memAtWork],
			before(mmu, pageWork, `	if (kvm_vcpu_trap_get_class(vcpu) == ESR_EL2_EC_DABT)\n		${MEM}\n`)
		)
	},
	{
		name: 'counters never handed over',
		expect: ['never-handed-over'],
		edits: but([handOver])
	},
	{
		name: 'other variables handed over',
		expect: ['never-handed-over'],
		edits: butC(
			[handOver],
			[
				arm,
				'trace_kvm_vm_hw2(0, 0, 0);',
				'{ unsigned long cpu_trap_count = 0, mem_trap_count = 0, io_trap_count = 0;\n		trace_kvm_vm_hw2(cpu_trap_count, mem_trap_count, io_trap_count); }'
			]
		)
	},
	{
		name: 'per-phase counts by resetting after each line',
		expect: ['counters-restart', 'counters-restart', 'counters-restart'],
		edits: but(
			[handOver],
			[
				arm,
				'trace_kvm_vm_hw2(0, 0, 0);',
				`${handOver[2]}\n		vcpu->cpu_trap_count = vcpu->mem_trap_count = vcpu->io_trap_count = 0;`
			]
		)
	},
	{
		name: 'the distributor forgotten',
		expect: ['vgic-forgotten'],
		edits: but([ioAtBranch], before(mmio, '	kvm_prepare_mmio(run, &mmio);\n	return 0;', `	${IO}\n`))
	},
	{
		name: 'two at once: IRQ exits as CPU, instruction aborts forgotten',
		expect: ['irq-counted-as-cpu', 'fetch-forgotten'],
		edits: but(
			[memAtBranch],
			before(handleExit, '		/* A host interrupt, and the host has served it', `		${CPU}\n`),
			before(mmu, branch, `	if (kvm_is_visible_gfn(vcpu->kvm, gfn) && !is_iabt)\n		${MEM}\n`)
		)
	}
];

/** Patches after which the machine does not come to an end of its own. */
export const brokenPatches: StudentPatch[] = [
	{
		name: 'the host panics on a null pointer in handle_exit',
		expect: ['panic'],
		edits: [before(handleExit, dispatch, '		((struct kvm_vcpu *)8)->mode = 0;\n')]
	},
	{
		name: 'the guest repeats its instruction for ever',
		expect: ['hang'],
		edits: [
			[mmu, '	return ret ? ret : 1;', '	return 1;'],
			[mmu, '	stage2_set_pte(vcpu->kvm, memcache, fault_ipa, new_pte);\n', '	put_pfn(pfn);\n']
		]
	},
	{
		name: 'a loop without end in handle_exit',
		expect: ['hang'],
		edits: [before(handleExit, dispatch, '		for (;;)\n			;\n')]
	},
	{
		name: 'the sleeping guest is never found runnable',
		expect: ['guest-asleep'],
		edits: [[arm, '	return !!vcpu->arch.irq_lines || kvm_vgic_vcpu_pending_irq(vcpu);', '	return 0;']]
	},
	{
		name: 'the host’s timer is switched off for the guest’s, and all sleep for ever',
		expect: ['asleep'],
		edits: [before(handleExit, '	trace_kvm_wfi(', '	asm volatile("msr cntp_ctl_el0, xzr");\n')]
	},
	{
		name: 'the EL2 code touches what is not mapped there',
		expect: ['el2-fault'],
		edits: [after(hyp, el1Sync, '	mov	x1, #0x10\n	ldr	x1, [x1]\n')]
	},
	{
		name: 'the guest gets no page and lkvm gives up',
		expect: ['guest-ended-early'],
		edits: [before(mmu, pageWork, '	return -EFAULT;\n')]
	}
];

/** The tree with a patch's edits made. Throws where the tree no longer has what an edit replaces. */
export function applyEdits(
	tree: ReadonlyMap<string, Uint8Array>,
	edits: readonly Edit[]
): Map<string, Uint8Array> {
	const result = new Map(tree);
	for (const [file, find, replace] of edits) {
		const text = new TextDecoder().decode(result.get(file));
		const parts = text.split(find);
		if (parts.length !== 2)
			throw new Error(`${file}: ${parts.length - 1} places instead of one have\n${find}`);
		result.set(file, new TextEncoder().encode(parts.join(replace)));
	}
	return result;
}

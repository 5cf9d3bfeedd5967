/**
 * What the verdict says, by code. Each text tells what the numbers show, why it is so in KVM/ARM, and
 * where to look; none of it is judged from the text of a patch. `{…}` is filled in by the finding.
 */
export const messages = {
	'right-b': {
		kind: 'right',
		title: 'Right, by rule B: count at each handler',
		text: 'Every exit that handle_exit() passed on is counted once, an abort as memory where its IPA lies in the memory lkvm gave the guest and as I/O where it does not. You also count the instruction fetch outside memory, which kvm_handle_guest_abort() sees but turns into an abort of the guest: counted at the branch, before it is rejected.'
	},
	'right-c': {
		kind: 'right',
		title: 'Right, by rule C: count where the work is done',
		text: 'Every exit is counted once where it is served: memory in user_mem_abort(), I/O in io_mem_abort(). The instruction fetch outside memory reaches neither, because kvm_handle_guest_abort() gives it back to the guest, and so it is in none of your counters.'
	},
	'right-b-or-c': {
		kind: 'right',
		title: 'Right, by rules B and C alike',
		text: 'Every exit is counted once and in its class. Rules B (at the branch) and C (where the work is done) differ only in an instruction fetch outside memory, and this run had none.'
	},
	unpatched: {
		kind: 'mistake',
		title: 'The tree is as shipped: all three numbers are zero',
		text: 'The tracepoint kvm_vm_hw2 was called {calls} times, each time with 0, 0, 0: that is what the shipped call hands over. Add three counters to struct kvm_vcpu (include/linux/kvm_host.h), raise them where exits are handled, and give them to trace_kvm_vm_hw2() in kvm_arch_vcpu_ioctl_run() (arch/arm/kvm/arm.c).'
	},
	'never-handed-over': {
		kind: 'mistake',
		title: 'The tracepoint still prints zeros',
		text: 'Your kernel differs from the shipped one, yet all {calls} calls of trace_kvm_vm_hw2() carry 0, 0, 0. Either the counters are never raised, or they never reach the tracepoint: look at the call after handle_exit() in kvm_arch_vcpu_ioctl_run() (arch/arm/kvm/arm.c).'
	},
	'tracepoint-gone': {
		kind: 'mistake',
		title: 'The tracepoint was never called',
		text: 'trace_kvm_vm_hw2() did not run once while the guest ran. The shipped kvm_arch_vcpu_ioctl_run() calls it after every handle_exit(); bring the call back.'
	},
	'class-never-counted': {
		kind: 'mistake',
		title: 'The {class} counter never moves',
		text: 'The machine saw {expected} {class} exits, your counter stayed at 0. Its handlers: {handlers}.'
	},
	'handed-over-in-wrong-order': {
		kind: 'mistake',
		title: 'The numbers are right but stand in the wrong places',
		text: 'trace_kvm_vm_hw2() takes CPU, memory, I/O in this order; yours arrive as {order}.'
	},
	'rule-a': {
		kind: 'mistake',
		title: 'Rule A: the exception class alone cannot tell memory from I/O',
		text: 'All aborts are in MEM and none in I/O. A guest that touches a device leaves with the same class (EC 0x24, data abort from a lower level) as one that touches RAM not mapped yet: what differs is the address. Ask kvm_is_visible_gfn() as kvm_handle_guest_abort() does, or count in user_mem_abort() and io_mem_abort().'
	},
	'rule-d': {
		kind: 'mistake',
		title: 'Rule D: run->exit_reason is stale',
		text: 'I/O grows with every exit that follows an MMIO in the same KVM_RUN. kvm_prepare_mmio() sets run->exit_reason even for the distributor, which the kernel serves itself, and nothing clears it before the next ioctl. Testing it after handle_exit() counts the same MMIO again and again: count where the abort is handled.'
	},
	'rule-e': {
		kind: 'mistake',
		title: 'Rule E: counted when user space comes back, so the distributor is missing',
		text: 'I/O is counted at the start of KVM_RUN when the last one ended in KVM_EXIT_MMIO. That sees only what lkvm served, one exit late, and never the accesses to the vGIC distributor that the kernel served itself ({kernel} in this run).'
	},
	'rule-f': {
		kind: 'mistake',
		title: 'Rule F: kvm_handle_mmio_return() finishes reads only',
		text: 'Your I/O counter grows only when read data is handed to the guest. Writes, which most I/O here is ({writes} of {io}), pass that place without a trace.'
	},
	'rule-f-late': {
		kind: 'mistake',
		title: 'Counted in kvm_handle_mmio_return(): one KVM_RUN late',
		text: 'Each MMIO that lkvm serves is counted when the next KVM_RUN begins, so the line after an exit does not hold it yet, and the last one before the guest stops is never counted. io_mem_abort() is the place where every I/O exit passes once.'
	},
	'rule-g-host': {
		kind: 'mistake',
		title: 'Rule G: the host’s own calls to EL2 are counted',
		text: 'The {class} counter grows by the HVCs with which the host enters its own EL2 code ({hostCalls} in this run). el1_sync in hyp.S sees both: only where VTTBR_EL2 is not zero did the guest trap.'
	},
	'rule-g-retry': {
		kind: 'mistake',
		title: 'Rule G: exits that EL2 sent back are counted',
		text: 'el1_trap in hyp.S goes straight back to the guest when its AT instruction finds no translation ({retries} times in this run); handle_exit() never sees these.'
	},
	'irq-counted-as-cpu': {
		kind: 'mistake',
		title: 'Interrupts are counted as CPU traps',
		text: 'Your {class} counter also grows when the guest leaves because a host interrupt arrived ({irqs} times in this run). The guest did nothing that trapped; handle_exit() returns at ARM_EXCEPTION_IRQ before any handler. Counting them ties your number to the host’s tick.'
	},
	'every-exit-counted': {
		kind: 'mistake',
		title: 'The {class} counter counts every exit',
		text: 'It grows once each time the guest leaves, whatever the reason: memory and I/O are in it too, and {irqs} host interrupts, at which the guest did not trap at all. Raise it in the handlers of its own class, not on the common way through kvm_arch_vcpu_ioctl_run() or handle_exit().'
	},
	'early-return': {
		kind: 'mistake',
		title: 'PSCI calls are not counted: the increment stands behind an early return',
		text: 'HVCs that KVM does not know are counted, PSCI calls ({missing} in this run) are not. handle_hvc() returns as soon as kvm_psci_call() has served one: raise the counter before it.'
	},
	'cpu-kinds-missing': {
		kind: 'mistake',
		title: 'Some CPU exits are not counted',
		text: 'Counted are {counted}, not counted {missing}. Every handler of arm_exit_handlers (arch/arm64/kvm/handle_exit.c) except the two aborts is CPU virtualization.'
	},
	'fetch-forgotten': {
		kind: 'mistake',
		title: 'Instruction aborts are forgotten',
		text: 'Data aborts in memory are counted, the {missing} instruction aborts (EC 0x20) are not. A page of the guest that is first touched by fetching from it needs stage 2 just as much; both entries of arm_exit_handlers lead to kvm_handle_guest_abort().'
	},
	'data-forgotten': {
		kind: 'mistake',
		title: 'Data aborts are forgotten',
		text: 'Instruction aborts in memory are counted, the {missing} data aborts (EC 0x24) are not.'
	},
	'vgic-forgotten': {
		kind: 'mistake',
		title: 'The distributor is missing from I/O',
		text: 'Accesses that lkvm serves are counted, the {missing} to the vGIC distributor are not: vgic_handle_mmio() serves them in the kernel and io_mem_abort() returns before your increment. They trapped through the same abort.'
	},
	'user-io-forgotten': {
		kind: 'mistake',
		title: 'Only the distributor is counted as I/O',
		text: 'Accesses to the vGIC distributor are counted, the {missing} that lkvm serves are not.'
	},
	'writes-forgotten': {
		kind: 'mistake',
		title: 'Only reads are counted as I/O',
		text: '{missing} writes to devices trapped and are not in your I/O counter.'
	},
	'reads-forgotten': {
		kind: 'mistake',
		title: 'Only writes are counted as I/O',
		text: '{missing} reads of devices trapped and are not in your I/O counter.'
	},
	'counted-twice': {
		kind: 'mistake',
		title: '{what}: each exit is counted {times} times',
		text: 'The {class} counter grows by {times} for one exit ({what}). Usually it is raised both in handle_exit() and in the handler that it calls, or in a function that calls another which counts too.'
	},
	'wrong-class': {
		kind: 'mistake',
		title: '{what} is counted as {class}',
		text: 'The machine’s log has it as {expected}. {why}'
	},
	'traced-too-early': {
		kind: 'mistake',
		title: 'The tracepoint runs before handle_exit()',
		text: 'Each line carries the totals before its own exit is counted, so the last line of a phase is one exit short. The shipped place is right after handle_exit().'
	},
	'counters-restart': {
		kind: 'mistake',
		title: 'The counters go back',
		text: 'The {class} total falls from {from} to {to} at instruction {at}. The homework’s counters are running totals: keep them, and subtract the last line of boot from the last line of mem to see what mem cost.'
	},
	'phase-read-as-total': {
		kind: 'mistake',
		title: 'That is the running total, not what {phase} cost',
		text: '{answer} is the {class} total at the end of {phase}. The counters never restart: subtract the last line before {phase} began, {before}, which leaves {expected}.'
	},
	'answer-off': {
		kind: 'mistake',
		title: 'Not quite: {off}',
		text: '{answer} is not what {phase} cost in {class} traps. Take the numbers of two dumps: the last line before {phase} ran, and the last line after it. The difference is what it cost.'
	},
	unexplained: {
		kind: 'mistake',
		title: 'The {class} counter is off in a way that fits no known rule',
		text: '{where}. Compare the chart with the machine’s own log: {details}.'
	},
	panic: {
		kind: 'fatal',
		title: 'The {who} kernel panicked',
		text: '{cause} The run stopped there; counts up to that point are shown.'
	},
	'el2-fault': {
		kind: 'fatal',
		title: 'A fault in the EL2 code itself',
		text: '{cause} Code at EL2 can reach only what is mapped there: the hyp text, the vcpu and the vm.'
	},
	hang: {
		kind: 'fatal',
		title: 'The run did not end',
		text: 'After {instructions} instructions the guest had not finished ({phase}). The {who} was at {where}. {exit}'
	},
	asleep: {
		kind: 'fatal',
		title: 'Everything sleeps',
		text: 'The machine waits for an interrupt and nothing is due any more, at {where}. {exit} In {phase} it was waiting for something that the hypervisor never gave it.'
	},
	'guest-asleep': {
		kind: 'fatal',
		title: 'The guest sleeps for ever',
		text: 'In {phase} the guest executed WFI (EC 0x01) at {guest} to wait for an interrupt, and none has come for it since. The host went on ticking, at {where}. kvm_handle_wfx() lets the vcpu sleep in kvm_vcpu_block() until kvm_arch_vcpu_runnable() finds an interrupt; kvm_vgic_inject_irq() brings one, for the timer called by kvm_timer_expire().'
	},
	'guest-never-started': {
		kind: 'fatal',
		title: 'The guest never ran',
		text: 'The host ended without a single exit of a guest. Its console says why: lkvm prints the ioctl that failed.'
	},
	'guest-ended-early': {
		kind: 'fatal',
		title: 'The guest stopped before mem and io had run',
		text: 'KVM_RUN came back for good in the phase “{phase}”; an error there ends lkvm. Its last words are on the host’s console.'
	}
} as const satisfies Record<
	string,
	{ kind: 'right' | 'mistake' | 'fatal'; title: string; text: string }
>;

export type MessageCode = keyof typeof messages;

/** One thing that the verdict says. */
export interface Finding {
	readonly code: MessageCode;
	readonly kind: 'right' | 'mistake' | 'fatal';
	readonly title: string;
	readonly text: string;
}

/** Fills a message in. A name without a value stays visible, so that a test finds it. */
export function finding(code: MessageCode, values: Record<string, string | number> = {}): Finding {
	const fill = (text: string) =>
		text.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
	const { kind, title, text } = messages[code];
	return { code, kind, title: fill(title), text: fill(text) };
}

/*
 * KVM's trace events. Each one can be switched on by itself:
 *	echo 1 > /sys/kernel/debug/tracing/events/kvm/kvm_vm_hw2/enable
 * and read from /sys/kernel/debug/tracing/trace.
 */
#if !defined(_TRACE_KVM_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_KVM_H

#include <linux/tracepoint.h>

#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm

/* The homework: three running totals, once after every exit. */
TRACE_EVENT(kvm_vm_hw2,
	TP_PROTO(unsigned long cpu_trap_count, unsigned long mem_trap_count,
		 unsigned long io_trap_count),
	TP_ARGS(cpu_trap_count, mem_trap_count, io_trap_count),
	TP_STRUCT__entry(
		__field(unsigned long, cpu_trap_count)
		__field(unsigned long, mem_trap_count)
		__field(unsigned long, io_trap_count)),
	TP_fast_assign(
		__entry->cpu_trap_count = cpu_trap_count;
		__entry->mem_trap_count = mem_trap_count;
		__entry->io_trap_count = io_trap_count;),
	TP_printk("CPU trap %lu, MEM trap %lu, IO trap %lu",
		  __entry->cpu_trap_count, __entry->mem_trap_count, __entry->io_trap_count))

/* The guest is about to run. */
TRACE_EVENT(kvm_entry,
	TP_PROTO(unsigned long vcpu_pc),
	TP_ARGS(vcpu_pc),
	TP_STRUCT__entry(__field(unsigned long, vcpu_pc)),
	TP_fast_assign(__entry->vcpu_pc = vcpu_pc;),
	TP_printk("PC: 0x%08lx", __entry->vcpu_pc))

/* The guest has stopped. (3.14 prints the PC alone; the class came with later kernels.) */
TRACE_EVENT(kvm_exit,
	TP_PROTO(int idx, unsigned int exit_reason, unsigned long vcpu_pc),
	TP_ARGS(idx, exit_reason, vcpu_pc),
	TP_STRUCT__entry(
		__field(int, idx)
		__field(unsigned int, exit_reason)
		__field(unsigned long, vcpu_pc)),
	TP_fast_assign(
		__entry->idx = idx;
		__entry->exit_reason = idx ? exit_reason : 0;
		__entry->vcpu_pc = vcpu_pc;),
	TP_printk("%s: HSR_EC: 0x%04x, PC: 0x%08lx", __entry->idx ? "TRAP" : "IRQ",
		  __entry->exit_reason, __entry->vcpu_pc))

/* Stage 2 missed: memory not mapped yet, or a device. */
TRACE_EVENT(kvm_guest_fault,
	TP_PROTO(unsigned long vcpu_pc, unsigned long hsr, unsigned long hxfar,
		 unsigned long long ipa),
	TP_ARGS(vcpu_pc, hsr, hxfar, ipa),
	TP_STRUCT__entry(
		__field(unsigned long, vcpu_pc)
		__field(unsigned long, hsr)
		__field(unsigned long, hxfar)
		__field(unsigned long long, ipa)),
	TP_fast_assign(
		__entry->vcpu_pc = vcpu_pc;
		__entry->hsr = hsr;
		__entry->hxfar = hxfar;
		__entry->ipa = ipa;),
	TP_printk("ipa %#llx, hsr %#08lx, hxfar %#08lx, pc %#08lx",
		  __entry->ipa, __entry->hsr, __entry->hxfar, __entry->vcpu_pc))

#define KVM_TRACE_MMIO_READ_UNSATISFIED	0
#define KVM_TRACE_MMIO_READ		1
#define KVM_TRACE_MMIO_WRITE		2

/* A load or store of a device: before the answer is known, and when it is. */
TRACE_EVENT(kvm_mmio,
	TP_PROTO(int type, int len, unsigned long long gpa, unsigned long long val),
	TP_ARGS(type, len, gpa, val),
	TP_STRUCT__entry(
		__field(int, type)
		__field(int, len)
		__field(unsigned long long, gpa)
		__field(unsigned long long, val)),
	TP_fast_assign(
		__entry->type = type;
		__entry->len = len;
		__entry->gpa = gpa;
		__entry->val = val;),
	TP_printk("mmio %s len %u gpa 0x%llx val 0x%llx",
		  __entry->type == KVM_TRACE_MMIO_WRITE ? "write" :
		  __entry->type == KVM_TRACE_MMIO_READ ? "read" : "unsatisfied-read",
		  __entry->len, __entry->gpa, __entry->val))

/* KVM_RUN returns to lkvm. */
TRACE_EVENT(kvm_userspace_exit,
	TP_PROTO(unsigned int reason, int errno),
	TP_ARGS(reason, errno),
	TP_STRUCT__entry(
		__field(unsigned int, reason)
		__field(int, errno)),
	TP_fast_assign(
		__entry->reason = reason;
		__entry->errno = errno;),
	TP_printk("reason %s (%d)",
		  __entry->errno < 0 ? (__entry->errno == -EINTR ? "restart" : "error") :
		  __entry->reason == KVM_EXIT_MMIO ? "KVM_EXIT_MMIO" :
		  __entry->reason == KVM_EXIT_SYSTEM_EVENT ? "KVM_EXIT_SYSTEM_EVENT" :
		  __entry->reason == KVM_EXIT_INTERNAL_ERROR ? "KVM_EXIT_INTERNAL_ERROR" :
		  "UNKNOWN",
		  __entry->errno < 0 ? -__entry->errno : (int)__entry->reason))

TRACE_EVENT(kvm_wfi,
	TP_PROTO(unsigned long vcpu_pc),
	TP_ARGS(vcpu_pc),
	TP_STRUCT__entry(__field(unsigned long, vcpu_pc)),
	TP_fast_assign(__entry->vcpu_pc = vcpu_pc;),
	TP_printk("guest executed wfi at: 0x%08lx", __entry->vcpu_pc))

TRACE_EVENT(kvm_hvc,
	TP_PROTO(unsigned long vcpu_pc, unsigned long r0, unsigned long imm),
	TP_ARGS(vcpu_pc, r0, imm),
	TP_STRUCT__entry(
		__field(unsigned long, vcpu_pc)
		__field(unsigned long, r0)
		__field(unsigned long, imm)),
	TP_fast_assign(
		__entry->vcpu_pc = vcpu_pc;
		__entry->r0 = r0;
		__entry->imm = imm;),
	TP_printk("HVC at 0x%08lx (r0: 0x%08lx, imm: 0x%lx)",
		  __entry->vcpu_pc, __entry->r0, __entry->imm))

/* KVM_IRQ_LINE: lkvm changes an input of the guest's interrupt controller. */
TRACE_EVENT(kvm_irq_line,
	TP_PROTO(unsigned int type, int vcpu_idx, int irq_num, int level),
	TP_ARGS(type, vcpu_idx, irq_num, level),
	TP_STRUCT__entry(
		__field(unsigned int, type)
		__field(int, vcpu_idx)
		__field(int, irq_num)
		__field(int, level)),
	TP_fast_assign(
		__entry->type = type;
		__entry->vcpu_idx = vcpu_idx;
		__entry->irq_num = irq_num;
		__entry->level = level;),
	TP_printk("Inject %s interrupt (%d), vcpu->idx: %d, num: %d, level: %d",
		  __entry->type == KVM_ARM_IRQ_TYPE_CPU ? "CPU" :
		  __entry->type == KVM_ARM_IRQ_TYPE_PPI ? "VGIC PPI" :
		  __entry->type == KVM_ARM_IRQ_TYPE_SPI ? "VGIC SPI" : "UNKNOWN",
		  __entry->type, __entry->vcpu_idx, __entry->irq_num, __entry->level))

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH ../../arch/arm/kvm
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

/* Outside of the guard */
#include <trace/define_trace.h>

/*
 * Offsets of structure members, for assembly. This file is only compiled to text;
 * each DEFINE leaves a line in it that the build turns into
 *	#define NAME value
 * in generated/asm-offsets.h. So a member can be added anywhere and .S files follow.
 */
#include <linux/sched.h>
#include <linux/mm.h>
#include <linux/kvm_host.h>
#include <asm/ptrace.h>

#define DEFINE(sym, val) __asm__ volatile("\n.ascii \"->" #sym " %0\"" : : "i"(val))

int main(void)
{
	DEFINE(THREAD_SIZE_ASM, THREAD_SIZE);
	DEFINE(THREAD_CPU_CONTEXT, offsetof(struct task_struct, thread.cpu_context));
	DEFINE(S_LR, offsetof(struct pt_regs, regs[30]));
	DEFINE(S_SP, offsetof(struct pt_regs, sp));
	DEFINE(S_PC, offsetof(struct pt_regs, pc));
	DEFINE(S_SYSCALLNO, offsetof(struct pt_regs, syscallno));
	DEFINE(S_FRAME_SIZE, sizeof(struct pt_regs));

	/* the world switch, arch/arm64/kvm/hyp.S */
	DEFINE(CPU_USER_PT_REGS, offsetof(struct kvm_cpu_context, gp_regs.regs));
	DEFINE(CPU_SP_EL0, offsetof(struct kvm_cpu_context, gp_regs.regs.sp));
	DEFINE(CPU_PC, offsetof(struct kvm_cpu_context, gp_regs.regs.pc));
	DEFINE(CPU_SP_EL1, offsetof(struct kvm_cpu_context, gp_regs.sp_el1));
	DEFINE(CPU_SPSR, offsetof(struct kvm_cpu_context, gp_regs.spsr));
	DEFINE(CPU_FP_REGS, offsetof(struct kvm_cpu_context, gp_regs.fp_regs));
	DEFINE(CPU_SYSREGS, offsetof(struct kvm_cpu_context, sys_regs));

	DEFINE(VCPU_KVM, offsetof(struct kvm_vcpu, kvm));
	DEFINE(VCPU_CONTEXT, offsetof(struct kvm_vcpu, arch.ctxt));
	DEFINE(VCPU_HCR_EL2, offsetof(struct kvm_vcpu, arch.hcr_el2));
	DEFINE(VCPU_IRQ_LINES, offsetof(struct kvm_vcpu, arch.irq_lines));
	DEFINE(VCPU_ESR_EL2, offsetof(struct kvm_vcpu, arch.fault.esr_el2));
	DEFINE(VCPU_FAR_EL2, offsetof(struct kvm_vcpu, arch.fault.far_el2));
	DEFINE(VCPU_HPFAR_EL2, offsetof(struct kvm_vcpu, arch.fault.hpfar_el2));
	DEFINE(VCPU_HOST_CONTEXT, offsetof(struct kvm_vcpu, arch.host_cpu_context));
	DEFINE(VCPU_TIMER_CNTV_CTL, offsetof(struct kvm_vcpu, arch.timer_cpu.cntv_ctl));
	DEFINE(VCPU_TIMER_CNTV_CVAL, offsetof(struct kvm_vcpu, arch.timer_cpu.cntv_cval));
	DEFINE(VCPU_VGIC_CPU, offsetof(struct kvm_vcpu, arch.vgic_cpu));

	DEFINE(KVM_VTTBR, offsetof(struct kvm, arch.vttbr));
	DEFINE(KVM_TIMER_CNTVOFF, offsetof(struct kvm, arch.timer.cntvoff));
	DEFINE(KVM_TIMER_ENABLED, offsetof(struct kvm, arch.timer.enabled));
	DEFINE(KVM_VGIC_VCTRL, offsetof(struct kvm, arch.vgic.vctrl_base));

	DEFINE(VGIC_CPU_HCR, offsetof(struct vgic_cpu, vgic_hcr));
	DEFINE(VGIC_CPU_VMCR, offsetof(struct vgic_cpu, vgic_vmcr));
	DEFINE(VGIC_CPU_MISR, offsetof(struct vgic_cpu, vgic_misr));
	DEFINE(VGIC_CPU_EISR, offsetof(struct vgic_cpu, vgic_eisr));
	DEFINE(VGIC_CPU_ELRSR, offsetof(struct vgic_cpu, vgic_elrsr));
	DEFINE(VGIC_CPU_APR, offsetof(struct vgic_cpu, vgic_apr));
	DEFINE(VGIC_CPU_LR, offsetof(struct vgic_cpu, vgic_lr));
	DEFINE(VGIC_CPU_NR_LR, offsetof(struct vgic_cpu, nr_lr));

	/*
	 * No code of the kernel uses the rest: whoever looks at a vCPU or a VM from outside
	 * finds its way by these.
	 */
	DEFINE(VCPU_ID, offsetof(struct kvm_vcpu, vcpu_id));
	DEFINE(VCPU_TIMER_IRQ, offsetof(struct kvm_vcpu, arch.timer_cpu.irq));
	DEFINE(VCPU_TIMER_ARMED, offsetof(struct kvm_vcpu, arch.timer_cpu.armed));
	DEFINE(VGIC_CPU_LR_MAP, offsetof(struct vgic_cpu, vgic_irq_lr_map));
	DEFINE(VGIC_CPU_LR_USED, offsetof(struct vgic_cpu, lr_used));
	DEFINE(KVM_VGIC, offsetof(struct kvm, arch.vgic));
	DEFINE(VGIC_DIST_CREATED, offsetof(struct vgic_dist, created));
	DEFINE(VGIC_DIST_ENABLED, offsetof(struct vgic_dist, enabled));
	DEFINE(VGIC_DIST_IRQ_ENABLED, offsetof(struct vgic_dist, irq_enabled));
	DEFINE(VGIC_DIST_IRQ_STATE, offsetof(struct vgic_dist, irq_state));
	DEFINE(VGIC_DIST_IRQ_ACTIVE, offsetof(struct vgic_dist, irq_active));
	DEFINE(VGIC_DIST_IRQ_CFG, offsetof(struct vgic_dist, irq_cfg));
	DEFINE(VGIC_DIST_IRQ_PRIORITY, offsetof(struct vgic_dist, irq_priority));
	DEFINE(VGIC_BITMAP_SHARED, offsetof(struct vgic_bitmap, shared));
	DEFINE(VGIC_BYTEMAP_PERCPU_SIZE, VGIC_NR_PRIVATE_IRQS);
	DEFINE(VGIC_BYTEMAP_SHARED, offsetof(struct vgic_bytemap, shared));
	DEFINE(VGIC_IRQS, VGIC_NR_IRQS);
	return 0;
}

/*
 * The guest's virtual timer.
 *
 * While the guest runs, the timer is hardware: hyp.S gives it the guest's values, and
 * when it fires the guest is interrupted like by any host interrupt. While the guest
 * does not run, its values lie in struct arch_timer_cpu, and a timer of the host's
 * kernel keeps watch. Either way the guest in the end gets its PPI 27 from the vGIC.
 *
 * The host itself lives by the physical timer: the virtual one is the guest's.
 *
 * Linux 3.14: same names, same file (there the host's timer hands over to a work
 * queue, because the vGIC's lock may not be taken in an interrupt; ours may).
 */
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/kvm_host.h>
#include <clocksource/arm_arch_timer.h>

static unsigned int host_vtimer_irq;

/* Interrupt the guest. Its timer is masked until its handler sets it again. */
static void kvm_timer_inject_irq(struct kvm_vcpu *vcpu)
{
	struct arch_timer_cpu *timer = &vcpu->arch.timer_cpu;

	timer->cntv_ctl |= ARCH_TIMER_CTRL_IT_MASK;
	kvm_vgic_inject_irq(vcpu->kvm, vcpu->vcpu_id, timer->irq, true);
}

/*
 * The guest's timer has fired while the guest ran, and that ended the run. hyp.S has
 * switched it off since, so this interrupt is never seen. It must be enabled at the
 * GIC all the same, or the guest would run on.
 */
static irqreturn_t kvm_arch_timer_handler(int irq, void *dev_id)
{
	pr_warn("kvm: unexpected interrupt %d of the virtual timer\n", irq);
	return IRQ_HANDLED;
}

/* The guest's timer has expired while it slept or waited. Runs in an interrupt. */
static enum hrtimer_restart kvm_timer_expire(struct hrtimer *hrt)
{
	struct arch_timer_cpu *timer = container_of(hrt, struct arch_timer_cpu, timer);
	struct kvm_vcpu *vcpu = container_of(timer, struct kvm_vcpu, arch.timer_cpu);

	timer->armed = false;
	kvm_timer_inject_irq(vcpu);
	return HRTIMER_NORESTART;
}

static void timer_arm(struct arch_timer_cpu *timer, u64 ns)
{
	timer->armed = true;
	hrtimer_start(&timer->timer, ktime_get() + (ktime_t)ns);
}

static void timer_disarm(struct arch_timer_cpu *timer)
{
	if (timer->armed) {
		hrtimer_cancel(&timer->timer);
		timer->armed = false;
	}
}

/* Before the guest runs: the hardware takes over. */
void kvm_timer_flush_hwstate(struct kvm_vcpu *vcpu)
{
	timer_disarm(&vcpu->arch.timer_cpu);
}

/* The guest has stopped. Has its timer expired, and if not, when will it? */
void kvm_timer_sync_hwstate(struct kvm_vcpu *vcpu)
{
	struct arch_timer_cpu *timer = &vcpu->arch.timer_cpu;
	u64 cval, now;

	if ((timer->cntv_ctl & ARCH_TIMER_CTRL_IT_MASK) ||
	    !(timer->cntv_ctl & ARCH_TIMER_CTRL_ENABLE))
		return;

	cval = timer->cntv_cval;
	now = arch_counter_get_cntpct() - vcpu->kvm->arch.timer.cntvoff;

	if (cval <= now) {
		kvm_timer_inject_irq(vcpu);
		return;
	}

	/* One cycle more, lest rounding wakes us early. */
	timer_arm(timer, arch_timer_cycles_to_ns(cval - now + 1));
}

/* KVM_GET_ONE_REG, KVM_SET_ONE_REG of the timer's three registers. 0 or -ENOENT. */
int kvm_arm_timer_get_reg(struct kvm_vcpu *vcpu, u64 id, u64 *value)
{
	struct arch_timer_cpu *timer = &vcpu->arch.timer_cpu;

	switch (id) {
	case KVM_REG_ARM_TIMER_CTL:
		*value = timer->cntv_ctl;
		return 0;
	case KVM_REG_ARM_TIMER_CNT:
		*value = arch_counter_get_cntpct() - vcpu->kvm->arch.timer.cntvoff;
		return 0;
	case KVM_REG_ARM_TIMER_CVAL:
		*value = timer->cntv_cval;
		return 0;
	default:
		return -ENOENT;
	}
}

int kvm_arm_timer_set_reg(struct kvm_vcpu *vcpu, u64 id, u64 value)
{
	struct arch_timer_cpu *timer = &vcpu->arch.timer_cpu;

	switch (id) {
	case KVM_REG_ARM_TIMER_CTL:
		timer->cntv_ctl = value & (ARCH_TIMER_CTRL_ENABLE | ARCH_TIMER_CTRL_IT_MASK);
		return 0;
	case KVM_REG_ARM_TIMER_CNT:
		vcpu->kvm->arch.timer.cntvoff = arch_counter_get_cntpct() - value;
		return 0;
	case KVM_REG_ARM_TIMER_CVAL:
		timer->cntv_cval = value;
		return 0;
	default:
		return -ENOENT;
	}
}

void kvm_timer_vcpu_reset(struct kvm_vcpu *vcpu, int irq)
{
	struct arch_timer_cpu *timer = &vcpu->arch.timer_cpu;

	timer->irq = irq;
	timer->cntv_ctl = 0;
	timer->cntv_cval = 0;
}

void kvm_timer_vcpu_init(struct kvm_vcpu *vcpu)
{
	struct arch_timer_cpu *timer = &vcpu->arch.timer_cpu;

	hrtimer_init(&timer->timer);
	timer->timer.function = kvm_timer_expire;
}

void kvm_timer_vcpu_terminate(struct kvm_vcpu *vcpu)
{
	timer_disarm(&vcpu->arch.timer_cpu);
}

/* A new VM: its virtual time begins now. */
void kvm_timer_init(struct kvm *kvm)
{
	kvm->arch.timer.cntvoff = arch_counter_get_cntpct();
	kvm->arch.timer.enabled = 1;
}

/* At boot: find the virtual timer's interrupt. It is the third that the node names. */
int kvm_timer_hyp_init(void)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "arm,armv8-timer");
	int err;

	if (!np) {
		pr_err("kvm: no arch timer in the device tree\n");
		return -ENODEV;
	}

	host_vtimer_irq = irq_of_parse_and_map(np, 2);
	of_node_put(np);
	if (!host_vtimer_irq) {
		pr_err("kvm: the arch timer has no virtual timer interrupt\n");
		return -ENODEV;
	}

	err = request_percpu_irq(host_vtimer_irq, kvm_arch_timer_handler, "kvm guest timer", NULL);
	if (err) {
		pr_err("kvm: can't request interrupt %u: %d\n", host_vtimer_irq, err);
		return err;
	}
	enable_percpu_irq(host_vtimer_irq, IRQ_TYPE_NONE);

	pr_info("kvm: virtual timer IRQ%u\n", host_vtimer_irq);
	return 0;
}

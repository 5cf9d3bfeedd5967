/* Masking of interrupts on this CPU: PSTATE.I, reached through the DAIF register. */
#ifndef __ASM_IRQFLAGS_H
#define __ASM_IRQFLAGS_H

#define PSR_I_MASK_BIT 0x80

static inline void local_irq_disable(void)
{
	__asm__ volatile("msr daifset, #2" : : : "memory");
}

static inline void local_irq_enable(void)
{
	__asm__ volatile("msr daifclr, #2" : : : "memory");
}

static inline unsigned long arch_local_save_flags(void)
{
	unsigned long flags;

	__asm__ volatile("mrs %0, daif" : "=r"(flags) : : "memory");
	return flags;
}

static inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = arch_local_save_flags();

	local_irq_disable();
	return flags;
}

static inline void local_irq_restore(unsigned long flags)
{
	__asm__ volatile("msr daif, %0" : : "r"(flags) : "memory");
}

#define local_irq_save(flags) ((flags) = arch_local_irq_save())
#define irqs_disabled() ((arch_local_save_flags() & PSR_I_MASK_BIT) != 0)

#endif

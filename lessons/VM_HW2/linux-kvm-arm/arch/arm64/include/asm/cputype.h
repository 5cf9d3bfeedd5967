/* Which CPU this is. */
#ifndef __ASM_CPUTYPE_H
#define __ASM_CPUTYPE_H

#define ARM_CPU_IMP_ARM 0x41

#define ARM_CPU_PART_AEM_V8     0xd0f0
#define ARM_CPU_PART_FOUNDATION 0xd000
#define ARM_CPU_PART_CORTEX_A57 0xd070

#include <linux/types.h>

/* read_cpuid("midr_el1") and the like. */
#define read_cpuid(reg)                                         \
	({                                                      \
		u64 __val;                                      \
		__asm__("mrs %0, " reg : "=r"(__val));          \
		__val;                                          \
	})

static inline u32 read_cpuid_id(void)
{
	return (u32)read_cpuid("midr_el1");
}

static inline u64 read_cpuid_mpidr(void)
{
	return read_cpuid("mpidr_el1");
}

static inline u32 read_cpuid_implementor(void)
{
	return read_cpuid_id() >> 24;
}

static inline u32 read_cpuid_part_number(void)
{
	return read_cpuid_id() & 0xfff0;
}

#endif

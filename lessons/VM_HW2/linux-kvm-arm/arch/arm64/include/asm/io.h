/*
 * Device registers. Each access is one load or store with a plain base register:
 * that is the form for which the syndrome of a stage-2 abort describes the access
 * (ESR.ISV), so that a hypervisor can emulate the device.
 */
#ifndef __ASM_IO_H
#define __ASM_IO_H

#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/memory.h>

#define __define_io(suffix, type, reg, ldr, str)                                   \
	static inline type __raw_read##suffix(const volatile void __iomem *addr)   \
	{                                                                          \
		type value;                                                        \
		__asm__ volatile(ldr " " reg "0, [%1]" : "=r"(value) : "r"(addr) : "memory"); \
		return value;                                                      \
	}                                                                          \
	static inline void __raw_write##suffix(type value, volatile void __iomem *addr) \
	{                                                                          \
		__asm__ volatile(str " " reg "0, [%1]" : : "r"(value), "r"(addr) : "memory"); \
	}

__define_io(b, u8, "%w", "ldrb", "strb")
__define_io(w, u16, "%w", "ldrh", "strh")
__define_io(l, u32, "%w", "ldr", "str")
__define_io(q, u64, "%", "ldr", "str")

#define readb(a) __raw_readb(a)
#define readw(a) __raw_readw(a)
#define readl(a) __raw_readl(a)
#define readq(a) __raw_readq(a)
/* What the CPU wrote to memory before is visible to the device when the write arrives. */
#define writeb(v, a) do { wmb(); __raw_writeb((v), (a)); } while (0)
#define writew(v, a) do { wmb(); __raw_writew((v), (a)); } while (0)
#define writel(v, a) do { wmb(); __raw_writel((v), (a)); } while (0)
#define writeq(v, a) do { wmb(); __raw_writeq((v), (a)); } while (0)
#define readl_relaxed(a) __raw_readl(a)
#define writel_relaxed(v, a) __raw_writel((v), (a))

/* Maps physical device memory into the kernel; NULL if there is no room. */
void __iomem *ioremap(phys_addr_t phys, size_t size);

#endif

/* Order of memory accesses, as others see them. */
#ifndef __ASM_BARRIER_H
#define __ASM_BARRIER_H

#include <linux/compiler.h>

#define isb() __asm__ volatile("isb" : : : "memory")
#define dsb() __asm__ volatile("dsb sy" : : : "memory")
#define dmb() __asm__ volatile("dmb sy" : : : "memory")
#define mb() dsb()
#define rmb() __asm__ volatile("dsb ld" : : : "memory")
#define wmb() __asm__ volatile("dsb st" : : : "memory")
#define smp_mb() dmb()
#define smp_rmb() __asm__ volatile("dmb ishld" : : : "memory")
#define smp_wmb() __asm__ volatile("dmb ishst" : : : "memory")

#endif

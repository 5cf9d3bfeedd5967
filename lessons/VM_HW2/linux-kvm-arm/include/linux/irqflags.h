/* Masking the CPU's interrupts, and putting the mask back: asm/irqflags.h. */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H
#include <asm/irqflags.h>
#endif

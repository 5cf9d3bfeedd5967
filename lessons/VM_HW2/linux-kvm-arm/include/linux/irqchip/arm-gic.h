/* Registers of the GICv2: offsets from the DT's regions, in their order. */
#ifndef __LINUX_IRQCHIP_ARM_GIC_H
#define __LINUX_IRQCHIP_ARM_GIC_H

/* region 1: GICC, the CPU interface */
#define GIC_CPU_CTRL    0x00
#define GIC_CPU_PRIMASK 0x04
#define GIC_CPU_BINPOINT 0x08
#define GIC_CPU_INTACK  0x0c
#define GIC_CPU_EOI     0x10
#define GIC_CPU_ALIAS_BINPOINT 0x1c
#define GIC_CPU_IDENT   0xfc

/* region 0: GICD, the distributor */
#define GIC_DIST_CTRL           0x000
#define GIC_DIST_CTR            0x004
#define GIC_DIST_IIDR           0x008
#define GIC_DIST_IGROUP         0x080
#define GIC_DIST_ENABLE_SET     0x100
#define GIC_DIST_ENABLE_CLEAR   0x180
#define GIC_DIST_PENDING_SET    0x200
#define GIC_DIST_PENDING_CLEAR  0x280
#define GIC_DIST_ACTIVE_SET     0x300
#define GIC_DIST_ACTIVE_CLEAR   0x380
#define GIC_DIST_PRI            0x400
#define GIC_DIST_TARGET         0x800
#define GIC_DIST_CONFIG         0xc00
#define GIC_DIST_SOFTINT        0xf00
#define GIC_DIST_SGI_PENDING_CLEAR 0xf10
#define GIC_DIST_SGI_PENDING_SET 0xf20

/* region 2: GICH, the hypervisor's side of the virtual CPU interface */
#define GICH_HCR    0x00
#define GICH_VTR    0x04
#define GICH_VMCR   0x08
#define GICH_MISR   0x10
#define GICH_EISR0  0x20
#define GICH_EISR1  0x24
#define GICH_ELRSR0 0x30
#define GICH_ELRSR1 0x34
#define GICH_APR    0xf0
#define GICH_LR0    0x100

#define GICH_HCR_EN  (1 << 0)
#define GICH_HCR_UIE (1 << 1)

#define GICH_LR_VIRTUALID        (0x3ff << 0)
#define GICH_LR_PHYSID_CPUID_SHIFT 10
#define GICH_LR_PHYSID_CPUID     (7 << GICH_LR_PHYSID_CPUID_SHIFT)
#define GICH_LR_STATE            (3 << 28)
#define GICH_LR_PENDING_BIT      (1 << 28)
#define GICH_LR_ACTIVE_BIT       (1 << 29)
#define GICH_LR_EOI              (1 << 19)

#define GICH_MISR_EOI (1 << 0)
#define GICH_MISR_U   (1 << 1)

#ifndef __ASSEMBLY__
void gic_init(void);
void gic_unmask_irq(unsigned int irq);
void gic_mask_irq(unsigned int irq);
extern unsigned int gic_nr_irqs;
#endif

#endif

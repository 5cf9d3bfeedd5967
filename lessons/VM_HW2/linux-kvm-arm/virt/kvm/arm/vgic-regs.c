/*
 * The registers of the distributor: what the guest finds in each and what happens when
 * it writes there. They stand in the order of their offsets; the table is at the end.
 *
 * A register of a bit for each interrupt has a word for the 32 private ones, which
 * every vcpu has to itself, and then words for the shared ones.
 *
 * Linux 3.14: same names, in vgic.c.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/irqchip/arm-gic.h>

#include "vgic.h"

/* A bit for each vcpu that there is. */
static u32 vgic_online_mask(struct kvm *kvm)
{
	struct kvm_vcpu *vcpu;
	u32 mask = 0;
	int c;

	kvm_for_each_vcpu(c, vcpu, kvm)
		mask |= 1U << c;
	return mask;
}

/* GICD_CTLR, GICD_TYPER, GICD_IIDR */
static bool handle_mmio_misc(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio, phys_addr_t offset)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	u32 reg;

	switch (offset & ~3) {
	case GIC_DIST_CTRL:
		reg = dist->enabled;
		vgic_reg_access(mmio, &reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_VALUE);
		if (mmio->is_write) {
			dist->enabled = reg & 1;
			vgic_update_state(vcpu->kvm);
			return true;
		}
		break;

	case GIC_DIST_CTR:
		reg = (vcpu->kvm->online_vcpus - 1) << 5;
		reg |= VGIC_NR_IRQS / 32 - 1;
		vgic_reg_access(mmio, &reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_IGNORED);
		break;

	case GIC_DIST_IIDR:
		reg = (PRODUCT_ID_KVM << 24) | IMPLEMENTER_ARM;
		vgic_reg_access(mmio, &reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_IGNORED);
		break;
	}
	return false;
}

/* GICD_IGROUPRn: read as zero, writes ignored. */
static bool handle_mmio_raz_wi(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
			       phys_addr_t offset)
{
	vgic_reg_access(mmio, NULL, offset, ACCESS_READ_RAZ | ACCESS_WRITE_IGNORED);
	return false;
}

/* GICD_ISENABLERn */
static bool handle_mmio_set_enable_reg(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
				       phys_addr_t offset)
{
	u32 *reg = vgic_bitmap_get_reg(&vcpu_dist(vcpu)->irq_enabled, vcpu->vcpu_id, offset);

	vgic_reg_access(mmio, reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_SETBIT);
	if (!mmio->is_write)
		return false;
	vgic_update_state(vcpu->kvm);
	return true;
}

/* GICD_ICENABLERn. The first 16, the SGIs, cannot be disabled. */
static bool handle_mmio_clear_enable_reg(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
					 phys_addr_t offset)
{
	u32 *reg = vgic_bitmap_get_reg(&vcpu_dist(vcpu)->irq_enabled, vcpu->vcpu_id, offset);

	vgic_reg_access(mmio, reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_CLEARBIT);
	if (!mmio->is_write)
		return false;

	if (offset < 4)
		*reg |= 0xffff;
	vgic_retire_disabled_irqs(vcpu);
	vgic_update_state(vcpu->kvm);
	return true;
}

/* GICD_ISPENDRn */
static bool handle_mmio_set_pending_reg(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
					phys_addr_t offset)
{
	u32 *reg = vgic_bitmap_get_reg(&vcpu_dist(vcpu)->irq_state, vcpu->vcpu_id, offset);

	vgic_reg_access(mmio, reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_SETBIT);
	if (!mmio->is_write)
		return false;
	vgic_update_state(vcpu->kvm);
	return true;
}

/* GICD_ICPENDRn */
static bool handle_mmio_clear_pending_reg(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
					  phys_addr_t offset)
{
	u32 *reg = vgic_bitmap_get_reg(&vcpu_dist(vcpu)->irq_state, vcpu->vcpu_id, offset);

	vgic_reg_access(mmio, reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_CLEARBIT);
	if (!mmio->is_write)
		return false;
	vgic_update_state(vcpu->kvm);
	return true;
}

/* GICD_ISACTIVERn, GICD_ICACTIVERn (in 3.14: zero, and ignored). */
static bool handle_mmio_active(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
			       phys_addr_t offset, bool active)
{
	int word = offset >> 2;
	u32 reg = vgic_active_bits(vcpu, word);
	u32 written = 0;
	int bit;

	if (!mmio->is_write) {
		vgic_reg_access(mmio, &reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_IGNORED);
		return false;
	}

	vgic_reg_access(mmio, &written, offset, ACCESS_READ_VALUE | ACCESS_WRITE_VALUE);
	written &= active ? ~reg : reg;		/* those that change */
	for (bit = 0; bit < 32; bit++) {
		if (written & (1U << bit))
			vgic_change_active(vcpu, word * 32 + bit, active);
	}
	vgic_update_state(vcpu->kvm);
	return true;
}

static bool handle_mmio_set_active_reg(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
				       phys_addr_t offset)
{
	return handle_mmio_active(vcpu, mmio, offset, true);
}

static bool handle_mmio_clear_active_reg(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
					 phys_addr_t offset)
{
	return handle_mmio_active(vcpu, mmio, offset, false);
}

/* GICD_IPRIORITYRn: kept for the guest to read; all interrupts are delivered alike. */
static bool handle_mmio_priority_reg(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
				     phys_addr_t offset)
{
	u32 *reg = vgic_bytemap_get_reg(&vcpu_dist(vcpu)->irq_priority, vcpu->vcpu_id, offset);

	vgic_reg_access(mmio, reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_VALUE);
	return false;
}

/* The four target bytes of shared interrupts irq to irq + 3, as a register. */
static u32 vgic_get_target_reg(struct vgic_dist *dist, int irq)
{
	u32 val = 0;
	int i;

	for (i = 0; i < 4; i++)
		val |= (1U << dist->irq_spi_target[irq - VGIC_NR_PRIVATE_IRQS + i]) << (i * 8);
	return val;
}

/* An interrupt goes to one vcpu: the first of those named; none means vcpu 0. */
static void vgic_set_target_reg(struct kvm *kvm, u32 val, int irq)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	int i;

	for (i = 0; i < 4; i++) {
		u32 mask = (val >> (i * 8)) & vgic_online_mask(kvm);

		dist->irq_spi_target[irq - VGIC_NR_PRIVATE_IRQS + i] = mask ? __ffs(mask) : 0;
	}
}

/* GICD_ITARGETSRn. For private interrupts it tells the reader its own number. */
static bool handle_mmio_target_reg(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
				   phys_addr_t offset)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	int irq = offset & ~3;
	u32 reg;

	if (irq < VGIC_NR_PRIVATE_IRQS) {
		reg = (1U << vcpu->vcpu_id) * 0x01010101;
		vgic_reg_access(mmio, &reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_IGNORED);
		return false;
	}

	reg = vgic_get_target_reg(dist, irq);
	vgic_reg_access(mmio, &reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_VALUE);
	if (!mmio->is_write)
		return false;
	vgic_set_target_reg(vcpu->kvm, reg, irq);
	vgic_update_state(vcpu->kvm);
	return true;
}

/* 16 bits, one for each interrupt, to the 32 of GICD_ICFGRn (the upper of each two) and back */
static u32 vgic_cfg_expand(u16 val)
{
	u32 res = 0;
	int i;

	for (i = 0; i < 16; i++)
		res |= ((u32)(val >> i) & 1) << (2 * i + 1);
	return res;
}

static u16 vgic_cfg_compress(u32 val)
{
	u16 res = 0;
	int i;

	for (i = 0; i < 16; i++)
		res |= ((val >> (2 * i + 1)) & 1) << i;
	return res;
}

/* GICD_ICFGRn: edge or level. SGIs and PPIs are edge-triggered here and stay so. */
static bool handle_mmio_cfg_reg(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
				phys_addr_t offset)
{
	/* Each word of the register is half a word of the bitmap. */
	u32 *bits = vgic_bitmap_get_reg(&vcpu_dist(vcpu)->irq_cfg, vcpu->vcpu_id, offset >> 1);
	int half = (offset & 4) ? 16 : 0;
	u32 reg = vgic_cfg_expand(*bits >> half);

	vgic_reg_access(mmio, &reg, offset, ACCESS_READ_VALUE | ACCESS_WRITE_VALUE);
	if (mmio->is_write && (offset & ~3) >= VGIC_NR_PRIVATE_IRQS / 4)
		*bits = (*bits & ~(0xffffU << half)) | ((u32)vgic_cfg_compress(reg) << half);
	return false;
}

/* GICD_SGIR: this vcpu interrupts others, or itself. */
static void vgic_dispatch_sgi(struct kvm_vcpu *vcpu, u32 reg)
{
	struct kvm *kvm = vcpu->kvm;
	struct vgic_dist *dist = &kvm->arch.vgic;
	int sgi = reg & 0xf;
	u32 targets = (reg >> 16) & 0xff;
	struct kvm_vcpu *target;
	int c;

	switch ((reg >> 24) & 3) {
	case 0:		/* those in the list. (3.14 lacks a break here: all others get it.) */
		break;
	case 1:		/* all others */
		targets = vgic_online_mask(kvm) & ~(1U << vcpu->vcpu_id);
		break;
	case 2:		/* myself */
		targets = 1U << vcpu->vcpu_id;
		break;
	default:
		return;
	}

	kvm_for_each_vcpu(c, target, kvm) {
		if (targets & (1U << c)) {
			vgic_dist_irq_set(target, sgi, true);
			dist->irq_sgi_sources[c][sgi] |= 1U << vcpu->vcpu_id;
		}
	}
}

static bool handle_mmio_sgi_reg(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
				phys_addr_t offset)
{
	u32 reg = 0;

	vgic_reg_access(mmio, &reg, offset, ACCESS_READ_RAZ | ACCESS_WRITE_VALUE);
	if (!mmio->is_write)
		return false;
	vgic_dispatch_sgi(vcpu, reg);
	vgic_update_state(vcpu->kvm);
	return true;
}

/*
 * GICD_CPENDSGIRn, GICD_SPENDSGIRn: a byte for each SGI, a bit in it for each vcpu that
 * has sent it.
 */
static bool handle_mmio_sgi_pending(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
				    phys_addr_t offset, int mode)
{
	u8 *sources = vcpu_dist(vcpu)->irq_sgi_sources[vcpu->vcpu_id];
	int first = offset & ~3;
	u32 reg = 0;
	int i;

	for (i = 0; i < 4; i++)
		reg |= (u32)sources[first + i] << (8 * i);
	vgic_reg_access(mmio, &reg, offset, ACCESS_READ_VALUE | mode);
	if (!mmio->is_write)
		return false;

	for (i = 0; i < 4; i++) {
		sources[first + i] = (reg >> (8 * i)) & vgic_online_mask(vcpu->kvm);
		vgic_dist_irq_set(vcpu, first + i, sources[first + i] != 0);
	}
	vgic_update_state(vcpu->kvm);
	return true;
}

static bool handle_mmio_sgi_set(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
				phys_addr_t offset)
{
	return handle_mmio_sgi_pending(vcpu, mmio, offset, ACCESS_WRITE_SETBIT);
}

static bool handle_mmio_sgi_clear(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio,
				  phys_addr_t offset)
{
	return handle_mmio_sgi_pending(vcpu, mmio, offset, ACCESS_WRITE_CLEARBIT);
}

/* All registers, by offset. */
static const struct mmio_range vgic_dist_ranges[] = {
	{ GIC_DIST_CTRL, 12, handle_mmio_misc },
	{ GIC_DIST_IGROUP, VGIC_NR_IRQS / 8, handle_mmio_raz_wi },
	{ GIC_DIST_ENABLE_SET, VGIC_NR_IRQS / 8, handle_mmio_set_enable_reg },
	{ GIC_DIST_ENABLE_CLEAR, VGIC_NR_IRQS / 8, handle_mmio_clear_enable_reg },
	{ GIC_DIST_PENDING_SET, VGIC_NR_IRQS / 8, handle_mmio_set_pending_reg },
	{ GIC_DIST_PENDING_CLEAR, VGIC_NR_IRQS / 8, handle_mmio_clear_pending_reg },
	{ GIC_DIST_ACTIVE_SET, VGIC_NR_IRQS / 8, handle_mmio_set_active_reg },
	{ GIC_DIST_ACTIVE_CLEAR, VGIC_NR_IRQS / 8, handle_mmio_clear_active_reg },
	{ GIC_DIST_PRI, VGIC_NR_IRQS, handle_mmio_priority_reg },
	{ GIC_DIST_TARGET, VGIC_NR_IRQS, handle_mmio_target_reg },
	{ GIC_DIST_CONFIG, VGIC_NR_IRQS / 4, handle_mmio_cfg_reg },
	{ GIC_DIST_SOFTINT, 4, handle_mmio_sgi_reg },
	{ GIC_DIST_SGI_PENDING_CLEAR, VGIC_NR_SGIS, handle_mmio_sgi_clear },
	{ GIC_DIST_SGI_PENDING_SET, VGIC_NR_SGIS, handle_mmio_sgi_set },
};

const struct mmio_range *find_matching_range(phys_addr_t offset, u32 len)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vgic_dist_ranges); i++) {
		const struct mmio_range *r = &vgic_dist_ranges[i];

		if (offset >= r->base && offset + len <= r->base + r->len)
			return r;
	}
	return NULL;
}

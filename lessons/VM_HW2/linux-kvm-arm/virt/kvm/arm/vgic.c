/*
 * The virtual GIC.
 *
 * A GICv2 has two halves. The distributor knows every interrupt: enabled? pending?
 * for which CPU? It is software here: the guest's accesses trap, and
 * vgic_handle_mmio() plays it. The CPU interface, where the guest acknowledges and
 * ends interrupts, is hardware: GICV, mapped into the guest's memory, so that these
 * accesses do not trap.
 *
 * Between the halves are the list registers. Before each run of the guest,
 * kvm_vgic_flush_hwstate() puts pending interrupts into them; after it,
 * kvm_vgic_sync_hwstate() looks what became of them.
 *
 *	kvm_vgic_inject_irq()        a line changes
 *	  -> irq_state               in the distributor
 *	  -> pending_percpu/_shared  enabled and for this vcpu
 *	  -> vgic_lr[]               flush: next run of the guest
 *	     the guest takes it, acknowledges it, ends it
 *	  -> LR empty                sync: free for the next one
 *
 * An edge-triggered interrupt is forgotten by the distributor once it is in a list
 * register. A level-triggered one stays "active" until the guest has ended it, and a
 * maintenance interrupt says when; is the line still high then, it is pending again.
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/string.h>
#include <linux/kvm_host.h>
#include <linux/irqchip/arm-gic.h>
#include <asm/kvm_emulate.h>
#include <asm/kvm_mmio.h>
#include <asm/kvm_mmu.h>

#define VGIC_ADDR_UNDEF		((phys_addr_t)-1)

/* What GICD_TYPER and GICD_IIDR say about us */
#define PRODUCT_ID_KVM		0x4b
#define IMPLEMENTER_ARM		0x43b

/* The machine's own virtual CPU interface */
static void __iomem *vgic_vctrl_base;	/* GICH */
static phys_addr_t vgic_vcpu_base;	/* GICV */
static int vgic_nr_lr;
static unsigned int vgic_maint_irq;

/* ---- Bitmaps and bytemaps ---- */

/* The word with the bits of 32 interrupts; offset in bytes, as in the register. */
static u32 *vgic_bitmap_get_reg(struct vgic_bitmap *x, int cpuid, u32 offset)
{
	offset >>= 2;
	return offset == 0 ? &x->percpu[cpuid] : &x->shared[offset - 1];
}

static bool vgic_bitmap_get_irq_val(struct vgic_bitmap *x, int cpuid, int irq)
{
	return (*vgic_bitmap_get_reg(x, cpuid, irq / 32 * 4) >> (irq % 32)) & 1;
}

static void vgic_bitmap_set_irq_val(struct vgic_bitmap *x, int cpuid, int irq, bool val)
{
	u32 *reg = vgic_bitmap_get_reg(x, cpuid, irq / 32 * 4);

	if (val)
		*reg |= 1U << (irq % 32);
	else
		*reg &= ~(1U << (irq % 32));
}

/* The word with the bytes of 4 interrupts; offset in bytes, as in the register. */
static u32 *vgic_bytemap_get_reg(struct vgic_bytemap *x, int cpuid, u32 offset)
{
	offset >>= 2;
	if (offset < VGIC_NR_PRIVATE_IRQS / 4)
		return &x->percpu[cpuid][offset];
	return &x->shared[offset - VGIC_NR_PRIVATE_IRQS / 4];
}

static struct vgic_dist *vcpu_dist(struct kvm_vcpu *vcpu)
{
	return &vcpu->kvm->arch.vgic;
}

static bool vgic_irq_is_edge(struct kvm_vcpu *vcpu, int irq)
{
	return vgic_bitmap_get_irq_val(&vcpu_dist(vcpu)->irq_cfg, vcpu->vcpu_id, irq);
}

static bool vgic_irq_is_enabled(struct kvm_vcpu *vcpu, int irq)
{
	return vgic_bitmap_get_irq_val(&vcpu_dist(vcpu)->irq_enabled, vcpu->vcpu_id, irq);
}

static bool vgic_irq_is_active(struct kvm_vcpu *vcpu, int irq)
{
	return vgic_bitmap_get_irq_val(&vcpu_dist(vcpu)->irq_active, vcpu->vcpu_id, irq);
}

static void vgic_irq_set_active(struct kvm_vcpu *vcpu, int irq, bool active)
{
	vgic_bitmap_set_irq_val(&vcpu_dist(vcpu)->irq_active, vcpu->vcpu_id, irq, active);
}

static bool vgic_dist_irq_is_pending(struct kvm_vcpu *vcpu, int irq)
{
	return vgic_bitmap_get_irq_val(&vcpu_dist(vcpu)->irq_state, vcpu->vcpu_id, irq);
}

static void vgic_dist_irq_set(struct kvm_vcpu *vcpu, int irq, bool pending)
{
	vgic_bitmap_set_irq_val(&vcpu_dist(vcpu)->irq_state, vcpu->vcpu_id, irq, pending);
}

/* "Put this one into a list register at the next opportunity", or not any longer. */
static void vgic_cpu_irq_set(struct kvm_vcpu *vcpu, int irq, bool pending)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	u32 *word = irq < VGIC_NR_PRIVATE_IRQS
		  ? &vgic_cpu->pending_percpu
		  : &vgic_cpu->pending_shared[irq / 32 - 1];

	if (pending)
		*word |= 1U << (irq % 32);
	else
		*word &= ~(1U << (irq % 32));
}

/* ---- From the distributor's state to "pending for this vcpu" ---- */

/* The bits of the shared interrupts that are meant for this vcpu. */
static u32 vgic_spi_targets(struct vgic_dist *dist, int cpuid, int word)
{
	u32 mask = 0;
	int bit;

	for (bit = 0; bit < 32; bit++) {
		if (dist->irq_spi_target[word * 32 + bit] == cpuid)
			mask |= 1U << bit;
	}
	return mask;
}

/* Pending, enabled, mine. Returns whether there is any. */
static bool compute_pending_for_cpu(struct kvm_vcpu *vcpu)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	int cpuid = vcpu->vcpu_id;
	u32 any;
	int i;

	vgic_cpu->pending_percpu = dist->irq_state.percpu[cpuid] & dist->irq_enabled.percpu[cpuid];
	any = vgic_cpu->pending_percpu;

	for (i = 0; i < VGIC_NR_SHARED_IRQS / 32; i++) {
		u32 pending = dist->irq_state.shared[i] & dist->irq_enabled.shared[i];

		if (pending)
			pending &= vgic_spi_targets(dist, cpuid, i);
		vgic_cpu->pending_shared[i] = pending;
		any |= pending;
	}
	return any != 0;
}

/* The guest has changed something at the distributor: look at everything again. */
static void vgic_update_state(struct kvm *kvm)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	struct kvm_vcpu *vcpu;
	int c;

	kvm_for_each_vcpu(c, vcpu, kvm) {
		if (dist->enabled && compute_pending_for_cpu(vcpu))
			set_bit(c, &dist->irq_pending_on_cpu);
		else
			clear_bit(c, &dist->irq_pending_on_cpu);
	}
}

/* Wake those who have something to do. */
static void vgic_kick_vcpus(struct kvm *kvm)
{
	struct kvm_vcpu *vcpu;
	int c;

	kvm_for_each_vcpu(c, vcpu, kvm) {
		if (kvm_vgic_vcpu_pending_irq(vcpu))
			kvm_vcpu_kick(vcpu);
	}
}

/* ---- The distributor's registers ---- */

#define ACCESS_READ_VALUE	(1 << 0)
#define ACCESS_READ_RAZ		(0 << 0)
#define ACCESS_WRITE_IGNORED	(0 << 1)
#define ACCESS_WRITE_SETBIT	(1 << 1)
#define ACCESS_WRITE_CLEARBIT	(2 << 1)
#define ACCESS_WRITE_VALUE	(3 << 1)
#define ACCESS_WRITE_MASK(x)	((x) & (3 << 1))

static u32 mmio_data_read(struct kvm_exit_mmio *mmio, u32 mask)
{
	u32 value = 0;

	memcpy(&value, mmio->data, mmio->len);
	return value & mask;
}

static void mmio_data_write(struct kvm_exit_mmio *mmio, u32 mask, u32 value)
{
	value &= mask;
	memcpy(mmio->data, &value, mmio->len);
}

/*
 * Carry out an access to one register: 1, 2 or 4 bytes at offset. reg is where its
 * value is kept, or NULL for a register that reads as zero; mode says what a read
 * shows and what a write does.
 */
static void vgic_reg_access(struct kvm_exit_mmio *mmio, u32 *reg, phys_addr_t offset, int mode)
{
	int shift = (offset & 3) * 8;
	u32 mask = mmio->len == 4 ? ~0U : (1U << (mmio->len * 8)) - 1;
	u32 data;

	if (!mmio->is_write) {
		data = reg && (mode & ACCESS_READ_VALUE) ? *reg >> shift : 0;
		mmio_data_write(mmio, mask, data);
		return;
	}

	data = mmio_data_read(mmio, mask) << shift;
	switch (ACCESS_WRITE_MASK(mode)) {
	case ACCESS_WRITE_SETBIT:
		*reg |= data;
		break;
	case ACCESS_WRITE_CLEARBIT:
		*reg &= ~data;
		break;
	case ACCESS_WRITE_VALUE:
		*reg = (*reg & ~(mask << shift)) | data;
		break;
	}
}

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

/* The handlers below return true if interrupts may have become pending. */

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

static void vgic_retire_disabled_irqs(struct kvm_vcpu *vcpu);

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

static u32 vgic_active_bits(struct kvm_vcpu *vcpu, int word);
static void vgic_change_active(struct kvm_vcpu *vcpu, int irq, bool active);

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

/* All registers, by offset. Offsets given to a handler count from its base. */
struct mmio_range {
	phys_addr_t base;
	unsigned long len;
	bool (*handle_mmio)(struct kvm_vcpu *vcpu, struct kvm_exit_mmio *mmio, phys_addr_t offset);
};

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

static const struct mmio_range *find_matching_range(phys_addr_t offset, u32 len)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vgic_dist_ranges); i++) {
		const struct mmio_range *r = &vgic_dist_ranges[i];

		if (offset >= r->base && offset + len <= r->base + r->len)
			return r;
	}
	return NULL;
}

/*
 * Is this access meant for the distributor? Then carry it out and return true; the
 * guest can go on at once. False: it is lkvm's.
 */
bool vgic_handle_mmio(struct kvm_vcpu *vcpu, struct kvm_run *run, struct kvm_exit_mmio *mmio)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	const struct mmio_range *range;
	unsigned long flags;
	phys_addr_t offset;
	bool updated_state;

	if (!irqchip_in_kernel(vcpu->kvm) || mmio->phys_addr < dist->vgic_dist_base ||
	    mmio->phys_addr + mmio->len > dist->vgic_dist_base + KVM_VGIC_V2_DIST_SIZE)
		return false;

	/* Its registers have 32 bits. */
	if (mmio->len > 4) {
		kvm_inject_dabt(vcpu, mmio->phys_addr);
		return true;
	}

	offset = mmio->phys_addr - dist->vgic_dist_base;
	range = find_matching_range(offset, mmio->len);
	if (!range) {
		kvm_guest_err("vgic: no register at offset %#llx, length %u\n",
			(unsigned long long)offset, mmio->len);
		return false;
	}

	spin_lock_irqsave(&dist->lock, flags);
	updated_state = range->handle_mmio(vcpu, mmio, offset - range->base);
	spin_unlock_irqrestore(&dist->lock, flags);

	/* The same second half as for a device of lkvm's. */
	kvm_prepare_mmio(run, mmio);
	kvm_handle_mmio_return(vcpu, run);

	if (updated_state)
		vgic_kick_vcpus(vcpu->kvm);
	return true;
}

/* ---- List registers ---- */

/* The list register is empty again: the interrupt that it held is nowhere now. */
static void vgic_retire_lr(int lr, int irq, struct vgic_cpu *vgic_cpu)
{
	vgic_cpu->lr_used &= ~(1ULL << lr);
	vgic_cpu->vgic_lr[lr] &= ~GICH_LR_STATE;
	vgic_cpu->vgic_irq_lr_map[irq] = LR_EMPTY;
}

/* Interrupts that the guest has disabled leave the list registers, unless it serves them now. */
static void vgic_retire_disabled_irqs(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	int lr;

	for (lr = 0; lr < vgic_nr_lr; lr++) {
		int irq = vgic_cpu->vgic_lr[lr] & GICH_LR_VIRTUALID;

		if (!(vgic_cpu->lr_used & (1ULL << lr)) || vgic_irq_is_enabled(vcpu, irq) ||
		    (vgic_cpu->vgic_lr[lr] & GICH_LR_ACTIVE_BIT))
			continue;
		vgic_retire_lr(lr, irq, vgic_cpu);
		vgic_irq_set_active(vcpu, irq, false);
	}
}

/* Which of 32 interrupts is the guest serving now? */
static u32 vgic_active_bits(struct kvm_vcpu *vcpu, int word)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	u32 bits = 0;
	int lr;

	for (lr = 0; lr < vgic_cpu->nr_lr; lr++) {
		int irq = vgic_cpu->vgic_lr[lr] & GICH_LR_VIRTUALID;

		if ((vgic_cpu->lr_used & (1ULL << lr)) && irq / 32 == word &&
		    (vgic_cpu->vgic_lr[lr] & GICH_LR_ACTIVE_BIT))
			bits |= 1U << (irq % 32);
	}
	return bits;
}

static int vgic_find_free_lr(struct vgic_cpu *vgic_cpu)
{
	int lr;

	for (lr = 0; lr < vgic_cpu->nr_lr; lr++) {
		if (!(vgic_cpu->lr_used & (1ULL << lr)))
			return lr;
	}
	return -1;
}

/* Put one interrupt into a list register. False if all are taken. */
static bool vgic_queue_irq(struct kvm_vcpu *vcpu, u8 sgi_source_id, int irq)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	u32 source = (u32)sgi_source_id << GICH_LR_PHYSID_CPUID_SHIFT;
	int lr = vgic_cpu->vgic_irq_lr_map[irq];

	/* There already, from the same source, and perhaps just being served: once more. */
	if (lr != LR_EMPTY && (vgic_cpu->vgic_lr[lr] & GICH_LR_PHYSID_CPUID) == source) {
		vgic_cpu->vgic_lr[lr] |= GICH_LR_PENDING_BIT;
		return true;
	}

	lr = vgic_find_free_lr(vgic_cpu);
	if (lr < 0)
		return false;

	vgic_cpu->vgic_lr[lr] = GICH_LR_PENDING_BIT | source | irq;
	if (!vgic_irq_is_edge(vcpu, irq))
		vgic_cpu->vgic_lr[lr] |= GICH_LR_EOI;
	vgic_cpu->vgic_irq_lr_map[irq] = lr;
	vgic_cpu->lr_used |= 1ULL << lr;
	vgic_cpu->vgic_elrsr[lr / 32] &= ~(1U << (lr % 32));	/* not empty, run or no run */
	return true;
}

/* The guest says that it serves an interrupt, or no longer. Without a list register: lost. */
static void vgic_change_active(struct kvm_vcpu *vcpu, int irq, bool active)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	int lr = vgic_cpu->vgic_irq_lr_map[irq];

	if (active) {
		if (lr == LR_EMPTY && vgic_queue_irq(vcpu, 0, irq)) {
			lr = vgic_cpu->vgic_irq_lr_map[irq];
			vgic_cpu->vgic_lr[lr] &= ~GICH_LR_STATE;
		}
		if (lr != LR_EMPTY)
			vgic_cpu->vgic_lr[lr] |= GICH_LR_ACTIVE_BIT;
		return;
	}

	if (lr == LR_EMPTY)
		return;
	vgic_cpu->vgic_lr[lr] &= ~GICH_LR_ACTIVE_BIT;
	if (!(vgic_cpu->vgic_lr[lr] & GICH_LR_STATE)) {
		vgic_retire_lr(lr, irq, vgic_cpu);
		vgic_irq_set_active(vcpu, irq, false);
	}
}

/* An SGI, once for every vcpu that has sent it. */
static bool vgic_queue_sgi(struct kvm_vcpu *vcpu, int irq)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	u8 *sources = &dist->irq_sgi_sources[vcpu->vcpu_id][irq];
	int c;

	for (c = 0; c < VGIC_MAX_CPUS; c++) {
		if ((*sources & (1U << c)) && vgic_queue_irq(vcpu, c, irq))
			*sources &= ~(1U << c);
	}
	if (*sources)
		return false;

	vgic_dist_irq_set(vcpu, irq, false);
	vgic_cpu_irq_set(vcpu, irq, false);
	return true;
}

/* A PPI or SPI. */
static bool vgic_queue_hwirq(struct kvm_vcpu *vcpu, int irq)
{
	if (vgic_irq_is_active(vcpu, irq))
		return true;	/* level: in a list register until its EOI */

	if (!vgic_queue_irq(vcpu, 0, irq))
		return false;

	if (vgic_irq_is_edge(vcpu, irq)) {
		vgic_dist_irq_set(vcpu, irq, false);
		vgic_cpu_irq_set(vcpu, irq, false);
	} else {
		vgic_irq_set_active(vcpu, irq, true);
	}
	return true;
}

/* Queue the interrupts whose bits are set in a word, the first of which is number base. */
static bool vgic_queue_word(struct kvm_vcpu *vcpu, u32 pending, int base)
{
	bool all = true;

	while (pending) {
		int irq = base + __ffs(pending);

		pending &= pending - 1;
		if (!(irq < VGIC_NR_SGIS ? vgic_queue_sgi(vcpu, irq) : vgic_queue_hwirq(vcpu, irq)))
			all = false;
	}
	return all;
}

/* Fill the list registers: SGIs first, then PPIs, then SPIs. */
static void __kvm_vgic_flush_hwstate(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	struct vgic_dist *dist = vcpu_dist(vcpu);
	bool all = true;
	int i;

	if (!kvm_vgic_vcpu_pending_irq(vcpu))
		return;

	all &= vgic_queue_word(vcpu, vgic_cpu->pending_percpu, 0);
	for (i = 0; i < VGIC_NR_SHARED_IRQS / 32; i++)
		all &= vgic_queue_word(vcpu, vgic_cpu->pending_shared[i],
				       VGIC_NR_PRIVATE_IRQS + i * 32);

	if (all) {
		vgic_cpu->vgic_hcr &= ~GICH_HCR_UIE;
		clear_bit(vcpu->vcpu_id, &dist->irq_pending_on_cpu);
	} else {
		/* Too many: a maintenance interrupt shall tell when room is left. */
		vgic_cpu->vgic_hcr |= GICH_HCR_UIE;
	}
}

/* The guest has ended a level-triggered interrupt. Returns true if it is pending again. */
static bool vgic_process_eoi(struct kvm_vcpu *vcpu, int lr)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	int irq = vgic_cpu->vgic_lr[lr] & GICH_LR_VIRTUALID;
	bool still_high;

	vgic_irq_set_active(vcpu, irq, false);
	vgic_cpu->vgic_lr[lr] &= ~(GICH_LR_EOI | GICH_LR_ACTIVE_BIT);

	still_high = vgic_dist_irq_is_pending(vcpu, irq) && vgic_irq_is_enabled(vcpu, irq);
	vgic_cpu_irq_set(vcpu, irq, still_high);

	/* ELRSR leaves out an entry that asked for its EOI: it is empty now. */
	vgic_cpu->vgic_elrsr[lr / 32] |= 1U << (lr % 32);
	return still_high;
}

/* Why there was a maintenance interrupt: hyp.S has saved MISR and EISR. */
static bool vgic_process_maintenance(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	bool level_pending = false;
	int lr;

	if (vgic_cpu->vgic_misr & GICH_MISR_EOI) {
		for (lr = 0; lr < vgic_cpu->nr_lr; lr++) {
			if (vgic_cpu->vgic_eisr[lr / 32] & (1U << (lr % 32)))
				level_pending |= vgic_process_eoi(vcpu, lr);
		}
	}

	if (vgic_cpu->vgic_misr & GICH_MISR_U)
		vgic_cpu->vgic_hcr &= ~GICH_HCR_UIE;

	vgic_cpu->vgic_misr = 0;	/* dealt with: the next sync may come without a run */
	return level_pending;
}

/* Take back what the guest is done with. */
static void __kvm_vgic_sync_hwstate(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	bool work_left = vgic_process_maintenance(vcpu);
	int lr;

	for (lr = 0; lr < vgic_cpu->nr_lr; lr++) {
		if (!(vgic_cpu->vgic_elrsr[lr / 32] & (1U << (lr % 32)))) {
			work_left = true;	/* pending or active */
			continue;
		}
		if (vgic_cpu->lr_used & (1ULL << lr))
			vgic_retire_lr(lr, vgic_cpu->vgic_lr[lr] & GICH_LR_VIRTUALID, vgic_cpu);
	}

	if (work_left)
		set_bit(vcpu->vcpu_id, &vcpu_dist(vcpu)->irq_pending_on_cpu);
}

void kvm_vgic_flush_hwstate(struct kvm_vcpu *vcpu)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	unsigned long flags;

	if (!irqchip_in_kernel(vcpu->kvm))
		return;

	spin_lock_irqsave(&dist->lock, flags);
	__kvm_vgic_flush_hwstate(vcpu);
	spin_unlock_irqrestore(&dist->lock, flags);
}

void kvm_vgic_sync_hwstate(struct kvm_vcpu *vcpu)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	unsigned long flags;

	if (!irqchip_in_kernel(vcpu->kvm))
		return;

	spin_lock_irqsave(&dist->lock, flags);
	__kvm_vgic_sync_hwstate(vcpu);
	spin_unlock_irqrestore(&dist->lock, flags);
}

int kvm_vgic_vcpu_pending_irq(struct kvm_vcpu *vcpu)
{
	if (!irqchip_in_kernel(vcpu->kvm))
		return 0;
	return test_bit(vcpu->vcpu_id, &vcpu_dist(vcpu)->irq_pending_on_cpu);
}

/* ---- Interrupt lines ---- */

/* Does this change of the line mean anything? An edge is a rise; a level is any change. */
static bool vgic_validate_injection(struct kvm_vcpu *vcpu, int irq, bool level)
{
	bool state = vgic_dist_irq_is_pending(vcpu, irq);

	return vgic_irq_is_edge(vcpu, irq) ? level && !state : level != state;
}

/* Returns true if a vcpu should be woken. */
static bool vgic_update_irq_state(struct kvm_vcpu *vcpu, int irq, bool level)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);

	if (!vgic_validate_injection(vcpu, irq, level))
		return false;

	vgic_dist_irq_set(vcpu, irq, level);
	if (!level) {
		vgic_cpu_irq_set(vcpu, irq, false);
		return false;
	}

	if (!dist->enabled || !vgic_irq_is_enabled(vcpu, irq))
		return false;
	if (!vgic_irq_is_edge(vcpu, irq) && vgic_irq_is_active(vcpu, irq))
		return false;	/* the guest has not ended the last one: its EOI will show */

	vgic_cpu_irq_set(vcpu, irq, true);
	set_bit(vcpu->vcpu_id, &dist->irq_pending_on_cpu);
	return true;
}

/*
 * A line of the virtual GIC goes high or low. cpuid matters for PPIs only; irq_num is an
 * INTID. Allowed in interrupts.
 */
int kvm_vgic_inject_irq(struct kvm *kvm, int cpuid, unsigned int irq_num, bool level)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	struct kvm_vcpu *vcpu;
	unsigned long flags;
	bool kick = false;

	if (irq_num >= VGIC_NR_IRQS)
		return -EINVAL;

	spin_lock_irqsave(&dist->lock, flags);
	if (irq_num >= VGIC_NR_PRIVATE_IRQS)
		cpuid = dist->irq_spi_target[irq_num - VGIC_NR_PRIVATE_IRQS];
	vcpu = kvm_get_vcpu(kvm, cpuid);
	if (vcpu)
		kick = vgic_update_irq_state(vcpu, irq_num, level);
	spin_unlock_irqrestore(&dist->lock, flags);

	if (kick)
		vgic_kick_vcpus(kvm);
	return vcpu ? 0 : -EINVAL;
}

/* ---- Setting up ---- */

/* KVM_CREATE_IRQCHIP, or KVM_CREATE_DEVICE. Too late once a vcpu has run. */
int kvm_vgic_create(struct kvm *kvm)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	struct kvm_vcpu *vcpu;
	int c;

	if (dist->created)
		return -EEXIST;
	kvm_for_each_vcpu(c, vcpu, kvm) {
		if (vcpu->arch.has_run_once)
			return -EBUSY;
	}

	spin_lock_init(&dist->lock);
	dist->vctrl_base = (void *)vgic_vctrl_base;
	dist->vgic_dist_base = VGIC_ADDR_UNDEF;
	dist->vgic_cpu_base = VGIC_ADDR_UNDEF;
	dist->created = true;
	return 0;
}

/* Do the two halves, once both have their place, lie over each other? */
static bool vgic_ioaddr_overlap(struct vgic_dist *dist)
{
	phys_addr_t d = dist->vgic_dist_base;
	phys_addr_t c = dist->vgic_cpu_base;

	return d != VGIC_ADDR_UNDEF && c != VGIC_ADDR_UNDEF &&
	       d < c + KVM_VGIC_V2_CPU_SIZE && c < d + KVM_VGIC_V2_DIST_SIZE;
}

/* KVM_ARM_SET_DEVICE_ADDR, or a question: where is this half of the vGIC? */
int kvm_vgic_addr(struct kvm *kvm, unsigned long type, u64 *addr, bool write)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	phys_addr_t *base;
	u64 size;

	if (!dist->created)
		return -ENODEV;

	switch (type) {
	case KVM_VGIC_V2_ADDR_TYPE_DIST:
		base = &dist->vgic_dist_base;
		size = KVM_VGIC_V2_DIST_SIZE;
		break;
	case KVM_VGIC_V2_ADDR_TYPE_CPU:
		base = &dist->vgic_cpu_base;
		size = KVM_VGIC_V2_CPU_SIZE;
		break;
	default:
		return -ENODEV;
	}

	if (!write) {
		*addr = *base;
		return 0;
	}

	if (*addr & ~PAGE_MASK)
		return -EINVAL;
	if (*addr >= KVM_PHYS_SIZE || *addr + size > KVM_PHYS_SIZE)
		return -E2BIG;
	if (*base != VGIC_ADDR_UNDEF)
		return -EEXIST;

	*base = *addr;
	if (vgic_ioaddr_overlap(dist)) {
		*base = VGIC_ADDR_UNDEF;
		return -EBUSY;
	}
	return 0;
}

bool vgic_has_dist_reg(u32 offset)
{
	return !(offset & 3) && find_matching_range(offset, 4);
}

/*
 * One register of the distributor as vcpu sees it, for lkvm: the guest's own access
 * without the trap. 0 or -ENXIO.
 */
int vgic_dist_regs_access(struct kvm_vcpu *vcpu, u32 offset, u32 *reg, bool write)
{
	struct vgic_dist *dist = vcpu_dist(vcpu);
	struct kvm_exit_mmio mmio = { .len = 4, .is_write = write };
	const struct mmio_range *range = find_matching_range(offset, 4);
	unsigned long flags;

	if (!vgic_has_dist_reg(offset))
		return -ENXIO;

	mmio_data_write(&mmio, ~0U, *reg);
	spin_lock_irqsave(&dist->lock, flags);
	range->handle_mmio(vcpu, &mmio, offset - range->base);
	spin_unlock_irqrestore(&dist->lock, flags);
	*reg = mmio_data_read(&mmio, ~0U);
	return 0;
}

/* Before the first run: the guest's CPU interface becomes the machine's GICV. */
int kvm_vgic_init(struct kvm *kvm)
{
	struct vgic_dist *dist = &kvm->arch.vgic;
	int ret;

	if (dist->vgic_dist_base == VGIC_ADDR_UNDEF || dist->vgic_cpu_base == VGIC_ADDR_UNDEF) {
		pr_err("kvm: need to set vgic cpu and dist addresses first\n");
		return -ENXIO;
	}

	ret = kvm_phys_addr_ioremap(kvm, dist->vgic_cpu_base, vgic_vcpu_base,
				    KVM_VGIC_V2_CPU_SIZE);
	if (ret) {
		pr_err("kvm: unable to map the virtual CPU interface: %d\n", ret);
		return ret;
	}

	dist->ready = true;
	return 0;
}

/* A new vcpu: SGIs enabled, private interrupts edge-triggered, list registers empty. */
int kvm_vgic_vcpu_init(struct kvm_vcpu *vcpu)
{
	struct vgic_cpu *vgic_cpu = &vcpu->arch.vgic_cpu;
	struct vgic_dist *dist = vcpu_dist(vcpu);

	if (vcpu->vcpu_id >= VGIC_MAX_CPUS)
		return -EBUSY;

	dist->irq_enabled.percpu[vcpu->vcpu_id] = 0xffff;
	dist->irq_cfg.percpu[vcpu->vcpu_id] = ~0U;

	memset(vgic_cpu->vgic_irq_lr_map, LR_EMPTY, sizeof(vgic_cpu->vgic_irq_lr_map));
	vgic_cpu->nr_lr = vgic_nr_lr;
	vgic_cpu->vgic_vmcr = 0;
	vgic_cpu->vgic_hcr = GICH_HCR_EN;
	return 0;
}

/*
 * A list register wants attention. That this ended the run of the guest is all that was
 * needed: kvm_vgic_sync_hwstate() does the rest.
 */
static irqreturn_t vgic_maintenance_handler(int irq, void *data)
{
	return IRQ_HANDLED;
}

static int vgic_map_hardware(struct device_node *np)
{
	struct resource vctrl_res, vcpu_res;
	void *base;

	if (of_address_to_resource(np, 2, &vctrl_res) || of_address_to_resource(np, 3, &vcpu_res)) {
		pr_err("kvm: this GIC has no virtualization extensions\n");
		return -ENXIO;
	}

	vgic_vctrl_base = of_iomap(np, 2);
	if (!vgic_vctrl_base)
		return -ENOMEM;

	vgic_nr_lr = (readl_relaxed((char *)vgic_vctrl_base + GICH_VTR) & 0x3f) + 1;
	vgic_vcpu_base = vcpu_res.start;

	/* hyp.S reads and writes GICH too. */
	base = (void *)vgic_vctrl_base;
	return create_hyp_io_mappings(base, (char *)base + PAGE_SIZE, vctrl_res.start);
}

/* At boot: find the GIC in the device tree. */
int kvm_vgic_hyp_init(void)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "arm,cortex-a15-gic");
	int ret;

	if (!np) {
		pr_err("kvm: error: no compatible vgic found\n");
		return -ENODEV;
	}

	vgic_maint_irq = irq_of_parse_and_map(np, 0);
	if (!vgic_maint_irq) {
		pr_err("kvm: error getting vgic maintenance irq from DT\n");
		return -ENXIO;
	}

	ret = request_percpu_irq(vgic_maint_irq, vgic_maintenance_handler, "vgic", NULL);
	if (ret) {
		pr_err("kvm: cannot register interrupt %u\n", vgic_maint_irq);
		return ret;
	}
	enable_percpu_irq(vgic_maint_irq, IRQ_TYPE_NONE);

	ret = vgic_map_hardware(np);
	of_node_put(np);
	if (ret) {
		free_percpu_irq(vgic_maint_irq, NULL);
		return ret;
	}

	pr_info("kvm: GICH with %d list registers, maintenance IRQ%u\n", vgic_nr_lr,
		vgic_maint_irq);
	return 0;
}

/*
 * The guest loads from the distributor, or stores to it. The access comes here from
 * io_mem_abort(): find the register, carry the access out, and put the answer where
 * the answer of a device of lkvm's would be too.
 *
 *	vgic_handle_mmio()		the guest's access
 *	vgic_dist_regs_access()		the same for lkvm, by an ioctl
 *	  -> find_matching_range()	which register? (vgic-regs.c)
 *	  -> its handle_mmio		what does it mean? (vgic-regs.c)
 *	     -> vgic_reg_access()	the bytes of it that are read or written
 *
 * Linux 3.14: same names, in vgic.c.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/kvm_emulate.h>

#include "vgic.h"

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
void vgic_reg_access(struct kvm_exit_mmio *mmio, u32 *reg, phys_addr_t offset, int mode)
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

	/* Its registers have 32 bits. (3.14: an abort of the next instruction, with the IPA.) */
	if (mmio->len > 4) {
		*vcpu_pc(vcpu) -= 4;
		kvm_inject_dabt(vcpu, kvm_vcpu_get_hfar(vcpu));
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

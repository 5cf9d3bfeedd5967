/*
 * The guest loads from, or stores to, an address where there is no memory: a device.
 * The syndrome describes the instruction well enough to carry it out in software:
 *
 *	io_mem_abort()			decode it, step over it
 *	  vgic_handle_mmio()		the interrupt controller is in the kernel
 *	  kvm_prepare_mmio()		any other device is lkvm's
 *	kvm_handle_mmio_return()	a load: put the answer into the register
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/kvm_host.h>
#include <asm/kvm_emulate.h>
#include <asm/kvm_mmio.h>

#include "trace.h"

/* The len bytes of an access as a number, and back. The guest is little-endian, as we are. */
static u64 mmio_read_data(const void *buf, unsigned int len)
{
	u64 data = 0;

	memcpy(&data, buf, len);
	return data;
}

static void mmio_write_data(void *buf, unsigned int len, u64 data)
{
	memcpy(buf, &data, len);
}

/* Widen a value of len bytes as the load instruction would have done. */
static u64 extend_data(const struct kvm_decode *decode, u64 data, unsigned int len)
{
	if (decode->sign_extend && len < sizeof(u64)) {
		u64 sign = 1ULL << (len * 8 - 1);

		data = (data ^ sign) - sign;
	}

	/* Writing Wt clears the upper half of Xt. */
	return decode->sixty_four ? data : (u32)data;
}

/*
 * The second half of an access: run->mmio.data has what the device answered. Called
 * at the next KVM_RUN, or right away if the device is the vGIC. Returns 0, or
 * -EINVAL if lkvm has damaged kvm_run.
 */
int kvm_handle_mmio_return(struct kvm_vcpu *vcpu, struct kvm_run *run)
{
	const struct kvm_decode *decode = &vcpu->arch.mmio_decode;
	unsigned int len = run->mmio.len;
	u64 data;

	if (run->mmio.is_write)
		return 0;
	if (len == 0 || len > sizeof(run->mmio.data))
		return -EINVAL;

	data = mmio_read_data(run->mmio.data, len);
	trace_kvm_mmio(KVM_TRACE_MMIO_READ, len, run->mmio.phys_addr, data);
	vcpu_set_reg(vcpu, decode->rt, extend_data(decode, data, len));
	return 0;
}

/* Put the access where lkvm will find it. */
void kvm_prepare_mmio(struct kvm_run *run, struct kvm_exit_mmio *mmio)
{
	run->mmio.phys_addr = mmio->phys_addr;
	run->mmio.len = mmio->len;
	run->mmio.is_write = mmio->is_write;
	memcpy(run->mmio.data, mmio->data, mmio->len);
	run->exit_reason = KVM_EXIT_MMIO;
}

/*
 * Read the instruction out of the syndrome. Returns 0 with *mmio and
 * vcpu->arch.mmio_decode filled in, the PC behind the instruction; 1 if the guest got
 * an abort instead.
 */
static int decode_hsr(struct kvm_vcpu *vcpu, phys_addr_t fault_ipa, struct kvm_exit_mmio *mmio)
{
	/* An error on the bus, or a page table inside a device: nothing we can play. */
	if (kvm_vcpu_dabt_isextabt(vcpu) || kvm_vcpu_dabt_iss1tw(vcpu)) {
		kvm_inject_dabt(vcpu, kvm_vcpu_get_hfar(vcpu));
		return 1;
	}

	mmio->phys_addr = fault_ipa;
	mmio->is_write = kvm_vcpu_dabt_iswrite(vcpu);
	mmio->len = kvm_vcpu_dabt_get_as(vcpu);

	vcpu->arch.mmio_decode.rt = kvm_vcpu_dabt_get_rd(vcpu);
	vcpu->arch.mmio_decode.sign_extend = kvm_vcpu_dabt_issext(vcpu);
	vcpu->arch.mmio_decode.sixty_four = kvm_vcpu_dabt_issf(vcpu);

	kvm_skip_instr(vcpu);
	return 0;
}

/* Returns as an exit handler does: 1 back into the guest, 0 out to lkvm, negative on error. */
int io_mem_abort(struct kvm_vcpu *vcpu, struct kvm_run *run, phys_addr_t fault_ipa)
{
	struct kvm_exit_mmio mmio;
	int ret;

	/* A pair, a write-back form or a vector register: the syndrome says nothing. */
	if (!kvm_vcpu_dabt_isvalid(vcpu)) {
		kvm_guest_err("load/store instruction decoding not implemented, pc %#llx ipa %#llx\n",
		       (unsigned long long)*vcpu_pc(vcpu), (unsigned long long)fault_ipa);
		return -ENOSYS;
	}

	ret = decode_hsr(vcpu, fault_ipa, &mmio);
	if (ret)
		return ret;

	if (mmio.is_write) {
		u64 data = vcpu_get_reg(vcpu, vcpu->arch.mmio_decode.rt);

		mmio_write_data(mmio.data, mmio.len, data);
		trace_kvm_mmio(KVM_TRACE_MMIO_WRITE, mmio.len, fault_ipa,
			       mmio_read_data(mmio.data, mmio.len));
	} else {
		memset(mmio.data, 0, sizeof(mmio.data));
		trace_kvm_mmio(KVM_TRACE_MMIO_READ_UNSATISFIED, mmio.len, fault_ipa, 0);
	}

	if (vgic_handle_mmio(vcpu, run, &mmio))
		return 1;

	kvm_prepare_mmio(run, &mmio);
	return 0;
}

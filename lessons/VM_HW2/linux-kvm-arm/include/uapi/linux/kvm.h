#ifndef _UAPI_LINUX_KVM_H
#define _UAPI_LINUX_KVM_H

/*
 * What a program such as lkvm and the hypervisor agree on: three kinds of file
 * descriptor (the system's /dev/kvm, a VM, a vcpu), the ioctls each of them
 * takes, and the page they share, struct kvm_run. The numbers are Linux's, so
 * that one lkvm runs on this kernel and on any other arm64 Linux.
 */
#include <linux/types.h>
#include <linux/ioctl.h>
#include <asm/kvm.h>

#define KVM_API_VERSION 12

#define KVMIO 0xAE

/* Why KVM_RUN came back: kvm_run.exit_reason. */
#define KVM_EXIT_UNKNOWN	0
#define KVM_EXIT_MMIO		6
#define KVM_EXIT_INTR		10
#define KVM_EXIT_INTERNAL_ERROR	17
#define KVM_EXIT_SYSTEM_EVENT	24	/* newer than 3.14: a guest can switch itself off */

#define KVM_INTERNAL_ERROR_EMULATION 1

#define KVM_SYSTEM_EVENT_SHUTDOWN	1
#define KVM_SYSTEM_EVENT_RESET		2

/*
 * The first page behind a vcpu's file descriptor. The hypervisor says here why
 * it returned; lkvm answers here before it calls KVM_RUN again.
 */
struct kvm_run {
	/* in */
	__u8 request_interrupt_window;
	__u8 padding1[7];

	/* out */
	__u32 exit_reason;
	__u8 ready_for_interrupt_injection;
	__u8 if_flag;
	__u8 padding2[2];

	/* of no use on Arm, kept for the layout */
	__u64 cr8;
	__u64 apic_base;

	union {
		/* KVM_EXIT_MMIO: the guest touched a device that lkvm emulates */
		struct {
			__u64 phys_addr;
			__u8 data[8];
			__u32 len;
			__u8 is_write;
		} mmio;
		/* KVM_EXIT_INTERNAL_ERROR */
		struct {
			__u32 suberror;
			__u32 ndata;
			__u64 data[16];
		} internal;
		/* KVM_EXIT_SYSTEM_EVENT */
		struct {
			__u32 type;
			__u32 ndata;
			__u64 flags;
		} system_event;
		char padding[256];
	};

	__u64 kvm_valid_regs;
	__u64 kvm_dirty_regs;
	union {
		struct kvm_sync_regs regs;
		char padding[1024];
	} s;
};

/* KVM_SET_USER_MEMORY_REGION: this piece of my memory is guest RAM from there on. */
struct kvm_userspace_memory_region {
	__u32 slot;
	__u32 flags;
	__u64 guest_phys_addr;
	__u64 memory_size;	/* bytes; 0 removes the slot */
	__u64 userspace_addr;
};

/* KVM_IRQ_LINE: raise (1) or lower (0) an input of the virtual GIC. */
struct kvm_irq_level {
	union {
		__u32 irq;
		__s32 status;
	};
	__u32 level;
};

/* KVM_GET_ONE_REG, KVM_SET_ONE_REG: id names the register, addr points at its value. */
struct kvm_one_reg {
	__u64 id;
	__u64 addr;
};

struct kvm_reg_list {
	__u64 n;
	__u64 reg[];
};

struct kvm_arm_device_addr {
	__u64 id;
	__u64 addr;
};

/* KVM_CREATE_DEVICE: fd is the answer. */
struct kvm_create_device {
	__u32 type;	/* KVM_DEV_TYPE_… */
	__u32 fd;
	__u32 flags;	/* KVM_CREATE_DEVICE_… */
};

#define KVM_CREATE_DEVICE_TEST		1	/* only ask whether there is such a device */
#define KVM_DEV_TYPE_ARM_VGIC_V2	5

/* KVM_SET_DEVICE_ATTR and so on: addr points at the value. */
struct kvm_device_attr {
	__u32 flags;	/* none yet */
	__u32 group;
	__u64 attr;
	__u64 addr;
};

/* KVM_REGISTER_COALESCED_MMIO */
struct kvm_coalesced_mmio_zone {
	__u64 addr;
	__u32 size;
	__u32 pad;
};

struct kvm_signal_mask {
	__u32 len;
	__u8 sigset[];
};

#define KVM_REG_SIZE_SHIFT	52
#define KVM_REG_SIZE_MASK	0x00f0000000000000ULL
#define KVM_REG_SIZE_U32	0x0020000000000000ULL
#define KVM_REG_SIZE_U64	0x0030000000000000ULL
#define KVM_REG_SIZE_U128	0x0040000000000000ULL
#define KVM_REG_ARCH_MASK	0xff00000000000000ULL
#define KVM_REG_ARM64		0x6000000000000000ULL

/* Capabilities, for KVM_CHECK_EXTENSION. */
#define KVM_CAP_IRQCHIP			0
#define KVM_CAP_USER_MEMORY		3
#define KVM_CAP_NR_VCPUS		9
#define KVM_CAP_NR_MEMSLOTS		10
#define KVM_CAP_COALESCED_MMIO		15
#define KVM_CAP_SYNC_MMU		16
#define KVM_CAP_DESTROY_MEMORY_REGION_WORKS 21
#define KVM_CAP_JOIN_MEMORY_REGIONS_WORKS 30
#define KVM_CAP_MAX_VCPUS		66
#define KVM_CAP_ONE_REG			70
#define KVM_CAP_ARM_PSCI		87
#define KVM_CAP_ARM_SET_DEVICE_ADDR	88
#define KVM_CAP_DEVICE_CTRL		89
#define KVM_CAP_ARM_EL1_32BIT		93
#define KVM_CAP_ARM_PSCI_0_2		102	/* newer than 3.14 */

#define KVM_COALESCED_MMIO_PAGE_OFFSET	1	/* the vcpu's second page is a ring of writes */

/* ioctls of /dev/kvm */
#define KVM_GET_API_VERSION	_IO(KVMIO, 0x00)
#define KVM_CREATE_VM		_IO(KVMIO, 0x01)
#define KVM_CHECK_EXTENSION	_IO(KVMIO, 0x03)
#define KVM_GET_VCPU_MMAP_SIZE	_IO(KVMIO, 0x04)

/* ioctls of a VM */
#define KVM_CREATE_VCPU		_IO(KVMIO, 0x41)
#define KVM_SET_USER_MEMORY_REGION _IOW(KVMIO, 0x46, struct kvm_userspace_memory_region)
#define KVM_CREATE_IRQCHIP	_IO(KVMIO, 0x60)
#define KVM_IRQ_LINE		_IOW(KVMIO, 0x61, struct kvm_irq_level)
#define KVM_REGISTER_COALESCED_MMIO	_IOW(KVMIO, 0x67, struct kvm_coalesced_mmio_zone)
#define KVM_UNREGISTER_COALESCED_MMIO	_IOW(KVMIO, 0x68, struct kvm_coalesced_mmio_zone)
#define KVM_ARM_SET_DEVICE_ADDR	_IOW(KVMIO, 0xab, struct kvm_arm_device_addr)
#define KVM_ARM_PREFERRED_TARGET _IOR(KVMIO, 0xaf, struct kvm_vcpu_init)

#define KVM_CREATE_DEVICE	_IOWR(KVMIO, 0xe0, struct kvm_create_device)

/* ioctls of a device */
#define KVM_SET_DEVICE_ATTR	_IOW(KVMIO, 0xe1, struct kvm_device_attr)
#define KVM_GET_DEVICE_ATTR	_IOW(KVMIO, 0xe2, struct kvm_device_attr)
#define KVM_HAS_DEVICE_ATTR	_IOW(KVMIO, 0xe3, struct kvm_device_attr)

/* ioctls of a vcpu */
#define KVM_RUN			_IO(KVMIO, 0x80)
#define KVM_SET_SIGNAL_MASK	_IOW(KVMIO, 0x8b, struct kvm_signal_mask)
#define KVM_GET_ONE_REG		_IOW(KVMIO, 0xab, struct kvm_one_reg)
#define KVM_SET_ONE_REG		_IOW(KVMIO, 0xac, struct kvm_one_reg)
#define KVM_ARM_VCPU_INIT	_IOW(KVMIO, 0xae, struct kvm_vcpu_init)
#define KVM_GET_REG_LIST	_IOWR(KVMIO, 0xb0, struct kvm_reg_list)

#endif

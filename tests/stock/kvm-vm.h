/* What a small client of KVM needs: a VM with RAM, a vGIC and vcpus, and their registers. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/kvm.h>

/* What our <linux/kvm.h> lacks; the numbers are Linux's. */
struct create_device {
	uint32_t type, fd, flags;
};
struct device_attr {
	uint32_t flags, group;
	uint64_t attr, addr;
};
#define CREATE_DEVICE		_IOWR(KVMIO, 0xe0, struct create_device)
#define SET_DEVICE_ATTR		_IOW(KVMIO, 0xe1, struct device_attr)
#define TYPE_ARM_VGIC_V2	5
#define VGIC_GRP_ADDR		0
#define VGIC_GRP_CTRL		4
#define VGIC_CTRL_INIT		0

#define SYS_madvise		233
#define MADV_NOHUGEPAGE		15

#define PAGE		4096UL
#define RAM		0x80000000UL
#define DEVICE		0x10000000UL
#define DIST		0x08000000UL
#define CPU_INTERFACE	0x08010000UL

#define REG(offset) (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | (offset) / 4)
#define REG_X(n)	REG(8UL * (n))
#define REG_PC		REG(256UL)
#define REG_PSTATE	REG(264UL)
#define EL1H_MASKED	0x3c5

static long check(long result, const char *what)
{
	if (result >= 0)
		return result;
	printf("%s: %s\n", what, strerror(errno));
	fflush(stdout);
	exit(1);
}

static void set_reg(int vcpu, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uint64_t)(unsigned long)&value };

	check(ioctl(vcpu, KVM_SET_ONE_REG, &reg), "KVM_SET_ONE_REG");
}

static void set_attr(int device, uint32_t group, uint64_t attr, uint64_t value)
{
	struct device_attr arg = { .group = group, .attr = attr };

	arg.addr = (uint64_t)(unsigned long)&value;
	check(ioctl(device, SET_DEVICE_ATTR, &arg), "KVM_SET_DEVICE_ATTR");
}

/* RAM for the guest, in small pages only: how often it traps shall not depend on the host's mood. */
static uint8_t *make_ram(int vm, unsigned long size)
{
	struct kvm_userspace_memory_region region = { .guest_phys_addr = RAM };
	uint8_t *ram = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (ram == MAP_FAILED)
		check(-1, "memory");
	syscall(SYS_madvise, ram, size, MADV_NOHUGEPAGE); /* a kernel without huge pages refuses */
	region.memory_size = size;
	region.userspace_addr = (uint64_t)(unsigned long)ram;
	check(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
	return ram;
}

static void make_vgic(int vm)
{
	struct create_device create = { .type = TYPE_ARM_VGIC_V2 };
	struct device_attr init = { 0 };

	check(ioctl(vm, CREATE_DEVICE, &create), "KVM_CREATE_DEVICE");
	set_attr(create.fd, VGIC_GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, DIST);
	set_attr(create.fd, VGIC_GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_CPU, CPU_INTERFACE);
	/* Linux 3.14 knows no such attribute: there the first KVM_RUN does it. */
	init.group = VGIC_GRP_CTRL;
	init.attr = VGIC_CTRL_INIT;
	if (ioctl(create.fd, SET_DEVICE_ATTR, &init) < 0 && errno != ENXIO)
		check(-1, "KVM_SET_DEVICE_ATTR");
}

/* The memory that KVM shares with whoever runs a vcpu. */
static struct kvm_run *map_run(int kvm, int vcpu)
{
	unsigned long size = check(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");
	struct kvm_run *run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);

	if (run == MAP_FAILED)
		check(-1, "the vcpu's page");
	return run;
}

/* Readies a vcpu to begin at an address, at EL1 with interrupts masked, or when another one calls it. */
static void init_vcpu(int vm, int vcpu, uint64_t pc, int is_off)
{
	struct kvm_vcpu_init init = { 0 };

	check(ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init), "KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= 1 << KVM_ARM_VCPU_PSCI_0_2 | is_off << KVM_ARM_VCPU_POWER_OFF;
	check(ioctl(vcpu, KVM_ARM_VCPU_INIT, &init), "KVM_ARM_VCPU_INIT");
	if (is_off)
		return;
	set_reg(vcpu, REG_PC, pc);
	set_reg(vcpu, REG_PSTATE, EL1H_MASKED);
}

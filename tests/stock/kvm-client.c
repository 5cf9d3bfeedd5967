/*
 * A small client of KVM: makes a VM with one CPU and a vGIC, lets it run kvm-guest.S, and prints what it
 * asked for and what it saw. The trap log of the machine below must agree.
 *	kvm-client HVC SMC MMIO SYSREG WRITTEN READ READ-WRITTEN DISTRIBUTOR TIMER
 */
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
#define MAX_COUNT	1000UL

#define REG(offset) (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | (offset) / 4)
#define REG_X(n)	REG(8UL * (n))
#define REG_PC		REG(256UL)
#define REG_PSTATE	REG(264UL)
#define EL1H_MASKED	0x3c5

extern const uint8_t guest_begin[], guest_end[];

enum { HVC, SMC, MMIO, SYSREG, WRITTEN, READ, READ_WRITTEN, DISTRIBUTOR, TIMER, KINDS };

static long check(long result, const char *what)
{
	if (result >= 0)
		return result;
	printf("kvm-client: %s: %s\n", what, strerror(errno));
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

	check(ioctl(vm, CREATE_DEVICE, &create), "KVM_CREATE_DEVICE");
	set_attr(create.fd, VGIC_GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, DIST);
	set_attr(create.fd, VGIC_GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_CPU, CPU_INTERFACE);
	set_attr(create.fd, VGIC_GRP_CTRL, VGIC_CTRL_INIT, 0);
}

int main(int argc, char **argv)
{
	static const int counters[KINDS] = { 19, 24, 20, 21, 22, 23, 18, 26, 25 };
	unsigned long n[KINDS] = { 0 }, pages, size, i;
	unsigned long reads = 0, writes = 0, wrong = 0, reports[7] = { 0 };
	struct kvm_vcpu_init init = { 0 };
	struct kvm_run *run;
	int kvm, vm, vcpu;
	uint8_t *ram;

	for (i = 0; i < KINDS && i + 1 < (unsigned long)argc; i++) {
		n[i] = strtoul(argv[i + 1], NULL, 10);
		if (n[i] > MAX_COUNT) {
			printf("kvm-client: %s is too much\n", argv[i + 1]);
			return 2;
		}
	}
	kvm = check(open("/dev/kvm", O_RDWR), "/dev/kvm");
	printf("kvm-client: version %d\n", ioctl(kvm, KVM_GET_API_VERSION, 0));
	vm = check(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	pages = 1 + n[WRITTEN] + n[READ] + n[READ_WRITTEN];
	ram = make_ram(vm, pages * PAGE);
	memcpy(ram, guest_begin, guest_end - guest_begin);
	for (i = 0; i < n[READ]; i++)
		memcpy(ram + (1 + n[WRITTEN] + i) * PAGE, &i, sizeof(i));

	vcpu = check(ioctl(vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
	make_vgic(vm);
	size = check(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");
	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		check(-1, "the vcpu's page");
	check(ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init), "KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= 1 << KVM_ARM_VCPU_PSCI_0_2;
	check(ioctl(vcpu, KVM_ARM_VCPU_INIT, &init), "KVM_ARM_VCPU_INIT");
	for (i = 0; i < KINDS; i++)
		set_reg(vcpu, REG_X(counters[i]), n[i]);
	set_reg(vcpu, REG_X(27), DEVICE);
	set_reg(vcpu, REG_X(28), RAM + PAGE);
	set_reg(vcpu, REG_X(29), DIST);
	set_reg(vcpu, REG_X(30), CPU_INTERFACE);
	set_reg(vcpu, REG_PC, RAM);
	set_reg(vcpu, REG_PSTATE, EL1H_MASKED);

	for (;;) {
		uint64_t offset;

		if (ioctl(vcpu, KVM_RUN, 0) < 0 && errno != EINTR && errno != EAGAIN)
			check(-1, "KVM_RUN");
		if (run->exit_reason == KVM_EXIT_INTR)
			continue;
		if (run->exit_reason != KVM_EXIT_MMIO)
			break;
		offset = run->mmio.phys_addr - DEVICE;
		if (!run->mmio.is_write) {
			uint32_t value = reads++;

			wrong += offset != 0 || run->mmio.len != 4;
			memcpy(run->mmio.data, &value, sizeof(value));
			continue;
		}
		if (offset == 4) {
			wrong += run->mmio.len != 1 || run->mmio.data[0] != (uint8_t)(writes + 1);
			writes++;
		} else if (offset >= PAGE && offset < PAGE + sizeof(reports) && run->mmio.len == 8) {
			memcpy((uint8_t *)reports + (offset - PAGE), run->mmio.data, 8);
		} else {
			wrong++;
		}
	}

	for (i = 0; i < n[WRITTEN]; i++) {
		unsigned long value;

		memcpy(&value, ram + (1 + i) * PAGE, sizeof(value));
		wrong += value != n[WRITTEN] - i;
	}
	printf("kvm-client: reads %lu writes %lu wrong %lu reports %lu\n", reads, writes, wrong,
	       sizeof(reports) / sizeof(reports[0]));
	printf("kvm-client: hypercalls gave %lx, refused SMCs %lu, device %lu, pfr0 %lx, pages %lu\n",
	       reports[0], reports[1], reports[2], reports[3], reports[4]);
	printf("kvm-client: timer interrupts %lu, WFIs %lu\n", reports[5], reports[6]);
	printf("kvm-client: ended, reason %u, event %u\n", run->exit_reason,
	       run->exit_reason == KVM_EXIT_SYSTEM_EVENT ? run->system_event.type : 0);
	return run->exit_reason != KVM_EXIT_SYSTEM_EVENT;
}

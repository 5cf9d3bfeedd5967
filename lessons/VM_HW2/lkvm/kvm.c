/* The VM: every conversation with /dev/kvm takes place in this file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lkvm.h"

#define IMAGE_MAGIC_OFFSET	56
#define IMAGE_TEXT_OFFSET	8
#define TEXT_OFFSET_DEFAULT	0x80000

#define PSTATE_EL1H_MASKED	0x3c5	/* EL1, own stack, D A I F masked */

/* Names of core registers for KVM_SET_ONE_REG: offset in struct kvm_regs / 4 */
#define CORE_REG(offset) \
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | (offset) / 4)
#define REG_X(n)	CORE_REG(8UL * (n))
#define REG_PC		CORE_REG(256UL)
#define REG_PSTATE	CORE_REG(264UL)

/* Open /dev/kvm, make a VM, give it memory and an interrupt controller. */
void kvm_create(struct kvm_vm *vm, unsigned long mem)
{
	struct kvm_userspace_memory_region region = { 0 };
	struct kvm_arm_device_addr addr;

	vm->sys_fd = open("/dev/kvm", O_RDWR);
	if (vm->sys_fd < 0)
		die_errno("/dev/kvm (does this machine start its kernel at EL2?)");
	if (ioctl(vm->sys_fd, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
		die("this KVM speaks another version of the API");

	vm->vm_fd = ioctl(vm->sys_fd, KVM_CREATE_VM, 0);
	if (vm->vm_fd < 0)
		die_errno("KVM_CREATE_VM");

	if (ioctl(vm->vm_fd, KVM_CREATE_IRQCHIP, 0) < 0)
		die_errno("KVM_CREATE_IRQCHIP");
	addr.id = (KVM_ARM_DEVICE_VGIC_V2 << KVM_ARM_DEVICE_ID_SHIFT) | KVM_VGIC_V2_ADDR_TYPE_DIST;
	addr.addr = GIC_DIST_BASE;
	if (ioctl(vm->vm_fd, KVM_ARM_SET_DEVICE_ADDR, &addr) < 0)
		die_errno("KVM_ARM_SET_DEVICE_ADDR, distributor");
	addr.id = (KVM_ARM_DEVICE_VGIC_V2 << KVM_ARM_DEVICE_ID_SHIFT) | KVM_VGIC_V2_ADDR_TYPE_CPU;
	addr.addr = GIC_CPU_BASE;
	if (ioctl(vm->vm_fd, KVM_ARM_SET_DEVICE_ADDR, &addr) < 0)
		die_errno("KVM_ARM_SET_DEVICE_ADDR, CPU interface");

	/* Pages come into being when somebody touches them, the guest or we. */
	vm->ram = mmap(NULL, mem, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (vm->ram == MAP_FAILED)
		die_errno("memory for the guest");
	vm->ram_size = mem;

	region.guest_phys_addr = RAM_BASE;
	region.memory_size = mem;
	region.userspace_addr = (uint64_t)(unsigned long)vm->ram;
	if (ioctl(vm->vm_fd, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		die_errno("KVM_SET_USER_MEMORY_REGION");
}

void *guest_to_host(struct kvm_vm *vm, uint64_t ipa, uint64_t size)
{
	uint64_t offset = ipa - RAM_BASE;

	if (ipa < RAM_BASE || offset > vm->ram_size || size > vm->ram_size - offset)
		return NULL;
	return vm->ram + offset;
}

static unsigned long file_size(int fd, const char *path)
{
	long size = lseek(fd, 0, SEEK_END);

	if (size < 0 || lseek(fd, 0, SEEK_SET) < 0)
		die_errno(path);
	return size;
}

static void read_all(int fd, const char *path, uint8_t *to, unsigned long size)
{
	while (size) {
		long n = read(fd, to, size);

		if (n < 0)
			die_errno(path);
		if (n == 0)
			die("a file ended before its end");
		to += n;
		size -= n;
	}
}

/* An arm64 Image says in its header how far above the start of RAM it wants to be. */
static void load_kernel(struct kvm_vm *vm, const char *path)
{
	uint8_t header[64];
	uint64_t text_offset, image_size;
	unsigned long size;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		die_errno(path);
	size = file_size(fd, path);
	if (size < sizeof(header))
		die("the kernel is too short to be an arm64 Image");
	read_all(fd, path, header, sizeof(header));
	if (memcmp(header + IMAGE_MAGIC_OFFSET, "ARM\x64", 4))
		die("the kernel is not an arm64 Image: no \"ARM\\x64\" at byte 56");

	memcpy(&text_offset, header + IMAGE_TEXT_OFFSET, sizeof(text_offset));
	memcpy(&image_size, header + IMAGE_TEXT_OFFSET + 8, sizeof(image_size));
	if (!image_size)
		text_offset = TEXT_OFFSET_DEFAULT;	/* a header of before Linux 3.17 */
	if (text_offset > vm->ram_size || size > vm->ram_size - text_offset)
		die("the kernel does not fit into the guest's memory");

	memcpy(vm->ram + text_offset, header, sizeof(header));
	read_all(fd, path, vm->ram + text_offset + sizeof(header), size - sizeof(header));
	vm->entry = RAM_BASE + text_offset;
	vm->kernel_end = vm->entry + (image_size > size ? image_size : size);
	if (image_size > vm->ram_size || vm->kernel_end > vm->dtb_start)
		die("the kernel does not leave room for the device tree");
	close(fd);
}

static void load_initrd(struct kvm_vm *vm, const char *path)
{
	unsigned long size;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		die_errno(path);
	size = file_size(fd, path);
	if (size > vm->dtb_start - vm->kernel_end)
		die("the initrd does not fit into the guest's memory");
	vm->initrd_end = vm->dtb_start;
	vm->initrd_start = (vm->initrd_end - size) & ~0xfffUL;
	if (vm->initrd_start < vm->kernel_end)
		die("the initrd does not fit into the guest's memory");
	vm->initrd_end = vm->initrd_start + size;
	read_all(fd, path, guest_to_host(vm, vm->initrd_start, size), size);
	close(fd);
}

/* Kernel at the start of RAM; device tree and initrd at the end, or at 256 MB. */
void kvm_load(struct kvm_vm *vm, const struct options *opt)
{
	unsigned long low = vm->ram_size < RAM_LOW_SIZE ? vm->ram_size : RAM_LOW_SIZE;

	vm->dtb_start = RAM_BASE + low - FDT_MAX_SIZE;
	load_kernel(vm, opt->kernel);
	if (opt->initrd)
		load_initrd(vm, opt->initrd);
}

static void set_reg(struct kvm_vcpu *vcpu, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uint64_t)(unsigned long)&value };

	if (ioctl(vcpu->fd, KVM_SET_ONE_REG, &reg) < 0)
		die_errno("KVM_SET_ONE_REG");
}

/* Which CPU can the guest have? Ask; a KVM that cannot say is offered one after another. */
static void vcpu_init(struct kvm_vcpu *vcpu, int is_off)
{
	struct kvm_vm *vm = vcpu->vm;
	struct kvm_vcpu_init init = { 0 };
	uint32_t features = is_off ? 1 << KVM_ARM_VCPU_POWER_OFF : 0;
	uint32_t target;

	if (ioctl(vm->sys_fd, KVM_CHECK_EXTENSION, KVM_CAP_ARM_PSCI_0_2) > 0)
		features |= 1 << KVM_ARM_VCPU_PSCI_0_2;

	if (ioctl(vm->vm_fd, KVM_ARM_PREFERRED_TARGET, &init) == 0) {
		init.features[0] = features;
		if (ioctl(vcpu->fd, KVM_ARM_VCPU_INIT, &init) == 0)
			return;
	}

	for (target = 0; target < KVM_ARM_NUM_TARGETS; target++) {
		memset(&init, 0, sizeof(init));
		init.target = target;
		init.features[0] = features;
		if (ioctl(vcpu->fd, KVM_ARM_VCPU_INIT, &init) == 0)
			return;
	}
	die_errno("KVM_ARM_VCPU_INIT");
}

static void vcpu_create(struct kvm_vm *vm, int number)
{
	struct kvm_vcpu *vcpu = &vm->vcpus[number];
	long size;

	vcpu->vm = vm;
	vcpu->fd = ioctl(vm->vm_fd, KVM_CREATE_VCPU, number);
	if (vcpu->fd < 0)
		die_errno("KVM_CREATE_VCPU");

	size = ioctl(vm->sys_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (size < (long)sizeof(struct kvm_run))
		die_errno("KVM_GET_VCPU_MMAP_SIZE");
	vcpu->run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (vcpu->run == MAP_FAILED)
		die_errno("mmap of the vcpu");
	vcpu_init(vcpu, number > 0);
}

/*
 * The guest's CPUs. The first is as a boot loader would leave it: at EL1, x0 = device
 * tree. The others are off, until the guest calls them (PSCI, CPU_ON) and says where to begin.
 */
void kvm_create_vcpus(struct kvm_vm *vm, int cpus)
{
	struct kvm_vcpu *first = &vm->vcpus[0];
	int i;

	if (cpus > 1 && ioctl(vm->sys_fd, KVM_CHECK_EXTENSION, KVM_CAP_MAX_VCPUS) < cpus)
		die("this KVM gives a guest fewer CPUs");
	for (i = 0; i < cpus; i++)
		vcpu_create(vm, i);
	vm->nr_cpus = cpus;

	set_reg(first, REG_PSTATE, PSTATE_EL1H_MASKED);
	for (i = 1; i <= 3; i++)
		set_reg(first, REG_X(i), 0);
	set_reg(first, REG_X(0), vm->dtb_start);
	set_reg(first, REG_PC, vm->entry);
}

/* An input of the guest's GIC goes high or low. */
void kvm_irq_line(struct kvm_vm *vm, int spi, int level)
{
	struct kvm_irq_level irq;

	irq.irq = ((uint32_t)KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT) | (32 + spi);
	irq.level = level;
	if (ioctl(vm->vm_fd, KVM_IRQ_LINE, &irq) < 0)
		die_errno("KVM_IRQ_LINE");
}

/*
 * Run one of the guest's CPUs until the guest switches its machine off. Each time KVM_RUN
 * returns, the guest wants something that only we can do. Whether it was a signal that made
 * it return, exit_reason says: errno belongs to all threads.
 */
static void run_vcpu(void *arg)
{
	struct kvm_vcpu *vcpu = arg;
	struct kvm_run *run = vcpu->run;

	for (;;) {
		if (ioctl(vcpu->fd, KVM_RUN, 0) < 0) {
			if (run->exit_reason != KVM_EXIT_INTR && errno != EAGAIN)
				die_errno("KVM_RUN");
			continue;
		}

		switch (run->exit_reason) {
		case KVM_EXIT_MMIO:
			mmio_access(run->mmio.phys_addr, run->mmio.data, run->mmio.len,
				    run->mmio.is_write);
			break;

		case KVM_EXIT_SYSTEM_EVENT:
			session_end("ended normally", 0);

		case KVM_EXIT_INTR:
		case KVM_EXIT_UNKNOWN:
			break;

		default:
			fprintf(stderr, "lkvm: KVM_RUN: exit reason %u\n", run->exit_reason);
			session_end("ended with an error", 1);
		}
	}
}

/* A thread for each CPU. This one runs the first. */
void kvm_run_guest(struct kvm_vm *vm)
{
	int i;

	for (i = 1; i < vm->nr_cpus; i++)
		thread_create(run_vcpu, &vm->vcpus[i]);
	run_vcpu(&vm->vcpus[0]);
	__builtin_unreachable();
}

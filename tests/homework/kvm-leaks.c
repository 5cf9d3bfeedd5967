/*
 * What KVM must give back, and must not run out of: VMs in great number, one after the other (VMIDs have 8
 * bits) and several at once, slots that move and go, memory that changes under the guest. Run on the
 * host's kernel; prints one line for each part, "ok" or what was wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/kvm.h>

#define PAGE		4096UL
#define RAM		0x80000000UL
#define PAGES		4
#define DIST		0x08000000UL
#define CPU_INTERFACE	0x08010000UL
#define DEVICE		0x10000000UL
/* What our <sys/mman.h> lacks; the numbers are Linux's. */
#define SYS_mremap	216
#define SYS_madvise	233
#define MREMAP_MOVE_TO	3	/* MREMAP_MAYMOVE | MREMAP_FIXED */
#define MADV_DONTNEED	4
#define CORE(offset)	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | (offset) / 4)

/*
 *	ldr x0, [x1]		a page that is read first …
 *	add x0, x0, #1
 *	str x0, [x1]		… and then written
 *	str w0, [x2]		tell it
 */
static const uint32_t program[] = { 0xf9400020, 0x91000400, 0xf9000020, 0xb9000040, 0x17fffffc };

static int kvm;

struct vm {
	int fd, vcpu;
	struct kvm_run *run;
	uint8_t *ram;
};

static void expect(long actual, long expected, const char *what)
{
	if (actual == expected)
		return;
	printf("wrong: %s: %ld, not %ld (%s)\n", what, actual, expected, strerror(errno));
	exit(1);
}

/* An ioctl's result, or minus its errno. */
static long try(int fd, unsigned long request, unsigned long arg)
{
	long result = ioctl(fd, request, arg);

	return result < 0 ? -errno : result;
}

static void set_reg(struct vm *vm, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (unsigned long)&value };

	expect(try(vm->vcpu, KVM_SET_ONE_REG, (unsigned long)&reg), 0, "KVM_SET_ONE_REG");
}

static long set_slot(struct vm *vm, uint32_t slot, uint64_t ipa, uint64_t size, void *ram)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot, .guest_phys_addr = ipa, .memory_size = size,
		.userspace_addr = (unsigned long)ram,
	};

	return try(vm->fd, KVM_SET_USER_MEMORY_REGION, (unsigned long)&region);
}

static void make_vm(struct vm *vm)
{
	struct kvm_arm_device_addr addr = { KVM_VGIC_V2_ADDR_TYPE_DIST, DIST };
	struct kvm_vcpu_init init;

	vm->fd = try(kvm, KVM_CREATE_VM, 0);
	expect(vm->fd > 0, 1, "KVM_CREATE_VM");
	vm->ram = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(vm->ram, program, sizeof(program));
	expect(set_slot(vm, 0, RAM, PAGES * PAGE, vm->ram), 0, "KVM_SET_USER_MEMORY_REGION");
	expect(try(vm->fd, KVM_CREATE_IRQCHIP, 0), 0, "KVM_CREATE_IRQCHIP");
	expect(try(vm->fd, KVM_CREATE_IRQCHIP, 0), -EEXIST, "a second vGIC");
	expect(try(vm->fd, KVM_ARM_SET_DEVICE_ADDR, (unsigned long)&addr), 0, "distributor");
	addr.id = KVM_VGIC_V2_ADDR_TYPE_CPU;
	expect(try(vm->fd, KVM_ARM_SET_DEVICE_ADDR, (unsigned long)&addr), -EBUSY, "both halves at one place");
	addr.addr = CPU_INTERFACE;
	expect(try(vm->fd, KVM_ARM_SET_DEVICE_ADDR, (unsigned long)&addr), 0, "CPU interface");
	vm->vcpu = try(vm->fd, KVM_CREATE_VCPU, 0);
	expect(vm->vcpu > 0, 1, "KVM_CREATE_VCPU");
	expect(try(vm->fd, KVM_CREATE_VCPU, 0), -EEXIST, "a second vcpu 0");
	vm->run = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, vm->vcpu, 0);
	expect(try(vm->vcpu, KVM_RUN, 0), -ENOEXEC, "KVM_RUN before KVM_ARM_VCPU_INIT");
	expect(try(vm->fd, KVM_ARM_PREFERRED_TARGET, (unsigned long)&init), 0, "KVM_ARM_PREFERRED_TARGET");
	expect(try(vm->vcpu, KVM_ARM_VCPU_INIT, (unsigned long)&init), 0, "KVM_ARM_VCPU_INIT");
	set_reg(vm, CORE(256), RAM);
	set_reg(vm, CORE(8), RAM + PAGE);
	set_reg(vm, CORE(16), DEVICE);
}

/* One turn of the guest's loop; what it tells must be the turn's number. */
static void one_turn(struct vm *vm, uint64_t number)
{
	uint32_t told;

	expect(try(vm->vcpu, KVM_RUN, 0), 0, "KVM_RUN");
	expect(vm->run->exit_reason, KVM_EXIT_MMIO, "exit_reason");
	memcpy(&told, vm->run->mmio.data, 4);
	expect(told, number, "what the guest tells");
}

static void free_vm(struct vm *vm)
{
	munmap(vm->run, 2 * PAGE);
	munmap(vm->ram, PAGES * PAGE);
	close(vm->vcpu);
	close(vm->fd);
}

/* From /proc/meminfo, in KB. */
static long free_memory(void)
{
	static char text[1024];
	int fd = open("/proc/meminfo", O_RDONLY);
	long n = read(fd, text, sizeof(text) - 1);
	char *at;

	close(fd);
	text[n < 0 ? 0 : n] = 0;
	at = strstr(text, "MemFree:");
	return at ? strtol(at + 8, NULL, 10) : -1;
}

static void many(int n)
{
	struct vm vm;
	int i;

	for (i = 0; i < n; i++) {
		make_vm(&vm);
		one_turn(&vm, 1);
		one_turn(&vm, 2);
		free_vm(&vm);
	}
}

static void turns(struct vm *vm, int from, int to)
{
	for (; from <= to; from++)
		one_turn(vm, from);
}

/* One of them lives while its VMID is dealt out anew: which VMIDs they had, the machine's log tells. */
static void vms_one_after_the_other(void)
{
	struct vm old;
	long before;

	make_vm(&old);
	turns(&old, 1, 200);
	many(300);	/* more than there are VMIDs; and what is made once and kept, is there now */
	turns(&old, 201, 400);
	free_vm(&old);
	free_memory();		/* its buffer costs a page, too */
	before = free_memory();
	many(100);
	expect(free_memory(), before, "free memory after 100 VMs more, in KB");
	printf("ok: 400 VMs\n");
}

static void vms_at_once(void)
{
	static struct vm vms[8];
	int i, turn;

	for (i = 0; i < 8; i++)
		make_vm(&vms[i]);
	for (turn = 1; turn < 20; turn++) {
		for (i = 0; i < 8; i++)
			one_turn(&vms[i], turn);
	}
	for (i = 0; i < 8; i++)
		free_vm(&vms[i]);
	printf("ok: 8 VMs at once\n");
}

static void slots(void)
{
	struct vm vm;

	make_vm(&vm);
	one_turn(&vm, 1);
	expect(set_slot(&vm, 1, RAM + PAGE, PAGE, vm.ram), -EEXIST, "slots that overlap");
	expect(set_slot(&vm, 0, RAM, 2 * PAGE, vm.ram), -EINVAL, "a slot that shrinks");
	expect(set_slot(&vm, 0, RAM, PAGES * PAGE, vm.ram + PAGE), -EINVAL, "a slot that moves in lkvm");
	expect(set_slot(&vm, 32, RAM * 2, PAGE, vm.ram), -EINVAL, "slot 32");
	expect(set_slot(&vm, 1, RAM * 2 + 1, PAGE, vm.ram), -EINVAL, "half a page");
	expect(set_slot(&vm, 1, RAM * 2, PAGE, (void *)0xffff000000000000UL), -EINVAL, "the kernel's memory");
	expect(set_slot(&vm, 1, 1UL << 40, PAGE, vm.ram), -EFAULT, "beyond the 40 bits of an IPA");
	expect(set_slot(&vm, 1, RAM * 2, 0, vm.ram), -EINVAL, "removing what is not there");
	expect(set_slot(&vm, 0, RAM * 2, PAGES * PAGE, vm.ram), 0, "a slot that moves");
	set_reg(&vm, CORE(256), RAM * 2);
	set_reg(&vm, CORE(8), RAM * 2 + PAGE);
	one_turn(&vm, 2);
	expect(set_slot(&vm, 0, RAM * 2, 0, vm.ram), 0, "a slot that goes");
	free_vm(&vm);
	printf("ok: slots\n");
}

/* In a child of its own: what it sees there, when the parent says so. Its exit status is the answer. */
static pid_t fork_child(struct vm *vm, int *go)
{
	int ends[2];
	char c;
	pid_t pid;

	expect(pipe(ends), 0, "pipe");
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		read(ends[0], &c, 1);
		_exit((int)*(uint64_t *)(vm->ram + PAGE));
	}
	close(ends[0]);
	*go = ends[1];
	return pid;
}

/*
 * The process's memory changes while the guest has it: the guest sees what the process sees, and loses
 * what the process loses.
 */
static void memory_changes(void)
{
	uint64_t *counter;
	uint8_t *moved;
	struct vm vm;
	pid_t child;
	int go, status;

	make_vm(&vm);
	counter = (uint64_t *)(vm.ram + PAGE);
	one_turn(&vm, 1);
	child = fork_child(&vm, &go);
	one_turn(&vm, 2);
	one_turn(&vm, 3);
	expect(*counter, 3, "what a parent sees of its guest's memory");
	close(go);
	waitpid(child, &status, 0);
	expect(WEXITSTATUS(status), 1, "what a child sees of it");
	*counter = 10;
	one_turn(&vm, 11);

	expect(mprotect(counter, PAGE, PROT_READ), 0, "mprotect");
	expect(try(vm.vcpu, KVM_RUN, 0), -EFAULT, "a guest that writes where its process may not");
	expect(mprotect(counter, PAGE, PROT_NONE), 0, "mprotect");
	expect(try(vm.vcpu, KVM_RUN, 0), -EFAULT, "a guest whose process may not even read there");
	expect(mprotect(counter, PAGE, PROT_READ | PROT_WRITE), 0, "mprotect");
	one_turn(&vm, 12);

	expect(syscall(SYS_madvise, counter, PAGE, MADV_DONTNEED), 0, "madvise");
	one_turn(&vm, 1);
	expect(*counter, 1, "a page that was thrown away");

	moved = vm.ram + 64 * PAGE;
	expect(syscall(SYS_mremap, counter, PAGE, PAGE, MREMAP_MOVE_TO, moved), (long)moved, "mremap");
	expect(try(vm.vcpu, KVM_RUN, 0), -EFAULT, "a guest whose page is somewhere else");
	expect(*(uint64_t *)moved, 1, "that page");
	munmap(moved, PAGE);

	expect((long)mmap(vm.ram + PAGE, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), (long)(vm.ram + PAGE), "mmap");
	one_turn(&vm, 1);
	munmap(vm.ram + PAGE, PAGE);
	expect(try(vm.vcpu, KVM_RUN, 0), -EFAULT, "a guest whose page is gone");
	free_vm(&vm);
	printf("ok: memory that changes\n");
}

/* GICD registers as lkvm sees them: what is written is there, and a write of nonsense does no harm. */
static void device(void)
{
	struct kvm_create_device cd = { .type = KVM_DEV_TYPE_ARM_VGIC_V2, .flags = KVM_CREATE_DEVICE_TEST };
	struct kvm_device_attr attr = { .group = KVM_DEV_ARM_VGIC_GRP_ADDR, .attr = KVM_VGIC_V2_ADDR_TYPE_DIST };
	uint64_t addr = DIST;
	uint32_t reg = 0x0a0b0c0d;
	int vm = try(kvm, KVM_CREATE_VM, 0);

	expect(try(vm, KVM_CREATE_DEVICE, (unsigned long)&cd), 0, "KVM_CREATE_DEVICE_TEST");
	cd.flags = 0;
	expect(try(vm, KVM_CREATE_DEVICE, (unsigned long)&cd), 0, "KVM_CREATE_DEVICE");
	expect(try(vm, KVM_CREATE_DEVICE, (unsigned long)&cd), -EEXIST, "a second one");
	expect(try(vm, KVM_CREATE_VCPU, 0) > 0, 1, "KVM_CREATE_VCPU");
	attr.addr = (unsigned long)&addr;
	expect(try(cd.fd, KVM_SET_DEVICE_ATTR, (unsigned long)&attr), 0, "the distributor's place");
	expect(try(cd.fd, KVM_SET_DEVICE_ATTR, (unsigned long)&attr), -EEXIST, "the same again");
	addr = 0;
	expect(try(cd.fd, KVM_GET_DEVICE_ATTR, (unsigned long)&attr), 0, "where it is");
	expect(addr, DIST, "where it is");
	attr.group = KVM_DEV_ARM_VGIC_GRP_DIST_REGS;
	attr.addr = (unsigned long)&reg;
	attr.attr = 0x420;
	expect(try(cd.fd, KVM_SET_DEVICE_ATTR, (unsigned long)&attr), 0, "GICD_IPRIORITYR8");
	reg = 0;
	expect(try(cd.fd, KVM_GET_DEVICE_ATTR, (unsigned long)&attr), 0, "GICD_IPRIORITYR8");
	expect(reg, 0x0a0b0c0d, "GICD_IPRIORITYR8");
	attr.attr = 1UL << 32 | 0x420;
	expect(try(cd.fd, KVM_GET_DEVICE_ATTR, (unsigned long)&attr), -EINVAL, "of a vcpu that is not there");
	attr.attr = 0x422;
	expect(try(cd.fd, KVM_HAS_DEVICE_ATTR, (unsigned long)&attr), -ENXIO, "half of a register");
	attr.group = 9;
	expect(try(cd.fd, KVM_HAS_DEVICE_ATTR, (unsigned long)&attr), -ENXIO, "no such group");
	expect(try(cd.fd, KVM_RUN, 0), -ENOTTY, "an ioctl of another's");
	close(cd.fd);
	close(vm);
	printf("ok: device\n");
}

int main(void)
{
	kvm = open("/dev/kvm", O_RDWR);
	expect(kvm > 0, 1, "/dev/kvm");
	vms_one_after_the_other();
	vms_at_once();
	slots();
	memory_changes();
	device();
	return 0;
}

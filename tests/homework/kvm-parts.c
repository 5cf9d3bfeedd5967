/*
 * Each part of KVM by itself, on the host's kernel: a small guest (kvm-parts-guest.S) does one thing, and what
 * it tells must be so many numbers. Prints "ok" and a name for each part, or what was wrong.
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

#define PAGE		4096UL
#define RAM		0x80000000UL
#define RAM_SIZE	(4 * PAGE)
#define DIST		0x08000000UL
#define CPU_INTERFACE	0x08010000UL
#define DEVICE		0x10000000UL
#define ACTION		(DEVICE + 0x100)
#define TOLD		(DEVICE + 0x1000)
#define MAX_TOLD	16
#define CORE(offset)	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | (offset) / 4)
#define SYSREG(op0, op1, crn, crm, op2) (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM64_SYSREG | \
	(op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define CCSIDR(csselr)	(KVM_REG_ARM64 | KVM_REG_SIZE_U32 | KVM_REG_ARM_DEMUX | (csselr))
#define SPI(irq)	(KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT | (irq))
#define UNDEFINED	0x02000000UL	/* ESR_EL1: class 0, a whole instruction */
#define DATA_ABORT	0x96000010UL	/* from EL1, external */
#define FETCH_ABORT	0x86000010UL

extern const uint8_t guest_begin[], guest_end[];
extern const uint64_t guest_entries[];

/* In the order of guest_entries */
enum guest {
	GUEST_MMIO, GUEST_UNDEFINED, GUEST_SYSREGS, GUEST_PSCI, GUEST_EDGES, GUEST_LEVEL, GUEST_TIMER,
	GUEST_SWITCH
};

static const char *part;
static int kvm, vm, vcpu;
static struct kvm_run *run;
static uint64_t told[MAX_TOLD];

static void expect(uint64_t actual, uint64_t expected, const char *what)
{
	if (actual == expected)
		return;
	printf("wrong: %s: %s: %lx, not %lx\n", part, what, (unsigned long)actual,
	       (unsigned long)expected);
	exit(1);
}

static long try(int fd, unsigned long request, unsigned long arg)
{
	long result = ioctl(fd, request, arg);

	return result < 0 ? -errno : result;
}

static long one_reg(unsigned long request, uint64_t id, void *value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (unsigned long)value };

	return try(vcpu, request, (unsigned long)&reg);
}

static void set_reg(uint64_t id, uint64_t value)
{
	expect(one_reg(KVM_SET_ONE_REG, id, &value), 0, "KVM_SET_ONE_REG");
}

static void set_place(uint64_t type, uint64_t where)
{
	struct kvm_arm_device_addr addr = { type, where };

	expect(try(vm, KVM_ARM_SET_DEVICE_ADDR, (unsigned long)&addr), 0, "KVM_ARM_SET_DEVICE_ADDR");
}

static void make_vm(enum guest guest, uint32_t features)
{
	struct kvm_userspace_memory_region region = { .guest_phys_addr = RAM, .memory_size = RAM_SIZE };
	struct kvm_vcpu_init init;
	uint8_t *ram = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memcpy(ram, guest_begin, guest_end - guest_begin);
	vm = try(kvm, KVM_CREATE_VM, 0);
	region.userspace_addr = (unsigned long)ram;
	expect(try(vm, KVM_SET_USER_MEMORY_REGION, (unsigned long)&region), 0, "memory");
	expect(try(vm, KVM_CREATE_IRQCHIP, 0), 0, "KVM_CREATE_IRQCHIP");
	set_place(KVM_VGIC_V2_ADDR_TYPE_DIST, DIST);
	set_place(KVM_VGIC_V2_ADDR_TYPE_CPU, CPU_INTERFACE);
	vcpu = try(vm, KVM_CREATE_VCPU, 0);
	run = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	try(vm, KVM_ARM_PREFERRED_TARGET, (unsigned long)&init);
	init.features[0] = features;
	expect(try(vcpu, KVM_ARM_VCPU_INIT, (unsigned long)&init), 0, "KVM_ARM_VCPU_INIT");
	set_reg(CORE(256), RAM + guest_entries[guest]);
	set_reg(SYSREG(3ULL, 0, 12, 0, 0), RAM);	/* VBAR_EL1 */
	set_reg(CORE(8 * 20), TOLD);
	set_reg(CORE(8 * 27), DEVICE);
	set_reg(CORE(8 * 28), CPU_INTERFACE);
	set_reg(CORE(8 * 29), DIST);
}

static void line(uint32_t irq, int level)
{
	struct kvm_irq_level irq_level = { .irq = SPI(irq), .level = level };

	expect(try(vm, KVM_IRQ_LINE, (unsigned long)&irq_level), 0, "KVM_IRQ_LINE");
}

/* What the guest asks for. 0: an end without SYSTEM_OFF; 4: to be back. */
static void act(uint32_t number)
{
	uint32_t irq;

	if (number == 1) {
		for (irq = 32; irq < 44; irq++) {
			line(irq, 1);
			line(irq, 0);
		}
	} else if (number == 2 || number == 3) {
		line(33, number == 2);
	}
}

/* Runs it to its end. Eight bytes 0x81 to 0x88 are in the device until the guest stores others. */
static void run_guest(void)
{
	uint64_t held[2] = { 0x8182838485868788UL, 0 };

	memset(told, 0, sizeof(told));
	for (;;) {
		uint64_t at = run->mmio.phys_addr, value = 0;
		uint32_t number;

		expect(try(vcpu, KVM_RUN, 0), 0, "KVM_RUN");
		if (run->exit_reason != KVM_EXIT_MMIO)
			break;
		at = run->mmio.phys_addr;
		if (at == ACTION) {
			memcpy(&number, run->mmio.data, sizeof(number));
			act(number);
			if (!number)
				return;
		} else if (at >= TOLD && at < TOLD + sizeof(told)) {
			expect(run->mmio.len, 8, "length of what is told");
			memcpy(&told[(at - TOLD) / 8], run->mmio.data, 8);
		} else if (run->mmio.is_write) {
			memcpy(&held[(at - DEVICE) / 8], run->mmio.data, run->mmio.len);
		} else {
			value = held[(at - DEVICE) / 8];
			memcpy(run->mmio.data, &value, run->mmio.len);
		}
	}
	expect(run->exit_reason, KVM_EXIT_SYSTEM_EVENT, "exit_reason");
	expect(run->system_event.type, KVM_SYSTEM_EVENT_SHUTDOWN, "event");
}

static void begin(const char *name, enum guest guest, uint32_t features)
{
	part = name;
	make_vm(guest, features);
}

static void end(void)
{
	munmap(run, 2 * PAGE);
	close(vcpu);
	close(vm);
	printf("ok: %s\n", part);
}

static void check_told(const uint64_t *expected, int n)
{
	static char what[] = "number 00";
	int i;

	run_guest();
	for (i = 0; i < n; i++) {
		what[7] = '0' + i / 10;
		what[8] = '0' + i % 10;
		expect(told[i], expected[i], what);
	}
	end();
}

#define CHECK_TOLD(...) do {							\
		static const uint64_t expected[] = { __VA_ARGS__ };		\
		check_told(expected, sizeof(expected) / sizeof(*expected));	\
	} while (0)

/* ---- Registers by their ids ---- */

static void one_reg_ids(void)
{
	static struct { uint64_t n; uint64_t id[300]; } list;
	uint64_t value[2], i;
	uint32_t size;

	begin("one register", GUEST_MMIO, 1 << KVM_ARM_VCPU_PSCI_0_2);
	expect(try(vcpu, KVM_GET_REG_LIST, (unsigned long)&list), -E2BIG, "a list without room");
	expect(list.n > 80 && list.n < 300, 1, "number of registers");
	expect(try(vcpu, KVM_GET_REG_LIST, (unsigned long)&list), 0, "KVM_GET_REG_LIST");
	for (i = 0; i < list.n; i++) {
		expect(one_reg(KVM_GET_ONE_REG, list.id[i], value), 0, "a register of the list");
		expect(one_reg(KVM_SET_ONE_REG, list.id[i], value), 0, "set to what it is");
	}
	expect(one_reg(KVM_GET_ONE_REG, SYSREG(3ULL, 0, 0, 0, 0), value), 0, "MIDR_EL1");
	expect(value[0] >> 24, 0x41, "MIDR_EL1.Implementer");
	value[0] ^= 1;
	expect(one_reg(KVM_SET_ONE_REG, SYSREG(3ULL, 0, 0, 0, 0), value), -EINVAL, "another CPU");
	expect(one_reg(KVM_GET_ONE_REG, SYSREG(3ULL, 0, 0, 1, 4), value), 0, "ID_MMFR0_EL1");
	expect(one_reg(KVM_GET_ONE_REG, CCSIDR(0), &size), 0, "CCSIDR of the first level, data");
	expect(size != 0, 1, "CCSIDR");
	size ^= 8;
	expect(one_reg(KVM_SET_ONE_REG, CCSIDR(0), &size), -EINVAL, "another cache");
	expect(one_reg(KVM_GET_ONE_REG, CCSIDR(13), &size), -ENOENT, "a level that is not there");
	expect(one_reg(KVM_GET_ONE_REG, CCSIDR(0) ^ KVM_REG_SIZE_U32 ^ KVM_REG_SIZE_U64, value), -ENOENT,
	       "CCSIDR in 64 bits");
	expect(one_reg(KVM_GET_ONE_REG, CORE(4), value), -ENOENT, "half of a register");
	expect(one_reg(KVM_GET_ONE_REG, CORE(256), (void *)8), -EFAULT, "a bad address");
	value[0] = 0x3c9;
	expect(one_reg(KVM_SET_ONE_REG, CORE(264), value), -EINVAL, "PSTATE of EL2");
	end();
}

int main(void)
{
	uint32_t psci = 1 << KVM_ARM_VCPU_PSCI_0_2;

	kvm = open("/dev/kvm", O_RDWR);
	part = "/dev/kvm";
	expect(kvm > 0, 1, "open");

	begin("MMIO", GUEST_MMIO, psci);
	CHECK_TOLD(0x88, 0xffffff88, 0xffffffffffffff88, 0x8788, 0xffffffffffff8788, 0x85868788,
		   0xffffffff85868788, 0x8182838485868788, 0, 0x8788);
	begin("undefined", GUEST_UNDEFINED, psci);
	CHECK_TOLD(UNDEFINED, UNDEFINED, UNDEFINED, DATA_ABORT, FETCH_ABORT);
	begin("system registers", GUEST_SYSREGS, psci);
	CHECK_TOLD(0, 0, 0, 0x80000000);
	begin("PSCI 0.1", GUEST_PSCI, 0);
	CHECK_TOLD(-1UL, -1UL, -2UL, -2UL, UNDEFINED);
	begin("edges", GUEST_EDGES, psci);
	CHECK_TOLD(0xfff, 12);
	begin("level", GUEST_LEVEL, psci);
	CHECK_TOLD(3);
	begin("timer", GUEST_TIMER, psci);
	CHECK_TOLD(27, 1);
	begin("world switch", GUEST_SWITCH, psci);
	CHECK_TOLD(0, 1);
	one_reg_ids();
	return 0;
}

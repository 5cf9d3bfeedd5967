/*
 * A fuzzer of KVM's ioctls, run on the host's kernel. Everything is random, by a seed: which ioctl on which
 * descriptor, its arguments, the memory behind them, and what a guest is made of: its instructions, which
 * often touch its interrupt controller, its timer, its page tables and its hypervisor. Its exception vectors
 * are not random: they jump to another place in the guest's memory, so that it goes on. In every third VM a
 * second thread does ioctls on the same descriptors. Each ioctl must give an errno or a result; whether the
 * kernel survives is seen from outside.
 *	kvm-fuzz SEED ROUNDS		ROUNDS VMs, a hundred or so ioctls each
 * It ends with one line: how many ioctls, how many of them went well, how many stays in a
 * guest, and how many rounds were killed because they did not end.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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
#define RAM_SIZE	(16 * PAGE)
#define VECTORS		(14 * PAGE)	/* in RAM; instructions come before them */
#define DIST		0x08000000UL
#define CPU_INTERFACE	0x08010000UL
#define ROUND_MS	8		/* then it is killed; signals come each millisecond */
#define STACK_SIZE	0x4000UL

#define VBAR_EL1	0x603000000013c600UL

#define CORE(offset)	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | (offset) / 4)

/* lkvm/thread.S */
long thread_start(void (*fn)(void *), void *arg, void *stack_top);

static uint64_t state;

static uint32_t random32(void)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return state >> 33 ^ state >> 12;
}

static uint32_t below(uint32_t n)
{
	return random32() % n;
}

static int one_in(uint32_t n)
{
	return below(n) == 0;
}

/* A number as programs get them wrong: small, round, large, or anything. */
static uint64_t number(void)
{
	switch (below(8)) {
	case 0:
		return 0;
	case 1:
		return below(8);
	case 2:
		return 1ULL << below(64);
	case 3:
		return (uint64_t)-(int64_t)below(9);
	case 4:
		return (uint64_t)random32() << 32 | random32();
	case 5:
		return below(0x1000);
	case 6:
		return RAM + below(64) * PAGE;
	default:
		return (uint64_t)below(1 << 20) << 12;
	}
}

static uint8_t *ram;
static uint8_t argument[1024] __attribute__((aligned(16)));
/* What has been done. A round tells it before each stay in the guest, which may be its last. */
static struct figures {
	unsigned long calls, fine, stays;
} done;
static int report_fd;
static unsigned long killed;

/* Where an ioctl's argument lies: most of the time where it should. */
static unsigned long place(void)
{
	switch (below(12)) {
	case 0:
		return number();
	case 1:
		return 0;
	case 2:
		return (unsigned long)ram + RAM_SIZE - below(16);
	case 3:
		return 0xffff000000080000UL + below(1 << 20);	/* the kernel's */
	default:
		return (unsigned long)argument;
	}
}

static long call(int fd, unsigned long request, unsigned long arg)
{
	long result = ioctl(fd, request, arg);

	done.calls++;
	done.fine += result >= 0;
	return result;
}

static void fill_argument(void)
{
	uint64_t *words = (uint64_t *)argument;
	unsigned int i;

	for (i = 0; i < 8; i++)
		words[i] = number();
	if (one_in(2))
		words[below(8)] = (unsigned long)ram + below(RAM_SIZE);
}

/* Bits 31:16 of an address: the distributor, the CPU interface, RAM, or anything. */
static uint32_t half(void)
{
	static const uint16_t places[] = { DIST >> 16, CPU_INTERFACE >> 16, RAM >> 16 };

	return one_in(4) ? below(0x10000) : places[below(3)];
}

/* One instruction for the guest: often one that leads to the hypervisor. */
static uint32_t instruction(void)
{
	uint32_t rt = below(32), rn = below(31), imm = below(0x1000);

	switch (below(16)) {
	case 0:
		return 0xd4000002 | below(2) << 5;			/* hvc */
	case 1:
		return 0xd4000003;					/* smc */
	case 2:
		return one_in(4) ? 0xd503207f : 0xd503205f;		/* wfi, wfe */
	case 3:
		return 0xd5000000 | below(1 << 21) << 5 >> 5 << 1;	/* something of the system's */
	case 4:
		return 0xd5100000 | below(1 << 20) << 5 | rt;		/* msr */
	case 5:
		return 0xd5300000 | below(1 << 20) << 5 | rt;		/* mrs */
	case 6:
		return 0xd5380000 | below(0x8000) << 5 | rt;		/* mrs …_el1 */
	case 7:
		return 0xb9000000 | imm << 10 >> 10 << 10 | rn << 5 | rt;	/* str w */
	case 8:
		return 0xb9400000 | (imm & 0x3ff) << 10 | rn << 5 | rt;	/* ldr w */
	case 9:
		return 0x39000000 | (imm & 0xfff) << 10 | rn << 5 | rt;	/* strb */
	case 10:
		return 0xf9400000 | (imm & 0x1ff) << 10 | rn << 5 | rt;	/* ldr x */
	case 11:
		return 0xa9000000 | below(1 << 7) << 15 | rn << 5 | rt;	/* stp */
	case 12:
		return 0x91000000 | imm << 10 | rn << 5 | rn;		/* add */
	case 13:
		return 0x14000000 | (below(64) - 32 & 0x3ffffff);	/* b */
	case 14:
		return 0xd2a00000 | half() << 5 | rn;			/* movz, lsl 16 */
	default:
		return random32();
	}
}

/* Any exception: take an interrupt from the controller if there is one, and go on at a random place. */
static const uint32_t vector[] = {
	0xd2a1003e, 0xb9400fdd,			/* mov x30, #CPU_INTERFACE; ldr w29, [x30, #GICC_IAR] */
	0xb90013dd,				/* str w29, [x30, #GICC_EOIR] */
	0xd2b0001e, 0x914033de,			/* mov x30, #RAM; add x30, x30, #0xc000 */
	0xb96ffbdd,				/* ldr w29, [x30, #0x2ff8] */
	0x5289cdbc, 0x72a838dc, 0x1b1c7fbd,	/* mov w28, #0x41c64e6d; mul w29, w29, w28 */
	0x112af3bd, 0xb92ffbdd,			/* add w29, w29, #0xabc; str w29, [x30, #0x2ff8] */
	0x53107bbd, 0x927ef7bd,			/* ubfx w29, w29, #16, #15; and x29, x29, #~3 */
	0xd2b0001e, 0x8b1d03de,			/* mov x30, #RAM; add x30, x30, x29 */
	0xd518403e, 0xd69f03e0,			/* msr elr_el1, x30; eret */
};

static void fill_ram(void)
{
	uint32_t *words = (uint32_t *)ram;
	unsigned int i;

	for (i = 0; i < RAM_SIZE / 4; i++)
		words[i] = instruction();
	for (i = 0; i < 16; i++)
		memcpy(ram + VECTORS + i * 0x80, vector, sizeof(vector));
}

static void set_reg(int vcpu, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (unsigned long)&value };

	call(vcpu, KVM_SET_ONE_REG, (unsigned long)&reg);
}

/* Registers with which a guest gets somewhere: most point at RAM or at a device. */
static void set_registers(int vcpu)
{
	int i;

	for (i = 0; i < 31; i++)
		set_reg(vcpu, CORE(8 * i), one_in(3) ? DIST + below(0x400) * 4 :
					   one_in(3) ? RAM + below(RAM_SIZE) :
					   one_in(3) ? CPU_INTERFACE + below(0x800) * 4 : number());
	set_reg(vcpu, CORE(256), RAM + below(RAM_SIZE) / 4 * 4);
	set_reg(vcpu, CORE(264), one_in(4) ? number() : one_in(4) ? 0 : 5);
	if (!one_in(6))
		set_reg(vcpu, VBAR_EL1, RAM + VECTORS);
}

/* KVM_RUN, a few times. */
static void run_guest(int vcpu, struct kvm_run *page)
{
	int turns = below(40);

	write(report_fd, &done, sizeof(done));
	while (turns-- > 0) {
		done.stays++;
		if (call(vcpu, KVM_RUN, one_in(50)) < 0)
			break;
		if (page && one_in(3)) {
			((uint64_t *)page)[below(32)] = number();
			page->mmio.len = number();
		}
	}
}

static const unsigned long requests[] = {
	KVM_GET_API_VERSION, KVM_CREATE_VM, KVM_CHECK_EXTENSION, KVM_GET_VCPU_MMAP_SIZE,
	KVM_CREATE_VCPU, KVM_SET_USER_MEMORY_REGION, KVM_CREATE_IRQCHIP, KVM_IRQ_LINE,
	KVM_ARM_SET_DEVICE_ADDR, KVM_ARM_PREFERRED_TARGET, KVM_CREATE_DEVICE, KVM_SET_DEVICE_ATTR,
	KVM_GET_DEVICE_ATTR, KVM_HAS_DEVICE_ATTR, KVM_SET_ONE_REG, KVM_GET_REG_LIST,
	KVM_ARM_VCPU_INIT, KVM_SET_SIGNAL_MASK, KVM_REGISTER_COALESCED_MMIO
};

static int make_vgic(int vm)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_ARM_VGIC_V2 };
	struct kvm_arm_device_addr addr;

	if (one_in(2))
		call(vm, KVM_CREATE_DEVICE, (unsigned long)&device);
	else
		call(vm, KVM_CREATE_IRQCHIP, 0);
	addr.id = KVM_VGIC_V2_ADDR_TYPE_DIST;
	addr.addr = DIST;
	call(vm, KVM_ARM_SET_DEVICE_ADDR, (unsigned long)&addr);
	addr.id = KVM_VGIC_V2_ADDR_TYPE_CPU;
	addr.addr = CPU_INTERFACE;
	call(vm, KVM_ARM_SET_DEVICE_ADDR, (unsigned long)&addr);
	return device.fd ? (int)device.fd : -1;
}

static void add_ram(int vm)
{
	struct kvm_userspace_memory_region region = {
		.slot = one_in(4) ? below(40) : 0,
		.guest_phys_addr = one_in(8) ? number() : RAM,
		.memory_size = one_in(8) ? number() : RAM_SIZE,
		.userspace_addr = (unsigned long)ram,
	};

	call(vm, KVM_SET_USER_MEMORY_REGION, (unsigned long)&region);
}

/* /dev/kvm, a VM, its vcpus, its vGIC: open descriptors, or not any longer */
static int fds[5];
static struct kvm_run *run;

static void random_ioctl(void)
{
	unsigned long request = requests[below(sizeof(requests) / sizeof(*requests))];

	if (one_in(30))
		request = one_in(2) ? random32() : (request & 0xffff) | below(256) << 16;
	fill_argument();
	if (request == KVM_CREATE_VM || request == KVM_CREATE_VCPU)
		close(call(fds[below(5)], request, number()));
	else
		call(fds[below(5)], request, one_in(10) ? number() : place());
}

/* The second thread: the same VM, the same vcpus, often while they run. */
static void other_thread(void *arg)
{
	int turn;

	(void)arg;
	for (turn = below(60); turn > 0; turn--) {
		random_ioctl();
		if (one_in(4))
			run_guest(fds[2 + below(2)], NULL);
		if (one_in(40))
			close(fds[1 + below(4)]);
		if (one_in(40))
			munmap(ram + below(16) * PAGE, PAGE);
		if (one_in(4))
			usleep(below(200));
	}
}

static void one_vm(int kvm)
{
	static uint8_t stack[STACK_SIZE] __attribute__((aligned(16)));
	struct kvm_vcpu_init init;
	int turn;

	fill_ram();
	fds[0] = kvm;
	fds[1] = call(kvm, KVM_CREATE_VM, 0);
	if (!one_in(10))
		add_ram(fds[1]);
	fds[4] = one_in(10) ? -1 : make_vgic(fds[1]);
	fds[2] = call(fds[1], KVM_CREATE_VCPU, one_in(10) ? number() : 0);
	fds[3] = one_in(3) ? call(fds[1], KVM_CREATE_VCPU, below(4)) : -1;
	run = MAP_FAILED;
	if (fds[2] >= 0)
		run = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fds[2], 0);
	memset(&init, 0, sizeof(init));
	call(fds[1], KVM_ARM_PREFERRED_TARGET, (unsigned long)&init);
	init.features[0] = one_in(4) ? below(16) : 4;
	call(fds[2], KVM_ARM_VCPU_INIT, (unsigned long)&init);
	set_registers(fds[2]);

	if (one_in(3)) {
		call(fds[3], KVM_ARM_VCPU_INIT, (unsigned long)&init);
		set_registers(fds[3]);
		thread_start(other_thread, NULL, stack + STACK_SIZE);
	}
	for (turn = below(60); turn > 0; turn--) {
		random_ioctl();
		if (one_in(6))
			run_guest(fds[2], run == MAP_FAILED ? NULL : run);
		if (one_in(40))
			fill_ram();
		if (one_in(10))
			set_registers(fds[2]);
		if (one_in(20))
			close(fds[1 + below(4)]);
	}
	if (run != MAP_FAILED)
		munmap(run, 2 * PAGE);
}

static void on_signal(int sig)
{
	(void)sig;
}

/* One round in a process of its own. A guest that settles down to run is interrupted by signals. */
static void one_round(int kvm, unsigned long seed, struct figures *sum)
{
	struct figures round = { 0 };
	int ends[2], waited;
	pid_t pid;

	if (pipe(ends) || (pid = fork()) < 0) {
		perror("fork");
		exit(1);
	}
	if (pid == 0) {
		state = seed;
		report_fd = ends[1];
		signal(SIGUSR1, on_signal);
		one_vm(kvm);
		write(report_fd, &done, sizeof(done));
		_exit(0);
	}
	close(ends[1]);
	for (waited = 0; waitpid(pid, NULL, WNOHANG) == 0; waited++) {
		if (waited == ROUND_MS)
			killed++;
		if (waited)
			kill(pid, waited < ROUND_MS ? SIGUSR1 : SIGKILL);
		if (waited == 1000) {
			printf("kvm-fuzz: seed %lu does not end\n", seed);
			exit(1);
		}
		usleep(1000);
	}
	while (read(ends[0], &round, sizeof(round)) == sizeof(round))
		;
	sum->calls += round.calls;
	sum->fine += round.fine;
	sum->stays += round.stays;
	close(ends[0]);
}

int main(int argc, char **argv)
{
	unsigned long seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	unsigned long rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 10;
	struct figures sum = { 0 };
	int kvm = open("/dev/kvm", O_RDWR);

	if (kvm < 0) {
		perror("/dev/kvm");
		return 1;
	}
	ram = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ram == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	for (; rounds > 0; rounds--)
		one_round(kvm, seed++, &sum);
	printf("kvm-fuzz: %lu ioctls, %lu fine, %lu stays, %lu killed\n", sum.calls, sum.fine,
	       sum.stays, killed);
	return 0;
}

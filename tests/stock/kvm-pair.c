/*
 * A client of KVM with two vcpus, each run by a thread of its own: they wake each other by interrupts, and
 * tell how many of their exits depended on who was first (kvm-pair-guest.S).
 *	kvm-pair ROUNDS HYPERCALLS READS
 */
#include "kvm-vm.h"

#define MAX_COUNT	1000UL
#define VCPUS		2
#define REPORTS		4
#define STACK		16384

extern const uint8_t guest_begin[], guest_end[];

/* Runs a function on a stack of its own, sharing everything else; kvm-pair-guest.S. */
long start_thread(void (*function)(void), void *stack_top);

static struct kvm_run *runs[VCPUS];
static int vcpus[VCPUS];
static uint64_t reports[REPORTS];
static unsigned long reads[VCPUS], wrong[VCPUS];
static uint8_t stack[STACK] __attribute__((aligned(16)));

/* Until the VM ends, which only vcpu 0 is told. */
static void serve(unsigned int number)
{
	struct kvm_run *run = runs[number];

	for (;;) {
		uint64_t offset;

		if (ioctl(vcpus[number], KVM_RUN, 0) < 0 && errno != EINTR && errno != EAGAIN)
			check(-1, "KVM_RUN");
		if (run->exit_reason == KVM_EXIT_INTR)
			continue;
		if (run->exit_reason != KVM_EXIT_MMIO)
			return;
		offset = run->mmio.phys_addr - DEVICE;
		if (!run->mmio.is_write) {
			uint32_t value = reads[number]++;

			wrong[number] += offset != 0 || run->mmio.len != 4;
			memcpy(run->mmio.data, &value, sizeof(value));
		} else if (offset >= PAGE && offset < PAGE + sizeof(reports) && run->mmio.len == 8) {
			memcpy((uint8_t *)reports + (offset - PAGE), run->mmio.data, 8);
		} else {
			wrong[number]++;
		}
	}
}

static void serve_second(void)
{
	serve(1);
}

/* What KVM itself has counted of an event, in all its VMs: there is one. */
static long counted(const char *name)
{
	char path[64], text[32];
	int fd;
	long length;

	snprintf(path, sizeof(path), "/sys/kernel/debug/kvm/%s", name);
	fd = check(open(path, O_RDONLY), path);
	length = check(read(fd, text, sizeof(text) - 1), path);
	text[length] = 0;
	close(fd);
	return strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
	unsigned long n[3] = { 0 };
	unsigned int i;
	int kvm, vm;
	uint8_t *ram;

	for (i = 0; i < 3 && i + 1 < (unsigned int)argc; i++) {
		n[i] = strtoul(argv[i + 1], NULL, 10);
		if (n[i] > MAX_COUNT) {
			printf("kvm-pair: %s is too much\n", argv[i + 1]);
			return 2;
		}
	}
	kvm = check(open("/dev/kvm", O_RDWR), "/dev/kvm");
	vm = check(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	ram = make_ram(vm, 2 * PAGE);
	memcpy(ram, guest_begin, guest_end - guest_begin);
	for (i = 0; i < VCPUS; i++) {
		vcpus[i] = check(ioctl(vm, KVM_CREATE_VCPU, i), "KVM_CREATE_VCPU");
		runs[i] = map_run(kvm, vcpus[i]);
	}
	make_vgic(vm);
	for (i = 0; i < VCPUS; i++)
		init_vcpu(vm, vcpus[i], RAM, i > 0);
	for (i = 0; i < 3; i++)
		set_reg(vcpus[0], REG_X(19 + i), n[i]);
	set_reg(vcpus[0], REG_X(27), DEVICE);
	set_reg(vcpus[0], REG_X(28), RAM + PAGE);
	set_reg(vcpus[0], REG_X(29), DIST);
	set_reg(vcpus[0], REG_X(30), CPU_INTERFACE);

	check(start_thread(serve_second, stack + STACK), "a second thread");
	serve(0);
	printf("kvm-pair: reads %lu and %lu, wrong %lu, reports %u\n", reads[0], reads[1],
	       wrong[0] + wrong[1], REPORTS);
	printf("kvm-pair: WFIs %lu and %lu, polls %lu, device %lu\n", reports[0], reports[2],
	       reports[1], reports[3]);
	printf("kvm-pair: KVM says WFIs %ld, hypercalls %ld, accesses %ld and %ld\n",
	       counted("wfi_exit_stat"), counted("hvc_exit_stat"), counted("mmio_exit_user"),
	       counted("mmio_exit_kernel"));
	printf("kvm-pair: ended, reason %u\n", runs[0]->exit_reason);
	return runs[0]->exit_reason != KVM_EXIT_SYSTEM_EVENT;
}

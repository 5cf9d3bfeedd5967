/*
 * A small client of KVM: makes a VM with one CPU and a vGIC, lets it run kvm-guest.S, and prints what it
 * asked for and what it saw. The trap log of the machine below must agree.
 *	kvm-client HVC SMC MMIO SYSREG WRITTEN READ READ-WRITTEN DISTRIBUTOR TIMER
 */
#include "kvm-vm.h"

#define MAX_COUNT	1000UL


extern const uint8_t guest_begin[], guest_end[];

enum { HVC, SMC, MMIO, SYSREG, WRITTEN, READ, READ_WRITTEN, DISTRIBUTOR, TIMER, KINDS };

int main(int argc, char **argv)
{
	static const int counters[KINDS] = { 19, 24, 20, 21, 22, 23, 18, 26, 25 };
	unsigned long n[KINDS] = { 0 }, pages, i;
	unsigned long reads = 0, writes = 0, wrong = 0, reports[7] = { 0 };
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
	run = map_run(kvm, vcpu);
	init_vcpu(vm, vcpu, RAM, 0);
	for (i = 0; i < KINDS; i++)
		set_reg(vcpu, REG_X(counters[i]), n[i]);
	set_reg(vcpu, REG_X(27), DEVICE);
	set_reg(vcpu, REG_X(28), RAM + PAGE);
	set_reg(vcpu, REG_X(29), DIST);
	set_reg(vcpu, REG_X(30), CPU_INTERFACE);

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

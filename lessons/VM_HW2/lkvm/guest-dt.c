/* The guest's device tree: all that it ever learns about its machine. */
#include <stdio.h>
#include <string.h>

#include "lkvm.h"

#define PHANDLE_GIC	1
#define GIC_SPI		0
#define GIC_PPI		1
#define IRQ_LEVEL_LOW	8
#define IRQ_LEVEL_HIGH	4
#define PPI_ALL_CPUS	0xff00

#define PSCI_0_1_BASE	0x95c1ba5e	/* KVM's ids: suspend, off, on, migrate */

static void chosen(struct fdt *fdt, struct kvm_vm *vm, const struct options *opt)
{
	char bootargs[400];

	snprintf(bootargs, sizeof(bootargs), "console=%s %s",
		 opt->virtio_console ? "hvc0" : "ttyS0", opt->params);
	fdt_begin_node(fdt, "chosen");
	fdt_property_string(fdt, "bootargs", bootargs);
	if (vm->initrd_end) {
		uint32_t start[2] = { vm->initrd_start >> 32, (uint32_t)vm->initrd_start };
		uint32_t end[2] = { vm->initrd_end >> 32, (uint32_t)vm->initrd_end };

		fdt_property_cells(fdt, "linux,initrd-start", start, 2);
		fdt_property_cells(fdt, "linux,initrd-end", end, 2);
	}
	fdt_end_node(fdt);
}

static void memory(struct fdt *fdt, struct kvm_vm *vm)
{
	uint64_t reg[2] = { RAM_BASE, vm->ram_size };

	fdt_begin_node(fdt, "memory");
	fdt_property_string(fdt, "device_type", "memory");
	fdt_property_reg(fdt, "reg", reg, 1);
	fdt_end_node(fdt);
}

/* A CPU's name is what its MPIDR_EL1 says; KVM numbers them as we made them. */
static void cpus(struct fdt *fdt, const struct kvm_vm *vm)
{
	char node[8];
	int i;

	fdt_begin_node(fdt, "cpus");
	fdt_property_cell(fdt, "#address-cells", 1);
	fdt_property_cell(fdt, "#size-cells", 0);
	for (i = 0; i < vm->nr_cpus; i++) {
		snprintf(node, sizeof(node), "cpu@%d", i);
		fdt_begin_node(fdt, node);
		fdt_property_string(fdt, "device_type", "cpu");
		fdt_property_string(fdt, "compatible", "arm,arm-v8");
		fdt_property_string(fdt, "enable-method", "psci");
		fdt_property_cell(fdt, "reg", i);
		fdt_end_node(fdt);
	}
	fdt_end_node(fdt);
}

/* Who switches the machine off, and a second CPU on? KVM, asked by HVC. */
static void psci(struct fdt *fdt)
{
	static const char compatible[] = "arm,psci-0.2\0arm,psci";

	fdt_begin_node(fdt, "psci");
	fdt_property(fdt, "compatible", compatible, sizeof(compatible));
	fdt_property_string(fdt, "method", "hvc");
	fdt_property_cell(fdt, "cpu_suspend", PSCI_0_1_BASE);
	fdt_property_cell(fdt, "cpu_off", PSCI_0_1_BASE + 1);
	fdt_property_cell(fdt, "cpu_on", PSCI_0_1_BASE + 2);
	fdt_property_cell(fdt, "migrate", PSCI_0_1_BASE + 3);
	fdt_end_node(fdt);
}

static void gic(struct fdt *fdt)
{
	uint64_t reg[4] = { GIC_DIST_BASE, KVM_VGIC_V2_DIST_SIZE,
			    GIC_CPU_BASE, KVM_VGIC_V2_CPU_SIZE };

	fdt_begin_node(fdt, "intc");
	fdt_property_string(fdt, "compatible", "arm,cortex-a15-gic");
	fdt_property_cell(fdt, "#interrupt-cells", 3);
	fdt_property(fdt, "interrupt-controller", NULL, 0);
	fdt_property_reg(fdt, "reg", reg, 2);
	fdt_property_cell(fdt, "phandle", PHANDLE_GIC);
	fdt_end_node(fdt);
}

/* Secure, physical, virtual, hypervisor's: the guest uses the third. */
static void timer(struct fdt *fdt)
{
	static const uint32_t ppis[4] = { 13, 14, 11, 10 };
	uint32_t cells[12];
	int i;

	for (i = 0; i < 4; i++) {
		cells[3 * i] = GIC_PPI;
		cells[3 * i + 1] = ppis[i];
		cells[3 * i + 2] = PPI_ALL_CPUS | IRQ_LEVEL_LOW;
	}
	fdt_begin_node(fdt, "timer");
	fdt_property_string(fdt, "compatible", "arm,armv8-timer");
	fdt_property_cells(fdt, "interrupts", cells, 12);
	fdt_end_node(fdt);
}

static void device(struct fdt *fdt, const char *name, const char *compatible,
		   uint64_t base, uint64_t size, uint32_t spi)
{
	char node[40];
	uint64_t reg[2] = { base, size };
	uint32_t irq[3] = { GIC_SPI, spi, IRQ_LEVEL_HIGH };

	snprintf(node, sizeof(node), "%s@%lx", name, (unsigned long)base);
	fdt_begin_node(fdt, node);
	fdt_property_string(fdt, "compatible", compatible);
	fdt_property_reg(fdt, "reg", reg, 1);
	fdt_property_cells(fdt, "interrupts", irq, 3);
}

void guest_dt_create(struct kvm_vm *vm, const struct options *opt)
{
	static struct fdt fdt;
	int i;

	fdt_begin(&fdt, guest_to_host(vm, vm->dtb_start, FDT_MAX_SIZE), FDT_MAX_SIZE);
	fdt_begin_node(&fdt, "");
	fdt_property_string(&fdt, "compatible", "linux,dummy-virt");
	fdt_property_cell(&fdt, "#address-cells", 2);
	fdt_property_cell(&fdt, "#size-cells", 2);
	fdt_property_cell(&fdt, "interrupt-parent", PHANDLE_GIC);

	chosen(&fdt, vm, opt);
	memory(&fdt, vm);
	cpus(&fdt, vm);
	psci(&fdt);
	gic(&fdt);
	timer(&fdt);

	device(&fdt, "uart", "ns16550a", SERIAL_BASE, SERIAL_SIZE, SERIAL_SPI);
	fdt_property_cell(&fdt, "clock-frequency", 1843200);
	fdt_end_node(&fdt);
	for (i = 0; i < virtio_mmio_count(); i++) {
		device(&fdt, "virtio", "virtio,mmio", VIRTIO_BASE + i * VIRTIO_SIZE, VIRTIO_SIZE,
		       VIRTIO_SPI + i);
		fdt_end_node(&fdt);
	}

	fdt_end_node(&fdt);
	fdt_finish(&fdt);
}

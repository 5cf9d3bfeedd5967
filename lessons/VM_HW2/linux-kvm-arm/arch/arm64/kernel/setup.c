/* What the boot loader told us: the device tree's memory, command line and initrd. */
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <asm/cputype.h>
#include <asm/virt.h>

u32 __boot_cpu_mode = BOOT_CPU_MODE_EL1; /* head.S writes the real one */
phys_addr_t __fdt_pointer = 1; /* as x0 had it */
phys_addr_t initrd_start, initrd_size;

/* One or two cells: boot loaders differ. */
static u64 chosen_number(const struct device_node *np, const char *name)
{
	int len = 0;
	const __be32 *p = of_get_property(np, name, &len);

	return p ? of_read_number(p, len / 4) : 0;
}

void setup_arch(void)
{
	extern char _text[], _end[];
	const __be32 *fdt = phys_to_virt(__fdt_pointer);
	struct device_node *np;
	struct resource res;

	printk("Booting Linux on physical CPU 0x%llx\n", read_cpuid_mpidr() & 0xffffff);
	printk("%s version %s %s, a teaching kernel\n", UTS_SYSNAME, UTS_RELEASE, UTS_VERSION);
	/* In a guest the second register is the hypervisor's answer: ACTLR_EL1 traps. */
	printk("CPU: AArch64 Processor [%08x], auxiliary control %08x\n", read_cpuid_id(),
	       (u32)read_cpuid("actlr_el1"));

	unflatten_device_tree(fdt);
	np = of_find_node_by_path("/chosen");
	if (np) {
		const char *args;

		if (!of_property_read_string(np, "bootargs", &args))
			strlcpy(boot_command_line, args, COMMAND_LINE_SIZE);
		initrd_start = chosen_number(np, "linux,initrd-start");
		initrd_size = chosen_number(np, "linux,initrd-end") - initrd_start;
	}
	np = of_find_node_by_path("/memory");
	if (!np || of_address_to_resource(np, 0, &res))
		panic("the device tree does not say where memory is");
	memblock_add(res.start, resource_size(&res));
	memblock_reserve(memstart_addr, __pa(_end) - memstart_addr);
	memblock_reserve(__fdt_pointer, be32_to_cpu(fdt[1]));
	if (initrd_size)
		memblock_reserve(initrd_start, initrd_size);
	paging_init();
	printk("Memory: [mem 0x%010llx-0x%010llx], kernel at 0x%llx\n", res.start, res.end,
	       __pa(_text));
	if (is_hyp_mode_available())
		printk("CPU: All CPU(s) started at EL2\n");
	else
		printk("CPU: All CPU(s) started at EL1\n");
}

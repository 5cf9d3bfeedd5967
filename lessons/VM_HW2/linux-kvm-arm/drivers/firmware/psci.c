/*
 * PSCI: asking the firmware (or the hypervisor) to switch the machine off. The DT
 * says which instruction reaches it and, for version 0.1, by which function ids.
 */
#include <linux/kernel.h>
#include <linux/of.h>
#include <linux/init.h>
#include <linux/string.h>

#define PSCI_0_2_FN_PSCI_VERSION 0x84000000
#define PSCI_0_2_FN_MIGRATE_INFO_TYPE 0x84000006
#define PSCI_0_2_FN_SYSTEM_OFF   0x84000008
#define PSCI_0_2_FN_SYSTEM_RESET 0x84000009

static bool use_hvc, present;
static u32 fn_system_off = PSCI_0_2_FN_SYSTEM_OFF;
static u32 fn_system_reset = PSCI_0_2_FN_SYSTEM_RESET;

static long invoke_psci_fn(u32 fn, u64 a1, u64 a2, u64 a3)
{
	register u64 x0 __asm__("x0") = fn;
	register u64 x1 __asm__("x1") = a1;
	register u64 x2 __asm__("x2") = a2;
	register u64 x3 __asm__("x3") = a3;

	if (use_hvc)
		__asm__ volatile("hvc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3) : "memory");
	else
		__asm__ volatile("smc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3) : "memory");
	return x0;
}

static int psci_init(void)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "arm,psci-1.0");
	const char *method;
	bool v0_1 = false;
	long version;

	if (!np)
		np = of_find_compatible_node(NULL, NULL, "arm,psci-0.2");
	if (!np) {
		np = of_find_compatible_node(NULL, NULL, "arm,psci");
		v0_1 = true;
	}
	if (!np || of_property_read_string(np, "method", &method))
		return 0;
	use_hvc = !strcmp(method, "hvc");
	present = true;
	if (v0_1) {
		printk("psci: v0.1 ids, by %s\n", method);
	} else {
		version = invoke_psci_fn(PSCI_0_2_FN_PSCI_VERSION, 0, 0, 0);
		printk("psci: PSCIv%lu.%lu by %s, trusted OS migration type %ld\n", version >> 16,
		       version & 0xffff, method,
		       invoke_psci_fn(PSCI_0_2_FN_MIGRATE_INFO_TYPE, 0, 0, 0));
	}
	/* an extension of the 0.1 binding that our hypervisor offers */
	of_property_read_u32(np, "system_off", &fn_system_off);
	of_property_read_u32(np, "system_reset", &fn_system_reset);
	return 0;
}
core_initcall(psci_init);

/* Both return only if the firmware does not know the call. */
void machine_power_off(void)
{
	if (present)
		invoke_psci_fn(fn_system_off, 0, 0, 0);
}

void machine_restart(void)
{
	if (present)
		invoke_psci_fn(fn_system_reset, 0, 0, 0);
}

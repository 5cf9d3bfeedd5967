/*
 * Started at EL1, somebody may be above us. A hypervisor that wants to be known answers
 * this call, by HVC, with the first word of its UUID. The others do not know it: they
 * return -1, or, as KVM of this time does, make the HVC an undefined instruction.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <asm/virt.h>

#define VENDOR_HYP_CALL_UID 0x8600ff01

long hvc_probe(u32 function);

static int hypervisor_init(void)
{
	long uid;

	if (is_hyp_mode_available())
		return 0; /* we have been there ourselves: nobody is above */
	uid = hvc_probe(VENDOR_HYP_CALL_UID);
	if ((int)uid == -1)
		printk("firmware: the hypervisor does not say its name\n");
	else
		printk("firmware: hypervisor %08x\n", (u32)uid);
	return 0;
}
core_initcall(hypervisor_init);

/*
 * Is there a trusted OS below us, in the secure world? Device trees of the time do not
 * always name it, so ask: every one answers this call, by SMC, with the four words of
 * its UUID. No answer, or no SMC at all, means that there is none.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/of.h>

#define TRUSTED_OS_CALL_UID 0xbf00ff01

long smc_probe(u32 function);

static int trusted_os_init(void)
{
	long uid;

	if (of_find_node_by_path("/firmware/optee"))
		return 0; /* it has a driver of its own, which we lack */
	uid = smc_probe(TRUSTED_OS_CALL_UID);
	if ((int)uid == -1)
		printk("firmware: no trusted OS\n");
	else
		printk("firmware: trusted OS %08x\n", (u32)uid);
	return 0;
}
core_initcall(trusted_os_init);

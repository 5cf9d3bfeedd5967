/*
 * Where does memory end for an instruction? A kernel that runs away must stop with an
 * abort at the first address behind its memory, not go on with whatever a bus without
 * a device happens to answer. So try it once, while the boot can still say so: call
 * the first page behind memory and see whether the call comes back as an abort.
 *
 * On a real machine the bus answers with an error. In a VM nothing is mapped there, so
 * the fetch goes to the hypervisor, which finds neither memory nor a device that could
 * be asked for an instruction, and hands the guest the abort that the bus would give.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <asm/ptrace.h>

/* The address that is being tried, or 0. */
static unsigned long fetch_checked;

/*
 * Called for an instruction abort in the kernel. If it is the expected one, the call
 * returns -1 to its caller, as if the function had done so.
 */
bool fixup_fetch(struct pt_regs *regs)
{
	if (!fetch_checked || regs->pc != fetch_checked)
		return false;
	regs->pc = regs->regs[30];
	regs->regs[0] = -1;
	return true;
}

static int fetch_check_init(void)
{
	phys_addr_t end = __pfn_to_phys(max_pfn);
	long (*behind_memory)(void);
	unsigned long addr;

	addr = map_executable(end);
	if (!addr)
		return -ENOMEM;

	fetch_checked = addr;
	barrier();
	behind_memory = (long (*)(void))addr;
	if (behind_memory() == -1)
		printk("Memory: instruction fetch stops at %#lx\n", (unsigned long)end);
	else
		printk("Memory: something answered an instruction fetch at %#lx\n",
		       (unsigned long)end);
	barrier();
	fetch_checked = 0;
	return 0;
}
core_initcall(fetch_check_init);

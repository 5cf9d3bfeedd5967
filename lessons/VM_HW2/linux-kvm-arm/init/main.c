/* From start_kernel(), the first C function, to the first process. */
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/sched.h>
#include <linux/mm.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/slab.h>
#include <linux/exec.h>
#include <linux/string.h>
#include <linux/irqchip/arm-gic.h>
#include <linux/utsname.h>
#include <clocksource/arm_arch_timer.h>
#include <asm/processor.h>

char boot_command_line[COMMAND_LINE_SIZE];

/* Finds name=value or a bare name among the words of the command line. */
bool cmdline_param(const char *name, char *value, size_t size)
{
	size_t n = strlen(name);

	for (const char *s = boot_command_line; *s;) {
		const char *end = s;

		while (*end && *end != ' ')
			end++;
		if (!strncmp(s, name, n) && (s[n] == '=' || s + n == end)) {
			s += n + (s[n] == '=');
			strlcpy(value, s, min(size, (size_t)(end - s) + 1));
			return true;
		}
		s = *end ? end + 1 : end;
	}
	return false;
}

/* Drivers and the like, in the order of their levels (see linux/init.h). */
static void do_initcalls(void)
{
	extern initcall_t __initcall_start[], __initcall_end[];

	for (initcall_t *fn = __initcall_start; fn < __initcall_end; fn++) {
		int err = (*fn)();

		if (err && err != -ENODEV) /* a driver without its device is no failure */
			printk("initcall %p failed: %d\n", (void *)*fn, err);
	}
}

/*
 * What only the boot needed becomes free memory. (For a guest that is worth a second
 * look: its kernel has only read these pages so far; now they are written for the first
 * time.)
 */
static void free_initmem(void)
{
	extern char __init_begin[], __init_end[];

	for (char *page = __init_begin; page < __init_end; page += PAGE_SIZE)
		free_page((unsigned long)page);
	printk("Freeing unused kernel memory: %luK\n",
	       (unsigned long)(__init_end - __init_begin) / 1024);
}

/* Reached once, when the first program starts. A place for those who watch from outside. */
noinline void boot_mark(void)
{
	barrier();
}

/*
 * The first process. It begins as a kernel thread, in order to bring up what needs a
 * task that can sleep, and then becomes /init, or /sbin/init of a disk (or what init= names).
 */
static int kernel_init(void *unused)
{
	char path[64];
	char *argv[] = { path, NULL };
	char *envp[] = { "HOME=/home/root", "TERM=vt102", "PATH=/bin:/sbin:/home/root", NULL };
	struct file *console;
	int err;

	mount_rootfs();
	populate_rootfs();
	do_initcalls();
	current->files = kzalloc(sizeof(*current->files), GFP_KERNEL);
	current->fs = new_fs_struct();
	if (!current->files || !current->fs)
		panic("no memory for the first process");
	atomic_set(&current->files->count, 1);
	prepare_namespace(path, sizeof(path));
	console = filp_open("/dev/console", O_RDWR, 0);
	if (IS_ERR(console))
		printk("Warning: unable to open an initial console.\n");
	else
		for (int fd = 0; fd < 3; fd++)
			fd_install(fd, fd ? get_file(console) : console);
	free_initmem();
	boot_mark();
	err = kernel_execve(path, argv, envp);
	panic("No working init found: %s, error %d", path, err);
}

/*
 * head.S comes here with the MMU on, a stack, and interrupts masked. What runs this
 * becomes the idle task in the end.
 */
void __noreturn start_kernel(void)
{
	setup_arch();
	printk("Kernel command line: %s\n", boot_command_line);
	mem_init();
	kmem_cache_init();
	gic_init();
	arch_timer_init();
	local_irq_enable();
	sched_start_tick();
	kernel_thread(kernel_init, NULL, "init");
	cpu_idle();
}

/*
 * Functions to be called at boot, in the order of their levels. Each one puts a
 * pointer to itself into a section of the image; do_initcalls() walks that section.
 */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/types.h>

void setup_arch(void);
#define __init /* Linux frees such code after boot; we keep it */

typedef int (*initcall_t)(void);

#define __define_initcall(fn, level) \
	static const initcall_t __initcall_##fn __used __section(".initcall" #level ".init") = fn

#define core_initcall(fn)   __define_initcall(fn, 1) /* what drivers stand on */
#define fs_initcall(fn)     __define_initcall(fn, 5)
#define device_initcall(fn) __define_initcall(fn, 6) /* drivers */
#define late_initcall(fn)   __define_initcall(fn, 7)
#define module_init(fn)     device_initcall(fn)

#define COMMAND_LINE_SIZE 512
extern char boot_command_line[COMMAND_LINE_SIZE];
/* The text after "name=" on the command line, copied into value; false if it is not there. */
bool cmdline_param(const char *name, char *value, size_t size);

#endif

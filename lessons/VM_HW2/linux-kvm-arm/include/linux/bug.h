/* What cannot be: stop the machine and say where. */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/printk.h>

#define BUG() panic("BUG at %s:%d!", __FILE__, __LINE__)
#define BUG_ON(cond) do { if (unlikely(cond)) BUG(); } while (0)
#define WARN(cond, fmt, ...)                                                      \
	({                                                                        \
		int __warned = !!(cond);                                          \
		if (unlikely(__warned))                                           \
			printk("WARNING: %s:%d: " fmt, __FILE__, __LINE__, ##__VA_ARGS__); \
		__warned;                                                         \
	})
#define WARN_ON(cond) WARN(cond, "%s\n", #cond)
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), #cond)

#endif

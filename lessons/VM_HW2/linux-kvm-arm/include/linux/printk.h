/* The kernel's printf: into the log buffer, and to the console once there is one. */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

#include <linux/types.h>

int printk(const char *fmt, ...) __printf(1, 2);
void panic(const char *fmt, ...) __noreturn __printf(1, 2);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
int vsnprintf(char *buf, size_t size, const char *fmt, __builtin_va_list args);

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif
#define pr_info(fmt, ...) printk(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...) printk(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...) printk(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug(fmt, ...) do { } while (0)
#define KERN_INFO
#define KERN_WARNING
#define KERN_ERR
#define KERN_DEBUG

/* A device on which printk's text appears. */
struct console {
	const char *name; /* as after "console=" on the command line */
	void (*write)(const char *s, unsigned int n);
};
void register_console(struct console *con);
/* Copies the log into buf (kernel memory), newest text last. Returns the length. */
int printk_read_log(char *buf, int size);
int printk_log_size(void);

#endif

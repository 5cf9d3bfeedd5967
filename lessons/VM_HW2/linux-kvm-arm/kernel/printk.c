/*
 * printk(): text goes into a ring, and from there to the console once a driver has
 * registered one. What was said before that is printed then, so nothing is lost.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>

#define LOG_SIZE 16384

static char log_buf[LOG_SIZE];
static unsigned long log_end; /* characters ever written; the last LOG_SIZE are kept */
static unsigned long console_pos; /* characters already on the console */
static struct console *console;
static bool line_start = true;
bool time_keeps; /* set when the clock runs: before that every time stamp is zero */

static void log_char(char c)
{
	log_buf[log_end++ % LOG_SIZE] = c;
}

/* Hands the console what it has not seen yet, in unbroken pieces. */
static void console_flush(void)
{
	if (!console)
		return;
	if (log_end - console_pos > LOG_SIZE)
		console_pos = log_end - LOG_SIZE;
	while (console_pos < log_end) {
		unsigned long at = console_pos % LOG_SIZE;
		unsigned long n = min(log_end - console_pos, LOG_SIZE - at);

		console->write(log_buf + at, n);
		console_pos += n;
	}
}

int printk(const char *fmt, ...)
{
	char text[256];
	unsigned long flags;
	__builtin_va_list args;
	int n;

	__builtin_va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	__builtin_va_end(args);

	local_irq_save(flags);
	for (const char *s = text; *s; s++) {
		if (line_start) {
			char stamp[24];
			unsigned long us = time_keeps ? ktime_get() / NSEC_PER_USEC : 0;

			snprintf(stamp, sizeof(stamp), "[%5lu.%06lu] ", us / 1000000, us % 1000000);
			for (const char *t = stamp; *t; t++)
				log_char(*t);
		}
		log_char(*s);
		line_start = *s == '\n';
	}
	console_flush();
	local_irq_restore(flags);
	return n;
}

/* A driver offers itself; it is taken if the command line's console= names it. */
void register_console(struct console *con)
{
	char wanted[16];
	size_t n = strlen(con->name);

	if (console)
		return;
	if (cmdline_param("console", wanted, sizeof(wanted)) &&
	    (strncmp(wanted, con->name, n) || (wanted[n] && wanted[n] != ',')))
		return;
	console = con;
	printk("console [%s] enabled\n", con->name);
}

int printk_log_size(void)
{
	return min(log_end, (unsigned long)LOG_SIZE);
}

int printk_read_log(char *buf, int size)
{
	int n = min(size, printk_log_size());
	unsigned long from = log_end - n;

	for (int i = 0; i < n; i++)
		buf[i] = log_buf[(from + i) % LOG_SIZE];
	return n;
}

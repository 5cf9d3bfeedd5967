/* The PL011 serial port: ttyAMA0. */
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/kdev_t.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/tty.h>

#define UARTDR   0x00
#define UARTFR   0x18
#define UARTLCR_H 0x2c
#define UARTCR   0x30
#define UARTIMSC 0x38
#define UARTICR  0x44

#define UARTFR_TXFF (1 << 5) /* transmit FIFO full */
#define UARTFR_RXFE (1 << 4) /* receive FIFO empty */
#define UARTLCR_H_8BIT_FIFO ((3 << 5) | (1 << 4))
#define UARTCR_ON ((1 << 9) | (1 << 8) | 1) /* receive, transmit, the port itself */
#define UART_RX_INT ((1 << 4) | (1 << 6)) /* characters arrived; or a few, and then silence */

static void __iomem *base;
static struct tty_struct *tty;

static void pl011_write(const char *s, unsigned int n)
{
	for (; n; n--, s++) {
		while (readl_relaxed(base + UARTFR) & UARTFR_TXFF)
			;
		writel_relaxed(*s, base + UARTDR);
	}
}

/* The kernel's messages end lines with \n only; a terminal wants \r before it. */
static void pl011_console_write(const char *s, unsigned int n)
{
	for (; n; n--, s++) {
		if (*s == '\n')
			pl011_write("\r", 1);
		pl011_write(s, 1);
	}
}

static unsigned int pl011_tty_write(struct tty_struct *tty, const char *s, unsigned int n)
{
	pl011_write(s, n);
	return n;
}

/* Writing waits for the wire: there is always room. */
static unsigned int pl011_write_room(struct tty_struct *tty)
{
	return N_TTY_BUF_SIZE;
}

static const struct tty_operations pl011_ops = {
	.write = pl011_tty_write,
	.write_room = pl011_write_room
};

static struct console pl011_console = { .name = "ttyAMA0", .write = pl011_console_write };

static irqreturn_t pl011_int(int irq, void *dev)
{
	while (!(readl(base + UARTFR) & UARTFR_RXFE))
		tty_insert_char(tty, readl(base + UARTDR));
	writel(UART_RX_INT, base + UARTICR);
	return IRQ_HANDLED;
}

static int pl011_init(void)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "arm,pl011");
	unsigned int irq;

	if (!np || !(base = of_iomap(np, 0)))
		return 0;
	writel(UARTLCR_H_8BIT_FIFO, base + UARTLCR_H);
	writel(UARTCR_ON, base + UARTCR);
	irq = irq_of_parse_and_map(np, 0);
	printk("%s: ttyAMA0 is a PL011, irq %u\n", np->name, irq);
	register_console(&pl011_console);
	tty = tty_register("ttyAMA0", MKDEV(204, 64), &pl011_ops);
	if (!tty || request_irq(irq, pl011_int, IRQ_TYPE_LEVEL_HIGH, "uart-pl011", tty))
		return 0;
	writel(UART_RX_INT, base + UARTIMSC);
	return 0;
}
device_initcall(pl011_init);

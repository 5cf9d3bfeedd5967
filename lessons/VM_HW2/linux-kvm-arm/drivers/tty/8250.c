/*
 * The 8250 (16550A) serial port that PCs have, and lkvm gives its guests: ttyS0. (Linux:
 * drivers/tty/serial/8250/8250_core.c.)
 */
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/kdev_t.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/tty.h>

#define UART_RX  0 /* read: receive; write: transmit */
#define UART_TX  0
#define UART_IER 1
#define UART_FCR 2
#define UART_LCR 3
#define UART_MCR 4
#define UART_LSR 5

#define UART_IER_RDI 0x01 /* interrupt when a character arrived */
#define UART_FCR_ENABLE_FIFO 0x07 /* and empty both FIFOs */
#define UART_LCR_WLEN8 0x03
#define UART_MCR_DTR_RTS_OUT2 0x0b /* OUT2 lets the interrupt through */
#define UART_LSR_DR   0x01 /* a character waits */
#define UART_LSR_THRE 0x20 /* the transmit FIFO is empty */
#define FIFO_SIZE 16

static void __iomem *base;
static u32 reg_shift;
static struct tty_struct *tty;

static u8 serial_in(int reg)
{
	return readb(base + (reg << reg_shift));
}

static void serial_out(int reg, u8 value)
{
	writeb(value, base + (reg << reg_shift));
}

/* A FIFO's worth at a time: one look at the status for 16 characters. */
static void serial8250_write(const char *s, unsigned int n)
{
	while (n) {
		unsigned int burst = min(n, (unsigned int)FIFO_SIZE);

		while (!(serial_in(UART_LSR) & UART_LSR_THRE))
			;
		for (n -= burst; burst; burst--)
			serial_out(UART_TX, *s++);
	}
}

/* \n becomes \r\n; in pieces that keep the bursts whole. */
static void serial8250_console_write(const char *s, unsigned int n)
{
	char piece[64];
	unsigned int len = 0;

	for (; n; n--, s++) {
		if (*s == '\n')
			piece[len++] = '\r';
		piece[len++] = *s;
		if (len >= sizeof(piece) - 1 || n == 1) {
			serial8250_write(piece, len);
			len = 0;
		}
	}
}

static unsigned int serial8250_tty_write(struct tty_struct *tty, const char *s, unsigned int n)
{
	serial8250_write(s, n);
	return n;
}

/* Writing waits for the wire: there is always room. */
static unsigned int serial8250_write_room(struct tty_struct *tty)
{
	return N_TTY_BUF_SIZE;
}

static const struct tty_operations serial8250_ops = {
	.write = serial8250_tty_write,
	.write_room = serial8250_write_room
};

static struct console serial8250_console = { .name = "ttyS0", .write = serial8250_console_write };

static irqreturn_t serial8250_interrupt(int irq, void *dev)
{
	/* One at a time, the line stays high while there are more: two accesses for each. */
	if (serial_in(UART_LSR) & UART_LSR_DR)
		tty_insert_char(tty, serial_in(UART_RX));
	return IRQ_HANDLED;
}

static int serial8250_init(void)
{
	struct device_node *np = of_find_compatible_node(NULL, NULL, "ns16550a");
	unsigned int irq, type = IRQ_TYPE_LEVEL_HIGH;

	if (!np || !(base = of_iomap(np, 0)))
		return 0;
	of_property_read_u32(np, "reg-shift", &reg_shift);
	serial_out(UART_IER, 0);
	serial_out(UART_FCR, UART_FCR_ENABLE_FIFO);
	serial_out(UART_LCR, UART_LCR_WLEN8);
	serial_out(UART_MCR, UART_MCR_DTR_RTS_OUT2);
	irq = of_irq_get(np, 0, &type);
	printk("%s: ttyS0 is a 16550A, irq %u\n", np->name, irq);
	register_console(&serial8250_console);
	tty = tty_register("ttyS0", MKDEV(4, 64), &serial8250_ops);
	if (!tty || request_irq(irq, serial8250_interrupt, type, "serial", tty))
		return 0;
	serial_out(UART_IER, UART_IER_RDI);
	return 0;
}
device_initcall(serial8250_init);

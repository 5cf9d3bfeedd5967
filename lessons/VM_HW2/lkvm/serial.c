/*
 * A 16550A serial port, the guest's console. What the guest sends appears at once;
 * it need never wait. Keys come from another thread (term.c), hence the lock.
 */
#include <string.h>

#include "lkvm.h"

/* Registers, one byte each */
#define UART_RX		0	/* read: the oldest key */
#define UART_TX		0	/* write: a character */
#define UART_DLL	0	/* divisor, when LCR.DLAB is set */
#define UART_IER	1
#define UART_DLM	1
#define UART_IIR	2	/* read */
#define UART_FCR	2	/* write */
#define UART_LCR	3
#define UART_MCR	4
#define UART_LSR	5
#define UART_MSR	6
#define UART_SCR	7

#define UART_IER_RDI	0x01	/* interrupt: data received */
#define UART_IER_THRI	0x02	/* interrupt: nothing left to send */
#define UART_IIR_NO_INT	0x01
#define UART_IIR_THRI	0x02
#define UART_IIR_RDI	0x04
#define UART_IIR_FIFO	0xc0
#define UART_FCR_FIFO	0x01
#define UART_FCR_CLEAR_RX 0x02
#define UART_LCR_DLAB	0x80
#define UART_MCR_LOOP	0x10
#define UART_LSR_DR	0x01	/* a key waits */
#define UART_LSR_THRE	0x20	/* ready for the next character */
#define UART_LSR_TEMT	0x40
#define UART_MSR_CONNECTED 0xb0	/* carrier, data set ready, clear to send */

#define RX_SIZE 1024		/* a power of two */

static struct {
	struct kvm_vm *vm;
	unsigned int lock;
	uint8_t ier, lcr, mcr, scr, dll, dlm, fifo;
	int thr_pending;	/* the guest has not yet been told that it may send on */
	int irq_level;
	uint8_t rx[RX_SIZE];
	unsigned int rx_head, rx_tail;
} uart;

static int rx_waiting(void)
{
	return uart.rx_head != uart.rx_tail;
}

/* The interrupt with the highest rank, as IIR shows it. */
static uint8_t pending_interrupt(void)
{
	if ((uart.ier & UART_IER_RDI) && rx_waiting())
		return UART_IIR_RDI;
	if ((uart.ier & UART_IER_THRI) && uart.thr_pending)
		return UART_IIR_THRI;
	return UART_IIR_NO_INT;
}

static void update_irq(void)
{
	int level = pending_interrupt() != UART_IIR_NO_INT;

	if (level != uart.irq_level) {
		uart.irq_level = level;
		kvm_irq_line(uart.vm, SERIAL_SPI, level);
	}
}

/* A key. One too many is lost, as on a real line. */
void serial_receive(uint8_t c)
{
	lock_take(&uart.lock);
	if (uart.rx_head - uart.rx_tail < RX_SIZE)
		uart.rx[uart.rx_head++ % RX_SIZE] = c;
	update_irq();
	lock_drop(&uart.lock);
}

static uint8_t read_iir(void)
{
	uint8_t pending = pending_interrupt();

	if (pending == UART_IIR_THRI)
		uart.thr_pending = 0;	/* now it has been told */
	return pending | (uart.fifo ? UART_IIR_FIFO : 0);
}

static uint8_t serial_in(unsigned int reg)
{
	int dlab = uart.lcr & UART_LCR_DLAB;

	switch (reg) {
	case UART_RX:
		if (dlab)
			return uart.dll;
		return rx_waiting() ? uart.rx[uart.rx_tail++ % RX_SIZE] : 0;
	case UART_IER:
		return dlab ? uart.dlm : uart.ier;
	case UART_IIR:
		return read_iir();
	case UART_LCR:
		return uart.lcr;
	case UART_MCR:
		return uart.mcr;
	case UART_LSR:
		return UART_LSR_THRE | UART_LSR_TEMT | (rx_waiting() ? UART_LSR_DR : 0);
	case UART_MSR:
		/* In loop mode the outputs of MCR come back here: a driver's test for us. */
		if (uart.mcr & UART_MCR_LOOP)
			return ((uart.mcr & 0x0c) << 4) | ((uart.mcr & 0x02) << 3) |
			       ((uart.mcr & 0x01) << 5);
		return UART_MSR_CONNECTED;
	case UART_SCR:
		return uart.scr;
	default:
		return 0;
	}
}

static void transmit(uint8_t c)
{
	if (uart.mcr & UART_MCR_LOOP) {
		if (uart.rx_head - uart.rx_tail < RX_SIZE)
			uart.rx[uart.rx_head++ % RX_SIZE] = c;
	} else {
		term_write(&c, 1);
	}
	uart.thr_pending = 1;
}

static void serial_out(unsigned int reg, uint8_t value)
{
	int dlab = uart.lcr & UART_LCR_DLAB;

	switch (reg) {
	case UART_TX:
		if (dlab)
			uart.dll = value;
		else
			transmit(value);
		break;
	case UART_IER:
		if (dlab) {
			uart.dlm = value;
			break;
		}
		if (value & ~uart.ier & UART_IER_THRI)
			uart.thr_pending = 1;
		uart.ier = value & 0x0f;
		break;
	case UART_FCR:
		uart.fifo = value & UART_FCR_FIFO;
		if (value & UART_FCR_CLEAR_RX)
			uart.rx_tail = uart.rx_head;
		break;
	case UART_LCR:
		uart.lcr = value;
		break;
	case UART_MCR:
		uart.mcr = value & 0x1f;
		break;
	case UART_SCR:
		uart.scr = value;
		break;
	}
}

static void serial_mmio(void *dev, uint64_t offset, uint8_t *data, uint32_t len, int is_write)
{
	(void)dev;
	lock_take(&uart.lock);
	if (is_write) {
		serial_out(offset, data[0]);
	} else {
		memset(data, 0, len);
		data[0] = serial_in(offset);
	}
	update_irq();
	lock_drop(&uart.lock);
}

void serial_init(struct kvm_vm *vm)
{
	uart.vm = vm;
	mmio_register(SERIAL_BASE, SERIAL_SIZE, serial_mmio, NULL);
}

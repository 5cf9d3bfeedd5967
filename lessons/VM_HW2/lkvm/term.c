/*
 * Our own console, which we lend to the guest: what it prints goes out, keys go to its
 * serial port. A thread waits for keys, because the main thread is in KVM_RUN most
 * of the time. Ctrl-A X ends the VM, Ctrl-A Ctrl-A is one Ctrl-A for the guest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "lkvm.h"

#define CTRL_A		0x01
#define STACK_SIZE	0x10000

static struct termios saved;
static int is_raw;

void term_restore(void)
{
	if (is_raw)
		tcsetattr(0, TCSANOW, &saved);
	is_raw = 0;
}

void term_write(uint8_t c)
{
	if (write(1, &c, 1) < 0)
		return;	/* nobody listens; the guest need not know */
}

static void input_thread(void)
{
	int escape = 0;
	uint8_t c;

	while (read(0, &c, 1) == 1) {
		if (escape && (c == 'x' || c == 'X')) {
			term_restore();
			printf("\n  # KVM session terminated.\n");
			fflush(stdout);
			exit(0);
		}
		if (c == CTRL_A && !escape) {
			escape = 1;
			continue;
		}
		escape = 0;
		serial_receive(c);
	}
}

/* No line editing and no echo of ours: that is the guest's business now. */
void term_init(void)
{
	struct termios raw;
	uint8_t *stack;

	if (tcgetattr(0, &saved) == 0) {
		raw = saved;
		raw.c_iflag &= ~(ICRNL | IXON);
		raw.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
		raw.c_cc[VMIN] = 1;
		raw.c_cc[VTIME] = 0;
		if (tcsetattr(0, TCSANOW, &raw) == 0)
			is_raw = 1;
	}

	stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack == MAP_FAILED)
		die_errno("a stack for the input thread");
	if (thread_start(input_thread, stack + STACK_SIZE) < 0)
		die("cannot start the input thread");
}

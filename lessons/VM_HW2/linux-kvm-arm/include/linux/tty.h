/* Terminals: one serial line, its settings, and the line being typed. */
#ifndef _LINUX_TTY_H
#define _LINUX_TTY_H

#include <linux/wait.h>
#include <linux/types.h>
#include <uapi/linux/termios.h>

#define TTY_BUF_SIZE 1024
#define TTY_LINE_SIZE 512

struct tty_struct {
	const char *name;
	void (*write)(const char *s, unsigned int n); /* the driver's: to the wire */
	struct termios termios;
	int pgrp; /* who gets Ctrl-C */
	char line[TTY_LINE_SIZE]; /* canonical mode: what is being typed */
	unsigned int line_len;
	char buf[TTY_BUF_SIZE]; /* what read() may have */
	unsigned int head, tail; /* written at head, read at tail; both only grow */
	unsigned int lines; /* complete lines (or Ctrl-D) in buf */
	wait_queue_head_t read_wait;
};

/* The driver of the console line: makes /dev/console, /dev/tty and /dev/<name>. */
struct tty_struct *tty_register(const char *name, void (*write)(const char *s, unsigned int n));
/* A character arrived. Called in the driver's interrupt. */
void tty_insert_char(struct tty_struct *tty, unsigned char c);

#endif

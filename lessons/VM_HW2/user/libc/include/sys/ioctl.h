#ifndef _SYS_IOCTL_H
#define _SYS_IOCTL_H
#include <linux/ioctl.h>
#include <linux/termios.h>
int ioctl(int fd, unsigned long cmd, ...);
#endif

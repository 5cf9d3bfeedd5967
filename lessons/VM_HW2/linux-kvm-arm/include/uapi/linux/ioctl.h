/*
 * How an ioctl number is put together:
 * bits 31:30 direction, 29:16 size of the argument, 15:8 type ("magic"), 7:0 number.
 */
#ifndef _UAPI_LINUX_IOCTL_H
#define _UAPI_LINUX_IOCTL_H

#define _IOC_NONE  0U
#define _IOC_WRITE 1U /* user space writes, the kernel reads */
#define _IOC_READ  2U

#define _IOC(dir, type, nr, size) \
	(((dir) << 30) | ((unsigned)(size) << 16) | ((unsigned)(type) << 8) | (unsigned)(nr))

#define _IO(type, nr)         _IOC(_IOC_NONE, type, nr, 0)
#define _IOR(type, nr, arg)   _IOC(_IOC_READ, type, nr, sizeof(arg))
#define _IOW(type, nr, arg)   _IOC(_IOC_WRITE, type, nr, sizeof(arg))
#define _IOWR(type, nr, arg)  _IOC(_IOC_READ | _IOC_WRITE, type, nr, sizeof(arg))

#endif

/* Device numbers: which driver (major), which of its devices (minor). */
#ifndef _LINUX_KDEV_T_H
#define _LINUX_KDEV_T_H

/* As user space sees them: the low byte of the minor, the major, the rest of the minor. */
#define MKDEV(major, minor) \
	(((unsigned long)(minor) & 0xff) | ((unsigned long)(major) << 8 & 0xfff00) | \
	 ((unsigned long)(minor) & ~0xffUL) << 12)
#define MAJOR(dev) ((dev) >> 8 & 0xfff)
#define MINOR(dev) (((dev) & 0xff) | ((dev) >> 12 & 0xfff00))

#endif

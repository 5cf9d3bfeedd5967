#ifndef _SYS_SYSMACROS_H
#define _SYS_SYSMACROS_H
/* Device numbers as system calls carry them. */
#define major(dev) ((unsigned int)((dev) >> 8 & 0xfff))
#define minor(dev) ((unsigned int)(((dev) & 0xff) | ((dev) >> 12 & 0xfff00)))
#define makedev(maj, min) ((((min) & 0xff) | ((maj) << 8) | (((min) & ~0xffUL) << 12)))
#endif

/* Character devices of major number 10, named in one call. /dev/kvm is one of them. */
#ifndef _LINUX_MISCDEVICE_H
#define _LINUX_MISCDEVICE_H

#include <linux/fs.h>

#define MISC_MAJOR 10
#define KVM_MINOR 232

struct miscdevice {
	int minor;
	const char *name; /* below /dev */
	const struct file_operations *fops;
};

int misc_register(struct miscdevice *misc);

#endif

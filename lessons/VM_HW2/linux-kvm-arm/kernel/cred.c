/*
 * Users and groups. There is one user, root: whoever asks is told so, and nobody can
 * become anybody else. (Files do remember owners, see fs/open.c.)
 */
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/uaccess.h>

/* Also getgid(), geteuid(), getegid(). */
long sys_getuid(void)
{
	return 0;
}

static long become(unsigned int id)
{
	return id == 0 || id == ~0u ? 0 : -EINVAL;
}

/* Also setgid(). */
long sys_setuid(unsigned int id)
{
	return id ? -EINVAL : 0;
}

/* Also setregid(). */
long sys_setreuid(unsigned int real, unsigned int effective)
{
	return become(real) ? -EINVAL : become(effective);
}

/* Also setresgid(). */
long sys_setresuid(unsigned int real, unsigned int effective, unsigned int saved)
{
	return become(real) || become(effective) ? -EINVAL : become(saved);
}

/* Also getresgid(). */
long sys_getresuid(unsigned int *real, unsigned int *effective, unsigned int *saved)
{
	return put_user(0u, real) || put_user(0u, effective) || put_user(0u, saved) ? -EFAULT : 0;
}

/* Also setfsgid(): what it was before. */
long sys_setfsuid(unsigned int id)
{
	return 0;
}

/* One supplementary group: root's own. */
long sys_getgroups(int size, unsigned int *ugroups)
{
	if (size < 0)
		return -EINVAL;
	if (!size)
		return 1;
	return put_user(0u, ugroups) ? -EFAULT : 1;
}

long sys_setgroups(int size, const unsigned int *ugroups)
{
	unsigned int group;

	if (size < 0 || size > 65536)
		return -EINVAL;
	for (int i = 0; i < size; i++) {
		if (get_user(group, ugroups + i))
			return -EFAULT;
		if (group)
			return -EINVAL;
	}
	return 0;
}

struct cap_header {
	unsigned int version;
	int pid;
};

struct cap_data {
	unsigned int effective, permitted, inheritable;
};

#define LINUX_CAPABILITY_VERSION_3 0x20080522

/* Root has all of them. */
long sys_capget(struct cap_header *uheader, struct cap_data *udata)
{
	struct cap_data data[2] = { { ~0u, ~0u, 0 }, { ~0u >> 4, ~0u >> 4, 0 } };
	unsigned int version;

	if (get_user(version, &uheader->version))
		return -EFAULT;
	if (version != LINUX_CAPABILITY_VERSION_3)
		return put_user(LINUX_CAPABILITY_VERSION_3, &uheader->version) ? -EFAULT : -EINVAL;
	return udata && copy_to_user(udata, data, sizeof(data)) ? -EFAULT : 0;
}

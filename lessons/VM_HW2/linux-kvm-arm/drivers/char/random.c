/*
 * /dev/random, /dev/urandom and getrandom(). The machine has no source of chance, and two
 * runs of it should be alike: so these are the numbers of a generator (xorshift64*) that
 * always begins at the same place. Do not make keys of them.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kdev_t.h>
#include <linux/irqflags.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define GRND_FLAGS 7 /* of getrandom(): all that Linux knows */

static u64 state = 0x9e3779b97f4a7c15UL;

static u64 next_random(void)
{
	unsigned long flags;
	u64 x;

	local_irq_save(flags);
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	x = state * 0x2545f4914f6cdd1dUL;
	local_irq_restore(flags);
	return x;
}

void get_random_bytes(void *buf, size_t n)
{
	for (size_t at = 0; at < n; at += sizeof(u64)) {
		u64 x = next_random();

		memcpy((char *)buf + at, &x, min(n - at, sizeof(x)));
	}
}

static ssize_t random_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	u8 part[256];
	size_t done = 0;

	while (done < n && !(done && signal_pending(current))) {
		size_t size = min(n - done, sizeof(part));

		get_random_bytes(part, size);
		if (copy_to_user(buf + done, part, size))
			return done ? (ssize_t)done : -EFAULT;
		done += size;
	}
	return done;
}

/* What somebody thinks is random: taken, and not needed. */
static ssize_t random_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	return n;
}

static const struct file_operations random_fops = { .read = random_read, .write = random_write };

long sys_getrandom(char *buf, size_t n, unsigned int flags)
{
	return flags & ~GRND_FLAGS ? -EINVAL : random_read(NULL, buf, min(n, 0x7fffffffUL), NULL);
}

static int random_init(void)
{
	device_create("/dev/random", S_IFCHR | 0666, MKDEV(1, 8), &random_fops, NULL);
	return device_create("/dev/urandom", S_IFCHR | 0666, MKDEV(1, 9), &random_fops, NULL);
}
fs_initcall(random_init);

/* The root file system: what is in memory at first, and the disk that root= names. */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/string.h>

int switch_root(const char *dev, const char *type, unsigned long flags);
void register_memory_filesystems(void);
void mount_first_root(void);

static bool exists(const char *name)
{
	struct path path;

	if (kern_path(name, LOOKUP_FOLLOW, &path))
		return false;
	path_put(&path);
	return true;
}

/* An empty root with what drivers put into the tree, before the first driver comes. */
void mount_rootfs(void)
{
	static const char *const mounts[][2] = { { "/dev", "devtmpfs" },
						 { "/dev/pts", "devpts" },
						 { "/proc", "proc" },
						 { "/sys", "sysfs" },
						 { "/sys/kernel/debug", "debugfs" } };

	register_memory_filesystems();
	register_devpts();
	mount_first_root();
	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		fs_mkdir_p(mounts[i][0]);
		do_mount(mounts[i][1], mounts[i][0], mounts[i][1], 0, NULL);
	}
	fs_mkdir_p("/tmp");
}

/*
 * Which program is the first? With an initramfs it is /init there; else the disk of root=
 * becomes the root, and it is /sbin/init, or what there is instead.
 */
void prepare_namespace(char *init, size_t size)
{
	static const char *const programs[] = { "/sbin/init", "/etc/init", "/bin/init", "/bin/sh" };
	char root[32], option[2];
	bool named = cmdline_param("init", init, size);
	unsigned long flags = cmdline_param("ro", option, sizeof(option)) ? MS_RDONLY : 0;
	int err;

	if (!named)
		strlcpy(init, "/init", size);
	if (exists("/init") || !cmdline_param("root", root, sizeof(root)))
		return;
	err = switch_root(root, "ext2", flags);
	if (err)
		panic("VFS: Unable to mount root fs on %s: error %d", root, err);
	printk("VFS: Mounted root (ext2 filesystem)%s on %s.\n",
	       flags || root_path.mnt->mnt_sb->s_flags & MS_RDONLY ? " readonly" : "", root);
	for (size_t i = 0; i < ARRAY_SIZE(programs) && !named; i++)
		if (exists(programs[i])) {
			strlcpy(init, programs[i], size);
			break;
		}
}

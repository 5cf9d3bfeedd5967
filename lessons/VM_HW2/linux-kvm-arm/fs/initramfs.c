/*
 * The root file system comes with the kernel, as a cpio archive ("newc" format): for
 * each file a header of eight-digit hexadecimal numbers, the name, the bytes. Files
 * are not copied: the tree refers to the bytes where the boot loader put them. (Linux:
 * init/initramfs.c.)
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/string.h>
#include <linux/err.h>
#include <linux/mm.h>

extern phys_addr_t initrd_start, initrd_size;

struct cpio_newc_header {
	char magic[6], ino[8], mode[8], uid[8], gid[8], nlink[8], mtime[8], filesize[8],
		devmajor[8], devminor[8], rdevmajor[8], rdevminor[8], namesize[8], check[8];
};

static unsigned long hex8(const char *field)
{
	char text[9];

	memcpy(text, field, 8);
	text[8] = 0;
	return simple_strtoul(text, NULL, 16);
}

#define LONGEST 256 /* path or link in an archive */

/* One member; the names have no leading slash. */
static void unpack(const char *name, umode_t mode, char *data, size_t size)
{
	char path[LONGEST] = "/", target[LONGEST];
	struct inode *inode;

	strlcpy(path + 1, name[0] == '/' ? name + 1 : name, sizeof(path) - 1);
	if (!strcmp(path, "/.") || !strcmp(path, "/"))
		return;
	if (S_ISDIR(mode)) {
		fs_mkdir_p(path);
		return;
	}
	for (char *s = path + strlen(path); s > path; s--)
		if (*s == '/') {
			*s = 0;
			fs_mkdir_p(path);
			*s = '/';
			break;
		}
	if (S_ISLNK(mode)) {
		strlcpy(target, data, min(size + 1, sizeof(target)));
		fs_symlink(path, target);
	} else if (S_ISREG(mode)) {
		inode = fs_mknod(path, mode, NULL, NULL);
		if (!IS_ERR(inode))
			ramfs_set_bytes(inode, data, size);
	}
}

void populate_rootfs(void)
{
	char *p, *end;
	int files = 0;

	if (!initrd_size)
		return;
	p = phys_to_virt(initrd_start);
	end = p + initrd_size;
	while (p + sizeof(struct cpio_newc_header) < end) {
		struct cpio_newc_header *h = (void *)p;
		size_t name_size = hex8(h->namesize), size = hex8(h->filesize);
		char *name = p + sizeof(*h), *data;

		if (memcmp(h->magic, "070701", 6)) {
			printk("initramfs: no cpio header at byte %lu\n",
			       (unsigned long)(p - (char *)phys_to_virt(initrd_start)));
			return;
		}
		data = name + name_size;
		data += -(unsigned long)(data - (char *)phys_to_virt(initrd_start)) & 3;
		if (data > end || size > (size_t)(end - data) || !strcmp(name, "TRAILER!!!"))
			break;
		unpack(name, hex8(h->mode), data, size);
		files++;
		p = data + size;
		p += -(unsigned long)(p - (char *)phys_to_virt(initrd_start)) & 3;
	}
	printk("Unpacked initramfs: %d files, %lluK\n", files, initrd_size / 1024);
}

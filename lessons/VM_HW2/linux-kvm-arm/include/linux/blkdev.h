/* Disks: what a driver offers, and how file systems reach it. */
#ifndef _LINUX_BLKDEV_H
#define _LINUX_BLKDEV_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/mutex.h>

#define SECTOR_SHIFT 9
#define SECTOR_SIZE  512u

struct gendisk;
struct super_block;

struct block_device_operations {
	/* Whole sectors between the disk and physically contiguous memory. Sleeps. */
	int (*rw_sectors)(struct gendisk *disk, u64 sector, void *buf, unsigned int bytes,
			  bool write);
	int (*flush)(struct gendisk *disk); /* what the device holds back; may be missing */
};

/* A disk as something with bytes in it. */
struct block_device {
	unsigned long bd_dev;
	u64 bd_size; /* bytes */
	bool bd_read_only;
	struct super_block *bd_super; /* the file system that is mounted from it */
	struct gendisk *bd_disk;
	char *bd_bounce; /* a page: user memory need not be contiguous */
	struct mutex bd_mutex; /* who uses bd_bounce */
};

struct gendisk {
	char disk_name[8];
	int major, first_minor;
	const struct block_device_operations *fops;
	void *private_data;
	struct block_device bdev;
	struct list_head list;
};

/* The disk is ready: gives it its node in /dev and looks at what is on it. */
int add_disk(struct gendisk *disk);
struct block_device *lookup_bdev(unsigned long dev);
int bdev_rw(struct block_device *bdev, u64 pos, void *buf, unsigned int bytes, bool write);
int bdev_flush(struct block_device *bdev);
extern const struct file_operations def_blk_fops;

#endif

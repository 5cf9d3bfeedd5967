/* The disks there are, and what lies at the beginning of each. */
#include <linux/kernel.h>
#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kdev_t.h>
#include <linux/err.h>

static LIST_HEAD(disks);

struct block_device *lookup_bdev(unsigned long dev)
{
	struct gendisk *disk;

	list_for_each_entry(disk, &disks, list)
		if (disk->bdev.bd_dev == dev)
			return &disk->bdev;
	return NULL;
}

int bdev_rw(struct block_device *bdev, u64 pos, void *buf, unsigned int bytes, bool write)
{
	if (pos > bdev->bd_size || bytes > bdev->bd_size - pos)
		return -EIO; /* behind the end */
	if (write && bdev->bd_read_only)
		return -EROFS;
	return bdev->bd_disk->fops->rw_sectors(bdev->bd_disk, pos >> SECTOR_SHIFT, buf, bytes,
					       write);
}

int bdev_flush(struct block_device *bdev)
{
	return bdev->bd_disk->fops->flush ? bdev->bd_disk->fops->flush(bdev->bd_disk) : 0;
}

/*
 * What is on the disk? A table of partitions would end its first sector with 55 AA. (We
 * do not use partitions; but as in Linux the first thing that happens to a disk is a
 * read. In a guest this makes the bounce page a page that is read before it is written.)
 */
static void check_partition(struct gendisk *disk)
{
	const volatile u8 *sector = (const volatile u8 *)disk->bdev.bd_bounce;

	if (bdev_rw(&disk->bdev, 0, disk->bdev.bd_bounce, SECTOR_SIZE, false))
		printk(" %s: unable to read partition table\n", disk->disk_name);
	else if (sector[510] == 0x55 && sector[511] == 0xaa)
		printk(" %s: has a partition table, which is ignored\n", disk->disk_name);
	else
		printk(" %s: unknown partition table\n", disk->disk_name);
}

/* The driver has filled in name, numbers, operations and bdev.bd_size. */
int add_disk(struct gendisk *disk)
{
	struct block_device *bdev = &disk->bdev;
	char path[16];
	int err;

	bdev->bd_disk = disk;
	bdev->bd_dev = MKDEV(disk->major, disk->first_minor);
	mutex_init(&bdev->bd_mutex);
	bdev->bd_bounce = (char *)__get_free_page(GFP_KERNEL);
	if (!bdev->bd_bounce)
		return -ENOMEM;
	list_add_tail(&disk->list, &disks);
	snprintf(path, sizeof(path), "/dev/%s", disk->disk_name);
	err = device_create(path, S_IFBLK | 0600, bdev->bd_dev, &def_blk_fops, bdev);
	if (err)
		return err;
	if (bdev->bd_size >= SECTOR_SIZE)
		check_partition(disk);
	return 0;
}

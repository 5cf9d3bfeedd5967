/*
 * A disk behind virtio-mmio (the "legacy" version 1): /dev/vda, as raw bytes.
 *
 * Driver and device share a ring of requests in memory. A request is a chain of three
 * descriptors: a header (read or write, and where), the data, and a status byte. The
 * driver puts the chain's number into the "available" ring and writes QueueNotify; the
 * device does the work, puts the number into the "used" ring and interrupts. For a
 * guest each of those register accesses is an exit to the hypervisor.
 */
#include <linux/kernel.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/err.h>

#define VIRTIO_MMIO_MAGIC_VALUE      0x000
#define VIRTIO_MMIO_VERSION          0x004
#define VIRTIO_MMIO_DEVICE_ID        0x008
#define VIRTIO_MMIO_GUEST_FEATURES   0x020
#define VIRTIO_MMIO_GUEST_PAGE_SIZE  0x028
#define VIRTIO_MMIO_QUEUE_SEL        0x030
#define VIRTIO_MMIO_QUEUE_NUM_MAX    0x034
#define VIRTIO_MMIO_QUEUE_NUM        0x038
#define VIRTIO_MMIO_QUEUE_ALIGN      0x03c
#define VIRTIO_MMIO_QUEUE_PFN        0x040
#define VIRTIO_MMIO_QUEUE_NOTIFY     0x050
#define VIRTIO_MMIO_INTERRUPT_STATUS 0x060
#define VIRTIO_MMIO_INTERRUPT_ACK    0x064
#define VIRTIO_MMIO_STATUS           0x070
#define VIRTIO_MMIO_CONFIG           0x100

#define VIRTIO_MAGIC 0x74726976 /* "virt" */
#define VIRTIO_ID_BLOCK 2
#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER 2
#define STATUS_DRIVER_OK 4

#define VRING_DESC_F_NEXT  1
#define VRING_DESC_F_WRITE 2 /* the device writes it */

#define VIRTIO_BLK_T_IN  0 /* the device reads for us */
#define VIRTIO_BLK_T_OUT 1
#define SECTOR 512

#define QUEUE_SIZE 4U

/* The ring in memory: descriptors and the available ring, and from the next page the used ring. */
struct vring_desc {
	u64 addr;
	u32 len;
	u16 flags, next;
};

struct vring {
	struct vring_desc desc[QUEUE_SIZE];
	u16 avail_flags, avail_idx, avail_ring[QUEUE_SIZE];
};

struct vring_used {
	u16 flags, idx;
	struct {
		u32 id, len;
	} ring[QUEUE_SIZE];
};

struct virtio_blk_outhdr {
	u32 type, ioprio;
	u64 sector;
};

static struct virtio_blk {
	void __iomem *base;
	struct vring *vring;
	volatile struct vring_used *used;
	u16 seen; /* used entries that we know of */
	u64 size; /* bytes */
	struct virtio_blk_outhdr header;
	u8 status;
	char *bounce; /* one page: user memory need not be contiguous */
	wait_queue_head_t wait;
	struct mutex lock; /* one request at a time */
} disk;

static irqreturn_t virtblk_interrupt(int irq, void *dev)
{
	u32 status = readl(disk.base + VIRTIO_MMIO_INTERRUPT_STATUS);

	writel(status, disk.base + VIRTIO_MMIO_INTERRUPT_ACK);
	wake_up(&disk.wait);
	return status ? IRQ_HANDLED : IRQ_NONE;
}

/* One request of whole sectors between the disk and the bounce page. */
static int transfer(u64 sector, u32 bytes, bool write)
{
	struct vring *v = disk.vring;

	disk.header =
		(struct virtio_blk_outhdr){ write ? VIRTIO_BLK_T_OUT : VIRTIO_BLK_T_IN, 0, sector };
	disk.status = 0xff;
	v->desc[0] = (struct vring_desc){ __pa(&disk.header), sizeof(disk.header),
					  VRING_DESC_F_NEXT, 1 };
	v->desc[1] = (struct vring_desc){ __pa(disk.bounce), bytes,
					  VRING_DESC_F_NEXT | (write ? 0 : VRING_DESC_F_WRITE), 2 };
	v->desc[2] = (struct vring_desc){ __pa(&disk.status), 1, VRING_DESC_F_WRITE, 0 };
	v->avail_ring[v->avail_idx % QUEUE_SIZE] = 0;
	wmb();
	v->avail_idx++;
	wmb();
	writel(0, disk.base + VIRTIO_MMIO_QUEUE_NOTIFY);
	wait_event(disk.wait, disk.used->idx != disk.seen);
	disk.seen++;
	return ACCESS_ONCE(disk.status) ? -EIO : 0;
}

/* A piece of a read or write: within one page of the disk, maybe not whole sectors. */
static ssize_t piece(char __user *buf, size_t n, u64 pos, bool write)
{
	u32 skew = pos % SECTOR, bytes;
	int err = 0;

	n = min(n, PAGE_SIZE - skew);
	n = min(n, (size_t)(disk.size - pos));
	bytes = ALIGN(skew + n, SECTOR);
	mutex_lock(&disk.lock);
	if (!write || bytes != n)
		err = transfer(pos / SECTOR, bytes, false);
	if (!err && write) {
		if (copy_from_user(disk.bounce + skew, buf, n))
			err = -EFAULT;
		else
			err = transfer(pos / SECTOR, bytes, true);
	} else if (!err && copy_to_user(buf, disk.bounce + skew, n)) {
		err = -EFAULT;
	}
	mutex_unlock(&disk.lock);
	return err ? err : (ssize_t)n;
}

static ssize_t rw(char __user *buf, size_t n, loff_t *pos, bool write)
{
	size_t done = 0;

	while (done < n && (u64)*pos < disk.size) {
		ssize_t got = piece(buf + done, n - done, *pos, write);

		if (got < 0)
			return done ? (ssize_t)done : got;
		done += got;
		*pos += got;
	}
	return write && n && !done ? -ENOSPC : (ssize_t)done;
}

static ssize_t virtblk_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	return rw(buf, n, pos, false);
}

static ssize_t virtblk_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	return rw((char __user *)buf, n, pos, true);
}

static const struct file_operations virtblk_fops = {
	.read = virtblk_read,
	.write = virtblk_write,
	.llseek = generic_llseek
};

/*
 * What is on the disk? A table of partitions would end its first sector with 55 AA. (We
 * do not use partitions; but as in Linux the first thing that happens to a disk is a
 * read. In a guest this makes the bounce page a page that is read before it is written.)
 */
static void check_partition(void)
{
	const volatile u8 *sector = (const volatile u8 *)disk.bounce;

	if (transfer(0, SECTOR, false))
		printk(" vda: unable to read partition table\n");
	else if (sector[510] == 0x55 && sector[511] == 0xaa)
		printk(" vda: has a partition table, which is ignored\n");
	else
		printk(" vda: unknown partition table\n");
}

static int virtblk_probe(struct device_node *np)
{
	void __iomem *base = of_iomap(np, 0);
	unsigned int type = IRQ_TYPE_NONE, irq = of_irq_get(np, 0, &type);
	struct inode *inode;

	if (!base || readl(base + VIRTIO_MMIO_MAGIC_VALUE) != VIRTIO_MAGIC ||
	    readl(base + VIRTIO_MMIO_DEVICE_ID) != VIRTIO_ID_BLOCK)
		return -ENODEV;
	if (readl(base + VIRTIO_MMIO_VERSION) != 1) {
		printk("%s: only version 1 of virtio-mmio is known here\n", np->name);
		return -ENODEV;
	}
	disk.base = base;
	disk.vring = (struct vring *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 1);
	disk.used = (void *)disk.vring + PAGE_SIZE;
	disk.bounce = (char *)__get_free_page(GFP_KERNEL);
	if (!disk.vring || !disk.bounce)
		return -ENOMEM;
	init_waitqueue_head(&disk.wait);
	mutex_init(&disk.lock);

	writel(0, base + VIRTIO_MMIO_STATUS); /* reset */
	writel(STATUS_ACKNOWLEDGE | STATUS_DRIVER, base + VIRTIO_MMIO_STATUS);
	writel(0, base + VIRTIO_MMIO_GUEST_FEATURES);
	writel(PAGE_SIZE, base + VIRTIO_MMIO_GUEST_PAGE_SIZE);
	writel(0, base + VIRTIO_MMIO_QUEUE_SEL);
	if (readl(base + VIRTIO_MMIO_QUEUE_NUM_MAX) < QUEUE_SIZE)
		return -ENODEV;
	writel(QUEUE_SIZE, base + VIRTIO_MMIO_QUEUE_NUM);
	writel(PAGE_SIZE, base + VIRTIO_MMIO_QUEUE_ALIGN);
	writel(virt_to_pfn(disk.vring), base + VIRTIO_MMIO_QUEUE_PFN);
	if (request_irq(irq, virtblk_interrupt, type, "virtio0", &disk))
		return -EBUSY;
	writel(STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_DRIVER_OK, base + VIRTIO_MMIO_STATUS);

	disk.size = (u64)(readl(base + VIRTIO_MMIO_CONFIG) |
			  (u64)readl(base + VIRTIO_MMIO_CONFIG + 4) << 32) * SECTOR;
	inode = fs_mknod("/dev/vda", S_IFBLK | 0600, &virtblk_fops, NULL);
	if (!IS_ERR(inode))
		inode->i_size = disk.size;
	printk("virtio_blk: vda: %llu 512-byte sectors (%lluK), irq %u\n", disk.size / SECTOR,
	       disk.size / 1024, irq);
	if (disk.size >= SECTOR)
		check_partition();
	return 0;
}

/* The first virtio-mmio node that is a disk. */
static int virtio_blk_init(void)
{
	struct device_node *np = NULL;

	while ((np = of_find_compatible_node(np, NULL, "virtio,mmio")))
		if (!virtblk_probe(np))
			break;
	return 0;
}
device_initcall(virtio_blk_init);

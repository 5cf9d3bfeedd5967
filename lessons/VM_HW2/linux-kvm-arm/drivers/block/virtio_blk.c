/*
 * Disks behind virtio-mmio: /dev/vda and so on. Both versions of the registers are known,
 * the "legacy" 1 and the 2 of the virtio 1.0 standard.
 *
 * Driver and device share a ring of requests in memory. A request is a chain of three
 * descriptors: a header (read or write, and where), the data, and a status byte. The
 * driver puts the chain's number into the "available" ring and writes QueueNotify; the
 * device does the work, puts the number into the "used" ring and interrupts. For a
 * guest each of those register accesses is an exit to the hypervisor.
 */
#include <linux/kernel.h>
#include <linux/blkdev.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/err.h>

#define VIRTIO_MMIO_MAGIC_VALUE      0x000
#define VIRTIO_MMIO_VERSION          0x004
#define VIRTIO_MMIO_DEVICE_ID        0x008
#define VIRTIO_MMIO_DEVICE_FEATURES  0x010
#define VIRTIO_MMIO_DEVICE_FEATURES_SEL 0x014
#define VIRTIO_MMIO_GUEST_FEATURES   0x020
#define VIRTIO_MMIO_GUEST_FEATURES_SEL 0x024
#define VIRTIO_MMIO_GUEST_PAGE_SIZE  0x028
#define VIRTIO_MMIO_QUEUE_SEL        0x030
#define VIRTIO_MMIO_QUEUE_NUM_MAX    0x034
#define VIRTIO_MMIO_QUEUE_NUM        0x038
#define VIRTIO_MMIO_QUEUE_ALIGN      0x03c
#define VIRTIO_MMIO_QUEUE_PFN        0x040
#define VIRTIO_MMIO_QUEUE_READY      0x044
#define VIRTIO_MMIO_QUEUE_NOTIFY     0x050
#define VIRTIO_MMIO_INTERRUPT_STATUS 0x060
#define VIRTIO_MMIO_INTERRUPT_ACK    0x064
#define VIRTIO_MMIO_STATUS           0x070
#define VIRTIO_MMIO_QUEUE_DESC       0x080 /* addresses: low word, high word */
#define VIRTIO_MMIO_QUEUE_AVAIL      0x090
#define VIRTIO_MMIO_QUEUE_USED       0x0a0
#define VIRTIO_MMIO_CONFIG           0x100

#define VIRTIO_MAGIC 0x74726976 /* "virt" */
#define VIRTIO_ID_BLOCK 2
#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER 2
#define STATUS_DRIVER_OK 4
#define STATUS_FEATURES_OK 8

#define VIRTIO_BLK_F_RO    5 /* bits of the features */
#define VIRTIO_BLK_F_FLUSH 9
#define VIRTIO_F_VERSION_1 32

#define VRING_DESC_F_NEXT  1
#define VRING_DESC_F_WRITE 2 /* the device writes it */

#define VIRTIO_BLK_T_IN  0 /* the device reads for us */
#define VIRTIO_BLK_T_OUT 1
#define VIRTIO_BLK_T_FLUSH 4

#define VIRTIO_BLK_MAJOR 254
#define MAX_DISKS 4

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

struct virtio_blk {
	struct gendisk disk;
	void __iomem *base;
	struct vring *vring;
	volatile struct vring_used *used;
	u16 seen; /* used entries that we know of */
	u64 features; /* that both sides know */
	struct virtio_blk_outhdr header;
	u8 status;
	wait_queue_head_t wait;
	struct mutex lock; /* one request at a time */
};

static irqreturn_t virtblk_interrupt(int irq, void *dev)
{
	struct virtio_blk *vblk = dev;
	u32 status = readl(vblk->base + VIRTIO_MMIO_INTERRUPT_STATUS);

	writel(status, vblk->base + VIRTIO_MMIO_INTERRUPT_ACK);
	wake_up(&vblk->wait);
	return status ? IRQ_HANDLED : IRQ_NONE;
}

/* One request, and its end. bytes may be 0: then there are no data. */
static int request(struct virtio_blk *vblk, u32 type, u64 sector, void *buf, u32 bytes)
{
	struct vring *v = vblk->vring;
	int n = 0, err;

	mutex_lock(&vblk->lock);
	vblk->header = (struct virtio_blk_outhdr){ type, 0, sector };
	vblk->status = 0xff;
	v->desc[n++] = (struct vring_desc){ __pa(&vblk->header), sizeof(vblk->header),
					    VRING_DESC_F_NEXT, 1 };
	if (bytes) {
		u16 write = type == VIRTIO_BLK_T_IN ? VRING_DESC_F_WRITE : 0;

		v->desc[n++] = (struct vring_desc){ __pa(buf), bytes, VRING_DESC_F_NEXT | write,
						    2 };
	}
	v->desc[n] = (struct vring_desc){ __pa(&vblk->status), 1, VRING_DESC_F_WRITE, 0 };
	v->avail_ring[v->avail_idx % QUEUE_SIZE] = 0;
	wmb();
	v->avail_idx++;
	wmb();
	writel(0, vblk->base + VIRTIO_MMIO_QUEUE_NOTIFY);
	wait_event(vblk->wait, vblk->used->idx != vblk->seen);
	vblk->seen++;
	err = ACCESS_ONCE(vblk->status) ? -EIO : 0;
	mutex_unlock(&vblk->lock);
	return err;
}

static int virtblk_rw_sectors(struct gendisk *disk, u64 sector, void *buf, unsigned int bytes,
			      bool write)
{
	return request(disk->private_data, write ? VIRTIO_BLK_T_OUT : VIRTIO_BLK_T_IN, sector, buf,
		       bytes);
}

static int virtblk_flush(struct gendisk *disk)
{
	struct virtio_blk *vblk = disk->private_data;

	return vblk->features >> VIRTIO_BLK_F_FLUSH & 1
		       ? request(vblk, VIRTIO_BLK_T_FLUSH, 0, NULL, 0) : 0;
}

static const struct block_device_operations virtblk_fops = {
	.rw_sectors = virtblk_rw_sectors,
	.flush = virtblk_flush
};

/* Version 1: no features are needed, and the ring's place is the number of its first page. */
static int setup_legacy(struct virtio_blk *vblk)
{
	void __iomem *base = vblk->base;

	writel(0, base + VIRTIO_MMIO_GUEST_FEATURES);
	writel(PAGE_SIZE, base + VIRTIO_MMIO_GUEST_PAGE_SIZE);
	writel(0, base + VIRTIO_MMIO_QUEUE_SEL);
	if (readl(base + VIRTIO_MMIO_QUEUE_NUM_MAX) < QUEUE_SIZE)
		return -ENODEV;
	writel(QUEUE_SIZE, base + VIRTIO_MMIO_QUEUE_NUM);
	writel(PAGE_SIZE, base + VIRTIO_MMIO_QUEUE_ALIGN);
	writel(virt_to_pfn(vblk->vring), base + VIRTIO_MMIO_QUEUE_PFN);
	return 0;
}

static u64 device_features(void __iomem *base)
{
	u64 low;

	writel(0, base + VIRTIO_MMIO_DEVICE_FEATURES_SEL);
	low = readl(base + VIRTIO_MMIO_DEVICE_FEATURES);
	writel(1, base + VIRTIO_MMIO_DEVICE_FEATURES_SEL);
	return low | (u64)readl(base + VIRTIO_MMIO_DEVICE_FEATURES) << 32;
}

static void write_address(void __iomem *reg, const volatile void *addr)
{
	writel(lower_32_bits(__pa(addr)), reg);
	writel(upper_32_bits(__pa(addr)), reg + 4);
}

/* Version 2: both sides agree on features first; each part of the ring has an address. */
static int setup_modern(struct virtio_blk *vblk)
{
	const u8 status = STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK;
	void __iomem *base = vblk->base;

	vblk->features = device_features(base) &
			 (1UL << VIRTIO_F_VERSION_1 | 1 << VIRTIO_BLK_F_FLUSH | 1 << VIRTIO_BLK_F_RO);
	for (int i = 0; i < 2; i++) {
		writel(i, base + VIRTIO_MMIO_GUEST_FEATURES_SEL);
		writel(vblk->features >> 32 * i, base + VIRTIO_MMIO_GUEST_FEATURES);
	}
	writel(status, base + VIRTIO_MMIO_STATUS);
	if (!(readl(base + VIRTIO_MMIO_STATUS) & STATUS_FEATURES_OK))
		return -ENODEV;
	writel(0, base + VIRTIO_MMIO_QUEUE_SEL);
	if (readl(base + VIRTIO_MMIO_QUEUE_NUM_MAX) < QUEUE_SIZE)
		return -ENODEV;
	writel(QUEUE_SIZE, base + VIRTIO_MMIO_QUEUE_NUM);
	write_address(base + VIRTIO_MMIO_QUEUE_DESC, vblk->vring->desc);
	write_address(base + VIRTIO_MMIO_QUEUE_AVAIL, &vblk->vring->avail_flags);
	write_address(base + VIRTIO_MMIO_QUEUE_USED, vblk->used);
	writel(1, base + VIRTIO_MMIO_QUEUE_READY);
	return 0;
}

static int nr_disks;

static int virtblk_probe(struct device_node *np)
{
	void __iomem *base = of_iomap(np, 0);
	unsigned int type = IRQ_TYPE_NONE, irq = of_irq_get(np, 0, &type), version, status;
	struct virtio_blk *vblk;
	u64 sectors;
	int err;

	if (!base || readl(base + VIRTIO_MMIO_MAGIC_VALUE) != VIRTIO_MAGIC ||
	    readl(base + VIRTIO_MMIO_DEVICE_ID) != VIRTIO_ID_BLOCK)
		return -ENODEV;
	version = readl(base + VIRTIO_MMIO_VERSION);
	if (version != 1 && version != 2) {
		printk("%s: version %u of virtio-mmio is not known here\n", np->name, version);
		return -ENODEV;
	}
	vblk = kzalloc(sizeof(*vblk), GFP_KERNEL);
	if (!vblk)
		return -ENOMEM;
	vblk->base = base;
	vblk->vring = (struct vring *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 1);
	if (!vblk->vring) {
		kfree(vblk);
		return -ENOMEM;
	}
	vblk->used = (void *)vblk->vring + PAGE_SIZE;
	init_waitqueue_head(&vblk->wait);
	mutex_init(&vblk->lock);

	writel(0, base + VIRTIO_MMIO_STATUS); /* reset */
	writel(STATUS_ACKNOWLEDGE | STATUS_DRIVER, base + VIRTIO_MMIO_STATUS);
	if (version == 1 ? setup_legacy(vblk) : setup_modern(vblk)) {
		printk("%s: the device does not do what the driver needs\n", np->name);
		err = -ENODEV;
		goto reset;
	}
	if (request_irq(irq, virtblk_interrupt, type, "virtio0", vblk)) {
		err = -EBUSY;
		goto reset;
	}
	status = STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_DRIVER_OK |
		 (version == 2 ? STATUS_FEATURES_OK : 0);
	writel(status, base + VIRTIO_MMIO_STATUS);

	sectors = readl(base + VIRTIO_MMIO_CONFIG) |
		  (u64)readl(base + VIRTIO_MMIO_CONFIG + 4) << 32;
	snprintf(vblk->disk.disk_name, sizeof(vblk->disk.disk_name), "vd%c", 'a' + nr_disks);
	vblk->disk.major = VIRTIO_BLK_MAJOR;
	vblk->disk.first_minor = 16 * nr_disks++;
	vblk->disk.fops = &virtblk_fops;
	vblk->disk.private_data = vblk;
	vblk->disk.bdev.bd_size = sectors * SECTOR_SIZE;
	vblk->disk.bdev.bd_read_only = vblk->features >> VIRTIO_BLK_F_RO & 1;
	printk("virtio_blk: %s: %llu 512-byte sectors (%lluK), irq %u\n", vblk->disk.disk_name,
	       sectors, sectors / 2, irq);
	return add_disk(&vblk->disk);

reset:
	writel(0, base + VIRTIO_MMIO_STATUS); /* the device lets go of the ring */
	free_pages((unsigned long)vblk->vring, 1);
	kfree(vblk);
	return err;
}

/* The virtio-mmio nodes that are disks, in the order of the device tree. */
static int virtio_blk_init(void)
{
	struct device_node *np = NULL;

	while (nr_disks < MAX_DISKS && (np = of_find_compatible_node(np, NULL, "virtio,mmio")))
		virtblk_probe(np);
	return 0;
}
device_initcall(virtio_blk_init);

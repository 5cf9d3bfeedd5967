/*
 * Virtio devices behind a window of registers, and their queues. Both versions of the
 * registers are known, the "legacy" 1 and the 2 of the virtio 1.0 standard.
 *
 * Linux has the queues in virtio_ring.c.
 */
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/slab.h>
#include <linux/virtio.h>

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
#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER 2
#define STATUS_DRIVER_OK 4
#define STATUS_FEATURES_OK 8

static const struct virtio_driver *const drivers[] = { &virtio_blk, &virtio_console };

/* ---- Queues in use ---- */

void virtqueue_add(struct virtqueue *vq, u16 head)
{
	struct vring *v = vq->vring;

	v->avail_ring[v->avail_idx % VIRTIO_QUEUE_SIZE] = head;
	wmb();
	v->avail_idx++;
	wmb();
}

void virtqueue_kick(struct virtqueue *vq)
{
	writel(vq->index, vq->vdev->base + VIRTIO_MMIO_QUEUE_NOTIFY);
}

bool virtqueue_get_buf(struct virtqueue *vq, u32 *head, u32 *len)
{
	unsigned int at = vq->seen % VIRTIO_QUEUE_SIZE;

	if (vq->used->idx == vq->seen)
		return false;
	rmb();
	*head = vq->used->ring[at].id % VIRTIO_QUEUE_SIZE;
	*len = vq->used->ring[at].len;
	vq->seen++;
	return true;
}

static irqreturn_t vm_interrupt(int irq, void *dev)
{
	struct virtio_device *vdev = dev;
	u32 status = readl(vdev->base + VIRTIO_MMIO_INTERRUPT_STATUS);

	writel(status, vdev->base + VIRTIO_MMIO_INTERRUPT_ACK);
	if (!status)
		return IRQ_NONE;
	vdev->driver->callback(vdev);
	return IRQ_HANDLED;
}

u32 virtio_cread32(struct virtio_device *vdev, unsigned int offset)
{
	return readl(vdev->base + VIRTIO_MMIO_CONFIG + offset);
}

/* ---- Setting a device up ---- */

static void set_status(struct virtio_device *vdev, u32 status)
{
	writel(STATUS_ACKNOWLEDGE | STATUS_DRIVER | status, vdev->base + VIRTIO_MMIO_STATUS);
}

void virtio_device_ready(struct virtio_device *vdev)
{
	set_status(vdev, STATUS_DRIVER_OK | (vdev->version == 2 ? STATUS_FEATURES_OK : 0));
}

/* Version 1: one word of features, and nothing that both sides would have to agree on. */
static int features_legacy(struct virtio_device *vdev)
{
	u32 wanted = vdev->driver->feature_table_legacy;

	if (wanted)
		vdev->features = readl(vdev->base + VIRTIO_MMIO_DEVICE_FEATURES) & wanted;
	writel(vdev->features, vdev->base + VIRTIO_MMIO_GUEST_FEATURES);
	writel(PAGE_SIZE, vdev->base + VIRTIO_MMIO_GUEST_PAGE_SIZE);
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

/* Version 2: both sides agree on features first. */
static int features_modern(struct virtio_device *vdev)
{
	void __iomem *base = vdev->base;

	vdev->features = device_features(base) &
			 (vdev->driver->feature_table | 1UL << VIRTIO_F_VERSION_1);
	for (int i = 0; i < 2; i++) {
		writel(i, base + VIRTIO_MMIO_GUEST_FEATURES_SEL);
		writel(vdev->features >> 32 * i, base + VIRTIO_MMIO_GUEST_FEATURES);
	}
	set_status(vdev, STATUS_FEATURES_OK);
	return readl(base + VIRTIO_MMIO_STATUS) & STATUS_FEATURES_OK ? 0 : -ENODEV;
}

static void write_address(void __iomem *reg, const volatile void *addr)
{
	writel(lower_32_bits(__pa(addr)), reg);
	writel(upper_32_bits(__pa(addr)), reg + 4);
}

/* Version 1 wants the ring's first page by its number; version 2 an address for each part. */
static int setup_vq(struct virtio_device *vdev, struct virtqueue *vq)
{
	void __iomem *base = vdev->base;

	vq->vdev = vdev;
	vq->index = vq - vdev->vqs;
	vq->vring = (struct vring *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 1);
	if (!vq->vring)
		return -ENOMEM;
	vq->used = (void *)vq->vring + PAGE_SIZE;

	writel(vq->index, base + VIRTIO_MMIO_QUEUE_SEL);
	if (readl(base + VIRTIO_MMIO_QUEUE_NUM_MAX) < VIRTIO_QUEUE_SIZE)
		return -ENODEV;
	writel(VIRTIO_QUEUE_SIZE, base + VIRTIO_MMIO_QUEUE_NUM);
	if (vdev->version == 1) {
		writel(PAGE_SIZE, base + VIRTIO_MMIO_QUEUE_ALIGN);
		writel(virt_to_pfn(vq->vring), base + VIRTIO_MMIO_QUEUE_PFN);
		return 0;
	}
	write_address(base + VIRTIO_MMIO_QUEUE_DESC, vq->vring->desc);
	write_address(base + VIRTIO_MMIO_QUEUE_AVAIL, &vq->vring->avail_flags);
	write_address(base + VIRTIO_MMIO_QUEUE_USED, vq->used);
	writel(1, base + VIRTIO_MMIO_QUEUE_READY);
	return 0;
}

static int setup(struct virtio_device *vdev)
{
	int err;

	writel(0, vdev->base + VIRTIO_MMIO_STATUS); /* reset */
	set_status(vdev, 0);
	err = vdev->version == 1 ? features_legacy(vdev) : features_modern(vdev);
	for (unsigned int i = 0; !err && i < vdev->driver->nr_queues; i++)
		err = setup_vq(vdev, &vdev->vqs[i]);
	return err;
}

static void remove(struct virtio_device *vdev)
{
	writel(0, vdev->base + VIRTIO_MMIO_STATUS); /* the device lets go of the rings */
	for (unsigned int i = 0; i < vdev->driver->nr_queues; i++) {
		if (vdev->vqs[i].vring)
			free_pages((unsigned long)vdev->vqs[i].vring, 1);
	}
	kfree(vdev);
}

static const struct virtio_driver *driver_of(u32 id)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(drivers); i++) {
		if (drivers[i]->id == id)
			return drivers[i];
	}
	return NULL;
}

static int virtio_mmio_probe(struct device_node *np)
{
	void __iomem *base = of_iomap(np, 0);
	const struct virtio_driver *driver;
	unsigned int type = IRQ_TYPE_NONE;
	struct virtio_device *vdev;
	u32 version;
	int err;

	if (!base || readl(base + VIRTIO_MMIO_MAGIC_VALUE) != VIRTIO_MAGIC)
		return -ENODEV;
	driver = driver_of(readl(base + VIRTIO_MMIO_DEVICE_ID));
	if (!driver)
		return -ENODEV;
	version = readl(base + VIRTIO_MMIO_VERSION);
	if (version != 1 && version != 2) {
		printk("%s: version %u of virtio-mmio is not known here\n", np->name, version);
		return -ENODEV;
	}
	vdev = kzalloc(sizeof(*vdev), GFP_KERNEL);
	if (!vdev)
		return -ENOMEM;
	vdev->driver = driver;
	vdev->base = base;
	vdev->version = version;
	vdev->irq = of_irq_get(np, 0, &type);

	err = setup(vdev);
	if (err)
		printk("%s: the device does not do what the driver needs\n", np->name);
	if (!err)
		err = request_irq(vdev->irq, vm_interrupt, type, driver->name, vdev);
	if (!err) {
		err = driver->probe(vdev);
		if (err)
			free_irq(vdev->irq, vdev);
	}
	if (err)
		remove(vdev);
	return err;
}

/* The nodes of the device tree, in their order: so disks get their letters. */
static int virtio_mmio_init(void)
{
	struct device_node *np = NULL;

	while ((np = of_find_compatible_node(np, NULL, "virtio,mmio")))
		virtio_mmio_probe(np);
	return 0;
}
device_initcall(virtio_mmio_init);

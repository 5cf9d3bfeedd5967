/*
 * Virtio devices: what the drivers of disk and console share. A driver sees queues; how the
 * device is told of them is drivers/virtio/virtio_mmio.c's business.
 *
 * A queue is a ring in memory. The driver describes pieces of memory (desc), puts the number
 * of the first one of a request into the "available" ring and kicks; the device does the work,
 * puts the number into the "used" ring and interrupts. For a guest each access to a register
 * is an exit to the hypervisor; one to a ring is not.
 */
#ifndef _LINUX_VIRTIO_H
#define _LINUX_VIRTIO_H

#include <linux/io.h>
#include <linux/types.h>

#define VIRTIO_ID_BLOCK   2
#define VIRTIO_ID_CONSOLE 3
#define VIRTIO_F_VERSION_1 32 /* a bit of the features: this is no legacy device */

#define VRING_DESC_F_NEXT  1
#define VRING_DESC_F_WRITE 2 /* the device writes it */
#define VRING_AVAIL_F_NO_INTERRUPT 1

#define VIRTIO_QUEUE_SIZE 4U
#define VIRTIO_MAX_QUEUES 2

/* The ring in memory: descriptors and the available ring, and from the next page the used ring. */
struct vring_desc {
	u64 addr;
	u32 len;
	u16 flags, next;
};

struct vring {
	struct vring_desc desc[VIRTIO_QUEUE_SIZE];
	u16 avail_flags, avail_idx, avail_ring[VIRTIO_QUEUE_SIZE];
};

struct vring_used {
	u16 flags, idx;
	struct {
		u32 id, len;
	} ring[VIRTIO_QUEUE_SIZE];
};

struct virtio_device;

struct virtqueue {
	struct virtio_device *vdev;
	unsigned int index;
	struct vring *vring;
	volatile struct vring_used *used;
	u16 seen; /* used entries that we know of */
};

struct virtio_driver {
	const char *name;
	u32 id;
	unsigned int nr_queues;
	u64 feature_table; /* bits that the driver can make use of */
	u32 feature_table_legacy; /* those of version 1; if there are none the device is not asked */
	/* The queues are there, the device waits for virtio_device_ready(). */
	int (*probe)(struct virtio_device *vdev);
	/* The device has used something. In an interrupt. */
	void (*callback)(struct virtio_device *vdev);
};

extern const struct virtio_driver virtio_blk, virtio_console;

struct virtio_device {
	const struct virtio_driver *driver;
	void __iomem *base;
	u32 version;
	unsigned int irq;
	u64 features; /* that both sides know */
	struct virtqueue vqs[VIRTIO_MAX_QUEUES];
	void *priv; /* the driver's */
};

/* drivers/virtio/virtio_mmio.c */
void virtio_device_ready(struct virtio_device *vdev);
u32 virtio_cread32(struct virtio_device *vdev, unsigned int offset);
/* The request that begins at descriptor head is for the device from now on; kick tells it so. */
void virtqueue_add(struct virtqueue *vq, u16 head);
void virtqueue_kick(struct virtqueue *vq);
/* A request that the device is done with: where it began, and how many bytes were written. */
bool virtqueue_get_buf(struct virtqueue *vq, u32 *head, u32 *len);

static inline bool virtio_has_feature(const struct virtio_device *vdev, unsigned int bit)
{
	return vdev->features >> bit & 1;
}

#endif

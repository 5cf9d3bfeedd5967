/*
 * Virtio disks: /dev/vda and so on. A request is a chain of three descriptors: a header
 * (read or write, and where), the data, and a status byte.
 */
#include <linux/kernel.h>
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/virtio.h>

#define VIRTIO_BLK_F_RO    5 /* bits of the features */
#define VIRTIO_BLK_F_FLUSH 9

#define VIRTIO_BLK_T_IN  0 /* the device reads for us */
#define VIRTIO_BLK_T_OUT 1
#define VIRTIO_BLK_T_FLUSH 4

#define VIRTIO_BLK_MAJOR 254
#define MAX_DISKS 4

struct virtio_blk_outhdr {
	u32 type, ioprio;
	u64 sector;
};

struct virtio_blk {
	struct gendisk disk;
	struct virtio_device *vdev;
	struct virtio_blk_outhdr header;
	u8 status;
	wait_queue_head_t wait;
	struct mutex lock; /* one request at a time */
};

static void virtblk_done(struct virtio_device *vdev)
{
	struct virtio_blk *vblk = vdev->priv;

	wake_up(&vblk->wait);
}

/* One request, and its end. bytes may be 0: then there are no data. */
static int request(struct virtio_blk *vblk, u32 type, u64 sector, void *buf, u32 bytes)
{
	struct virtqueue *vq = &vblk->vdev->vqs[0];
	struct vring_desc *desc = vq->vring->desc;
	u32 head, len;
	int n = 0, err;

	mutex_lock(&vblk->lock);
	vblk->header = (struct virtio_blk_outhdr){ type, 0, sector };
	vblk->status = 0xff;
	desc[n++] = (struct vring_desc){ __pa(&vblk->header), sizeof(vblk->header),
					 VRING_DESC_F_NEXT, 1 };
	if (bytes) {
		u16 write = type == VIRTIO_BLK_T_IN ? VRING_DESC_F_WRITE : 0;

		desc[n++] = (struct vring_desc){ __pa(buf), bytes, VRING_DESC_F_NEXT | write, 2 };
	}
	desc[n] = (struct vring_desc){ __pa(&vblk->status), 1, VRING_DESC_F_WRITE, 0 };
	virtqueue_add(vq, 0);
	virtqueue_kick(vq);
	wait_event(vblk->wait, virtqueue_get_buf(vq, &head, &len));
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

	return virtio_has_feature(vblk->vdev, VIRTIO_BLK_F_FLUSH)
		       ? request(vblk, VIRTIO_BLK_T_FLUSH, 0, NULL, 0) : 0;
}

static const struct block_device_operations virtblk_fops = {
	.rw_sectors = virtblk_rw_sectors,
	.flush = virtblk_flush
};

static int virtblk_probe(struct virtio_device *vdev)
{
	static int nr_disks;
	struct virtio_blk *vblk;
	u64 sectors;

	if (nr_disks == MAX_DISKS)
		return -ENODEV;
	vblk = kzalloc(sizeof(*vblk), GFP_KERNEL);
	if (!vblk)
		return -ENOMEM;
	vblk->vdev = vdev;
	init_waitqueue_head(&vblk->wait);
	mutex_init(&vblk->lock);
	vdev->priv = vblk;
	virtio_device_ready(vdev);

	sectors = virtio_cread32(vdev, 0) | (u64)virtio_cread32(vdev, 4) << 32;
	snprintf(vblk->disk.disk_name, sizeof(vblk->disk.disk_name), "vd%c", 'a' + nr_disks);
	vblk->disk.major = VIRTIO_BLK_MAJOR;
	vblk->disk.first_minor = 16 * nr_disks++;
	vblk->disk.fops = &virtblk_fops;
	vblk->disk.private_data = vblk;
	vblk->disk.bdev.bd_size = sectors * SECTOR_SIZE;
	vblk->disk.bdev.bd_read_only = virtio_has_feature(vdev, VIRTIO_BLK_F_RO);
	printk("virtio_blk: %s: %llu 512-byte sectors (%lluK), irq %u\n", vblk->disk.disk_name,
	       sectors, sectors / 2, vdev->irq);
	add_disk(&vblk->disk); /* without a node in /dev it is a disk all the same */
	return 0;
}

const struct virtio_driver virtio_blk = {
	.name = "virtio_blk",
	.id = VIRTIO_ID_BLOCK,
	.nr_queues = 1,
	.feature_table = 1 << VIRTIO_BLK_F_FLUSH | 1 << VIRTIO_BLK_F_RO,
	.probe = virtblk_probe,
	.callback = virtblk_done
};

/*
 * The registers of a virtio device: a window of 512 bytes, version 1 of the interface
 * ("legacy"). Devices lie one behind the other, in the order in which they are made; each has an
 * interrupt of its own.
 */
#include <string.h>

#include "virtio.h"

#define MAGIC_VALUE		0x000
#define VERSION			0x004
#define DEVICE_ID		0x008
#define VENDOR_ID		0x00c
#define HOST_FEATURES		0x010
#define HOST_FEATURES_SEL	0x014
#define GUEST_PAGE_SIZE		0x028
#define QUEUE_SEL		0x030
#define QUEUE_NUM_MAX		0x034
#define QUEUE_NUM		0x038
#define QUEUE_ALIGN		0x03c
#define QUEUE_PFN		0x040
#define QUEUE_NOTIFY		0x050
#define INTERRUPT_STATUS	0x060
#define INTERRUPT_ACK		0x064
#define STATUS			0x070
#define CONFIG			0x100	/* from here on the device's own */

#define VENDOR_LKVM		0x4d564b4c
#define INTERRUPT_USED		1	/* there are used requests */

static int nr_devices;

int virtio_mmio_count(void)
{
	return nr_devices;
}

static void set_interrupt(struct virtio_device *dev, uint32_t bits)
{
	dev->interrupt_status = bits;
	kvm_irq_line(dev->vm, VIRTIO_SPI + dev->number, bits != 0);
}

void virtio_interrupt(struct virtio_device *dev, struct virtqueue *vq)
{
	if (virtqueue_wants_interrupt(vq))
		set_interrupt(dev, dev->interrupt_status | INTERRUPT_USED);
}

/* The queue that QueueSel chooses; NULL if the device has none of that number. */
static struct virtqueue *selected(struct virtio_device *dev)
{
	return dev->queue_sel < (uint32_t)dev->nr_queues ? &dev->queues[dev->queue_sel] : NULL;
}

static void reset_queues(struct virtio_device *dev)
{
	int i;

	for (i = 0; i < dev->nr_queues; i++) {
		struct virtqueue *vq = &dev->queues[i];

		*vq = (struct virtqueue){ .vm = dev->vm, .align = 4096, .page_size = 4096 };
	}
}

static uint32_t read_register(struct virtio_device *dev, uint64_t offset)
{
	struct virtqueue *vq = selected(dev);

	switch (offset) {
	case MAGIC_VALUE:
		return 0x74726976;	/* "virt" */
	case VERSION:
		return 1;
	case DEVICE_ID:
		return dev->id;
	case VENDOR_ID:
		return VENDOR_LKVM;
	case HOST_FEATURES:
		return dev->features_sel == 0 ? dev->features : 0;
	case QUEUE_NUM_MAX:
		return vq ? QUEUE_MAX : 0;
	case QUEUE_PFN:
		return vq ? vq->pfn : 0;
	case INTERRUPT_STATUS:
		return dev->interrupt_status;
	case STATUS:
		return dev->status;
	default:
		return 0;
	}
}

static int is_power_of_2(uint32_t value)
{
	return value && !(value & (value - 1));
}

static void write_queue_register(struct virtqueue *vq, uint64_t offset, uint32_t value)
{
	switch (offset) {
	case QUEUE_NUM:
		if (is_power_of_2(value) && value <= QUEUE_MAX)
			vq->num = value;
		break;
	case QUEUE_ALIGN:
		if (is_power_of_2(value))
			vq->align = value;
		break;
	case QUEUE_PFN:
		vq->pfn = value;
		vq->last_avail = 0;
		break;
	}
}

static void write_register(struct virtio_device *dev, uint64_t offset, uint32_t value)
{
	int i;

	switch (offset) {
	case HOST_FEATURES_SEL:
		dev->features_sel = value;
		break;
	case GUEST_PAGE_SIZE:
		for (i = 0; i < dev->nr_queues; i++)
			dev->queues[i].page_size = value;
		break;
	case QUEUE_SEL:
		dev->queue_sel = value;
		break;
	case QUEUE_NUM:
	case QUEUE_ALIGN:
	case QUEUE_PFN:
		if (selected(dev))
			write_queue_register(selected(dev), offset, value);
		break;
	case QUEUE_NOTIFY:
		if (value < (uint32_t)dev->nr_queues)
			dev->notify(dev, &dev->queues[value]);
		break;
	case INTERRUPT_ACK:
		set_interrupt(dev, dev->interrupt_status & ~value);
		break;
	case STATUS:
		dev->status = value;
		if (value == 0) {
			reset_queues(dev);
			set_interrupt(dev, 0);
		}
		break;
	}
}

/* What the device says of itself can be read in any width, and not be written. */
static void read_config(struct virtio_device *dev, uint64_t place, uint8_t *data, uint32_t len)
{
	memset(data, 0, len);
	if (place < dev->config_size)
		memcpy(data, (const uint8_t *)dev->config + place,
		       len < dev->config_size - place ? len : dev->config_size - place);
}

static void virtio_mmio(void *device, uint64_t offset, uint8_t *data, uint32_t len, int is_write)
{
	struct virtio_device *dev = device;
	uint32_t value = 0;

	lock_take(&dev->lock);
	if (is_write && offset < CONFIG) {
		memcpy(&value, data, len < 4 ? len : 4);
		write_register(dev, offset, value);
	} else if (!is_write && offset < CONFIG) {
		value = read_register(dev, offset);
		memset(data, 0, len);
		memcpy(data, &value, len < 4 ? len : 4);
	} else if (!is_write) {
		read_config(dev, offset - CONFIG, data, len);
	}
	lock_drop(&dev->lock);
}

void virtio_mmio_register(struct kvm_vm *vm, struct virtio_device *dev)
{
	dev->vm = vm;
	dev->number = nr_devices++;
	reset_queues(dev);
	mmio_register(VIRTIO_BASE + dev->number * VIRTIO_SIZE, VIRTIO_SIZE, virtio_mmio, dev);
}

/*
 * The virtio console: hvc0. In one queue lies room for characters that arrive, the other takes
 * what is written: a whole line at once, and so with one register access, where a serial port
 * has one for each character. Linux has the terminal's part in drivers/tty/hvc.
 */
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/virtio.h>
#include <asm/processor.h>

#define VIRTIO_CONSOLE_F_SIZE 0 /* a bit of the features: columns and rows are known */

#define RECEIVE  0
#define TRANSMIT 1

#define IN_SIZE (PAGE_SIZE / VIRTIO_QUEUE_SIZE)

static struct {
	struct virtio_device *vdev;
	struct tty_struct *tty;
	char *in; /* a page: a part for each descriptor */
	char *out; /* a page, too */
} port;

/* Room for characters, for the device to fill. */
static void add_inbuf(u32 i)
{
	struct virtqueue *vq = &port.vdev->vqs[RECEIVE];

	vq->vring->desc[i] = (struct vring_desc){ __pa(port.in + i * IN_SIZE), IN_SIZE,
						  VRING_DESC_F_WRITE, 0 };
	virtqueue_add(vq, i);
}

static void virtcons_callback(struct virtio_device *vdev)
{
	struct virtqueue *vq = &vdev->vqs[RECEIVE];
	bool refilled = false;
	u32 i, len;

	while (virtqueue_get_buf(vq, &i, &len)) {
		if (port.tty)
			tty_receive(port.tty, port.in + i * IN_SIZE, min(len, (u32)IN_SIZE));
		add_inbuf(i);
		refilled = true;
	}
	if (refilled)
		virtqueue_kick(vq);
}

/*
 * What lies in port.out goes to the device. Echo and messages come from interrupts, too, so
 * nobody can sleep here until it is done: look again and again. Most devices are done when
 * the kick is.
 */
static void send(unsigned int n)
{
	struct virtqueue *vq = &port.vdev->vqs[TRANSMIT];
	u32 head, len;

	vq->vring->desc[0] = (struct vring_desc){ __pa(port.out), n, 0, 0 };
	virtqueue_add(vq, 0);
	virtqueue_kick(vq);
	while (!virtqueue_get_buf(vq, &head, &len))
		cpu_relax();
}

static unsigned int hvc_write(struct tty_struct *tty, const char *s, unsigned int n)
{
	unsigned long flags;

	n = min(n, (unsigned int)PAGE_SIZE);
	local_irq_save(flags);
	memcpy(port.out, s, n);
	send(n);
	local_irq_restore(flags);
	return n;
}

static unsigned int hvc_write_room(struct tty_struct *tty)
{
	return PAGE_SIZE;
}

static const struct tty_operations hvc_ops = {
	.write = hvc_write,
	.write_room = hvc_write_room
};

/* The kernel's messages: \n becomes \r\n. Interrupts are off. */
static void hvc_console_print(const char *s, unsigned int n)
{
	unsigned int len = 0;

	for (; n; n--, s++) {
		if (*s == '\n')
			port.out[len++] = '\r';
		port.out[len++] = *s;
		if (len >= PAGE_SIZE - 1 || n == 1) {
			send(len);
			len = 0;
		}
	}
}

static struct console hvc_console = { .name = "hvc0", .write = hvc_console_print };

static int virtcons_probe(struct virtio_device *vdev)
{
	if (port.vdev)
		return -EBUSY; /* one console is enough */
	port.in = (char *)__get_free_pages(GFP_KERNEL, 1);
	if (!port.in)
		return -ENOMEM;
	port.out = port.in + PAGE_SIZE;
	port.vdev = vdev;
	vdev->vqs[TRANSMIT].vring->avail_flags = VRING_AVAIL_F_NO_INTERRUPT;
	for (u32 i = 0; i < VIRTIO_QUEUE_SIZE; i++)
		add_inbuf(i);
	virtio_device_ready(vdev);

	printk("virtio_console: hvc0, irq %u\n", vdev->irq);
	register_console(&hvc_console);
	port.tty = tty_register("hvc0", MKDEV(229, 0), &hvc_ops);
	if (port.tty && virtio_has_feature(vdev, VIRTIO_CONSOLE_F_SIZE)) {
		u32 size = virtio_cread32(vdev, 0);

		port.tty->winsize.ws_col = size & 0xffff;
		port.tty->winsize.ws_row = size >> 16;
	}
	virtqueue_kick(&vdev->vqs[RECEIVE]);
	return 0;
}

const struct virtio_driver virtio_console = {
	.name = "virtio_console",
	.id = VIRTIO_ID_CONSOLE,
	.nr_queues = 2,
	.feature_table = 1 << VIRTIO_CONSOLE_F_SIZE,
	.feature_table_legacy = 1 << VIRTIO_CONSOLE_F_SIZE,
	.probe = virtcons_probe,
	.callback = virtcons_callback
};

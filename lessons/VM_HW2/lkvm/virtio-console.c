/*
 * The other console: a virtio console with one port, /dev/hvc0 in the guest. It has two
 * queues. In one the guest offers room for keys, into the other it puts what it prints: a whole
 * line at once, where the serial port costs an exit to us for each character.
 */
#include <string.h>

#include "virtio.h"

#define ID_CONSOLE		3
#define FEATURE_SIZE		1	/* columns and rows are known */
#define RECEIVE			0
#define KEYS_MAX		1024	/* a power of two */

static struct {
	struct virtio_device dev;
	struct {
		uint16_t cols, rows;
		uint32_t max_nr_ports;
	} config;
	uint8_t keys[KEYS_MAX];		/* for which the guest had no room yet */
	unsigned int head, tail;
} console;

/* Keys into one piece of the guest's memory. How many. */
static uint32_t fill(const struct virtq_piece *piece)
{
	uint32_t n = 0;

	while (piece->device_writes && n < piece->len && console.head != console.tail)
		piece->data[n++] = console.keys[console.tail++ % KEYS_MAX];
	return n;
}

/* As many keys as there is room for. */
static void give_keys(struct virtqueue *vq)
{
	struct virtq_request chain;
	struct virtq_piece piece;
	uint32_t done = 0;

	while (done < vq->num && console.head != console.tail && virtqueue_pop(vq, &chain)) {
		uint32_t written = 0;

		while (virtq_next(&chain, &piece))
			written += fill(&piece);
		virtqueue_push(&chain, written);
		done++;
	}
	if (done)
		virtio_interrupt(&console.dev, vq);
}

static void print_all(struct virtqueue *vq)
{
	struct virtq_request chain;
	struct virtq_piece piece;
	uint32_t done = 0;

	while (done < vq->num && virtqueue_pop(vq, &chain)) {
		while (virtq_next(&chain, &piece)) {
			if (!piece.device_writes)
				term_write(piece.data, piece.len);
		}
		virtqueue_push(&chain, 0);
		done++;
	}
	if (done)
		virtio_interrupt(&console.dev, vq);
}

static void console_notify(struct virtio_device *dev, struct virtqueue *vq)
{
	if (vq == &dev->queues[RECEIVE])
		give_keys(vq);
	else
		print_all(vq);
}

/* A key. One too many is lost, as on a real line. */
void virtio_console_receive(uint8_t c)
{
	lock_take(&console.dev.lock);
	if (console.head - console.tail < KEYS_MAX)
		console.keys[console.head++ % KEYS_MAX] = c;
	give_keys(&console.dev.queues[RECEIVE]);
	lock_drop(&console.dev.lock);
}

void virtio_console_init(struct kvm_vm *vm)
{
	term_size(&console.config.cols, &console.config.rows);
	console.config.max_nr_ports = 1;
	console.dev.id = ID_CONSOLE;
	console.dev.features = FEATURE_SIZE;
	console.dev.nr_queues = 2;
	console.dev.config = &console.config;
	console.dev.config_size = sizeof(console.config);
	console.dev.notify = console_notify;
	virtio_mmio_register(vm, &console.dev);
}

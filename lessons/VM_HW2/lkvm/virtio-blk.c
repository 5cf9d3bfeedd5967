/*
 * The guest's disk: a virtio block device.
 *
 * The guest puts requests into the one queue and writes QueueNotify; that write brings us
 * here. We do the work at once, mark the request as used, and raise the interrupt; the
 * guest reads InterruptStatus and writes InterruptACK. So a request costs three accesses
 * to registers, no more.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "virtio.h"

#define ID_BLOCK		2
#define SECTOR			512

#define BLK_IN			0	/* read the disk */
#define BLK_OUT			1
#define BLK_FLUSH		4
#define BLK_GET_ID		8
#define BLK_OK			0
#define BLK_IOERR		1
#define BLK_UNSUPPORTED		2

struct blk_header {
	uint32_t type;
	uint32_t reserved;
	uint64_t sector;
};

static struct {
	struct virtio_device dev;
	int fd;
	int read_only;
	uint64_t sectors;		/* this is all of the configuration that we have */
} blk;

/* Move one piece between the disk and the guest's memory. 0, or -1. */
static int transfer(uint32_t type, uint64_t offset, void *data, uint32_t len)
{
	uint64_t size = blk.sectors * SECTOR;
	uint8_t *p = data;

	if (offset > size || len > size - offset)
		return -1;
	if (type == BLK_OUT && blk.read_only)
		return -1;
	if (lseek(blk.fd, offset, SEEK_SET) < 0)
		return -1;
	while (len) {
		long n = type == BLK_IN ? read(blk.fd, p, len) : write(blk.fd, p, len);

		if (n <= 0)
			return -1;
		p += n;
		len -= n;
	}
	return 0;
}

/* A request that is on its way through its pieces */
struct request {
	uint32_t type;
	uint64_t offset;	/* in bytes; grows as pieces are done */
	uint32_t written;	/* by us, into the guest's memory */
	uint8_t result;
};

static void do_piece(struct request *req, const struct virtq_piece *piece)
{
	static const char id[20] = "lkvm-disk";

	switch (req->type) {
	case BLK_IN:
	case BLK_OUT:
		if (req->result != BLK_OK)
			break; /* a piece has failed, and with it the request */
		if ((req->type == BLK_IN) != piece->device_writes ||
		    transfer(req->type, req->offset, piece->data, piece->len))
			req->result = BLK_IOERR;
		req->offset += piece->len;
		break;
	case BLK_FLUSH:
		break;
	case BLK_GET_ID:
		if (piece->device_writes)
			memcpy(piece->data, id, piece->len < sizeof(id) ? piece->len : sizeof(id));
		break;
	default:
		req->result = BLK_UNSUPPORTED;
	}
	if (piece->device_writes)
		req->written += piece->len;
}

/* One request: a header, pieces of data, and a last byte for the result. */
static uint32_t do_request(struct virtq_request *chain)
{
	struct request req = { .result = BLK_OK };
	struct virtq_piece piece;
	struct blk_header header;

	if (!virtq_next(chain, &piece) || piece.is_last || piece.len < sizeof(header))
		return 0;
	memcpy(&header, piece.data, sizeof(header));
	req.type = header.type;
	/* A sector that is no sector must not wrap around to one that is. */
	req.offset = header.sector > blk.sectors ? ~0UL : header.sector * SECTOR;

	while (virtq_next(chain, &piece)) {
		if (!piece.is_last) {
			do_piece(&req, &piece);
		} else if (piece.len && piece.device_writes) {
			*piece.data = req.result;
			req.written++;
		}
	}
	return req.written;
}

/* QueueNotify: all that is new, but never more than a ring holds; then one interrupt. */
static void blk_notify(struct virtio_device *dev, struct virtqueue *vq)
{
	struct virtq_request chain;
	uint32_t done = 0;

	while (done < vq->num && virtqueue_pop(vq, &chain)) {
		virtqueue_push(&chain, do_request(&chain));
		done++;
	}
	if (done)
		virtio_interrupt(dev, vq);
}

void virtio_blk_init(struct kvm_vm *vm, const char *path)
{
	long size;

	blk.fd = open(path, O_RDWR);
	if (blk.fd < 0) {
		blk.fd = open(path, O_RDONLY);
		blk.read_only = 1;
	}
	if (blk.fd < 0)
		die_errno(path);
	size = lseek(blk.fd, 0, SEEK_END);
	if (size < 0)
		die_errno(path);

	blk.sectors = size / SECTOR;
	blk.dev.id = ID_BLOCK;
	blk.dev.nr_queues = 1;
	blk.dev.config = &blk.sectors;
	blk.dev.config_size = sizeof(blk.sectors);
	blk.dev.notify = blk_notify;
	virtio_mmio_register(vm, &blk.dev);
}

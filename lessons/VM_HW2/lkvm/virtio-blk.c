/*
 * The guest's disk: a virtio block device behind a virtio-mmio window, version 1 of
 * the interface ("legacy").
 *
 * Guest and device share a ring in the guest's memory. The guest puts requests into it
 * and writes QueueNotify; that write brings us here. We do the work at once, mark the
 * request as used, and raise the interrupt; the guest reads InterruptStatus and writes
 * InterruptACK. So a request costs three accesses to registers, no more.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lkvm.h"

/* Registers of the window */
#define MAGIC_VALUE		0x000
#define VERSION			0x004
#define DEVICE_ID		0x008
#define VENDOR_ID		0x00c
#define HOST_FEATURES		0x010
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
#define CONFIG			0x100	/* of a disk: its size in sectors, 64 bits */

#define ID_BLOCK		2
#define VENDOR_LKVM		0x4d564b4c
#define QUEUE_MAX		64
#define SECTOR			512

#define DESC_NEXT		1	/* another descriptor follows */
#define DESC_WRITE		2	/* the device writes here */

#define BLK_IN			0	/* read the disk */
#define BLK_OUT			1
#define BLK_FLUSH		4
#define BLK_GET_ID		8
#define BLK_OK			0
#define BLK_IOERR		1
#define BLK_UNSUPPORTED		2

/* The ring: descriptors, what the guest offers, what we have used */
struct vring_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};

struct vring_avail {
	uint16_t flags;
	uint16_t idx;
	uint16_t ring[];
};

struct vring_used_elem {
	uint32_t id;
	uint32_t len;
};

struct vring_used {
	uint16_t flags;
	uint16_t idx;
	struct vring_used_elem ring[];
};

struct blk_header {
	uint32_t type;
	uint32_t reserved;
	uint64_t sector;
};

static struct {
	struct kvm_vm *vm;
	int fd;
	int read_only;
	uint64_t sectors;

	uint32_t status, interrupt_status;
	uint32_t page_size, queue_num, queue_align, queue_pfn, queue_sel;
	uint16_t last_avail;
} blk;

static void set_interrupt(uint32_t bits)
{
	blk.interrupt_status = bits;
	kvm_irq_line(blk.vm, VIRTIO_SPI, bits != 0);
}

static uint64_t ring_address(void)
{
	return (uint64_t)blk.queue_pfn * blk.page_size;
}

/* The used ring begins at the next multiple of QueueAlign behind the available ring. */
static uint64_t used_address(void)
{
	uint64_t end = ring_address() + 16UL * blk.queue_num + 4 + 2UL * blk.queue_num + 2;

	return (end + blk.queue_align - 1) / blk.queue_align * blk.queue_align;
}

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

/* A request that is on its way through its descriptors */
struct request {
	uint32_t type;
	uint64_t offset;	/* in bytes; grows as pieces are done */
	uint32_t written;	/* by us, into the guest's memory */
	uint8_t result;
};

static void do_piece(struct request *req, void *data, uint32_t len, int device_writes)
{
	static const char id[20] = "lkvm-disk";

	switch (req->type) {
	case BLK_IN:
	case BLK_OUT:
		if (req->result != BLK_OK)
			break; /* a piece has failed, and with it the request */
		if ((req->type == BLK_IN) != device_writes ||
		    transfer(req->type, req->offset, data, len))
			req->result = BLK_IOERR;
		req->offset += len;
		break;
	case BLK_FLUSH:
		break;
	case BLK_GET_ID:
		if (device_writes)
			memcpy(data, id, len < sizeof(id) ? len : sizeof(id));
		break;
	default:
		req->result = BLK_UNSUPPORTED;
	}
	if (device_writes)
		req->written += len;
}

/*
 * One request: a header, pieces of data, and a last byte for the result. A chain that
 * makes no sense ends early; the guest can only hurt itself.
 */
static uint32_t do_request(struct vring_desc *desc, uint16_t head)
{
	struct request req = { .type = ~0U, .result = BLK_OK };
	uint16_t i = head;
	uint32_t count;

	for (count = 0; count < blk.queue_num; count++) {
		struct vring_desc d;
		void *data;

		if (i >= blk.queue_num)
			return 0;
		d = desc[i];
		data = guest_to_host(blk.vm, d.addr, d.len);
		if (!data)
			return 0;

		if (count == 0) {
			struct blk_header header;

			if (d.len < sizeof(header))
				return 0;
			memcpy(&header, data, sizeof(header));
			req.type = header.type;
			/* A sector that is no sector must not wrap around to one that is. */
			req.offset = header.sector > blk.sectors ? ~0UL : header.sector * SECTOR;
		} else if (!(d.flags & DESC_NEXT)) {
			if (d.len && (d.flags & DESC_WRITE)) {
				*(uint8_t *)data = req.result;
				req.written++;
			}
			return req.written;
		} else {
			do_piece(&req, data, d.len, (d.flags & DESC_WRITE) != 0);
		}

		if (!(d.flags & DESC_NEXT))
			return 0;
		i = d.next;
	}
	return req.written;
}

/* QueueNotify: all that is new in the available ring. */
static void process_queue(void)
{
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	uint32_t n = blk.queue_num;
	uint16_t done = 0;

	if (!n || !blk.queue_pfn || !blk.queue_align)
		return;
	desc = guest_to_host(blk.vm, ring_address(), 16UL * n + 6 + 2UL * n);
	used = guest_to_host(blk.vm, used_address(), 6 + 8UL * n);
	if (!desc || !used)
		return;
	avail = (struct vring_avail *)(desc + n);

	while (blk.last_avail != *(volatile uint16_t *)&avail->idx && done++ <= n) {
		uint16_t head = avail->ring[blk.last_avail % n];
		struct vring_used_elem *elem = &used->ring[used->idx % n];

		elem->id = head;
		elem->len = do_request(desc, head);
		/* The entry first, then its number */
		__asm__ volatile("dmb ish" : : : "memory");
		used->idx++;
		blk.last_avail++;
	}
	if (done)
		set_interrupt(1);
}

static void reset(void)
{
	blk.queue_pfn = 0;
	blk.queue_num = 0;
	blk.queue_align = 4096;
	blk.page_size = 4096;
	blk.last_avail = 0;
	set_interrupt(0);
}

static uint32_t blk_read(uint64_t offset)
{
	switch (offset) {
	case MAGIC_VALUE:
		return 0x74726976;	/* "virt" */
	case VERSION:
		return 1;
	case DEVICE_ID:
		return ID_BLOCK;
	case VENDOR_ID:
		return VENDOR_LKVM;
	case QUEUE_NUM_MAX:
		return blk.queue_sel == 0 ? QUEUE_MAX : 0;
	case QUEUE_PFN:
		return blk.queue_sel == 0 ? blk.queue_pfn : 0;
	case INTERRUPT_STATUS:
		return blk.interrupt_status;
	case STATUS:
		return blk.status;
	default:
		return 0;		/* HOST_FEATURES: we offer none */
	}
}

static void blk_write(uint64_t offset, uint32_t value)
{
	switch (offset) {
	case GUEST_PAGE_SIZE:
		blk.page_size = value;
		break;
	case QUEUE_SEL:
		blk.queue_sel = value;
		break;
	case QUEUE_NUM:
		if (blk.queue_sel == 0 && value && value <= QUEUE_MAX && !(value & (value - 1)))
			blk.queue_num = value;
		break;
	case QUEUE_ALIGN:
		if (blk.queue_sel == 0 && value && !(value & (value - 1)))
			blk.queue_align = value;
		break;
	case QUEUE_PFN:
		if (blk.queue_sel == 0) {
			blk.queue_pfn = value;
			blk.last_avail = 0;
		}
		break;
	case QUEUE_NOTIFY:
		if (value == 0)
			process_queue();
		break;
	case INTERRUPT_ACK:
		set_interrupt(blk.interrupt_status & ~value);
		break;
	case STATUS:
		blk.status = value;
		if (value == 0)
			reset();
		break;
	}
}

static void blk_mmio(void *dev, uint64_t offset, uint8_t *data, uint32_t len, int is_write)
{
	uint32_t value = 0;

	(void)dev;
	if (offset >= CONFIG) {
		uint64_t place = offset - CONFIG;

		if (!is_write) {
			memset(data, 0, len);
			if (place < 8)
				memcpy(data, (uint8_t *)&blk.sectors + place,
				       len < 8 - place ? len : 8 - place);
		}
		return;
	}
	if (is_write) {
		memcpy(&value, data, len < 4 ? len : 4);
		blk_write(offset, value);
	} else {
		value = blk_read(offset);
		memset(data, 0, len);
		memcpy(data, &value, len < 4 ? len : 4);
	}
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

	blk.vm = vm;
	blk.sectors = size / SECTOR;
	blk.queue_align = 4096;
	blk.page_size = 4096;
	mmio_register(VIRTIO_BASE, VIRTIO_SIZE, blk_mmio, NULL);
}

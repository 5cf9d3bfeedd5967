/*
 * A ring of requests in the guest's memory, in the layout of version 1 of virtio ("legacy"):
 * descriptors, behind them what the guest offers, and at the next multiple of QueueAlign
 * what we have used. A request is a chain of descriptors, each of which names a piece of
 * the guest's memory, for us to read or to write.
 *
 * The guest may write there whatever it likes, whenever it likes. A number is therefore
 * fetched once and then checked; what makes no sense ends the request. The guest can only
 * hurt itself.
 */
#include "virtio.h"

#define DESC_NEXT		1	/* another descriptor follows */
#define DESC_WRITE		2	/* the device writes here */
#define AVAIL_NO_INTERRUPT	1

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

/* The three parts, where we see them */
struct vring {
	struct vring_desc *desc;
	volatile struct vring_avail *avail;
	volatile struct vring_used *used;
};

static void barrier(void)
{
	__asm__ volatile("dmb ish" : : : "memory");
}

/* 0: the guest has not set the queue up, or not in its memory. */
static int find_vring(const struct virtqueue *vq, struct vring *vring)
{
	uint64_t start = (uint64_t)vq->pfn * vq->page_size;
	uint64_t size = 16UL * vq->num + 4 + 2UL * vq->num + 2;
	uint64_t used;

	if (!vq->num || !vq->pfn || !vq->align)
		return 0;
	used = (start + size + vq->align - 1) / vq->align * vq->align;
	vring->desc = guest_to_host(vq->vm, start, size);
	vring->used = guest_to_host(vq->vm, used, 6 + 8UL * vq->num);
	vring->avail = (struct vring_avail *)(vring->desc + vq->num);
	return vring->desc && vring->used;
}

int virtqueue_pop(struct virtqueue *vq, struct virtq_request *req)
{
	struct vring vring;

	if (!find_vring(vq, &vring) || vring.avail->idx == vq->last_avail)
		return 0;
	barrier();	/* the number first, then the entry that it promises */
	req->vq = vq;
	req->head = vring.avail->ring[vq->last_avail++ % vq->num];
	req->next = req->head;
	req->left = vq->num;
	return 1;
}

int virtq_next(struct virtq_request *req, struct virtq_piece *piece)
{
	struct vring_desc desc;
	struct vring vring;

	if (!req->left || !find_vring(req->vq, &vring) || req->next >= req->vq->num)
		return 0;
	desc = vring.desc[req->next];
	piece->data = guest_to_host(req->vq->vm, desc.addr, desc.len);
	if (!piece->data)
		return 0;
	piece->len = desc.len;
	piece->device_writes = (desc.flags & DESC_WRITE) != 0;
	piece->is_last = !(desc.flags & DESC_NEXT);
	req->left = piece->is_last ? 0 : req->left - 1;
	req->next = desc.next;
	return 1;
}

void virtqueue_push(struct virtq_request *req, uint32_t written)
{
	struct vring vring;
	volatile struct vring_used_elem *elem;

	if (!find_vring(req->vq, &vring))
		return;
	elem = &vring.used->ring[vring.used->idx % req->vq->num];
	elem->id = req->head;
	elem->len = written;
	barrier();	/* the entry first, then its number */
	vring.used->idx++;
}

int virtqueue_wants_interrupt(struct virtqueue *vq)
{
	struct vring vring;

	barrier();	/* the guest may just have asked for it and looked at our number */
	return find_vring(vq, &vring) && !(vring.avail->flags & AVAIL_NO_INTERRUPT);
}

#ifndef LKVM_VIRTIO_H
#define LKVM_VIRTIO_H

/*
 * What virtio devices have in common. Guest and device share rings in the guest's
 * memory (virtqueue.c); a window of registers (virtio-mmio.c) tells the device where
 * they are, and has a bell for each. A device itself is a struct virtio_device, filled
 * in as far as the line below.
 *
 * Whoever touches a device holds its lock: the guest's CPUs, each in a thread of its own,
 * and the thread that waits for keys.
 */
#include "lkvm.h"

#define QUEUES_MAX	2
#define QUEUE_MAX	64		/* entries of a ring */

struct virtqueue {
	struct kvm_vm *vm;
	uint32_t num, align, pfn;	/* as the guest has written them; 0: not yet */
	uint32_t page_size;		/* what a pfn counts */
	uint16_t last_avail;		/* requests taken so far */
};

/* A request that is being read, and one piece of it, in our own memory */
struct virtq_request {
	struct virtqueue *vq;
	uint16_t head, next;
	uint32_t left;			/* descriptors that may still come */
};

struct virtq_piece {
	uint8_t *data;
	uint32_t len;
	int device_writes;
	int is_last;
};

struct virtio_device {
	uint32_t id;
	uint32_t features;		/* that are offered to the guest */
	int nr_queues;
	const void *config;
	unsigned long config_size;
	/* The guest has rung the bell of a queue. The lock is held. */
	void (*notify)(struct virtio_device *dev, struct virtqueue *vq);
	/* ---- what virtio-mmio.c keeps ---- */
	struct kvm_vm *vm;
	unsigned int lock;
	int number;			/* of the window, and of the interrupt */
	uint32_t status, interrupt_status;
	uint32_t features_sel, queue_sel;
	struct virtqueue queues[QUEUES_MAX];
};

/* virtio-mmio.c */
void virtio_mmio_register(struct kvm_vm *vm, struct virtio_device *dev);
/* Used requests lie in vq: interrupt the guest, unless it has asked for silence. */
void virtio_interrupt(struct virtio_device *dev, struct virtqueue *vq);

/* virtqueue.c */
/* The next request that the guest has offered. 0: there is none. */
int virtqueue_pop(struct virtqueue *vq, struct virtq_request *req);
/* The next piece of a request. 0: that was all, or the rest makes no sense. */
int virtq_next(struct virtq_request *req, struct virtq_piece *piece);
/* A request is done; so many bytes of it were written by us. */
void virtqueue_push(struct virtq_request *req, uint32_t written);
int virtqueue_wants_interrupt(struct virtqueue *vq);

#endif

/* Which device is at this address? A short table, searched from the front. */
#include <string.h>

#include "lkvm.h"

#define MAX_DEVICES 8

static struct mmio_device {
	uint64_t base, size;
	mmio_handler handler;
	void *dev;
} devices[MAX_DEVICES];

static int nr_devices;

void mmio_register(uint64_t base, uint64_t size, mmio_handler handler, void *dev)
{
	if (nr_devices == MAX_DEVICES)
		die("too many devices");
	devices[nr_devices].base = base;
	devices[nr_devices].size = size;
	devices[nr_devices].handler = handler;
	devices[nr_devices].dev = dev;
	nr_devices++;
}

/* Where nothing is, reads give zero and writes are lost. */
void mmio_access(uint64_t addr, uint8_t *data, uint32_t len, int is_write)
{
	int i;

	if (len > 8)
		return;
	for (i = 0; i < nr_devices; i++) {
		struct mmio_device *d = &devices[i];

		if (addr >= d->base && addr - d->base < d->size) {
			d->handler(d->dev, addr - d->base, data, len, is_write);
			return;
		}
	}
	if (!is_write)
		memset(data, 0, len);
}

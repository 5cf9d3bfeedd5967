/*
 * The device tree. The boot loader hands over one blob of bytes: a header, a list of
 * tokens (node begins, property, node ends) and a block of property names. We walk it
 * once and keep one struct device_node for each node; properties stay in the blob.
 * All numbers in the blob are big endian and called cells, 32 bits each.
 */
#include <linux/kernel.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>
#include <linux/interrupt.h>
#include <linux/string.h>
#include <linux/io.h>
#include <linux/errno.h>

#define FDT_MAGIC 0xd00dfeed

#define FDT_BEGIN_NODE 1
#define FDT_END_NODE   2
#define FDT_PROP       3
#define FDT_NOP        4
#define FDT_END        9

struct fdt_header {
	__be32 magic, totalsize, off_dt_struct, off_dt_strings, off_mem_rsvmap, version,
		last_comp_version, boot_cpuid_phys, size_dt_strings, size_dt_struct;
};

struct fdt_prop { /* follows an FDT_PROP token; the value comes next */
	__be32 len, nameoff;
};

#define MAX_NODES 256
static struct device_node nodes[MAX_NODES];
static int nr_nodes;
static const char *names; /* the block of property names */
struct device_node *of_root;

static const __be32 *skip(const __be32 *p, u32 bytes)
{
	return p + DIV_ROUND_UP(bytes, 4);
}

void unflatten_device_tree(const void *blob)
{
	const struct fdt_header *fdt = blob;
	const __be32 *p = blob + be32_to_cpu(fdt->off_dt_struct);
	struct device_node *np = NULL, *last = NULL;

	if (be32_to_cpu(fdt->magic) != FDT_MAGIC)
		panic("no device tree: magic 0x%08x", be32_to_cpu(fdt->magic));
	names = blob + be32_to_cpu(fdt->off_dt_strings);
	for (;;) {
		u32 token = be32_to_cpu(*p++);

		if (token == FDT_BEGIN_NODE) {
			const char *name = (const char *)p;
			struct device_node *child = &nodes[nr_nodes++];

			if (nr_nodes == MAX_NODES)
				panic("the device tree has more than %d nodes", MAX_NODES);
			p = skip(p, strlen(name) + 1);
			child->name = name;
			child->parent = np;
			child->props = p;
			if (last)
				last->next = child;
			else
				of_root = child;
			last = np = child;
		} else if (token == FDT_PROP) {
			const struct fdt_prop *prop = (const void *)p;
			const char *name = names + be32_to_cpu(prop->nameoff);
			u32 len = be32_to_cpu(prop->len);

			if (!strcmp(name, "compatible")) {
				np->compatible = (const char *)(prop + 1);
				np->compatible_len = len;
			} else if (!strcmp(name, "phandle")) {
				np->phandle = be32_to_cpu(p[2]);
			}
			p = skip(p + 2, len);
		} else if (token == FDT_END_NODE) {
			np = np->parent;
		} else if (token != FDT_NOP) {
			break;
		}
	}
}

const void *of_get_property(const struct device_node *np, const char *name, int *len)
{
	const __be32 *p = np->props;

	for (;;) {
		u32 token = be32_to_cpu(*p++);

		if (token == FDT_PROP) {
			const struct fdt_prop *prop = (const void *)p;
			u32 n = be32_to_cpu(prop->len);

			if (!strcmp(names + be32_to_cpu(prop->nameoff), name)) {
				if (len)
					*len = n;
				return prop + 1;
			}
			p = skip(p + 2, n);
		} else if (token != FDT_NOP) {
			return NULL; /* children come after all properties */
		}
	}
}

u64 of_read_number(const __be32 *cells, int n)
{
	u64 value = 0;

	while (n-- > 0)
		value = value << 32 | be32_to_cpu(*cells++);
	return value;
}

int of_property_read_u32(const struct device_node *np, const char *name, u32 *value)
{
	int len;
	const __be32 *p = of_get_property(np, name, &len);

	if (!p || len < 4)
		return -EINVAL;
	*value = be32_to_cpu(*p);
	return 0;
}

int of_property_read_string(const struct device_node *np, const char *name, const char **value)
{
	const char *s = of_get_property(np, name, NULL);

	if (!s)
		return -EINVAL;
	*value = s;
	return 0;
}

bool of_device_is_compatible(const struct device_node *np, const char *compatible)
{
	const char *s = np->compatible, *end = s + np->compatible_len;

	for (; s && s < end; s += strlen(s) + 1)
		if (!strcmp(s, compatible))
			return true;
	return false;
}

struct device_node *of_find_compatible_node(struct device_node *from, const char *type,
					    const char *compatible)
{
	struct device_node *np = from ? from->next : of_root;

	for (; np; np = np->next)
		if (of_device_is_compatible(np, compatible)) {
			const char *status;

			if (of_property_read_string(np, "status", &status) || status[0] == 'o')
				return np; /* no status means "okay" */
		}
	return NULL;
}

/* Only what we need: a name directly below the root, with or without its unit address. */
struct device_node *of_find_node_by_path(const char *path)
{
	size_t n = strlen(path + 1);

	for (struct device_node *np = of_root; np; np = np->next)
		if (np->parent == of_root && !strncmp(np->name, path + 1, n) &&
		    (!np->name[n] || np->name[n] == '@'))
			return np;
	return NULL;
}

struct device_node *of_find_node_by_phandle(u32 phandle)
{
	for (struct device_node *np = of_root; np; np = np->next)
		if (np->phandle == phandle)
			return np;
	return NULL;
}

static int cells(const struct device_node *np, const char *name, int fallback)
{
	u32 n;

	return np && !of_property_read_u32(np, name, &n) ? (int)n : fallback;
}

/*
 * reg is a list of (address, size), in cells whose number the parent gives. The
 * address is the parent bus's: each bus on the way to the root may move it ("ranges").
 */
int of_address_to_resource(struct device_node *np, int index, struct resource *res)
{
	struct device_node *bus = np->parent;
	int na = cells(bus, "#address-cells", 2), ns = cells(bus, "#size-cells", 1), len;
	const __be32 *reg = of_get_property(np, "reg", &len);
	u64 addr, size;

	if (!reg || len < (index + 1) * (na + ns) * 4)
		return -EINVAL;
	addr = of_read_number(reg + index * (na + ns), na);
	size = of_read_number(reg + index * (na + ns) + na, ns);

	for (; bus && bus->parent; bus = bus->parent) {
		int child = cells(bus, "#address-cells", 2),
		    parent = cells(bus->parent, "#address-cells", 2);
		int sizes = cells(bus, "#size-cells", 1), entry = child + parent + sizes;
		const __be32 *r = of_get_property(bus, "ranges", &len);

		for (; r && len >= entry * 4; r += entry, len -= entry * 4) {
			u64 from = of_read_number(r, child),
			    n = of_read_number(r + child + parent, sizes);

			if (addr >= from && addr - from < n) {
				addr = addr - from + of_read_number(r + child, parent);
				break;
			}
		}
	}
	res->start = addr;
	res->end = addr + size - 1;
	res->name = np->name;
	return 0;
}

void __iomem *of_iomap(struct device_node *np, int index)
{
	struct resource res;

	if (of_address_to_resource(np, index, &res))
		return NULL;
	return ioremap(res.start, resource_size(&res));
}

/* The GIC's three cells: 0 = shared or 1 = private, the number among those, the trigger. */
unsigned int of_irq_get(struct device_node *np, int index, unsigned int *type)
{
	int len;
	const __be32 *p = of_get_property(np, "interrupts", &len);

	if (!p || len < (index + 1) * 12)
		return 0;
	p += index * 3;
	if (type)
		*type = be32_to_cpu(p[2]) & 0xf;
	return be32_to_cpu(p[1]) + (be32_to_cpu(p[0]) ? 16 : 32);
}

unsigned int irq_of_parse_and_map(struct device_node *np, int index)
{
	return of_irq_get(np, index, NULL);
}

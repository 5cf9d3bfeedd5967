/* The device tree ("open firmware"): the machine as its maker describes it. */
#ifndef _LINUX_OF_H
#define _LINUX_OF_H

#include <linux/types.h>

struct device_node {
	const char *name; /* with the unit address: "pl011@9000000" */
	struct device_node *parent;
	struct device_node *next; /* all nodes, in the blob's order */
	const void *props; /* the first property in the blob */
	const char *compatible; /* strings, one after another */
	int compatible_len;
	u32 phandle;
};

extern struct device_node *of_root;

/* Reads the blob (kernel address). After this the functions below work. */
void unflatten_device_tree(const void *blob);

/* A property's bytes (big endian!) and their number, or NULL. */
const void *of_get_property(const struct device_node *np, const char *name, int *len);
/* 0 or -EINVAL if it is not there. */
int of_property_read_u32(const struct device_node *np, const char *name, u32 *value);
int of_property_read_string(const struct device_node *np, const char *name, const char **value);
bool of_device_is_compatible(const struct device_node *np, const char *compatible);
/* The next node after from (NULL: from the start) whose compatible list has the string. */
struct device_node *of_find_compatible_node(struct device_node *from, const char *type,
					    const char *compatible);
struct device_node *of_find_node_by_path(const char *path);
struct device_node *of_find_node_by_phandle(u32 phandle);
/* Nodes are never freed here. */
static inline void of_node_put(struct device_node *np)
{
}

static inline u32 be32_to_cpu(__be32 x)
{
	return __builtin_bswap32(x);
}
#define be32_to_cpup(p) be32_to_cpu(*(p))
u64 of_read_number(const __be32 *cells, int n);

#endif

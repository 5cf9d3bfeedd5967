/** A table of words with open addressing that grows. */
typedef unsigned long u64;

struct entry {
	u64 key;
	unsigned int value, used;
};

struct table {
	struct entry *entries;
	unsigned int mask, count;
};

static struct entry memory[2][4096];

static u64 mix(u64 key)
{
	key ^= key >> 33;
	key *= 0xff51afd7ed558ccdUL;
	key ^= key >> 29;
	return key;
}

static struct entry *find(struct table *table, u64 key)
{
	unsigned int at = mix(key) & table->mask;

	while (table->entries[at].used && table->entries[at].key != key)
		at = (at + 1) & table->mask;
	return &table->entries[at];
}

static void grow(struct table *table)
{
	struct entry *old = table->entries;
	unsigned int size = table->mask + 1;

	table->entries = old == memory[0] ? memory[1] : memory[0];
	table->mask = size * 2 - 1;
	for (unsigned int i = 0; i < size * 2; i++)
		table->entries[i].used = 0;
	for (unsigned int i = 0; i < size; i++)
		if (old[i].used)
			*find(table, old[i].key) = old[i];
}

static void add(struct table *table, u64 key)
{
	if (table->count * 4 >= (table->mask + 1) * 3)
		grow(table);

	struct entry *entry = find(table, key);

	if (!entry->used) {
		entry->used = 1;
		entry->key = key;
		entry->value = 0;
		table->count++;
	}
	entry->value++;
}

u64 run(u64 n)
{
	struct table table = { memory[0], 15, 0 };
	u64 x = 88172645463325252UL, sum = 0;

	for (int i = 0; i < 16; i++)
		memory[0][i].used = 0;
	for (u64 i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		add(&table, x & 0x7ff);
	}
	for (unsigned int i = 0; i <= table.mask; i++)
		if (table.entries[i].used)
			sum = sum * 31 + table.entries[i].key * table.entries[i].value;
	return sum;
}

/** A binary search tree whose nodes come from an allocator with free lists. */
struct node {
	struct node *left, *right;
	long key;
	int count;
};

struct chunk {
	struct chunk *next;
};

static char heap[65536];
static unsigned long used;
static struct chunk *lists[8];

static void *allocate(unsigned long size)
{
	unsigned long class = (size + 15) / 16;
	struct chunk *chunk = lists[class];

	if (chunk) {
		lists[class] = chunk->next;
		return chunk;
	}
	if (used + class * 16 > sizeof(heap))
		return 0;
	used += class * 16;
	return heap + used - class * 16;
}

static void release(void *p, unsigned long size)
{
	struct chunk *chunk = p;
	unsigned long class = (size + 15) / 16;

	chunk->next = lists[class];
	lists[class] = chunk;
}

static struct node *insert(struct node *tree, long key)
{
	if (!tree) {
		tree = allocate(sizeof(*tree));
		if (!tree)
			return 0;
		tree->left = tree->right = 0;
		tree->key = key;
		tree->count = 1;
	} else if (key < tree->key)
		tree->left = insert(tree->left, key);
	else if (key > tree->key)
		tree->right = insert(tree->right, key);
	else
		tree->count++;
	return tree;
}

static int depth(const struct node *tree)
{
	if (!tree)
		return 0;
	int left = depth(tree->left), right = depth(tree->right);

	return 1 + (left > right ? left : right);
}

static long total(const struct node *tree)
{
	return tree ? total(tree->left) * 3 + tree->key * tree->count + total(tree->right) : 0;
}

static void destroy(struct node *tree)
{
	if (!tree)
		return;
	destroy(tree->left);
	destroy(tree->right);
	release(tree, sizeof(*tree));
}

unsigned long run(unsigned long n)
{
	unsigned long sum = 0, seed = 7;

	for (int round = 0; round < 3; round++) {
		struct node *tree = 0;

		for (unsigned long i = 0; i < n; i++) {
			seed = seed * 6364136223846793005UL + 1442695040888963407UL;
			tree = insert(tree, seed >> 40 & 0xfff);
		}
		sum = sum * 31 + depth(tree) * 1000 + total(tree);
		destroy(tree);
	}
	return sum;
}

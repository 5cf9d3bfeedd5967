/** Structures copied, compared and handed round, as in the old synthetic benchmarks. */
enum colour { RED, GREEN, BLUE };

struct record {
	struct record *next;
	enum colour colour;
	int number;
	char name[31];
	short small[4];
	unsigned int low : 5, middle : 11, high : 16;
};

struct pair {
	long first, second;
};

static struct record one, two, *pointer;
static int global_number;
static char global_letter;
static int array[50], table[50][50];

static enum colour choose(char a, char b)
{
	char c = a;

	if (c != b)
		return RED;
	global_letter = c;
	return GREEN;
}

static struct pair exchange(struct pair p)
{
	return (struct pair){ p.second, p.first + 1 };
}

static void fill(int *row, int (*rows)[50], int index, int value)
{
	int at = index + 5;

	row[at] = value;
	row[at + 1] = row[at];
	row[at + 30] = at;
	for (int i = at; i <= at + 1; i++)
		rows[at][i] = at;
	rows[at][at - 1] += 1;
	rows[at + 20][at] = row[at];
	global_number = 5;
}

static void __attribute__((noinline)) follow(struct record *r)
{
	struct record *next = r->next;

	*r->next = *pointer;
	r->number = 5;
	next->number = r->number;
	next->next = r->next;
	next->low += 3;
	next->middle = next->low * 7;
	next->high ^= next->middle;
	if (next->colour == RED) {
		next->number = 6;
		next->colour = choose(r->name[2], r->name[3]);
		next->small[1]++;
	} else
		*r = *r->next;
}

unsigned long run(unsigned long n)
{
	struct pair p = { 1, 2 };
	unsigned long sum = 0;

	pointer = &one;
	one.next = &two;
	one.colour = BLUE;
	for (int i = 0; i < 30; i++)
		one.name[i] = 'A' + i % 26;
	for (unsigned long i = 0; i < n; i++) {
		one.colour = i % 3;
		one.low = i;
		fill(array, table, i % 7, i);
		follow(pointer);
		p = exchange(p);
		sum = sum * 31 + two.number + two.high * 5 + two.colour + array[7] + table[8][7];
		one.next = &two;
	}
	return sum ^ p.first << 40 ^ global_letter ^ global_number;
}

/* What kernels do: exception tables, per-symbol sections, asm goto, locks, containers, bit searches. */
int printf(const char *, ...);
typedef unsigned long ulong;
#define container_of(p, type, member) ((type *)((char *)(p) - __builtin_offsetof(type, member)))
#define noinline __attribute__((noinline))

struct list { struct list *next, *prev; };
struct task { int pid; struct list node; volatile int state; };
struct ops { long (*read)(struct task *, ulong); int (*poll)(void); };

static noinline long read_pid(struct task *t, ulong add) { return t->pid + (long)add; }
static int poll_never(void) { return -11; }
static const struct ops ops = { .read = read_pid, .poll = poll_never };

typedef int (*initcall)(void);
static int first(void) { return 5; }
static int second(void) { return 70; }
static const initcall c1 __attribute__((used, section("initcalls"))) = first;
static const initcall c2 __attribute__((used, section("initcalls"))) = second;
extern const initcall __start_initcalls[], __stop_initcalls[];

static noinline void list_add(struct list *new, struct list *head)
{
	new->next = head->next;
	new->prev = head;
	head->next->prev = new;
	head->next = new;
}

static int lock;
static noinline void spin_lock(int *p)
{
	int value, failed;
	asm volatile("1:	ldaxr %w0, %2\n"
		     "	cbnz %w0, 1b\n"
		     "	stxr %w1, %w3, %2\n"
		     "	cbnz %w1, 1b\n"
		     : "=&r"(value), "=&r"(failed), "+Q"(*p) : "r"(1) : "memory");
}
static noinline void spin_unlock(int *p) { asm volatile("stlr %w1, %0" : "=Q"(*p) : "rZ"(0) : "memory"); }

static noinline int has_bit(ulong word, int bit)
{
	asm goto("tbnz %0, %1, %l[yes]" : : "r"(word), "i"(3) : : yes);
	return bit;
yes:
	return -bit;
}

static noinline ulong smc(ulong a, ulong b, ulong c)
{
	register ulong x0 asm("x0") = a;
	register ulong x1 asm("x1") = b;
	register ulong x2 asm("x2") = c;
	asm volatile("add x0, x0, x1\n\tmul x0, x0, x2" : "+r"(x0) : "r"(x1), "r"(x2) : "memory", "x3", "x17");
	return x0;
}

static noinline int decode(unsigned esr)
{
	switch (esr >> 26) {
	case 0x01: return 1;
	case 0x12: return 2;
	case 0x13: return 3;
	case 0x16: return 4;
	case 0x17: return 5;
	case 0x18: return esr & 0x1ffffff;
	case 0x20: case 0x21: return 7;
	case 0x24 ... 0x25: return 8 + ((esr >> 6) & 1);
	default: return -1;
	}
}

static noinline ulong pte(ulong pa, int writable, int device)
{
	ulong v = (pa & 0x0000fffffffff000ul) | 3 | (1ul << 10) | (device ? 1ul << 2 : 0xful << 2);
	return writable ? v | (3ul << 6) : v | (1ul << 6) | (1ul << 53);
}

extern int missing(void) __attribute__((weak));
static ulong percpu[4][3] __attribute__((aligned(64)));
static char text[] = "a string \x01\xff with \"quotes\" and \\";

int main(void)
{
	struct task tasks[4];
	struct list head = { &head, &head };
	int total = 0; /* compilers differ in the order of a section's variables */
	for (const initcall *call = __start_initcalls; call < __stop_initcalls; call++)
		total += (*call)();
	printf("initcalls %d\n", total);
	for (int i = 0; i < 4; i++) {
		tasks[i].pid = i * 100;
		tasks[i].state = -i;
		list_add(&tasks[i].node, &head);
	}
	for (struct list *at = head.next; at != &head; at = at->next) {
		struct task *t = container_of(at, struct task, node);
		printf("%d %d %ld %d\n", t->pid, t->state, ops.read(t, 7), ops.poll());
	}
	spin_lock(&lock);
	printf("lock %d\n", lock);
	spin_unlock(&lock);
	printf("lock %d\n", lock);
	printf("%d %d %lu\n", has_bit(8, 5), has_bit(7, 5), smc(3, 4, 5));
	for (unsigned ec = 0; ec < 64; ec += 1)
		printf("%d ", decode(ec << 26 | 0x1234567));
	printf("\n%lx %lx %lx\n", pte(0x40081234, 1, 0), pte(0x9000000, 0, 1), pte(~0ul, 0, 0));
	printf("%lu %d\n", ((ulong)__stop_initcalls - (ulong)__start_initcalls) >> 3,
	       (int)(__stop_initcalls - __start_initcalls));
	printf("%d %lu %s\n", missing ? missing() : 42, (ulong)&percpu & 63, text);
	return 0;
}

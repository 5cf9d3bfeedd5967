/* The macros that hold a kernel together: lists, bits, per-cpu data, checks while compiling, symbols in tables. */
#include <stddef.h>
#include <stdint.h>
#include "show.h"

typedef unsigned long u64;
typedef uint32_t u32;
typedef uint8_t u8;

#define __same_type(a, b) __builtin_types_compatible_p(typeof(a), typeof(b))
#define BUILD_BUG_ON_ZERO(e) ((int)(sizeof(struct { int : (-!!(e)); })))
#define BUILD_BUG_ON(e) ((void)BUILD_BUG_ON_ZERO(e))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]) + BUILD_BUG_ON_ZERO(__same_type((a), &(a)[0])))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define container_of(p, type, member) ({						\
	void *p_ = (void *)(p);								\
	_Static_assert(__same_type(*(p), ((type *)0)->member) || __same_type(*(p), void), "wrong member"); \
	((type *)(p_ - offsetof(type, member))); })
#define READ_ONCE(x) ({ union { typeof(x) v; char c[sizeof(x)]; } u_; read_once(&(x), u_.c, sizeof(x)); u_.v; })
#define WRITE_ONCE(x, v) (*(volatile typeof(x) *)&(x) = (v))
#define min(a, b) ({ typeof(a) a_ = (a); typeof(b) b_ = (b); (void)(&a_ == &b_); a_ < b_ ? a_ : b_; })
#define max(a, b) ({ typeof(a) a_ = (a); typeof(b) b_ = (b); (void)(&a_ == &b_); a_ > b_ ? a_ : b_; })
#define min_t(type, a, b) ({ type a_ = (a); type b_ = (b); a_ < b_ ? a_ : b_; })
#define clamp(v, lo, hi) min((typeof(v))max(v, lo), hi)
#define swap(a, b) do { typeof(a) t_ = (a); (a) = (b); (b) = t_; } while (0)
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define DIV_ROUND_CLOSEST(x, d) ({ typeof(x) x_ = x; typeof(d) d_ = d; \
	((typeof(x))-1 > 0 || (typeof(d))-1 > 0 || x_ > 0) ? (x_ + d_ / 2) / d_ : (x_ - d_ / 2) / d_; })
#define round_up(x, y) ((((x) - 1) | ((typeof(x))(y) - 1)) + 1)
#define ALIGN(x, a) (((x) + (typeof(x))(a) - 1) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a) - 1)) == 0)
#define BIT(n) (1ul << (n))
#define GENMASK(h, l) ((~0ul - (1ul << (l)) + 1) & (~0ul >> (63 - (h))))
#define FIELD_GET(mask, v) ((typeof(mask))(((v) & (mask)) >> (__builtin_ffsll(mask) - 1)))
#define FIELD_PREP(mask, v) (((typeof(mask))(v) << (__builtin_ffsll(mask) - 1)) & (mask))
#define ilog2(n) (__builtin_constant_p(n) ? ((n) < 2 ? 0 : 63 - __builtin_clzll(n)) : 63 - __builtin_clzll(n))
#define __stringify_1(x...) #x
#define __stringify(x...) __stringify_1(x)
#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)

/* IS_ENABLED: whether a macro is defined as 1. */
#define PLACEHOLDER_1 0,
#define second(_, v, ...) v
#define is_defined_(junk) second(junk 1, 0)
#define is_defined(v) is_defined__(v)
#define is_defined__(v) is_defined_(PLACEHOLDER_##v)
#define CONFIG_YES 1
#define CONFIG_NO 0

static inline __attribute__((always_inline)) void read_once(const volatile void *p, void *to, int size)
{
	switch (size) {
	case 1: *(u8 *)to = *(volatile u8 *)p; break;
	case 2: *(uint16_t *)to = *(volatile uint16_t *)p; break;
	case 4: *(u32 *)to = *(volatile u32 *)p; break;
	case 8: *(u64 *)to = *(volatile u64 *)p; break;
	default: __builtin_memcpy(to, (const void *)p, size);
	}
}

struct list_head { struct list_head *next, *prev; };
#define LIST_HEAD(name) struct list_head name = { &(name), &(name) }
#define list_entry container_of
#define list_for_each_entry(pos, head, member)					\
	for (pos = list_entry((head)->next, typeof(*pos), member); &pos->member != (head); \
	     pos = list_entry(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_safe(pos, n, head, member)				\
	for (pos = list_entry((head)->next, typeof(*pos), member),		\
	     n = list_entry(pos->member.next, typeof(*pos), member); &pos->member != (head); \
	     pos = n, n = list_entry(n->member.next, typeof(*n), member))
static inline void list_add_tail(struct list_head *new, struct list_head *head)
{
	struct list_head *last = head->prev;

	head->prev = new;
	new->next = head;
	new->prev = last;
	WRITE_ONCE(last->next, new);
}
static inline void list_del(struct list_head *e) { e->next->prev = e->prev; e->prev->next = e->next; e->next = (void *)0xdead; }

struct hlist_node { struct hlist_node *next, **pprev; };
#define hlist_entry_safe(p, type, member) ({ typeof(p) node_ = (p); node_ ? container_of(node_, type, member) : NULL; })
struct job { int id; struct list_head node; struct hlist_node hash; u8 state; };
static LIST_HEAD(jobs);
static struct hlist_node *buckets[4];

NOINLINE void add_job(struct job *job, int id)
{
	struct hlist_node **bucket = &buckets[id % ARRAY_SIZE(buckets)];

	job->id = id;
	list_add_tail(&job->node, &jobs);
	job->hash.next = *bucket;
	if (*bucket)
		(*bucket)->pprev = &job->hash.next;
	*bucket = &job->hash;
	job->hash.pprev = bucket;
}
NOINLINE struct job *find_job(int id)
{
	struct job *job;

	for (job = hlist_entry_safe(buckets[id % 4], struct job, hash); job;
	     job = hlist_entry_safe(job->hash.next, struct job, hash))
		if (job->id == id)
			return job;
	return NULL;
}
NOINLINE int reap(int odd)
{
	struct job *job, *next;
	int count = 0;

	list_for_each_entry_safe(job, next, &jobs, node)
		if ((job->id & 1) == odd) {
			list_del(&job->node);
			count++;
		}
	list_for_each_entry(job, &jobs, node)
		count = count * 10 + job->id;
	return count;
}

/* Symbols that say their names, in sections that the linker gathers. */
struct symbol { const char *name; u64 value; };
#define EXPORT(sym)								\
	static const char PASTE(name_of_, sym)[] __attribute__((section("symbol_names"), aligned(1))) = #sym; \
	static const struct symbol PASTE(symbol_, sym) __attribute__((used, section("symbols"))) = { PASTE(name_of_, sym), (u64)&sym }
EXPORT(add_job);
EXPORT(find_job);
EXPORT(jobs);
extern const struct symbol __start_symbols[], __stop_symbols[];
NOINLINE int exported(void)
{
	int found = 0;

	for (const struct symbol *s = __start_symbols; s < __stop_symbols; s++)
		found += s->name[0] == 'a' ? (s->value == (u64)add_job) : s->name[0] == 'f' ? (s->value == (u64)find_job) * 10 :
			 (s->value == (u64)&jobs) * 100;
	return found;
}

/* Per-cpu data: one copy of a section for each processor. */
#define DEFINE_PER_CPU(type, name) __attribute__((section("percpu_data"))) typeof(type) name
#define per_cpu(v, cpu) (*({ u64 p_; asm("" : "=r"(p_) : "0"(&(v))); (typeof(v) *)(p_ + offsets[cpu]); }))
DEFINE_PER_CPU(int, counter) = 5;
DEFINE_PER_CPU(u64[3], history);
extern char __start_percpu_data[], __stop_percpu_data[];
static char copies[2][256] __attribute__((aligned(16)));
static u64 offsets[2];
NOINLINE u64 percpu(void)
{
	u64 size = __stop_percpu_data - __start_percpu_data;

	BUILD_BUG_ON(sizeof(history) > sizeof(copies[0]));
	for (int cpu = 0; cpu < 2; cpu++) {
		__builtin_memcpy(copies[cpu], __start_percpu_data, size);
		offsets[cpu] = copies[cpu] - __start_percpu_data;
	}
	per_cpu(counter, 0)++;
	per_cpu(counter, 1) += 10;
	per_cpu(history, 1)[2] = 7;
	return per_cpu(counter, 0) * 100 + per_cpu(counter, 1) + per_cpu(history, 1)[2] * 10000 + (size >= 28) + counter;
}

NOINLINE u64 arithmetic(u32 a, int b, u64 c)
{
	u64 mask = GENMASK(47, 12), value = FIELD_PREP(mask, a) | BIT(3);

	swap(a, *(u32 *)&b);
	return min(a, (u32)b) + max(b, 4) * 3 + clamp(b, -5, 5) * 5 + min_t(u8, a, 300) * 7 + DIV_ROUND_UP(c, 7) + round_up(c, 16) +
	       ALIGN(a, 8) + IS_ALIGNED(c, 4) * 11 + FIELD_GET(mask, value) * 13 + ilog2(c) * 17 + ilog2(4096) + DIV_ROUND_CLOSEST(b, 7) * 19 +
	       (unlikely(c > 10) ? 23 : 29) + is_defined(CONFIG_YES) * 31 + is_defined(CONFIG_NO) * 37 + is_defined(CONFIG_NOT) * 41 +
	       sizeof(__stringify(a, b, CONFIG_YES)) + ARRAY_SIZE(buckets);
}
struct big { int a[5]; };
NOINLINE int once(struct big *p, u8 *q) { struct big b = READ_ONCE(*p); WRITE_ONCE(*q, READ_ONCE(*q) + 1); return b.a[4] + READ_ONCE(p->a[1]) + *q; }

static NOINLINE long err_ptr(void *p) { return unlikely((u64)p >= -4095ul) ? (long)p : 0; }

int main(void)
{
	struct job all[6];
	struct big big = { { 1, 2, 3, 4, 5 } };
	u8 byte = 255;
	int i;

	for (i = 0; i < 6; i++)
		add_job(&all[i], i * 3 + 1);
	show("found", find_job(10) == &all[3]);
	show("missing", find_job(11) == NULL && find_job(2) == NULL);
	show("reap", reap(1));
	show("exported", exported());
	show("percpu", percpu());
	show("arithmetic", arithmetic(100, -9, 77));
	show("arithmetic", arithmetic(3, 900, 4096));
	show("once", once(&big, &byte));
	show("error", err_ptr((void *)-12l) + err_ptr(&big));
	return 0;
}

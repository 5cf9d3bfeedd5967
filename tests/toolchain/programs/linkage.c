/* What attributes ask of the linker: sections, weak, alias, constructors, used, aligned, packed, visibility. */
#include <stddef.h>
#include "show.h"

typedef void (*hook)(void);

/* A table that the linker collects, as initcalls are. */
#define HOOK(fn)	static const hook hook_##fn __attribute__((used, section("hooks"))) = fn
extern const hook __start_hooks[], __stop_hooks[];
static int total;
static void first(void) { total += 1; }
static void second(void) { total += 20; }
HOOK(first);
HOOK(second);

/* Before main, by priority. */
static int order;
__attribute__((constructor)) static void late(void) { order = order * 10 + 3; }
__attribute__((constructor(200))) static void early(void) { order = order * 10 + 1; }
__attribute__((constructor(300))) static void between(void) { order = order * 10 + 2; }

extern int missing(void) __attribute__((weak));
extern int missing_data __attribute__((weak));
__attribute__((weak)) NOINLINE int overridable(void) { return 1; }
__attribute__((weak)) int weak_data = 5;
NOINLINE int real(int a) { return a * 2; }
int other(int) __attribute__((alias("real")));
static int hidden_name(int) __attribute__((alias("real")));
int weak_other(int) __attribute__((weak, alias("real")));
int data = 42;
extern int data_alias __attribute__((alias("data")));
__attribute__((visibility("hidden"))) int hidden = 3;
__attribute__((visibility("protected"))) NOINLINE int protected(void) { return hidden; }
NOINLINE int named(void) __asm__("another_name");
int named(void) { return 9; }
extern int by_that_name(void) __asm__("another_name");

__attribute__((section(".text.hot"))) NOINLINE int hot(void) { return 1; }
__attribute__((section(".data.special"))) int special = 6;
__attribute__((section(".rodata.special"))) const int special_constant = 7;
__attribute__((aligned(128))) static char aligned[3];
__attribute__((aligned(4096))) static char page[4096];
struct __attribute__((packed)) packed { char a; long b; short c[2]; };
struct __attribute__((packed, aligned(4))) both { char a; long b; };
static struct packed list[3] = { { 1, 2, { 3, 4 } }, { 5, 0x1122334455667788, { 6, 7 } } };
__attribute__((cold, noreturn)) NOINLINE void stop(int status) { extern void exit(int); exit(status); for (;;); }
__attribute__((pure)) NOINLINE int pure(const int *p) { return *p + 1; }
__attribute__((malloc, returns_nonnull)) NOINLINE void *allocate(void) { return page; }
__attribute__((flatten, always_inline)) static inline int inlined(int a) { return pure(&a) + hot(); }
static inline int unused_inline(void) { return missing(); }
static void tidy(int *p) { total += *p; }
NOINLINE void scope(int n) { int a __attribute__((cleanup(tidy))) = n; if (n > 5) return; a++; }

int main(void)
{
	const hook *h;
	struct packed *p = list + 1;

	for (h = __start_hooks; h < __stop_hooks; h++)
		(*h)();
	show("hooks", total);
	show("constructors", order);
	show("weak", (missing ? missing() : 100) + overridable() + weak_data + (&missing_data == NULL) * 1000);
	show("alias", other(4) + hidden_name(5) + weak_other(6) + data_alias);
	data_alias = 43;
	show("data", data);
	show("hidden", protected());
	show("named", by_that_name() + named());
	show("sections", hot() + special + special_constant);
	show("aligned", ((size_t)aligned & 127) + ((size_t)page & 4095) + ((size_t)allocate() & 4095));
	show("packed", p->b + p->c[1] + sizeof(*p) + offsetof(struct both, b) + sizeof(struct both) + _Alignof(struct both));
	p->b++;
	p->c[0] = p->b;
	show("packed", p->c[0]);
	show("inlined", inlined(4));
	total = 0;
	scope(5);
	scope(9);
	show("cleanup", total);
	stop(3);
}

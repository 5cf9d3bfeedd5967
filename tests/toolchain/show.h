/* What the programs print with: a name and a number on a line. */
#ifndef SHOW_H
#define SHOW_H

#define NOINLINE __attribute__((noinline))

int putchar(int c);

static inline void put_text(const char *text)
{
	while (*text)
		putchar(*text++);
}

static NOINLINE void show(const char *name, unsigned long long value)
{
	int shift;

	put_text(name);
	putchar(' ');
	for (shift = 60; shift >= 0; shift -= 4)
		putchar("0123456789abcdef"[value >> shift & 15]);
	putchar('\n');
}

static inline void show_wide(const char *name, unsigned __int128 value)
{
	show(name, value >> 64);
	show("  low", value);
}

static inline void show_double(const char *name, double value)
{
	union { double d; unsigned long long u; } bits = { value };

	show(name, value != value ? 0x7ff8000000000000 : bits.u);
}

static inline void show_float(const char *name, float value)
{
	union { float f; unsigned u; } bits = { value };

	show(name, value != value ? 0x7fc00000 : bits.u);
}

#endif

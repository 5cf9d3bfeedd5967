/*
 * The compiler's library by random operands with corner values. Each routine's results go into one sum:
 * two libraries that agree print the same lines. OPERANDS says how many, SEED which.
 */
#include "show.h"

typedef unsigned long u64;
typedef unsigned __int128 u128;
typedef __int128 s128;
typedef long double quad;

/* What operators do not call by these names. */
u128 __udivmodti4(u128 a, u128 b, u128 *rest);
u128 __ashlti3(u128 a, int by);
u128 __lshrti3(u128 a, int by);
s128 __ashrti3(s128 a, int by);
u128 __multi3(u128 a, u128 b);

static u64 state = SEED;

static u64 next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1d;
}

/* Half of them have few ones or zeros in long runs, as overflows and carries like them. */
static u128 wide(void)
{
	static const u64 corners[] = { 0, 1, -1ul, 1ul << 63, ~0ul >> 1, 0xffffffff, 1ul << 32 };
	u64 kind = next();
	u64 high = kind & 1 ? next() : corners[(kind >> 8) % 7];
	u64 low = kind & 2 ? next() : corners[(kind >> 16) % 7];
	u128 value = (u128)high << 64 | low;

	return kind & 4 ? value >> (kind >> 24) % 128 : value;
}
static quad as_quad(u128 bits)
{
	union { u128 bits; quad value; } both = { bits };

	return both.value;
}
static u128 bits_of(quad value)
{
	union { quad value; u128 bits; } both = { value };

	return both.bits;
}
/* Near 1, near the ends of the range, or anywhere, special values included. */
static quad any_quad(void)
{
	u128 bits = wide();
	u64 kind = next();

	if (kind & 1) {
		u64 exponent = kind & 2 ? 16383 + (kind >> 8) % 140 - 70 : (kind >> 8) % 40 + (kind & 4 ? 0 : 0x7fdb);

		bits = (bits & ~((u128)0x7fff << 112)) | (u128)exponent << 112;
	}
	return as_quad(bits);
}
static double any_double(void)
{
	union { u64 bits; double value; } both = { next() };

	if (next() & 1)
		both.bits = (both.bits & ~(0x7fful << 52)) | (1023 + next() % 140 - 70) << 52;
	return both.value;
}
static float any_float(void)
{
	union { unsigned bits; float value; } both = { next() };

	if (next() & 1)
		both.bits = (both.bits & ~(0xffu << 23)) | (127 + next() % 120 - 60) << 23;
	return both.value;
}

enum { MAX = 64 };
static const char *names[MAX];
static u64 sums[MAX];

static void add(int i, const char *name, u128 result)
{
	names[i] = name;
	sums[i] = (sums[i] ^ (u64)result) * 0x9e3779b97f4a7c15 + (u64)(result >> 64);
	sums[i] ^= sums[i] >> 29;
#ifdef EACH
	show_wide(name, result);
#endif
}
#define RESULT(name, value)	add(__COUNTER__, name, value)
#define QUAD(name, value)	RESULT(name, bits_of(value))
#define DOUBLE(name, value)	({ union { double d; u64 u; } b_ = { value }; RESULT(name, b_.u); })
#define FLOAT(name, value)	({ union { float f; unsigned u; } b_ = { value }; RESULT(name, b_.u); })

static void integers(void)
{
	u128 a = wide(), b = wide() ?: 3, rest;
	int by = next() & 127;

	RESULT("udiv", a / b);
	RESULT("umod", a % b);
	if (!(a == (u128)1 << 127 && b == ~(u128)0)) {
		RESULT("div", (s128)a / (s128)b);
		RESULT("mod", (s128)a % (s128)b);
	}
	RESULT("udivmod", __udivmodti4(a, b, &rest));
	RESULT("udivmod rest", rest);
	RESULT("ashl", __ashlti3(a, by));
	RESULT("lshr", __lshrti3(a, by));
	RESULT("ashr", __ashrti3(a, by));
	RESULT("mul", __multi3(a, b));
	DOUBLE("ti to double", (double)(s128)a);
	DOUBLE("uti to double", (double)a);
	FLOAT("ti to float", (float)(s128)a);
	FLOAT("uti to float", (float)a);
	QUAD("ti to quad", (quad)(s128)a);
	QUAD("uti to quad", (quad)a);
	QUAD("di to quad", (quad)(long)a);
	QUAD("udi to quad", (quad)(u64)a);
	QUAD("si to quad", (quad)(int)a);
	QUAD("usi to quad", (quad)(unsigned)a);
}
static void from_floats(double d, float f)
{
	QUAD("double to quad", (quad)d);
	QUAD("float to quad", (quad)f);
	if (d > -0x1p127 && d < 0x1p127)
		RESULT("double to ti", (s128)d);
	if (d > -1 && d < 0x1p128)
		RESULT("double to uti", (u128)d);
	if (f > -0x1p127f && f < 0x1p127f)
		RESULT("float to ti", (s128)f);
	if (f > -1)
		RESULT("float to uti", f < __builtin_inff() ? (u128)f : 0);
}
static void from_quad(quad a)
{
	DOUBLE("quad to double", (double)a);
	FLOAT("quad to float", (float)a);
	if (a > -0x1p127L && a < 0x1p127L)
		RESULT("quad to ti", (s128)a);
	if (a > -1 && a < 0x1p128L)
		RESULT("quad to uti", (u128)a);
	if (a > -0x1p63L && a < 0x1p63L)
		RESULT("quad to di", (long)a);
	if (a > -1 && a < 0x1p64L)
		RESULT("quad to udi", (u64)a);
	if (a > -0x1p31L && a < 0x1p31L)
		RESULT("quad to si", (int)a);
	if (a > -1 && a < 0x1p32L)
		RESULT("quad to usi", (unsigned)a);
}
/* libgcc's NaN of 0/0 and the like is another than the machine's: it does not count. */
#define ARITHMETIC(name, value)	QUAD(name, a != a || b != b || value == value ? value : 0)

static void quads(quad a, quad b)
{
	ARITHMETIC("add", a + b);
	ARITHMETIC("sub", a - b);
	ARITHMETIC("mul", a * b);
	ARITHMETIC("div", a / b);
	RESULT("compare", (a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a == b) << 4 | (a != b) << 5 |
			  __builtin_isunordered(a, b) << 6);
}

int main(void)
{
	int i;

	for (i = 0; i < OPERANDS; i++) {
		quad a = any_quad(), b = any_quad();

		integers();
		from_floats(any_double(), any_float());
		from_quad(a);
		quads(a, b);
		/* Of nearly the same size, so that digits cancel. */
		quads(a, as_quad(bits_of(a) + (s128)(signed char)next()));
	}
	for (i = 0; i < MAX; i++)
		if (names[i])
			show(names[i], sums[i]);
	return 0;
}

/* _BitInt of odd widths. gcc 12 has none, so the text is given. */
#include "show.h"

#define TEST(n) \
typedef signed _BitInt(n) s##n; \
typedef unsigned _BitInt(n) u##n; \
NOINLINE s##n add##n(s##n a, s##n b) { return a + b; } \
NOINLINE u##n mul##n(u##n a, u##n b) { return a * b; } \
NOINLINE s##n div##n(s##n a, s##n b) { return a / b; } \
NOINLINE u##n udiv##n(u##n a, u##n b) { return a % b; } \
NOINLINE s##n sar##n(s##n a, int k) { return a >> k; } \
NOINLINE u##n shr##n(u##n a, int k) { return (u##n)(a << 1) >> k; } \
NOINLINE int less##n(s##n a, s##n b) { return (a < b) * 2 + ((u##n)a < (u##n)b); } \
NOINLINE double real##n(s##n a) { return a; } \
NOINLINE s##n whole##n(double a) { return a; } \
static s##n store##n[3]; \
NOINLINE void test##n(void) \
{ \
	s##n a = (s##n)((s##n)1 << (n - 2)) - 12345678, b = 987; \
	show_wide(#n " add", (__int128)add##n(a, a)); \
	show_wide("mul", (unsigned __int128)mul##n(a, b)); \
	show_wide("div", (__int128)div##n(-a, b)); \
	show_wide("udiv", (unsigned __int128)udiv##n(-a, b)); \
	show_wide("sar", (__int128)sar##n(-a, 7)); \
	show_wide("shr", (unsigned __int128)shr##n(-a, 7)); \
	show("less", less##n(-a, b) * 16 + less##n(b, a)); \
	show_double("real", real##n(-a)); \
	show_wide("whole", (__int128)whole##n(-123456.75)); \
	store##n[1] = a; \
	store##n[2] = -b; \
	show_wide("memory", (__int128)(store##n[0] + store##n[1] - store##n[2])); \
}
TEST(33) TEST(37) TEST(47) TEST(63) TEST(65) TEST(91) TEST(100) TEST(127)

int main(void)
{
	test33();
	test37();
	test47();
	test63();
	test65();
	test91();
	test100();
	test127();
	return 0;
}

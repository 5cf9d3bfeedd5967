/* No include guard for the macro: NDEBUG may change between two inclusions. */
#undef assert
#ifdef NDEBUG
#define assert(x) ((void)0)
#else
void __assert_failed(const char *expression, const char *file, int line, const char *function)
	__attribute__((noreturn));
#define assert(x) ((x) ? (void)0 : __assert_failed(#x, __FILE__, __LINE__, __func__))
#endif
#ifndef static_assert
#define static_assert _Static_assert
#endif

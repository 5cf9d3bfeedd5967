#ifndef _SETJMP_H
#define _SETJMP_H
/* x19 to x30, sp, d8 to d15, and room for the signal mask of sigsetjmp() */
typedef unsigned long jmp_buf[24];
typedef jmp_buf sigjmp_buf;
int setjmp(jmp_buf env) __attribute__((returns_twice));
void longjmp(jmp_buf env, int value) __attribute__((noreturn));
int __save_mask(sigjmp_buf env, int save);
#define sigsetjmp(env, save) (__save_mask(env, save), setjmp(env))
void siglongjmp(sigjmp_buf env, int value) __attribute__((noreturn));
#endif

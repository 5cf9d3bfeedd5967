/* The floating-point and SIMD registers of user space. The kernel itself never uses them. */
#ifndef __ASM_FPSIMD_H
#define __ASM_FPSIMD_H

#include <asm/ptrace.h>

struct task_struct;

/* arch/arm64/kernel/entry-fpsimd.S */
void fpsimd_save_state(struct user_fpsimd_state *state);
void fpsimd_load_state(const struct user_fpsimd_state *state);

/* The running task has touched the registers for the first time. */
void do_fpsimd_acc(void);
void fpsimd_thread_switch(struct task_struct *prev, struct task_struct *next);
/* A new program begins without any. */
void fpsimd_flush_thread(void);
/* The running task's registers as they are now, in its thread_struct; false: it has none. */
bool fpsimd_preserve_current_state(void);
/* Other registers for the running task: after a signal handler. */
void fpsimd_update_current_state(const struct user_fpsimd_state *state);

#endif

/* The kernel's names for numbers. */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#ifndef __ASSEMBLY__

#include <uapi/linux/types.h>
#include <linux/compiler.h>

typedef __u8 u8;
typedef __s8 s8;
typedef __u16 u16;
typedef __s16 s16;
typedef __u32 u32;
typedef __s32 s32;
typedef __u64 u64;
typedef __s64 s64;

typedef _Bool bool;
#define true 1
#define false 0

typedef unsigned long size_t;
typedef long ssize_t;
typedef long loff_t;
typedef unsigned long uintptr_t;
typedef int pid_t;
typedef unsigned int umode_t;
typedef unsigned int gfp_t;
typedef u64 phys_addr_t;
typedef phys_addr_t resource_size_t;
typedef u64 sigset_t;
typedef u32 __be32;

#define NULL ((void *)0)
#define offsetof(type, member) __builtin_offsetof(type, member)

typedef struct {
	int counter;
} atomic_t;

struct list_head {
	struct list_head *next, *prev;
};

#endif
#endif

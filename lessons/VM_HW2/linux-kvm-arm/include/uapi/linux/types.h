/* The fixed-size types that the kernel and user space agree on. */
#ifndef _UAPI_LINUX_TYPES_H
#define _UAPI_LINUX_TYPES_H

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
/* long long, as in Linux: "%llx" prints a __u64. */
typedef long long __s64;
typedef unsigned long long __u64;

#endif

/* What uname() answers: as in the course's homework, with a suffix that says which kernel it is. */
#ifndef _LINUX_UTSNAME_H
#define _LINUX_UTSNAME_H

#include <uapi/linux/utsname.h>

#define UTS_SYSNAME  "Linux"
#define UTS_NODENAME "genericarmv8"
#define UTS_RELEASE  "3.14.0-teaching"
#define UTS_VERSION  "#6 SMP PREEMPT Wed Apr 22 14:02:38 CST 2015"
#define UTS_MACHINE  "aarch64"

#endif

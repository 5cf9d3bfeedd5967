/* What uname() answers. */
#ifndef _LINUX_UTSNAME_H
#define _LINUX_UTSNAME_H

#include <uapi/linux/utsname.h>

#define UTS_SYSNAME  "Linux"
#define UTS_NODENAME "genericarmv8"
#define UTS_RELEASE  "3.14.0-trapline"
#define UTS_VERSION  "#1 PREEMPT"
#define UTS_MACHINE  "aarch64"

#endif

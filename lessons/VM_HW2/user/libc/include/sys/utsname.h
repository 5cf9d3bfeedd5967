#ifndef _SYS_UTSNAME_H
#define _SYS_UTSNAME_H
#include <linux/utsname.h>
#define utsname new_utsname
int uname(struct utsname *u);
#endif

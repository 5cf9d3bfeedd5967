/* User memory, which may not be there and is not believed: asm/uaccess.h. */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H
#include <asm/uaccess.h>
#endif

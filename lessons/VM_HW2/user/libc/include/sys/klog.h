#ifndef _SYS_KLOG_H
#define _SYS_KLOG_H
/* The kernel's messages: 3 reads all that are kept, 10 says how much room they take. */
int klogctl(int type, char *buf, int size);
#endif

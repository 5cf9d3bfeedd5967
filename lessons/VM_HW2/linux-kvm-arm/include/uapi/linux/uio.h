/* One piece of a scattered read or write. */
#ifndef _UAPI_LINUX_UIO_H
#define _UAPI_LINUX_UIO_H

struct iovec {
	void *iov_base;
	unsigned long iov_len;
};

#endif

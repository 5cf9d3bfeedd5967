/* Memory from the kernel: mappings, and the heap, whose end brk() moves. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../syscall.h"

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	return (void *)SYSCALL6(mmap, addr, len, prot, flags, fd, offset);
}

int munmap(void *addr, size_t len) { return SYSCALL2(munmap, addr, len); }
int mprotect(void *addr, size_t len, int prot) { return SYSCALL3(mprotect, addr, len, prot); }

static unsigned long heap_end;

/* The system call answers with the heap's end as it is then, moved or not. */
int brk(void *end)
{
	heap_end = __syscall(__NR_brk, (long)end, 0, 0, 0, 0, 0);
	if (heap_end == (unsigned long)end)
		return 0;
	errno = ENOMEM;
	return -1;
}

void *sbrk(long increment)
{
	unsigned long old;

	if (!heap_end)
		heap_end = __syscall(__NR_brk, 0, 0, 0, 0, 0, 0);
	old = heap_end;
	if (increment && brk((void *)(old + increment)))
		return (void *)-1;
	return (void *)old;
}

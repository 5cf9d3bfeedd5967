/*
 * mem N: touches N pages of fresh memory. For the guest's kernel that is N page faults;
 * for the hypervisor it is something else. Count!
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE 4096UL

int main(int argc, char **argv)
{
	unsigned long pages = argc > 1 ? strtoul(argv[1], NULL, 0) : 64, wrong = 0;
	volatile unsigned long *memory;

	if (!pages || pages > 1UL << 20) {
		fprintf(stderr, "usage: mem PAGES (1 to 1048576)\n");
		return 2;
	}
	memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	if (memory == MAP_FAILED) {
		perror("mem: mmap");
		return 1;
	}
	for (unsigned long i = 0; i < pages; i++)
		memory[i * PAGE / 8] = i * 3 + 1;
	for (unsigned long i = 0; i < pages; i++)
		if (memory[i * PAGE / 8] != i * 3 + 1)
			wrong++;
	printf("mem: wrote and read back %lu pages of %lu bytes, %lu wrong\n", pages, PAGE, wrong);
	return wrong != 0;
}

/*
 * io N: N requests of 4 KB to the disk /dev/vda: every fourth writes a block, the
 * others read, and a block that was written must come back as it was.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 4096L

static unsigned char buf[BLOCK];

int main(int argc, char **argv)
{
	long requests = argc > 1 ? strtol(argv[1], NULL, 0) : 32, blocks, reads = 0, writes = 0;
	int fd = open("/dev/vda", O_RDWR), wrong = 0;

	if (fd < 0) {
		perror("io: /dev/vda");
		return 1;
	}
	blocks = lseek(fd, 0, SEEK_END) / BLOCK;
	if (requests < 1 || requests > 1000000 || blocks < 4) {
		fprintf(stderr, "usage: io REQUESTS (1 to 1000000); the disk has %ld blocks\n",
			blocks);
		return 2;
	}
	for (long i = 0; i < requests; i++) {
		long block = i % blocks & ~3L; /* four requests in a row are for one block */

		if (i % 4 == 0) {
			memset(buf, 'a' + i / 4 % 26, BLOCK);
			if (pwrite(fd, buf, BLOCK, block * BLOCK) != BLOCK) {
				perror("io: write");
				return 1;
			}
			writes++;
		} else {
			if (pread(fd, buf, BLOCK, block * BLOCK) != BLOCK) {
				perror("io: read");
				return 1;
			}
			if (buf[0] != 'a' + i / 4 % 26 || buf[BLOCK - 1] != 'a' + i / 4 % 26)
				wrong++;
			reads++;
		}
	}
	printf("io: %ld reads and %ld writes of %ld bytes, %d wrong\n", reads, writes, BLOCK,
	       wrong);
	return wrong != 0;
}

/*
 * io N: N requests of 4 KB to the disk /dev/vda: every fourth writes a block, the
 * others read, and a block that was written must come back as it was. If there is a file
 * system on the disk, they go to a file of it. O_DIRECT keeps the kernel from answering out
 * of its own memory: each request reaches the disk.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK  4096L
#define BLOCKS 16 /* the file's size in blocks */
#define FILE_NAME "/home/root/io.data"

static _Alignas(BLOCK) unsigned char buf[BLOCK];

/* The disk itself, unless it is mounted: then O_EXCL says EBUSY. */
static int open_disk_or_file(const char **name)
{
	int fd = open(*name = "/dev/vda", O_RDWR | O_EXCL | O_DIRECT);

	if (fd < 0 && errno == EBUSY)
		fd = open(*name = FILE_NAME, O_RDWR | O_CREAT | O_DIRECT, 0644);
	return fd;
}

/* A file that grows needs requests of its own; this one is to be read and written only. */
static long make_blocks(const char *name, int fd)
{
	long blocks = lseek(fd, 0, SEEK_END) / BLOCK;

	if (blocks >= BLOCKS)
		return blocks;
	for (blocks = 0; blocks < BLOCKS; blocks++)
		if (pwrite(fd, buf, BLOCK, blocks * BLOCK) != BLOCK)
			return -1;
	printf("io: made %s, %ld blocks\n", name, blocks);
	return blocks;
}

int main(int argc, char **argv)
{
	const char *name;
	long requests = argc > 1 ? strtol(argv[1], NULL, 0) : 32, blocks, reads = 0, writes = 0;
	int fd, wrong = 0;

	if (requests < 1 || requests > 1000000) {
		fprintf(stderr, "usage: io REQUESTS (1 to 1000000)\n");
		return 2;
	}
	fd = open_disk_or_file(&name);
	blocks = fd < 0 ? -1 : make_blocks(name, fd);
	if (blocks < 0) {
		perror(name);
		return 1;
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

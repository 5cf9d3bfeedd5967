/*
 * Guests that write all over their devices. Each is a kernel Image made here, of random accesses of all sizes
 * to the whole of its machine: interrupt controller, serial port, virtio disk and console, rings for these in
 * memory with random requests in them, and addresses where nothing is. Every other guest has a second CPU do
 * the same at the same time. lkvm runs it; lkvm may end with
 * a message, but not by a signal, and the host goes on.
 *	lkvm-hammer SEED ROUNDS
 * It ends with one line: how many guests switched themselves off, how many lkvm ended with a message, how many
 * had to be stopped, how many times lkvm crashed.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERIAL		0x3f8UL
#define VIRTIO		0x10000UL
#define GICC		0x3ffe0000UL
#define GICD		0x3fff0000UL
#define RAM		0x80000000UL
#define RINGS		(RAM + 0x400000)	/* where virtio queues go */
#define SCRATCH		(RAM + 0x300000)
#define SCRATCH_SIZE	0x400000UL

#define ACCESSES	600
#define DISK_SECTORS	64
#define ROUND_MS	30

static uint64_t state;

static uint32_t random32(void)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return state >> 33 ^ state >> 12;
}

static uint32_t below(uint32_t n)
{
	return random32() % n;
}

static int one_in(uint32_t n)
{
	return below(n) == 0;
}

/* ---- The guest's program ---- */

#define HEADER_WORDS	16
#define VECTOR_WORDS	512
#define BODY		(HEADER_WORDS + 1008 + VECTOR_WORDS)	/* vectors at the Image's byte 4096 */

static uint32_t image[BODY + 32 * ACCESSES];
static unsigned int at;

static void emit(uint32_t instruction)
{
	image[at++] = instruction;
}

/* xd = value */
static void load_constant(int rd, uint64_t value)
{
	int shift;

	emit(0xd2800000 | (value & 0xffff) << 5 | rd);
	for (shift = 1; shift < 4; shift++) {
		uint32_t part = value >> (16 * shift) & 0xffff;

		if (part)
			emit(0xf2800000 | shift << 21 | part << 5 | rd);
	}
}

/* An access of 1, 2, 4 or 8 bytes to [x1]; now and then one that KVM cannot carry out. */
static void emit_access(int store)
{
	static const uint32_t loads[] = { 0x39400020, 0x79400020, 0xb9400020, 0xf9400020,
					  0x39800020, 0x79800020, 0xb9800020, 0x39c00020 };
	static const uint32_t odd[] = { 0xa9000020, 0xa9400020, 0xc8dffc20, 0xc85f7c20, 0xd50b7621 };

	if (one_in(1000))
		emit(odd[below(5)]);
	else
		emit(store ? 0x39000020 | below(4) << 30 : loads[below(8)]);
}

static void store(int size, uint64_t address, uint64_t value)
{
	load_constant(1, address);
	load_constant(0, value);
	emit(0x39000020 | (uint32_t)size << 30);
}

static uint64_t number(void)
{
	switch (below(6)) {
	case 0:
		return below(4);
	case 1:
		return ~0ULL >> below(64);
	case 2:
		return 1ULL << below(64);
	case 3:
		return SCRATCH + below(SCRATCH_SIZE);
	default:
		return (uint64_t)random32() << 32 | random32();
	}
}

static uint64_t address(void)
{
	switch (below(8)) {
	case 0:
		return SERIAL + below(8);
	case 1:
		return VIRTIO + below(0x600);
	case 2:
		return VIRTIO + below(0x18) * 4 + below(3) * 0x200;
	case 3:
		return GICD + below(0x1000);
	case 4:
		return GICD + below(0x400) * 4;
	case 5:
		return GICC + below(0x2000);
	case 6:
		return SCRATCH + below(SCRATCH_SIZE);
	default:
		return number() & (1ULL << below(44)) - 1;
	}
}

/* A queue with requests that are nearly right, given to the device, and its bell. */
static void queue(void)
{
	uint64_t device = VIRTIO + below(3) * 0x200, ring = RINGS + below(8) * 0x4000;
	uint32_t size = 1 << below(7), i, chain = 1 + below(6);

	store(2, device + 0x030, one_in(3) ? below(4) : below(2));
	store(2, device + 0x028, one_in(10) ? number() : 4096);
	store(2, device + 0x038, one_in(10) ? number() : size);
	store(2, device + 0x03c, one_in(10) ? number() : 1 << below(13));
	for (i = 0; i < chain; i++) {
		uint64_t desc = ring + 16 * (one_in(6) ? below(70) : i);

		store(3, desc, one_in(6) ? number() : SCRATCH + below(SCRATCH_SIZE));
		store(2, desc + 8, one_in(6) ? number() : i ? below(3000) : 16);
		store(1, desc + 12, one_in(6) ? number() : (i + 1 < chain) | below(2) << 1);
		store(1, desc + 14, one_in(6) ? number() : i + 1);
	}
	/* The header's type and sector, where the first descriptor is likely to point */
	store(3, ring, SCRATCH);
	store(2, SCRATCH, one_in(4) ? number() : below(2));
	store(3, SCRATCH + 8, one_in(4) ? number() : below(DISK_SECTORS + 2));
	store(1, ring + 16 * size + 4 + 2 * below(8), one_in(6) ? number() : 0);
	store(1, ring + 16 * size + 2, one_in(6) ? number() : 1 + below(4));
	store(2, device + 0x040, one_in(10) ? number() : ring / 4096);
	store(2, device + 0x050, one_in(6) ? number() : below(2));
}

/*
 * A data abort steps over its instruction. Any other exception means that the program is gone, because a
 * device has written into it: switch off. An interrupt is taken, ended, and masked for a while.
 */
static void emit_vectors(void)
{
	static const uint32_t sync[] = {
		0xd538521e, 0xd35affde, 0xf10097df, 0x540000a1,	/* no data abort? */
		0xd538403e, 0x910013de, 0xd518403e, 0xd69f03e0,	/* step over it */
		0x52b08000, 0x11002000, 0xd4000002			/* SYSTEM_OFF */
	};
	static const uint32_t irq[] = {
		0xb9400f9d, 0xb900139d,			/* ldr w29, [x28, #IAR]; str w29, [x28, #EOIR] */
		0xd538401e, 0xb27903de, 0xd518401e,	/* spsr_el1 |= I */
		0xd69f03e0
	};
	int i;

	for (i = 0; i < 16; i++) {
		uint32_t *vector = &image[1024 + 32 * i];

		if (i % 4 == 1)
			memcpy(vector, irq, sizeof(irq));
		else
			memcpy(vector, sync, sizeof(sync));
	}
}

static void make_guest(void)
{
	uint64_t text_offset = 0x80000, size = sizeof(image);
	unsigned int i;

	memset(image, 0, sizeof(image));
	at = BODY;
	if (one_in(2)) {				/* PSCI: CPU_ON, for the second, to here */
		load_constant(0, 0xc4000003);
		load_constant(1, 1);
		load_constant(2, RAM + text_offset + BODY * 4);
		load_constant(3, 0);
		emit(0xd4000002);
	}
	load_constant(28, GICC);
	load_constant(0, RAM + text_offset + 4096);
	emit(0xd518c000);				/* msr vbar_el1, x0 */
	store(2, GICD, 1);
	store(2, GICD + 0x104, 0xffffffff);
	store(2, GICC, 1);
	store(2, GICC + 4, 0xff);
	for (i = 0; i < ACCESSES && at < sizeof(image) / 4 - 500; i++) {
		if (one_in(30)) {
			queue();
			continue;
		}
		if (one_in(10))
			emit(0xd50342ff);		/* msr daifclr, #2 */
		load_constant(1, address());
		if (one_in(2)) {
			load_constant(0, number());
			emit_access(1);
		} else {
			emit_access(0);
		}
	}
	load_constant(0, 0x84000008);			/* PSCI: SYSTEM_OFF */
	emit(0xd4000002);
	emit(0x14000000);

	emit_vectors();
	image[0] = 0x14000000 | BODY;			/* b to the body */
	memcpy(&image[2], &text_offset, 8);
	memcpy(&image[4], &size, 8);
	memcpy(&image[14], "ARM\x64", 4);
}

/* ---- Running it ---- */

static void write_file(const char *path, const void *data, unsigned long size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, data, size) != (long)size) {
		perror(path);
		exit(1);
	}
	close(fd);
}

enum { NORMALLY, MESSAGE, STOPPED, CRASHED };

static int run_guest(void)
{
	static char *argv[] = { "lkvm-static", "run", "-k", "/tmp/hammer", "-d", "/tmp/disk",
				"-m", "8", "-c", "2", "--console", "virtio", NULL };
	static char *envp[] = { NULL };
	int status, waited;
	pid_t pid = fork();

	if (pid == 0) {
		int in = open("/tmp/keys", O_RDONLY), out = open("/dev/null", O_WRONLY);

		dup2(in, 0);
		dup2(out, 1);
		dup2(out, 2);
		execve("/home/root/lkvm-static", argv, envp);
		_exit(99);
	}
	for (waited = 0; waitpid(pid, &status, WNOHANG) == 0; waited++) {
		if (waited == ROUND_MS)
			kill(pid, SIGKILL);
		usleep(1000);
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status) ? MESSAGE : NORMALLY;
	return waited > ROUND_MS && WTERMSIG(status) == SIGKILL ? STOPPED : CRASHED;
}

/* What is typed meanwhile: anything but Ctrl-A, with which lkvm itself could be meant. */
static void make_keys(void)
{
	uint8_t keys[700];
	unsigned int i;

	for (i = 0; i < sizeof(keys); i++)
		keys[i] = 2 + below(254);
	write_file("/tmp/keys", keys, sizeof(keys));
}

int main(int argc, char **argv)
{
	unsigned long seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	unsigned long rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 10;
	static uint8_t disk[DISK_SECTORS * 512];
	unsigned long ends[4] = { 0 };

	for (; rounds > 0; rounds--, seed++) {
		int how;

		state = seed;
		make_guest();
		make_keys();
		write_file("/tmp/hammer", image, at * 4);
		write_file("/tmp/disk", disk, sizeof(disk));
		how = run_guest();
		if (how == CRASHED || how == STOPPED)
			printf("lkvm-hammer: seed %lu %s\n", seed, how == CRASHED ? "crashed" : "stopped");
		ends[how]++;
	}
	printf("lkvm-hammer: %lu normally, %lu with a message, %lu stopped, %lu crashed\n",
	       ends[NORMALLY], ends[MESSAGE], ends[STOPPED], ends[CRASHED]);
	return ends[CRASHED] != 0;
}

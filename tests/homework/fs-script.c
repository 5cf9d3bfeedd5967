/*
 * /init for tests of file systems: does what the lines of the file /script say, one after
 * the other, and prints for each "LINE RESULT [MORE...]", where the result is that of the
 * system call: -errno if it failed. Then it switches the machine off.
 *
 * A line is a verb and its words (see the table at the end). Numbers are decimal, octal
 * (07) or hexadecimal (0x7). Bytes are written by a pattern that is known from a seed and
 * the place in the file, and read back as a sum, so that no line is long.
 */
typedef unsigned int u32;

#define MAX_WORDS 8
#define SLOTS 8

static char *word[MAX_WORDS + 1]; /* of the line: verb, words */
static int fds[SLOTS]; /* open files, by the script's numbers */
static char *areas[SLOTS]; /* mapped ones */
static _Alignas(4096) char buf[65536]; /* O_DIRECT wants that */

static long syscall6(long n, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = n;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4),
			 "r"(x5) : "memory");
	return x0;
}
#define call(n, a, b, c, d) syscall6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

#define AT_FDCWD -100
enum { /* arm64's numbers */
	GETCWD = 17, MKNODAT = 33, MKDIRAT, UNLINKAT, SYMLINKAT, LINKAT, RENAMEAT,
	UMOUNT2 = 39, MOUNT, STATFS = 43, TRUNCATE = 45, FTRUNCATE, FALLOCATE, FACCESSAT,
	CHDIR, FCHMODAT = 53, FCHOWNAT, OPENAT = 56, CLOSE, GETDENTS64 = 61, LSEEK, READ,
	WRITE, PREAD64 = 67, PWRITE64, READLINKAT = 78, NEWFSTATAT, SYNC = 81, FSYNC,
	FDATASYNC, UTIMENSAT = 88, REBOOT = 142, MUNMAP = 215, MMAP = 222, MSYNC = 227,
	SYNCFS = 267
};

/* Words. */

static unsigned int length(const char *s)
{
	unsigned int n = 0;

	while (s[n])
		n++;
	return n;
}

static long number(const char *s)
{
	int base = 10, negative = *s == '-';
	long n = 0;

	s += negative;
	if (s[0] == '0' && s[1]) {
		base = s[1] == 'x' ? 16 : 8;
		s += base == 16 ? 2 : 1;
	}
	for (; *s; s++)
		n = n * base + (*s <= '9' ? *s - '0' : *s - 'a' + 10);
	return negative ? -n : n;
}
#define num(i) (word[i] ? number(word[i]) : 0)
#define slot(i) ((unsigned int)num(i) % SLOTS)

/* What a line prints goes out in one piece: a power cut must not leave half of it. */
static char line[600];
static unsigned int printed;

static void put_text(const char *s)
{
	while (*s && printed < sizeof(line) - 1)
		line[printed++] = *s++;
}

static void put_number(long n)
{
	char digits[24], *p = digits + sizeof(digits) - 1;
	unsigned long rest = n < 0 ? -n : n;

	*p = 0;
	do
		*--p = '0' + rest % 10;
	while (rest /= 10);
	if (n < 0)
		*--p = '-';
	put_text(p);
}

static void more(long n)
{
	put_text(" ");
	put_number(n);
}

/* The result first, then what more() is told: so it is put aside until it is known. */
static long extra[10];
static int extras;

static void tell(long n)
{
	extra[extras++] = n;
}

/* Bytes. */

static char pattern(u32 seed, long at)
{
	return seed * 37 + at + (at >> 8) * 11 + (at >> 16) * 3;
}

static void fill(char *to, long n, u32 seed, long at)
{
	for (long i = 0; i < n; i++)
		to[i] = pattern(seed, at + i);
}

static u32 sum(u32 h, const char *bytes, long n)
{
	for (long i = 0; i < n; i++)
		h = (h ^ (unsigned char)bytes[i]) * 16777619;
	return h;
}
#define NO_SUM 2166136261u

/* fd, offset, how many, seed; or -1 for where the file stands. */
static long write_pattern(int fd, long at, long n, u32 seed, int append)
{
	long done = 0;

	while (done < n) {
		long part = n - done < (long)sizeof(buf) ? n - done : (long)sizeof(buf), got;

		fill(buf, part, seed, at + done);
		got = append ? call(WRITE, fd, buf, part, 0)
			     : call(PWRITE64, fd, buf, part, at + done);
		if (got <= 0)
			return done ? done : got;
		done += got;
	}
	return done;
}

static long read_sum(int fd, long at, long n)
{
	long done = 0, got = 0;
	u32 h = NO_SUM;

	while (done < n) {
		long part = n - done < (long)sizeof(buf) ? n - done : (long)sizeof(buf);

		got = call(PREAD64, fd, buf, part, at + done);
		if (got <= 0)
			break;
		h = sum(h, buf, got);
		done += got;
	}
	if (got < 0)
		return got;
	tell(h);
	return done;
}

/* The verbs. */

static long do_open(void)
{
	long fd = call(OPENAT, AT_FDCWD, word[2], num(3), num(4));

	if (fd < 0)
		return fd;
	fds[slot(1)] = fd;
	return 0;
}

static long do_put(void)
{
	long fd = call(OPENAT, AT_FDCWD, word[1], 0101, 0644), n;

	if (fd < 0)
		return fd;
	n = write_pattern(fd, num(2), num(3), num(4), 0);
	call(CLOSE, fd, 0, 0, 0);
	return n;
}

static long do_sum(void)
{
	long fd = call(OPENAT, AT_FDCWD, word[1], 04000, 0), n; /* O_NONBLOCK: of a FIFO, too */

	if (fd < 0)
		return fd;
	n = read_sum(fd, 0, 1L << 40);
	call(CLOSE, fd, 0, 0, 0);
	return n;
}

static long do_map(void)
{
	long at = syscall6(MMAP, 0, num(4), num(5), num(6), fds[slot(1)], num(3));

	if (at < 0 && at > -4096)
		return at;
	areas[slot(2)] = (char *)at;
	return 0;
}

static long do_poke(void)
{
	fill(areas[slot(1)] + num(2), num(3), num(4), num(5));
	return 0;
}

static long do_peek(void)
{
	tell(sum(NO_SUM, areas[slot(1)] + num(2), num(3)));
	return 0;
}

static long do_stat(void)
{
	static const char fields[] = { 4, 5, 6, 7 }; /* mode and links, owners, device */
	u32 st[32];
	long err = call(NEWFSTATAT, AT_FDCWD, word[1], st, 0x100);

	if (err)
		return err;
	for (unsigned int i = 0; i < sizeof(fields); i++)
		tell(st[(int)fields[i]]); /* mode, links, uid, gid */
	tell(((long *)st)[6]); /* size */
	tell(((long *)st)[8]); /* blocks */
	tell(((long *)st)[11]); /* mtime */
	tell(((long *)st)[4]); /* rdev */
	return 0;
}

static long do_statfs(void)
{
	long st[16], err = call(STATFS, word[1], st, 0, 0);

	for (int i = 0; !err && i < 7; i++)
		tell(i < 5 || i == 5 ? st[i] : st[6]); /* type bsize blocks bfree bavail files ffree */
	if (!err) {
		tell(st[8]); /* namelen */
		tell(st[10]); /* flags */
	}
	return err;
}

static long do_readlink(void)
{
	long n = call(READLINKAT, AT_FDCWD, word[1], buf, 5000);

	if (n > 0)
		tell(sum(NO_SUM, buf, n));
	return n;
}

/* Names and types, whatever their order: the sums of all added up. */
static long do_list(void)
{
	long fd = call(OPENAT, AT_FDCWD, word[1], 040000, 0), got, names = 0;
	u32 all = 0;

	if (fd < 0)
		return fd;
	while ((got = call(GETDENTS64, fd, buf, num(2) ? num(2) : 4096, 0)) > 0)
		for (long at = 0; at < got; at += *(unsigned short *)(buf + at + 16)) {
			all += sum(NO_SUM, buf + at + 18, 1 + length(buf + at + 19));
			names++;
		}
	call(CLOSE, fd, 0, 0, 0);
	if (got < 0)
		return got;
	tell(all);
	return names;
}

static long do_utimes(void)
{
	long times[4] = { num(2), 0, num(3), 0 };

	return call(UTIMENSAT, AT_FDCWD, word[1], times, num(4));
}

static long do_getcwd(void)
{
	long n = call(GETCWD, buf, sizeof(buf), 0, 0);

	if (n > 0)
		tell(sum(NO_SUM, buf, n - 1));
	return n;
}

/* Everything below a directory: at most so many names, whatever the disk says there is. */
static char path[4096];

static void walk(unsigned int n, int depth, long *budget)
{
	static char lists[12][2048];
	char *list = lists[depth];
	long fd = call(OPENAT, AT_FDCWD, path, 0, 0), got;
	u32 st[32];

	if (fd < 0)
		return;
	while (*budget > 0 && (got = call(GETDENTS64, fd, list, sizeof(lists[0]), 0)) > 0)
		for (long at = 0; at < got && (*budget)-- > 0;
		     at += *(unsigned short *)(list + at + 16)) {
			char *name = list + at + 19;
			unsigned int len = length(name);

			if (name[0] == '.' || n + len + 2 > sizeof(path))
				continue;
			path[n] = '/';
			for (unsigned int i = 0; i <= len; i++)
				path[n + 1 + i] = name[i];
			call(NEWFSTATAT, AT_FDCWD, path, st, 0x100);
			call(READLINKAT, AT_FDCWD, path, buf, sizeof(buf));
			if (list[at + 18] == 4 && depth < 11) {
				walk(n + 1 + len, depth + 1, budget);
			} else {
				long f = call(OPENAT, AT_FDCWD, path, 04000, 0);

				for (int i = 0; i < 20; i++)
					if (call(READ, f, buf, sizeof(buf), 0) <= 0)
						break;
				call(CLOSE, f, 0, 0, 0);
			}
		}
	path[n] = 0;
	call(CLOSE, fd, 0, 0, 0);
}

static long do_walk(void)
{
	long budget = num(2);
	unsigned int n = length(word[1]);

	for (unsigned int i = 0; i <= n; i++)
		path[i] = word[1][i];
	walk(n, 0, &budget);
	return 0;
}

#define VERB(name, body) static long do_##name(void) { return body; }
#define W(i) word[i]
VERB(mount, syscall6(MOUNT, (long)W(1), (long)W(2), (long)W(3), num(4), (long)W(5), 0))
VERB(umount, call(UMOUNT2, W(1), num(2), 0, 0))
VERB(mkdir, call(MKDIRAT, AT_FDCWD, W(1), num(2), 0))
VERB(rmdir, call(UNLINKAT, AT_FDCWD, W(1), 0x200, 0))
VERB(unlink, call(UNLINKAT, AT_FDCWD, W(1), 0, 0))
VERB(rename, call(RENAMEAT, AT_FDCWD, W(1), AT_FDCWD, W(2)))
VERB(link, syscall6(LINKAT, AT_FDCWD, (long)W(1), AT_FDCWD, (long)W(2), 0, 0))
VERB(symlink, call(SYMLINKAT, W(1), AT_FDCWD, W(2), 0))
VERB(mknod, call(MKNODAT, AT_FDCWD, W(1), num(2), num(3)))
VERB(close, call(CLOSE, fds[slot(1)], 0, 0, 0))
VERB(pwrite, write_pattern(fds[slot(1)], num(2), num(3), num(4), 0))
VERB(append, write_pattern(fds[slot(1)], num(2), num(3), num(4), 1))
VERB(pread, read_sum(fds[slot(1)], num(2), num(3)))
VERB(lseek, call(LSEEK, fds[slot(1)], num(2), num(3), 0))
VERB(fsync, call(FSYNC, fds[slot(1)], 0, 0, 0))
VERB(fdatasync, call(FDATASYNC, fds[slot(1)], 0, 0, 0))
VERB(syncfs, call(SYNCFS, fds[slot(1)], 0, 0, 0))
VERB(ftruncate, call(FTRUNCATE, fds[slot(1)], num(2), 0, 0))
VERB(fallocate, call(FALLOCATE, fds[slot(1)], num(2), num(3), num(4)))
VERB(truncate, call(TRUNCATE, W(1), num(2), 0, 0))
VERB(msync, call(MSYNC, areas[slot(1)] + num(2), num(3), num(4), 0))
VERB(unmap, call(MUNMAP, areas[slot(1)], num(2), 0, 0))
VERB(chmod, call(FCHMODAT, AT_FDCWD, W(1), num(2), 0))
VERB(chown, syscall6(FCHOWNAT, AT_FDCWD, (long)W(1), num(2), num(3), 0, 0))
VERB(access, call(FACCESSAT, AT_FDCWD, W(1), num(2), 0))
VERB(chdir, call(CHDIR, W(1), 0, 0, 0))
VERB(sync, call(SYNC, 0, 0, 0, 0))

static const struct {
	const char *name;
	long (*run)(void);
} verbs[] = {
#define ENTRY(name) { #name, do_##name }
	ENTRY(mount),	  /* DEVICE DIRECTORY TYPE FLAGS [OPTIONS] */
	ENTRY(umount),	  /* DIRECTORY [FLAGS] */
	ENTRY(mkdir),	  /* PATH MODE */
	ENTRY(rmdir),	  /* PATH */
	ENTRY(unlink),	  /* PATH */
	ENTRY(rename),	  /* PATH PATH */
	ENTRY(link),	  /* PATH PATH */
	ENTRY(symlink),	  /* TARGET PATH */
	ENTRY(readlink),  /* PATH; then: sum */
	ENTRY(mknod),	  /* PATH MODE DEVICE */
	ENTRY(open),	  /* SLOT PATH FLAGS [MODE] */
	ENTRY(close),	  /* SLOT */
	ENTRY(pwrite),	  /* SLOT OFFSET LENGTH SEED */
	ENTRY(append),	  /* the same, at the file's own position */
	ENTRY(pread),	  /* SLOT OFFSET LENGTH; then: sum */
	ENTRY(lseek),	  /* SLOT OFFSET WHENCE */
	ENTRY(fsync),	  /* SLOT */
	ENTRY(fdatasync), /* SLOT */
	ENTRY(syncfs),	  /* SLOT */
	ENTRY(ftruncate), /* SLOT SIZE */
	ENTRY(fallocate), /* SLOT MODE OFFSET LENGTH */
	ENTRY(truncate),  /* PATH SIZE */
	ENTRY(put),	  /* PATH OFFSET LENGTH SEED: open, write, close */
	ENTRY(sum),	  /* PATH: the size; then: sum */
	ENTRY(map),	  /* SLOT AREA OFFSET LENGTH PROT FLAGS */
	ENTRY(poke),	  /* AREA AT LENGTH SEED OFFSET: bytes as if written at OFFSET */
	ENTRY(peek),	  /* AREA AT LENGTH; then: sum */
	ENTRY(msync),	  /* AREA AT LENGTH FLAGS */
	ENTRY(unmap),	  /* AREA LENGTH */
	ENTRY(chmod),	  /* PATH MODE */
	ENTRY(chown),	  /* PATH UID GID */
	ENTRY(utimes),	  /* PATH ATIME MTIME [FLAGS] */
	ENTRY(stat),	  /* PATH; then: mode links uid gid size blocks mtime rdev */
	ENTRY(statfs),	  /* PATH; then: type bsize blocks bfree bavail files ffree namelen flags */
	ENTRY(list),	  /* PATH [SIZE]: how many names; then: sum */
	ENTRY(access),	  /* PATH MODE */
	ENTRY(chdir),	  /* PATH */
	ENTRY(getcwd),	  /* ; then: sum */
	ENTRY(walk),	  /* PATH BUDGET: reads everything below */
	ENTRY(sync)
};

static int same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static long run(void)
{
	for (unsigned int i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (same(verbs[i].name, word[0]))
			return verbs[i].run();
	return -1000;
}

/* Cuts the line at text into words; returns where the next one begins. */
static char *split(char *text)
{
	int n = 0;

	for (int i = 0; i <= MAX_WORDS; i++)
		word[i] = 0;
	while (*text && *text != '\n') {
		if (n < MAX_WORDS)
			word[n++] = text;
		while (*text && *text != '\n' && *text != ' ')
			text++;
		if (*text == ' ')
			*text++ = 0;
	}
	if (*text)
		*text++ = 0;
	return text;
}

static char script[2 << 20];

void _start(void)
{
	long fd = call(OPENAT, AT_FDCWD, "/script", 0, 0), done = 0, got;

	while ((got = call(READ, fd, script + done, sizeof(script) - 1 - done, 0)) > 0)
		done += got;
	call(CLOSE, fd, 0, 0, 0);
	done = 0;
	for (char *at = script; *at;) {
		long result;

		at = split(at);
		extras = 0;
		printed = 0;
		result = run();
		put_number(++done);
		more(result);
		for (int i = 0; i < extras; i++)
			more(extra[i]);
		put_text("\n");
		call(WRITE, 1, line, printed, 0);
	}
	call(WRITE, 1, "script: end\n", 12, 0);
	call(REBOOT, 0xfee1dead, 672274793, 0x4321fedc, 0);
	for (;;)
		;
}

/*
 * The first program of a disk that the tests make. It works on files in one of three ways
 * (-DWORK=...), says what went wrong, and switches off.
 */
static long sys(long n, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b,
		x2 __asm__("x2") = c, x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = f;
	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
	return x0;
}
#define S(n, a, b, c, d) sys(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define AT -100
static unsigned len(const char *s) { unsigned n = 0; while (s[n]) n++; return n; }
static void say(const char *s) { S(64, 1, s, len(s), 0); }
static void num(long v) { char b[24], *p = b + 23; int neg = v < 0; if (neg) v = -v; *p = 0; do *--p = '0' + v % 10; while (v /= 10); if (neg) *--p = '-'; say(p); }
static void expect(const char *what, long got, long want)
{
	if (got == want) return;
	say("FAIL "); say(what); say(": "); num(got); say(" not "); num(want); say("\n");
}
static int openf(const char *p, int flags) { return S(56, AT, p, flags, 0644); }
static long writef(int fd, const void *b, long n) { return S(64, fd, b, n, 0); }
static long readf(int fd, void *b, long n) { return S(63, fd, b, n, 0); }
static void closef(int fd) { S(57, fd, 0, 0, 0); }
static char buf[65536], buf2[65536];
static void pattern(char *b, long n, unsigned seed) { for (long i = 0; i < n; i++) { seed = seed * 1103515245 + 12345; b[i] = seed >> 16; } }
/* a file of n bytes of the pattern */
static void make(const char *p, long n, unsigned seed)
{
	int fd = openf(p, 01102);
	long done = 0;
	if (fd < 0) { expect(p, fd, 3); return; }
	pattern(buf, sizeof buf, seed);
	while (done < n) {
		long part = n - done < (long)sizeof buf ? n - done : (long)sizeof buf, got = writef(fd, buf, part);
		if (got != part) { expect(p, got, part); break; }
		done += got;
	}
	closef(fd);
}
static void check(const char *p, long n, unsigned seed)
{
	int fd = openf(p, 0);
	long done = 0, got;
	if (fd < 0) { expect(p, fd, 3); return; }
	pattern(buf, sizeof buf, seed);
	while ((got = readf(fd, buf2, sizeof buf2)) > 0) {
		for (long i = 0; i < got; i++) if (buf[i] != buf2[i]) { expect(p, done + i, -1); break; }
		done += got;
	}
	expect(p, done, n);
	closef(fd);
}
static void name(char *to, const char *prefix, int i) { char *p = to; while (*prefix) *p++ = *prefix++; for (int d = 10000; d; d /= 10) *p++ = '0' + i / d % 10; *p = 0; }
static long size_of(const char *p) { long st[16]; long e = S(79, AT, p, st, 0x100); return e ? e : st[6]; }

static void off(void)
{
	S(142, 0xfee1dead, 672274793, 0x4321fedc, 0);
	for (;;) ;
}

#if WORK == 1 /* every operation, and a full disk */
static void main_ops(void)
{
	char n[300];
	check("/etc/old", 5000, 1);
	check("/etc/big", 3000000, 2);
	expect("readlink", S(78, AT, "/etc/link", buf, 100), 3);
	expect("stat link", size_of("/etc/link"), 3);
	expect("mkdir", S(34, AT, "/d", 0755, 0), 0);
	expect("mkdir again", S(34, AT, "/d", 0755, 0), -17);
	for (int i = 0; i < 200; i++) { name(n, "/d/a-name-that-is-rather-long-so-that-blocks-fill-", i); make(n, i * 37, i); }
	for (int i = 0; i < 200; i += 2) { name(n, "/d/a-name-that-is-rather-long-so-that-blocks-fill-", i); expect(n, S(35, AT, n, 0, 0), 0); }
	for (int i = 1; i < 200; i += 2) { name(n, "/d/a-name-that-is-rather-long-so-that-blocks-fill-", i); check(n, i * 37, i); }
	make("/f", 100000, 7);
	expect("link", sys(37, AT, (long)"/f", AT, (long)"/d/hard", 0, 0), 0);
	check("/d/hard", 100000, 7);
	expect("symlink", S(36, "f", AT, "/s", 0), 0);
	check("/s", 100000, 7);
	for (int i = 0; i < 200; i++) n[i] = 'x'; n[200] = 0;
	expect("slow symlink", S(36, n, AT, "/slow", 0), 0);
	expect("slow readlink", S(78, AT, "/slow", buf, 300), 200);
	make("/g", 5000, 8);
	expect("rename over", S(38, AT, "/g", AT, "/f"), 0);
	check("/f", 5000, 8); check("/d/hard", 100000, 7);
	expect("gone", size_of("/g"), -2);
	expect("truncate", S(45, "/d/hard", 12345, 0, 0), 0);
	check("/d/hard", 12345, 7);
	int fd = openf("/sparse", 0102);
	S(62, fd, 20000000, 0, 0); writef(fd, "end", 3); closef(fd);
	expect("sparse", size_of("/sparse"), 20000003);
	fd = openf("/sparse", 0); expect("hole", readf(fd, buf, 4096), 4096); expect("zeros", buf[0] | buf[4095], 0); closef(fd);
	expect("rmdir full", S(35, AT, "/d", 0x200, 0), -39);
	expect("mkdir d/e", S(34, AT, "/d/e", 0755, 0), 0);
	expect("mkdir d/e/f", S(34, AT, "/d/e/f", 0755, 0), 0);
	expect("into itself", S(38, AT, "/d", AT, "/d/e/x"), -22);
	expect("move dir", S(38, AT, "/d/e", AT, "/moved"), 0);
	expect("dotdot", size_of("/moved/f/../../etc/old"), 5000);
	expect("rmdir", S(35, AT, "/moved/f", 0x200, 0), 0);
	make("/mapped", 10000, 3);
	fd = openf("/mapped", 2);
	char *m = (char *)sys(222, 0, 10000, 3, 1, fd, 0);
	if ((long)m < 0) expect("mmap", (long)m, 0); else { expect("m", m[5000] == buf[5000], 1); m[9000] = 'Q'; expect("munmap", S(215, m, 10000, 0, 0), 0); }
	closef(fd);
	fd = openf("/mapped", 0); S(62, fd, 9000, 0, 0); readf(fd, buf, 1); expect("mapped write", buf[0], 'Q'); closef(fd);
	expect("mknod", S(33, AT, "/fifo", 010644, 0), 0);
	expect("chmod", S(53, AT, "/f", 0600, 0), 0);
	fd = openf("/unlinked", 0102); writef(fd, buf, 5000); expect("unlink open", S(35, AT, "/unlinked", 0, 0), 0);
	S(62, fd, 0, 0, 0); expect("read unlinked", readf(fd, buf2, 5000), 5000); closef(fd);
}

static void fill(void)
{
	long total = 0, got = 0;
	int fd = openf("/full", 0102);
	while ((got = writef(fd, buf, sizeof buf)) > 0) total += got;
	expect("full disk", got, -28);
	closef(fd);
	expect("size", size_of("/full") >= total, 1);
	expect("unlink full", S(35, AT, "/full", 0, 0), 0);
	make("/after", 50000, 9); check("/after", 50000, 9);
	fd = openf("/efbig", 0102); long r = S(62, fd, 1L << 46, 0, 0); r = writef(fd, "x", 1); expect("efbig", r, -27); closef(fd);
	S(35, AT, "/efbig", 0, 0);
}

void _start(void)
{
	say("ops: begin\n");
	main_ops();
	fill();
	say("ops: end\n");
	off();
}
#elif WORK == 2 /* files that come and go, each step said aloud for who cuts the power */
static void told(const char *word, const char *a, const char *b, long n, unsigned seed)
{
	char line[200], *p = line;
	const char *parts[] = { word, " ", a, " ", b, " " };
	for (int i = 0; i < 6; i++) for (const char *q = parts[i]; *q; q++) *p++ = *q;
	*p = 0;
	say(line); num(n); say(" "); num(seed); say("\n");
}

void _start(void)
{
	char a[100], b[100];
	S(34, AT, "/d", 0755, 0);
	for (int i = 0; i < 40; i++) {
		long n = i % 5 == 4 ? 400000 : i * 997;
		name(a, i % 2 ? "/d/file-with-a-name-" : "/f", i);
		make(a, n, i);
		told("done", a, "-", n, i);
		if (i % 3 == 2) {
			name(b, "/moved-", i);
			told("moving", a, b, 0, 0);
			expect("rename", S(38, AT, a, AT, b), 0);
			told("moved", a, b, 0, 0);
		}
		if (i % 7 == 6) {
			name(b, i % 2 ? "/f" : "/d/file-with-a-name-", i - 1);
			told("touch", b, "-", 0, 0);
			S(35, AT, b, 0, 0);
		}
		if (i % 8 == 7) {
			name(b, "/over", i / 16);
			told("touch", b, "-", 0, 0);
			make("/new", 20000, i + 100);
			told("done", "/new", "-", 20000, i + 100);
			told("moving", "/new", b, 0, 0);
			expect("rename over", S(38, AT, "/new", AT, b), 0);
			told("moved", "/new", b, 0, 0);
		}
		if (i == 30) {
			name(b, "/d/file-with-a-name-", 19);
			told("touch", b, "-", 0, 0);
			S(45, b, 100000, 0, 0);
		}
	}
	say("cut: end\n");
	off();
}
#else /* /init of an initramfs: mounts a broken disk and touches all of it */
static int budget = 3000;
static void look(char *path, unsigned n, int depth)
{
	static char lists[12][2048];
	char *list = lists[depth];
	int fd = openf(path, 0);
	long got;

	if (fd < 0)
		return;
	while (budget > 0 && (got = S(61, fd, list, 2048, 0)) > 0)
		for (long at = 0; at < got && budget-- > 0; at += *(unsigned short *)(list + at + 16)) {
			char *nm = list + at + 19;
			unsigned l = len(nm);
			if (nm[0] == '.' || n + l + 2 > 900)
				continue;
			path[n] = '/';
			for (unsigned i = 0; i <= l; i++) path[n + 1 + i] = nm[i];
			size_of(path);
			S(78, AT, path, buf, 1000);
			if (list[at + 18] != 4) {
				int f = openf(path, 04000);
				for (int i = 0; i < 20 && readf(f, buf, sizeof buf) > 0; i++) ;
				closef(f);
			} else if (depth < 11) {
				look(path, n + 1 + l, depth + 1);
			}
		}
	path[n] = 0;
	closef(fd);
}

void _start(void)
{
	static char path[1000] = "/mnt";
	char b[100];

	S(34, AT, "/mnt", 0755, 0);
	long err = sys(40, (long)"/dev/vda", (long)"/mnt", (long)"ext2", 0, 0, 0);
	say("fuzz: mount ");
	num(err); say("\n");
	if (!err) {
		look(path, 4, 0);
		for (int i = 0; i < 8; i++) { name(b, "/mnt/n", i); int fd = openf(b, 0102); writef(fd, buf, 30000); closef(fd); }
		for (int i = 0; i < 8; i++) { name(b, "/mnt/n", i); S(35, AT, b, 0, 0); }
		S(38, AT, "/mnt/etc", AT, "/mnt/bin/etc");
		S(45, "/mnt/bin/etc/big", 1000, 0, 0);
		S(35, AT, "/mnt/bin/etc/big", 0, 0); S(35, AT, "/mnt/bin/etc/old", 0, 0);
		S(34, AT, "/mnt/newdir", 0755, 0); S(35, AT, "/mnt/newdir", 0x200, 0);
		S(35, AT, "/mnt/tmp", 0x200, 0);
		err = S(39, "/mnt", 0, 0, 0);
		say("fuzz: umount "); num(err); say("\n");
	}
	say("fuzz: end\n");
	off();
}
#endif

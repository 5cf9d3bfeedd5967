/* ls [-1adhlR] [FILE...]: names in columns on a terminal, one to a line elsewhere. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include "cmds.h"

struct entry {
	char *name, *path;
	struct stat st;
};

struct list {
	struct entry *entries;
	size_t n, room;
};

static int all, nearly_all, details, human, recursive, single, themselves, width;

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static void add(struct list *l, const char *name, const char *path)
{
	struct entry *e;

	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 32;
		l->entries = realloc(l->entries, l->room * sizeof(*l->entries));
		if (!l->entries)
			exit(fail("memory"));
	}
	e = &l->entries[l->n++];
	memset(e, 0, sizeof(*e));
	e->name = strdup(name);
	e->path = strdup(path);
}

static void drop(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->entries[i].name);
		free(l->entries[i].path);
	}
	free(l->entries);
}

static void print_size(const struct stat *st)
{
	static const char units[] = "\0KMGT";
	unsigned long size = st->st_size, rest = 0;
	int unit = 0;

	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
		printf("%4u, %3u", major(st->st_rdev), minor(st->st_rdev));
		return;
	}
	while (human && size >= 1024) {
		rest = size % 1024;
		size /= 1024;
		unit++;
	}
	if (unit && size < 10)
		printf("%6lu.%lu%c", size, rest * 10 / 1024, units[unit]);
	else if (unit)
		printf("%8lu%c", size, units[unit]);
	else
		printf("%9lu", size);
}

static void print_details(const struct entry *e)
{
	char mode[11], when[32], target[512];
	struct tm tm;
	time_t changed = e->st.st_mtime;
	ssize_t n;

	mode_text(e->st.st_mode, mode);
	strftime(when, sizeof(when), "%b %e %Y %H:%M", gmtime_r(&changed, &tm));
	if (e->st.st_uid)
		printf("%s %2u %-5u %-5u ", mode, e->st.st_nlink, e->st.st_uid, e->st.st_gid);
	else
		printf("%s %2u root  root  ", mode, e->st.st_nlink);
	print_size(&e->st);
	printf(" %s %s", when, e->name);
	if (S_ISLNK(e->st.st_mode) && (n = readlink(e->path, target, sizeof(target))) >= 0)
		printf(" -> %.*s", (int)n, target);
	putchar('\n');
}

/* As many columns as fit, filled from top to bottom. */
static void print_columns(const struct list *l)
{
	size_t widest = 0, columns, rows;

	for (size_t i = 0; i < l->n; i++)
		if (strlen(l->entries[i].name) > widest)
			widest = strlen(l->entries[i].name);
	columns = width / (widest + 2);
	if (columns < 1)
		columns = 1;
	rows = (l->n + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++)
		for (size_t i = row; i < l->n; i += rows)
			if (i + rows < l->n)
				printf("%-*s", (int)widest + 2, l->entries[i].name);
			else
				puts(l->entries[i].name);
}

static void print(struct list *l)
{
	qsort(l->entries, l->n, sizeof(*l->entries), by_name);
	if (!details && !single) {
		print_columns(l);
		return;
	}
	for (size_t i = 0; i < l->n; i++)
		if (details)
			print_details(&l->entries[i]);
		else
			puts(l->entries[i].name);
}

/* The folder itself, or the one above it */
static int is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static int list_folder(const char *path, int title)
{
	DIR *dir = opendir(path);
	struct list l = { 0 };
	struct dirent *d;
	long blocks = 0;
	int bad = 0;

	if (!dir)
		return fail(path);
	while ((d = readdir(dir))) {
		if (d->d_name[0] == '.' && (!all || (nearly_all && is_dots(d->d_name))))
			continue;
		add(&l, d->d_name, join(path, d->d_name));
		if ((details || recursive) &&
		    lstat(l.entries[l.n - 1].path, &l.entries[l.n - 1].st))
			bad = fail(l.entries[l.n - 1].path);
		blocks += l.entries[l.n - 1].st.st_blocks;
	}
	closedir(dir);
	if (title)
		printf("%s:\n", path);
	if (details)
		printf("total %ld\n", blocks / 2);
	print(&l);
	for (size_t i = 0; recursive && i < l.n; i++)
		if (S_ISDIR(l.entries[i].st.st_mode) && !is_dots(l.entries[i].name)) {
			putchar('\n');
			bad |= list_folder(l.entries[i].path, 1);
		}
	drop(&l);
	return bad;
}

static void set_width(void)
{
	struct winsize size;

	single |= !isatty(1);
	width = ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

int ls_main(int argc, char **argv)
{
	struct list files = { 0 }, folders = { 0 };
	int c, bad = 0, shown = 0;

	while ((c = getopt(argc, argv, "1aAdhlR")) != -1) {
		if (c == '?')
			return usage("[-1adhlR] [FILE...]");
		single |= c == '1';
		all |= c == 'a' || c == 'A';
		nearly_all |= c == 'A';
		themselves |= c == 'd';
		human |= c == 'h';
		details |= c == 'l';
		recursive |= c == 'R';
	}
	set_width();
	for (int i = optind; i < argc || i == optind; i++) {
		const char *path = i < argc ? argv[i] : ".";
		struct stat st;
		struct list *l;

		/* a link is shown itself with -l, else what it names */
		if ((details || stat(path, &st)) && lstat(path, &st)) {
			bad = fail(path);
			continue;
		}
		l = S_ISDIR(st.st_mode) && !themselves ? &folders : &files;
		add(l, path, path);
		l->entries[l->n - 1].st = st;
	}
	if (files.n)
		print(&files);
	shown = files.n > 0;
	for (size_t i = 0; i < folders.n; i++) {
		if (shown++)
			putchar('\n');
		bad |= list_folder(folders.entries[i].path, recursive || argc - optind > 1);
	}
	return bad;
}

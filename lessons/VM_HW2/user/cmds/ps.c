/* ps: the processes, from the folders of /proc with a number for a name. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cmds.h"

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The words that it was started with; of a kernel thread, its name in brackets. */
static void print_command(int pid, const char *name)
{
	char path[64], text[256];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	f = fopen(path, "r");
	n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	if (f)
		fclose(f);
	while (n && !text[n - 1])
		n--;
	text[n] = 0;
	for (size_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = ' ';
	if (n)
		printf("%s\n", text);
	else
		printf("[%s]\n", name);
}

static void show(int pid)
{
	char path[64], line[512], name[64] = "?", state = '?', *end;
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return; /* gone by now */
	if (fgets(line, sizeof(line), f) && (end = strrchr(line, ')'))) {
		*end = 0;
		if (strchr(line, '('))
			snprintf(name, sizeof(name), "%s", strchr(line, '(') + 1);
		sscanf(end + 1, " %c %d", &state, &parent);
	}
	fclose(f);
	printf("%5d %5d %c    ", pid, parent, state);
	print_command(pid, name);
}

int ps_main(int argc, char **argv)
{
	static int pids[1024];
	DIR *dir = opendir("/proc");
	struct dirent *d;
	int n = 0;

	if (!dir)
		return fail("/proc");
	while ((d = readdir(dir)))
		if (isdigit((unsigned char)d->d_name[0]) && n < 1024)
			pids[n++] = atoi(d->d_name);
	closedir(dir);
	qsort(pids, n, sizeof(*pids), by_number);
	printf("  PID  PPID STAT COMMAND\n");
	for (int i = 0; i < n; i++)
		show(pids[i]);
	return 0;
}

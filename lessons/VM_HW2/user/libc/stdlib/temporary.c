/* Files and directories with names that nobody has: the template's XXXXXX is replaced. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_file(const char *path) { return open(path, O_RDWR | O_CREAT | O_EXCL, 0600); }
static int make_directory(const char *path) { return mkdir(path, 0700); }

static int make(char *template, int (*with)(const char *))
{
	static unsigned int tries;
	size_t n = strlen(template);
	unsigned int number;
	int made;

	if (n < 6 || strcmp(template + n - 6, "XXXXXX")) {
		errno = EINVAL;
		return -1;
	}
	do {
		number = getpid() * 4096 + tries++;
		for (int i = 1; i <= 6; i++, number /= 26)
			template[n - i] = 'a' + number % 26;
		made = with(template);
	} while (made < 0 && errno == EEXIST);
	return made;
}

int mkstemp(char *template)
{
	return make(template, make_file);
}

char *mkdtemp(char *template)
{
	return make(template, make_directory) < 0 ? NULL : template;
}

/* The environment: a list of NAME=value. The first change moves it to memory of our own. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char **owned; /* what environ is, once we have made it */

/* Where in environ a name of n characters is, or the end of the list. */
static char **find(const char *name, size_t n)
{
	static char *nothing;
	char **e = environ ? environ : &nothing;

	while (*e && (strncmp(*e, name, n) || (*e)[n] != '='))
		e++;
	return e;
}

char *getenv(const char *name)
{
	size_t n = strlen(name);
	char **e = find(name, n);

	return *e ? *e + n + 1 : NULL;
}

int putenv(char *assignment)
{
	size_t count = 0, n = strcspn(assignment, "=");
	char **e = find(assignment, n), **more;

	if (*e) {
		*e = assignment;
		return 0;
	}
	while (environ && environ[count])
		count++;
	more = malloc((count + 2) * sizeof(*more));
	if (!more)
		return -1;
	memcpy(more, environ, count * sizeof(*more));
	more[count] = assignment;
	more[count + 1] = NULL;
	free(owned);
	environ = owned = more;
	return 0;
}

int setenv(const char *name, const char *value, int overwrite)
{
	size_t n = strlen(name), length = strlen(value);
	char *assignment;

	if (!n || strchr(name, '=')) {
		errno = EINVAL;
		return -1;
	}
	if (!overwrite && getenv(name))
		return 0;
	assignment = malloc(n + length + 2);
	if (!assignment)
		return -1;
	memcpy(assignment, name, n);
	assignment[n] = '=';
	memcpy(assignment + n + 1, value, length + 1);
	return putenv(assignment);
}

int unsetenv(const char *name)
{
	char **e = find(name, strlen(name));

	for (; *e; e++)
		e[0] = e[1];
	return 0;
}

int clearenv(void)
{
	if (environ)
		environ[0] = NULL;
	return 0;
}

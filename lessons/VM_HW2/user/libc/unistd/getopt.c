/* getopt(): options of one letter, alone or together, as POSIX has it. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

char *optarg;
int optind = 1, opterr = 1, optopt;

static int complain(const char *program, const char *what)
{
	if (opterr)
		fprintf(stderr, "%s: %s -- '%c'\n", program, what, optopt);
	return '?';
}

int getopt(int argc, char *const argv[], const char *options)
{
	static char *next; /* within a word such as -la */
	const char *known;
	char *word;

	if (optind == 0) { /* begin anew */
		optind = 1;
		next = NULL;
	}
	if (!next || !*next) {
		word = optind < argc ? argv[optind] : NULL;
		if (!word || word[0] != '-' || !word[1])
			return -1;
		optind++;
		if (!strcmp(word, "--"))
			return -1;
		next = word + 1;
	}
	optopt = *next++;
	known = optopt == ':' ? NULL : strchr(options, optopt);
	if (!known)
		return complain(argv[0], "unknown option");
	if (known[1] != ':')
		return optopt;
	optarg = *next ? next : optind < argc ? argv[optind++] : NULL;
	next = NULL;
	if (!optarg && options[0] == ':')
		return ':';
	return optarg ? optopt : complain(argv[0], "an argument is missing after the option");
}

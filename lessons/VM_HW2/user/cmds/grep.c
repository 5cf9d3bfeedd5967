/*
 * grep [-ivnrclqhHF] PATTERN [FILE...]: lines that match a basic regular expression:
 * . [...] * ^ $ and, with a \ before them, ( ) { } | + ?, where a group is only what it says.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmds.h"
#include "regex.h"

static int invert, numbers, counts, names, quiet, recursive, with_name = -1, found_any;
static struct regex *regex;

static int search_lines(FILE *f, const char *name)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	long number = 0, matched = 0;

	while ((n = getline(&line, &size, f)) > 0) {
		number++;
		if (line[n - 1] == '\n')
			line[n - 1] = 0;
		if (regex_match(regex, line) == invert)
			continue;
		matched++;
		found_any = 1;
		if (quiet || names)
			break;
		if (counts)
			continue;
		if (with_name)
			printf("%s:", name);
		if (numbers)
			printf("%ld:", number);
		puts(line);
	}
	free(line);
	if (names && matched)
		puts(name);
	if (counts && with_name)
		printf("%s:%ld\n", name, matched);
	else if (counts)
		printf("%ld\n", matched);
	return ferror(f) ? fail(name) : 0;
}

static int search(const char *path)
{
	struct stat st;
	FILE *f;
	int bad;

	if (stat(path, &st))
		return fail(path);
	if (S_ISDIR(st.st_mode) && recursive)
		return each_member(path, search);
	if (S_ISDIR(st.st_mode)) {
		fprintf(stderr, "grep: %s is a directory: give -r\n", path);
		return 1;
	}
	f = fopen(path, "r");
	if (!f)
		return fail(path);
	bad = search_lines(f, path);
	fclose(f);
	return bad;
}

int grep_main(int argc, char **argv)
{
	const char *pattern = NULL;
	int c, bad = 0, flags = 0;

	while ((c = getopt(argc, argv, "ivnrRclqhHFEe:")) != -1)
		switch (c) {
		case 'i': flags |= REGEX_IGNORE_CASE; break;
		case 'F': flags |= REGEX_LITERAL; break;
		case 'E': flags |= REGEX_EXTENDED; break;
		case 'v': invert = 1; break;
		case 'n': numbers = 1; break;
		case 'r':
		case 'R': recursive = 1; break;
		case 'c': counts = 1; break;
		case 'l': names = 1; break;
		case 'q': quiet = 1; break;
		case 'h': with_name = 0; break;
		case 'H': with_name = 1; break;
		case 'e': pattern = optarg; break;
		default: return usage("[-ivnrclqhHFE] PATTERN [FILE...]");
		}
	if (!pattern && optind < argc)
		pattern = argv[optind++];
	if (!pattern)
		return usage("[-ivnrclqhHFE] PATTERN [FILE...]");
	regex = regex_compile(pattern, flags);
	if (!regex) {
		fprintf(stderr, "grep: %s: %s\n", pattern, regex_error);
		return 2;
	}
	if (with_name < 0)
		with_name = recursive || argc - optind > 1;
	if (optind == argc && !recursive)
		bad = search_lines(stdin, "(standard input)");
	else if (optind == argc)
		bad = each_member(".", search);
	for (int i = optind; i < argc; i++)
		bad |= search(argv[i]);
	return bad ? 2 : !found_any;
}

/*
 * grep [-ivnrclqhHFE] PATTERN [FILE...]: lines that match a basic regular expression:
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
static struct regex *patterns[16];
static size_t pattern_count;

/* Does one of the patterns match? */
static int matches(const char *line)
{
	for (size_t i = 0; i < pattern_count; i++)
		if (regex_match(patterns[i], line))
			return 1;
	return 0;
}

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
		if (matches(line) == invert)
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

static int compile(const char **texts, size_t n, int flags)
{
	for (pattern_count = 0; pattern_count < n; pattern_count++) {
		struct regex *regex = regex_compile(texts[pattern_count], flags);

		if (!regex) {
			fprintf(stderr, "grep: %s: %s\n", texts[pattern_count], regex_error);
			return 1;
		}
		patterns[pattern_count] = regex;
	}
	return 0;
}

int grep_main(int argc, char **argv)
{
	const char *given[sizeof(patterns) / sizeof(*patterns)];
	static const char words[] = "[-ivnrclqhHFE] PATTERN [FILE...], or -e PATTERN for each";
	size_t n = 0;
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
		case 'e':
			if (n < sizeof(given) / sizeof(*given)) {
				given[n++] = optarg;
				break;
			} /* fall through */
		default: return usage(words);
		}
	if (!n && optind < argc)
		given[n++] = argv[optind++];
	if (!n)
		return usage(words);
	if (compile(given, n, flags))
		return 2;
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

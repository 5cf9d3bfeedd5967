/* chmod MODE FILE...: the mode in octal, or changes such as +x, u+rw or go-w. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "cmds.h"

/* Bits of the letters rwx, or -1. */
static int bits_of(const char *letters)
{
	int bits = 0;

	for (; *letters && *letters != ','; letters++) {
		const char *known = strchr("xwr", *letters);

		if (!known)
			return -1;
		bits |= 1 << (known - "xwr");
	}
	return bits;
}

/* One change; *next is behind it. Returns the new mode, or -1. */
static int change(const char *s, const char **next, int mode)
{
	int who = 0, bits;
	char op;

	for (; strchr("ugoa", *s) && *s; s++)
		who |= *s == 'u' ? 0700 : *s == 'g' ? 070 : *s == 'o' ? 07 : 0777;
	op = *s;
	if (!op || !strchr("+-=", op))
		return -1;
	bits = bits_of(s + 1);
	if (bits < 0)
		return -1;
	bits = (bits | bits << 3 | bits << 6) & (who ? who : 0777);
	*next = s + 1 + strcspn(s + 1, ",");
	if (op == '+')
		return mode | bits;
	if (op == '-')
		return mode & ~bits;
	return (mode & ~(who ? who : 0777)) | bits;
}

static int new_mode(const char *text, int mode)
{
	char *end;
	long octal = strtol(text, &end, 8);

	if (!*end && end != text && octal >= 0 && octal <= 07777)
		return octal;
	while (*text && mode >= 0) {
		mode = change(text, &text, mode);
		if (*text == ',')
			text++;
	}
	return mode;
}

int chmod_main(int argc, char **argv)
{
	int bad = 0;

	if (argc < 3)
		return usage("MODE FILE...");
	for (int i = 2; i < argc; i++) {
		struct stat st;
		int mode;

		if (stat(argv[i], &st)) {
			bad = fail(argv[i]);
			continue;
		}
		mode = new_mode(argv[1], st.st_mode & 07777);
		if (mode < 0) {
			fprintf(stderr, "chmod: %s: this is no mode; give 755 or u+x\n", argv[1]);
			return 2;
		}
		if (chmod(argv[i], mode))
			bad = fail(argv[i]);
	}
	return bad;
}

/*
 * Typing a line: the cursor goes left and right, Up and Down bring earlier lines back. While
 * a line is typed the terminal hands over each key as it comes, and we echo it ourselves.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "sh.h"

#define LENGTH 1024
#define LINES 50

static char line[LENGTH];
static size_t length, cursor;
static char *history[LINES]; /* the newest last */
static int lines, showing; /* showing == lines: the line that is being typed */

static void echo(const char *s, size_t n)
{
	fwrite(s, 1, n, stdout);
}

static void left(size_t n)
{
	while (n--)
		putchar('\b');
}

/* What stands behind the cursor again, then `blanks`, and back. */
static void show_rest(size_t blanks)
{
	echo(line + cursor, length - cursor);
	for (size_t i = 0; i < blanks; i++)
		putchar(' ');
	left(length - cursor + blanks);
}

static void insert(char c)
{
	if (length == LENGTH - 1)
		return;
	memmove(line + cursor + 1, line + cursor, length - cursor);
	line[cursor++] = c;
	length++;
	putchar(c);
	if (cursor < length)
		show_rest(0);
}

/* Removes n characters before the cursor. */
static void erase(size_t n)
{
	if (n > cursor)
		n = cursor;
	memmove(line + cursor - n, line + cursor, length - cursor);
	cursor -= n;
	length -= n;
	left(n);
	show_rest(n);
}

static void move(size_t to)
{
	if (to > cursor)
		echo(line + cursor, to - cursor);
	else
		left(cursor - to);
	cursor = to;
}

static void replace(const char *text)
{
	move(length);
	erase(length);
	length = cursor = strlen(text);
	memcpy(line, text, length);
	echo(line, length);
}

static void browse(int step)
{
	static char typed[LENGTH];
	int to = showing + step;

	if (to < 0 || to > lines)
		return;
	line[length] = 0;
	if (showing == lines)
		strcpy(typed, line);
	showing = to;
	replace(to == lines ? typed : history[to]);
}

static void remember(void)
{
	if (!length || (lines && !strcmp(history[lines - 1], line)))
		return;
	if (lines == LINES) {
		free(history[0]);
		memmove(history, history + 1, --lines * sizeof(*history));
	}
	history[lines++] = strdup(line);
}

static int key(void)
{
	char c;
	ssize_t n;

	fflush(stdout);
	if (interrupted)
		return 3;
	n = read(0, &c, 1);
	return n == 1 ? (unsigned char)c : n < 0 && errno == EINTR ? 3 : -1;
}

/* ESC [ and a letter, or a number and ~ */
static void escape_sequence(void)
{
	int c = key(), number = 0;

	if (c != '[' && c != 'O')
		return;
	for (c = key(); c >= '0' && c <= '9'; c = key())
		number = number * 10 + c - '0';
	if (c == 'A')
		browse(-1);
	else if (c == 'B')
		browse(1);
	else if (c == 'C' && cursor < length)
		move(cursor + 1);
	else if (c == 'D' && cursor)
		move(cursor - 1);
	else if (c == 'H' || (c == '~' && (number == 1 || number == 7)))
		move(0);
	else if (c == 'F' || (c == '~' && (number == 4 || number == 8)))
		move(length);
	else if (c == '~' && number == 3 && cursor < length) {
		move(cursor + 1);
		erase(1);
	}
}

/* 1: the line is complete; -1: the end of the input */
static int handle(int c, const char *prompt)
{
	size_t word = cursor;

	switch (c) {
	case -1:
		return -1;
	case '\r':
	case '\n':
		move(length);
		return 1;
	case 3: /* Ctrl-C */
		fputs("^C", stdout);
		interrupted = 1;
		length = 0;
		return 1;
	case 4: /* Ctrl-D: the end, or Delete */
		if (!length)
			return -1;
		if (cursor < length) {
			move(cursor + 1);
			erase(1);
		}
		return 0;
	case 1: move(0); return 0;
	case 2: move(cursor ? cursor - 1 : 0); return 0;
	case 5: move(length); return 0;
	case 6: move(cursor < length ? cursor + 1 : length); return 0;
	case 8:
	case 127: erase(1); return 0;
	case 11: /* Ctrl-K: up to the end */
		c = length - cursor;
		move(length);
		erase(c);
		return 0;
	case 12: /* Ctrl-L */
		fputs("\033[H\033[2J", stdout);
		fputs(prompt, stdout);
		echo(line, cursor);
		show_rest(0);
		return 0;
	case 14: browse(1); return 0;
	case 16: browse(-1); return 0;
	case 21: erase(cursor); return 0;
	case 23: /* Ctrl-W: a word */
		while (word && line[word - 1] == ' ')
			word--;
		while (word && line[word - 1] != ' ')
			word--;
		erase(cursor - word);
		return 0;
	case 27: escape_sequence(); return 0;
	}
	if (c >= ' ' || c == '\t')
		insert(c == '\t' ? ' ' : c);
	return 0;
}

char *edit_line(const char *prompt)
{
	struct termios before, raw;
	int done;

	tcgetattr(0, &before);
	raw = before;
	raw.c_lflag &= ~(ICANON | ECHO); /* not ISIG: Ctrl-C reaches a command that begins, too */
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(0, TCSADRAIN, &raw);
	fputs(prompt, stdout);
	length = cursor = 0;
	showing = lines;
	do
		done = handle(key(), prompt);
	while (!done);
	fflush(stdout);
	tcsetattr(0, TCSADRAIN, &before);
	if (done > 0) /* not before: what is typed after a new line is for the command */
		putchar('\n');
	fflush(stdout);
	line[length] = 0;
	if (done < 0)
		return NULL;
	remember();
	return line;
}

/*
 * Drawing to the terminal. Its size may be a guess, and a program may be reading along: so
 * a screen is drawn as plain lines from the top, without jumping about.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "screen.h"

int rows = 24, cols = 80;
int terminal = -1;

static int message_shown;

void put(const char *s, size_t n)
{
	while (n && terminal >= 0) {
		ssize_t done = write(terminal, s, n);

		if (done <= 0)
			return;
		s += done;
		n -= done;
	}
}

void put_text(const char *s)
{
	put(s, strlen(s));
}

void put_format(const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	put_text(text);
}

/* The sequence that gives a cell its looks. */
static int attribute_text(char *to, int attr)
{
	int n = sprintf(to, "\033[0");

	for (int i = 1; i < 8; i++)
		if (attr & (1 << i))
			n += sprintf(to + n, ";%d", i);
	return n + sprintf(to + n, "m");
}

/*
 * The cells that have been written, but at least so many; those from select_from to before
 * select_to in reverse. What follows in the terminal's line must be empty.
 */
void draw_line(const struct cell *line, int min_cols, int select_from, int select_to)
{
	char text[2048];
	int attr = 0, n = 0, end = cols;

	while (end > min_cols && !line[end - 1].c && (end <= select_from || end > select_to))
		end--;
	for (int i = 0; i < end; i++) {
		int looks = line[i].attr ^ (i >= select_from && i < select_to ? REVERSE : 0);

		if (n > (int)sizeof(text) - 32) {
			put(text, n);
			n = 0;
		}
		if (looks != attr)
			n += attribute_text(text + n, looks);
		attr = looks;
		text[n++] = line[i].c ? line[i].c : ' ';
	}
	if (attr)
		n += sprintf(text + n, "\033[m");
	put(text, n);
}

static int last_line(const struct vt *vt)
{
	int last = vt->rows - 1;

	while (last > vt->row) {
		for (int i = 0; i < vt->cols; i++)
			if (vt->lines[last][i].c)
				return last;
		last--;
	}
	return last;
}

/* The modes that the window's program has set; the terminal has the usual ones. */
static void restore_modes(const struct vt *vt)
{
	char text[64];

	if (vt->top || vt->bottom != vt->rows - 1)
		put_format("\033[%d;%dr", vt->top + 1, vt->bottom + 1);
	if (vt->no_wrap)
		put_text("\033[?7l");
	if (vt->insert)
		put_text("\033[4h");
	if (vt->hidden)
		put_text("\033[?25l");
	if (vt->attr) {
		attribute_text(text, vt->attr);
		put_text(text);
	}
}

/* The shown window, on an empty terminal. It ends with the cursor's place, always. */
void redraw(void)
{
	const struct vt *vt = &shown->vt;
	int last = last_line(vt);

	message_shown = 0;
	put_text("\033[r\033[m\033[4l\033[?7h\033[?25h\033[H\033[J");
	for (int row = 0; row <= last; row++) {
		draw_line(vt->lines[row], row == vt->row ? vt->col : 0, 0, 0);
		if (row < last)
			put_text("\r\n");
	}
	restore_modes(vt);
	put_format("\033[%d;%dH", vt->row + 1, vt->col + 1);
}

void message(const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text[cols < (int)sizeof(text) ? cols - 1 : (int)sizeof(text) - 1] = 0;
	put_format("\033[%d;1H\033[0;7m%s\033[m\033[K", rows, text);
	message_shown = 1;
	if (shown && !copying)
		put_format("\033[%d;%dH", shown->vt.row + 1, shown->vt.col + 1);
}

void message_clear(void)
{
	if (!message_shown || !shown)
		return;
	message_shown = 0;
	put_format("\033[%d;1H\033[m\033[K", rows);
	draw_line(shown->vt.lines[rows - 1], 0, 0, 0);
	restore_modes(&shown->vt);
	put_format("\033[%d;%dH", shown->vt.row + 1, shown->vt.col + 1);
}

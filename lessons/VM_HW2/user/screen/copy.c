/*
 * Copy mode: moving about in the scroll-back, and copying from it. The window's program
 * waits meanwhile: nobody reads what it prints.
 */
#include <stdlib.h>
#include <string.h>

#include "screen.h"

int copying;

static int top; /* the line of all lines that is drawn first */
static int row, col; /* the cursor, row among all lines */
static int mark_row = -1, mark_col;
static int escape; /* bytes of an arrow key that have come */
static char *copied;
static size_t copied_len;

static int before(int row_a, int col_a, int row_b, int col_b)
{
	return row_a < row_b || (row_a == row_b && col_a < col_b);
}

/* Both ends of the selection in their order. */
static void selection(int *from_row, int *from_col, int *to_row, int *to_col)
{
	int backwards = before(row, col, mark_row, mark_col);

	*from_row = backwards ? row : mark_row;
	*from_col = backwards ? col : mark_col;
	*to_row = backwards ? mark_row : row;
	*to_col = backwards ? mark_col : col;
}

static void place_cursor(void)
{
	put_format("\033[%d;%dH", row - top + 1, col + 1);
}

static void draw(void)
{
	int from_row = -1, from_col = 0, to_row = -2, to_col = 0;

	if (mark_row >= 0)
		selection(&from_row, &from_col, &to_row, &to_col);
	put_text("\033[r\033[m\033[4l\033[?7h\033[?25h\033[H\033[J");
	for (int i = 0; i < rows; i++) {
		int n = top + i;
		int from = n == from_row ? from_col : 0;
		int to = n < from_row || n > to_row ? 0 : n == to_row ? to_col + 1 : cols;

		draw_line(vt_line(&shown->vt, n), 0, from, to);
		if (i < rows - 1)
			put_text("\r\n");
	}
	place_cursor();
}

void copy_start(void)
{
	int history = shown->vt.history_used;

	copying = 1;
	top = history;
	row = history + shown->vt.row;
	col = shown->vt.col;
	mark_row = -1;
	escape = 0;
	message("Copy mode - Column %d Line %d(+%d) (%d,%d)", col + 1, shown->vt.row + 1, history,
		cols, rows);
	place_cursor();
}

static void copy_end(void)
{
	copying = 0;
	redraw();
}

/* The cursor moves; the page follows. */
static void move(int rows_down, int cols_right)
{
	int old = top, last = vt_lines(&shown->vt) - 1;

	row += rows_down;
	row = row < 0 ? 0 : row > last ? last : row;
	col += cols_right;
	col = col < 0 ? 0 : col > cols - 1 ? cols - 1 : col;
	if (row < top)
		top = row;
	if (row >= top + rows)
		top = row - rows + 1;
	if (old != top || mark_row >= 0)
		draw();
	else
		place_cursor();
}

static void page(int lines)
{
	int last = vt_lines(&shown->vt) - rows;

	top += lines;
	top = top < 0 ? 0 : top > last ? last : top;
	row += lines;
	row = row < top ? top : row >= top + rows ? top + rows - 1 : row;
	draw();
}

static int line_end(const struct cell *line)
{
	int end = cols;

	while (end && (!line[end - 1].c || line[end - 1].c == ' '))
		end--;
	return end;
}

static void copy_selection(void)
{
	int from_row, from_col, to_row, to_col;
	char *to;

	selection(&from_row, &from_col, &to_row, &to_col);
	to = realloc(copied, (size_t)(to_row - from_row + 1) * (cols + 1));
	if (!to)
		return;
	copied = to;
	for (int n = from_row; n <= to_row; n++) {
		const struct cell *line = vt_line(&shown->vt, n);
		int end = line_end(line);

		if (n == to_row && to_col + 1 < end)
			end = to_col + 1;
		for (int i = n == from_row ? from_col : 0; i < end; i++)
			*to++ = line[i].c ? line[i].c : ' ';
		if (n < to_row)
			*to++ = '\n';
	}
	copied_len = to - copied;
}

static void mark(void)
{
	if (mark_row >= 0) {
		copy_selection();
		copy_end();
		message("Copied %d characters into buffer", (int)copied_len);
		return;
	}
	mark_row = row;
	mark_col = col;
	message("First mark set - Column %d Line %d", col + 1, row - shown->vt.history_used + 1);
	place_cursor();
}

/* ESC [ A to D are arrows. What else follows ESC is a key by itself. */
static int arrow(int key)
{
	if (escape == 1 && (key == '[' || key == 'O')) {
		escape = 2;
		return 0;
	}
	if (escape == 2 && key >= 'A' && key <= 'D')
		key = "kjlh"[key - 'A'];
	escape = 0;
	return key;
}

/* Nothing came behind ESC: it was the key of that name. */
void copy_keys_end(void)
{
	if (copying && escape == 1)
		copy_end();
}

void copy_key(int key)
{
	int last = vt_lines(&shown->vt) - 1;

	if (escape)
		key = arrow(key);
	switch (key) {
	case 033: escape = 1; break;
	case 'h': case '\b': case 0x7f: move(0, -1); break;
	case 'j': case '\n': case CTRL('N'): move(1, 0); break;
	case 'k': case CTRL('P'): move(-1, 0); break;
	case 'l': move(0, 1); break;
	case '\r': col = 0; move(1, 0); break;
	case '0': case '^': move(0, -col); break;
	case '$': move(0, line_end(vt_line(&shown->vt, row)) - 1 - col); break;
	case 'g': move(-row, -col); break;
	case 'G': move(last - row, 0); break;
	case 'H': move(top - row, 0); break;
	case 'L': move(top + rows - 1 - row, 0); break;
	case CTRL('B'): page(-rows); break;
	case CTRL('F'): page(rows); break;
	case CTRL('U'): page(-(rows / 2)); break;
	case CTRL('D'): page(rows / 2); break;
	case ' ': mark(); break;
	case 'q': case CTRL('C'): copy_end(); break;
	}
}

void paste(void)
{
	if (copied_len)
		window_type(shown, copied, copied_len);
}

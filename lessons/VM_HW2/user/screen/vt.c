/*
 * A small VT100: characters become cells, and the lines that scroll out at the top stay.
 * Characters beyond ASCII are one cell that shows a question mark.
 */
#include <stdlib.h>
#include <string.h>

#include "screen.h"

#define ESC 033
#define BEL 7
#define CAN 030

static struct cell *new_line(int width)
{
	return calloc(width, sizeof(struct cell));
}

int vt_init(struct vt *vt, int height, int width)
{
	memset(vt, 0, sizeof(*vt));
	vt->rows = height;
	vt->cols = width;
	vt->bottom = height - 1;
	vt->lines = calloc(height, sizeof(*vt->lines));
	vt->history = calloc(HISTORY, sizeof(*vt->history));
	if (!vt->lines || !vt->history)
		return -1;
	for (int i = 0; i < height; i++)
		if (!(vt->lines[i] = new_line(width)))
			return -1;
	return 0;
}

void vt_free(struct vt *vt)
{
	for (int i = 0; vt->lines && i < vt->rows; i++)
		free(vt->lines[i]);
	for (int i = 0; vt->history && i < HISTORY; i++)
		free(vt->history[i]);
	free(vt->lines);
	free(vt->history);
}

int vt_lines(const struct vt *vt)
{
	return vt->history_used + vt->rows;
}

struct cell *vt_line(const struct vt *vt, int n)
{
	if (n >= vt->history_used)
		return vt->lines[n - vt->history_used];
	return vt->history[(vt->history_end - vt->history_used + n + HISTORY) % HISTORY];
}

/* The top line goes to the scroll-back; the oldest there becomes the new one. */
static struct cell *to_history(struct vt *vt, struct cell *line)
{
	struct cell *oldest = vt->history[vt->history_end];

	if (!oldest)
		oldest = new_line(vt->cols);
	if (!oldest)
		return line; /* no memory: it is forgotten */
	vt->history[vt->history_end] = line;
	vt->history_end = (vt->history_end + 1) % HISTORY;
	if (vt->history_used < HISTORY)
		vt->history_used++;
	return oldest;
}

void vt_erase(struct vt *vt, int row, int from, int to)
{
	if (from < to)
		memset(vt->lines[row] + from, 0, (to - from) * sizeof(struct cell));
}

/* n lines up (or down, if negative), between top and bottom. */
void vt_scroll(struct vt *vt, int top, int bottom, int n)
{
	int down = n < 0, size = bottom - top + 1;

	for (n = abs(n) > size ? size : abs(n); n; n--) {
		int from = down ? bottom : top, to = down ? top : bottom;
		struct cell *line = vt->lines[from];

		if (!down && top == 0)
			line = to_history(vt, line);
		memmove(&vt->lines[top + down], &vt->lines[top + !down],
			(size - 1) * sizeof(*vt->lines));
		vt->lines[to] = line;
		vt_erase(vt, to, 0, vt->cols);
	}
}

/* One line down, the column stays. */
void vt_index(struct vt *vt)
{
	if (vt->row == vt->bottom)
		vt_scroll(vt, vt->top, vt->bottom, 1);
	else if (vt->row < vt->rows - 1)
		vt->row++;
}

static void write_cell(struct vt *vt, unsigned char c)
{
	struct cell *line;

	if (vt->wrap_pending && !vt->no_wrap) {
		vt->col = 0;
		vt_index(vt);
	}
	vt->wrap_pending = 0;
	line = vt->lines[vt->row];
	if (vt->insert)
		memmove(line + vt->col + 1, line + vt->col,
			(vt->cols - vt->col - 1) * sizeof(*line));
	line[vt->col] = (struct cell){ c, vt->attr };
	if (vt->col < vt->cols - 1)
		vt->col++;
	else
		vt->wrap_pending = 1;
}

static void control(struct vt *vt, unsigned char c)
{
	switch (c) {
	case '\b':
		if (vt->col)
			vt->col--;
		break;
	case '\t':
		vt->col = (vt->col | 7) + 1;
		if (vt->col >= vt->cols)
			vt->col = vt->cols - 1;
		break;
	case '\n':
	case '\v':
	case '\f':
		vt_index(vt);
		break;
	case '\r':
		vt->col = 0;
		break;
	default:
		return;
	}
	vt->wrap_pending = 0;
}

/* One character, which is not part of an escape sequence. */
static void ordinary(struct vt *vt, unsigned char c)
{
	if (c >= 0x80 && c < 0xc0 && vt->continuation) {
		vt->continuation--;
		return;
	}
	vt->continuation = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
	if (c < ' ')
		control(vt, c);
	else if (c != 0x7f)
		write_cell(vt, c < 0x7f ? c : '?');
}

/* Is what there is of an escape sequence all of it? */
static int complete(const struct vt *vt)
{
	unsigned char second = vt->sequence[1], last = vt->sequence[vt->sequence_len - 1];

	if (vt->sequence_len < 2)
		return 0;
	if (second == '[')
		return vt->sequence_len > 2 && last >= '@' && last <= '~';
	if (second >= ' ' && second <= '/') /* a character set and the like */
		return vt->sequence_len > 2 && last >= '0';
	return 1;
}

/* Until the end of an OSC, a DCS...: BEL, or ESC and what follows it. */
static void skip_string(struct vt *vt, unsigned char c)
{
	if (c == BEL || c == CAN || vt->in_string == 2)
		vt->in_string = 0;
	else if (c == ESC)
		vt->in_string = 2;
}

void vt_feed(struct vt *vt, const char *s, size_t n, void (*pass)(const char *s, size_t n),
	     void (*answer)(const char *text))
{
	size_t from = 0; /* what has not been passed on yet */

	for (size_t i = 0; i < n; i++) {
		unsigned char c = s[i];

		if (!vt->in_string && !vt->sequence_len && c != ESC) {
			ordinary(vt, c);
			continue;
		}
		if (i > from)
			pass(s + from, i - from);
		from = i + 1;
		if (vt->in_string) {
			skip_string(vt, c);
			continue;
		}
		if (c == ESC || c == CAN)
			vt->sequence_len = 0; /* begins anew, or is given up */
		if (c == CAN)
			continue;
		if (c < ' ' && c != ESC) { /* takes effect in the middle of a sequence */
			ordinary(vt, c);
			pass(s + i, 1);
			continue;
		}
		vt->sequence[vt->sequence_len++] = c;
		if (vt->sequence_len == 2 && strchr("]P^_X", c)) {
			vt->in_string = 1;
			vt->sequence_len = 0;
		} else if (complete(vt)) {
			if (vt_escape(vt, answer))
				pass(vt->sequence, vt->sequence_len);
			vt->sequence_len = 0;
		} else if (vt->sequence_len == SEQUENCE_SIZE - 1) {
			vt->sequence_len = 0; /* nobody says that much */
		}
	}
	if (n > from)
		pass(s + from, n - from);
}

/* The lines keep their left and lower parts. */
void vt_resize(struct vt *vt, int height, int width)
{
	struct vt old = *vt;
	int keep = old.cols < width ? old.cols : width, lines = vt_lines(&old), first;

	if ((height == old.rows && width == old.cols) || vt_init(vt, height, width))
		return;
	first = old.history_used + old.row + 1 - height;
	if (first < 0)
		first = 0;
	for (int i = 0; i < lines && i - first < height; i++) {
		struct cell *line = i < first ? new_line(width) : vt->lines[i - first];

		if (!line)
			continue;
		memcpy(line, vt_line(&old, i), keep * sizeof(*line));
		if (i < first)
			free(to_history(vt, line));
	}
	vt->row = old.history_used + old.row - first;
	vt->col = old.col < width ? old.col : width - 1;
	vt->attr = old.attr;
	vt->insert = old.insert;
	vt->no_wrap = old.no_wrap;
	vt->hidden = old.hidden;
	vt_free(&old);
}

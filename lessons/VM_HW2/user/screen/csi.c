/* What escape sequences do to the screen: those of a VT102, and a few that came later. */
#include <stdio.h>
#include <string.h>

#include "screen.h"

#define MAX_PARAMETERS 16

static int parameters[MAX_PARAMETERS], nr_parameters;

/* Parameter n, or what it is if it is not given. */
static int parameter(int n, int otherwise)
{
	return n < nr_parameters && parameters[n] > 0 ? parameters[n] : otherwise;
}

static void parse_parameters(const char *s)
{
	nr_parameters = 0;
	memset(parameters, 0, sizeof(parameters));
	for (; (*s >= '0' && *s <= '9') || *s == ';'; s++) {
		if (*s == ';') {
			if (nr_parameters < MAX_PARAMETERS - 1)
				nr_parameters++;
		} else if (parameters[nr_parameters] < 10000) {
			parameters[nr_parameters] = parameters[nr_parameters] * 10 + *s - '0';
		}
	}
	nr_parameters++;
}

static int clamp(int n, int low, int high)
{
	return n < low ? low : n > high ? high : n;
}

static void move_to(struct vt *vt, int row, int col)
{
	vt->row = clamp(row, 0, vt->rows - 1);
	vt->col = clamp(col, 0, vt->cols - 1);
	vt->wrap_pending = 0;
}

/* Up and down stop at the borders of the scrolling region, if they begin inside. */
static void move_rows(struct vt *vt, int n)
{
	int low = vt->row >= vt->top ? vt->top : 0;
	int high = vt->row <= vt->bottom ? vt->bottom : vt->rows - 1;

	move_to(vt, clamp(vt->row + n, low, high), vt->col);
}

static void erase_screen(struct vt *vt, int how)
{
	int from = how == 0 ? vt->row + 1 : 0, to = how == 1 ? vt->row : vt->rows;

	for (int row = from; row < to; row++)
		vt_erase(vt, row, 0, vt->cols);
	if (how == 0)
		vt_erase(vt, vt->row, vt->col, vt->cols);
	if (how == 1)
		vt_erase(vt, vt->row, 0, vt->col + 1);
}

static void erase_line(struct vt *vt, int how)
{
	vt_erase(vt, vt->row, how == 0 ? vt->col : 0, how == 1 ? vt->col + 1 : vt->cols);
}

/* Characters from the cursor on: n are put in (empty), or taken out. */
static void shift(struct vt *vt, int n, int out)
{
	struct cell *at = vt->lines[vt->row] + vt->col;
	int left = vt->cols - vt->col;

	n = clamp(n, 0, left);
	if (out) {
		memmove(at, at + n, (left - n) * sizeof(*at));
		vt_erase(vt, vt->row, vt->cols - n, vt->cols);
	} else {
		memmove(at + n, at, (left - n) * sizeof(*at));
		vt_erase(vt, vt->row, vt->col, vt->col + n);
	}
}

static void shift_lines(struct vt *vt, int n)
{
	if (vt->row >= vt->top && vt->row <= vt->bottom) {
		vt_scroll(vt, vt->row, vt->bottom, n);
		vt->col = 0;
	}
}

/* Colours are not kept: a VT102 has none. */
static void attributes(struct vt *vt)
{
	for (int i = 0; i < nr_parameters; i++) {
		int n = parameters[i];

		if (n == 0)
			vt->attr = 0;
		else if (n == 22)
			vt->attr &= ~BOLD;
		else if (n == 24 || n == 25 || n == 27)
			vt->attr &= ~(1 << (n - 20));
		else if (n < 8)
			vt->attr |= (1 << n) & (BOLD | UNDERLINE | BLINK | REVERSE);
	}
}

static void set_mode(struct vt *vt, int private, int on)
{
	for (int i = 0; i < nr_parameters; i++) {
		if (!private && parameters[i] == 4)
			vt->insert = on;
		if (private && parameters[i] == 7)
			vt->no_wrap = !on;
		if (private && parameters[i] == 25)
			vt->hidden = !on;
	}
}

static void set_region(struct vt *vt)
{
	int top = parameter(0, 1) - 1, bottom = clamp(parameter(1, vt->rows), 1, vt->rows) - 1;

	if (top < bottom) {
		vt->top = top;
		vt->bottom = bottom;
		move_to(vt, 0, 0);
	}
}

static void save_cursor(struct vt *vt)
{
	vt->saved_row = vt->row;
	vt->saved_col = vt->col;
	vt->saved_attr = vt->attr;
}

static void restore_cursor(struct vt *vt)
{
	move_to(vt, vt->saved_row, vt->saved_col);
	vt->attr = vt->saved_attr;
}

static int report(struct vt *vt, void (*answer)(const char *text))
{
	char text[32];

	snprintf(text, sizeof(text), "\033[%d;%dR", vt->row + 1, vt->col + 1);
	if (parameter(0, 0) == 6)
		answer(text);
	else if (parameter(0, 0) == 5)
		answer("\033[0n");
	return 0;
}

static int identify(int private, void (*answer)(const char *text))
{
	if (!private)
		answer("\033[?6c"); /* a VT102 */
	return 0;
}

/* ESC [ ... */
static int csi(struct vt *vt, void (*answer)(const char *text))
{
	char private = vt->sequence[2];
	int n;

	private = private >= '<' && private <= '?' ? private : 0;
	parse_parameters(vt->sequence + 2 + (private != 0));
	n = parameter(0, 1);
	switch (vt->sequence[vt->sequence_len - 1]) {
	case '@': shift(vt, n, 0); break;
	case 'A': move_rows(vt, -n); break;
	case 'B': move_rows(vt, n); break;
	case 'C': move_to(vt, vt->row, vt->col + n); break;
	case 'D': move_to(vt, vt->row, vt->col - n); break;
	case 'E': move_rows(vt, n); vt->col = 0; break;
	case 'F': move_rows(vt, -n); vt->col = 0; break;
	case 'G': move_to(vt, vt->row, n - 1); break;
	case 'H':
	case 'f': move_to(vt, n - 1, parameter(1, 1) - 1); break;
	case 'J': erase_screen(vt, parameter(0, 0)); break;
	case 'K': erase_line(vt, parameter(0, 0)); break;
	case 'L': shift_lines(vt, -n); break;
	case 'M': shift_lines(vt, n); break;
	case 'P': shift(vt, n, 1); break;
	case 'S': vt_scroll(vt, vt->top, vt->bottom, n); break;
	case 'T': vt_scroll(vt, vt->top, vt->bottom, -n); break;
	case 'X': vt_erase(vt, vt->row, vt->col, clamp(vt->col + n, 0, vt->cols)); break;
	case 'c': return identify(private, answer);
	case 'd': move_to(vt, n - 1, vt->col); break;
	case 'h': set_mode(vt, private == '?', 1); break;
	case 'l': set_mode(vt, private == '?', 0); break;
	case 'm': attributes(vt); break;
	case 'n': return report(vt, answer);
	case 'r': set_region(vt); break;
	case 's': save_cursor(vt); break;
	case 'u': restore_cursor(vt); break;
	}
	return 1;
}

static void reset(struct vt *vt)
{
	vt->attr = 0;
	vt->top = 0;
	vt->bottom = vt->rows - 1;
	vt->no_wrap = vt->insert = vt->hidden = 0;
	move_to(vt, 0, 0);
	erase_screen(vt, 2);
}

int vt_escape(struct vt *vt, void (*answer)(const char *text))
{
	vt->sequence[vt->sequence_len] = 0;
	switch (vt->sequence[1]) {
	case '[': return csi(vt, answer);
	case '7': save_cursor(vt); break;
	case '8': restore_cursor(vt); break;
	case 'D': vt_index(vt); break;
	case 'E': vt_index(vt); vt->col = 0; break;
	case 'M':
		if (vt->row == vt->top)
			vt_scroll(vt, vt->top, vt->bottom, -1);
		else
			move_rows(vt, -1);
		break;
	case 'Z': return identify(0, answer);
	case 'c': reset(vt); break;
	}
	vt->wrap_pending = 0;
	return 1;
}

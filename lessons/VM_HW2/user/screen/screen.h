/*
 * screen: several consoles on one terminal. A master process, started by the first call,
 * has the windows: a pseudo-terminal each, with a program at its slave. What a window's
 * program prints goes through a small VT100 (vt.c), so that its screen can be drawn again
 * (display.c) when the window is chosen. Who calls screen waits (attach.c) while the master
 * reads the keys of his terminal (keys.c).
 */
#ifndef SCREEN_H
#define SCREEN_H

#include <stddef.h>
#include <sys/types.h>

#define VERSION "4.00.02"
#define MAX_WINDOWS 10
#define HISTORY 1000 /* lines of scroll-back */
#define SEQUENCE_SIZE 64
#define CTRL(c) ((c) & 037)

/* Attributes of a cell, as SGR numbers them: bit n is attribute n. */
#define BOLD (1 << 1)
#define UNDERLINE (1 << 4)
#define BLINK (1 << 5)
#define REVERSE (1 << 7)

struct cell {
	unsigned char c; /* 0: nothing was ever written there */
	unsigned char attr;
};

struct vt {
	int rows, cols;
	struct cell **lines; /* rows of them, the top one first */
	struct cell **history; /* what has scrolled out: a ring of HISTORY lines */
	int history_end, history_used;
	int row, col; /* the cursor */
	int wrap_pending; /* the last column is written: the next character wraps */
	int saved_row, saved_col;
	unsigned char attr, saved_attr;
	int top, bottom; /* the scrolling region */
	int no_wrap, insert, hidden; /* modes: ESC[?7l, ESC[4h, ESC[?25l */
	char sequence[SEQUENCE_SIZE]; /* an escape sequence, as far as it has come */
	int sequence_len;
	int in_string; /* an OSC or its like, which nobody needs */
	int continuation; /* bytes of a UTF-8 character that are still to come */
};

struct window {
	int number;
	int fd; /* the master's side of the pseudo-terminal */
	pid_t pid;
	char title[16];
	char *input; /* what the program has not taken yet */
	size_t input_len;
	struct vt vt;
};

extern struct window *windows[MAX_WINDOWS], *shown, *other;
extern int rows, cols; /* of the terminal */
extern int terminal; /* the file of who is attached, or -1 */

/* vt.c */
int vt_init(struct vt *vt, int height, int width);
void vt_free(struct vt *vt);
void vt_resize(struct vt *vt, int height, int width);
/*
 * What a program printed. pass gets what a real terminal is to see of it: all but questions
 * (answer() tells what to reply) and halves of escape sequences.
 */
void vt_feed(struct vt *vt, const char *s, size_t n, void (*pass)(const char *s, size_t n),
	     void (*answer)(const char *text));
/* Line n of all: the oldest of the scroll-back is 0. */
struct cell *vt_line(const struct vt *vt, int n);
int vt_lines(const struct vt *vt);

/* csi.c: what escape sequences do; vt->sequence holds one. 0: no terminal needs to see it. */
int vt_escape(struct vt *vt, void (*answer)(const char *text));
void vt_erase(struct vt *vt, int row, int from, int to);
void vt_scroll(struct vt *vt, int top, int bottom, int n);
void vt_index(struct vt *vt);

/* window.c */
struct window *window_open(char *const argv[]);
void window_close(struct window *w);
void window_show(struct window *w);
int window_output(struct window *w);
void window_type(struct window *w, const char *s, size_t n);
void window_flush(struct window *w);
void windows_resize(void);
struct window *window_next(const struct window *from, int step);

/* display.c */
void put(const char *s, size_t n);
void put_text(const char *s);
void put_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
void draw_line(const struct cell *line, int min_cols, int select_from, int select_to);
void redraw(void);
/* A line at the bottom, until the next key. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_clear(void);

/* copy.c */
extern int copying;
void copy_start(void);
void copy_key(int key);
void copy_keys_end(void);
void paste(void);

/* keys.c */
void keys(const char *s, size_t n);

/* master.c */
int master_run(const char *session, int notify, const char *tty, char *const argv[]);
void detach(void);
void quit(void);

/* attach.c */
int attach_start(char *const argv[]);
int attach_resume(const char *which);
int attach_list(void);
/* "PID.TTY.HOST", and where its FIFO is. */
void session_path(char *path, size_t size, const char *session);

#endif

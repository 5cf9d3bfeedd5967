/* Keys: Ctrl-A and what follows it are commands; the others are the shown window's. */
#include <stdio.h>
#include <string.h>

#include "screen.h"

#define COMMAND_KEY CTRL('A')

static int command_next;
static void (*confirmed)(void); /* what a y does; any other key does not */
static int help_shown;

static void new_window(void)
{
	struct window *w = window_open(NULL);

	if (w)
		window_show(w);
	else
		message("No more windows.");
}

static void show_other(void)
{
	if (other)
		window_show(other);
	else
		message("No other window.");
}

static void show_next(int step)
{
	struct window *w = window_next(shown, step);

	if (w != shown)
		window_show(w);
	else
		message("No other window.");
}

static void select_window(int n)
{
	if (!windows[n])
		message("No window %d", n);
	else if (windows[n] == shown)
		message("This IS window %d (%s).", n, shown->title);
	else
		window_show(windows[n]);
}

/* "0-$ sh  1*$ sh": the shown one has a star, the one before it a dash. */
static void list_windows(void)
{
	char text[256];
	size_t n = 0;

	text[0] = 0;
	for (int i = 0; i < MAX_WINDOWS; i++)
		if (windows[i])
			n += snprintf(text + n, sizeof(text) - n, "%s%d%s$ %s", n ? "  " : "", i,
				      windows[i] == shown ? "*" : windows[i] == other ? "-" : "",
				      windows[i]->title);
	message("%s", text);
}

static void kill_window(void)
{
	window_close(shown);
}

static void ask(const char *question, void (*then)(void))
{
	message("%s [y/n]", question);
	confirmed = then;
}

static void help(void)
{
	static const char *const lines[] = {
		"Screen key bindings: Ctrl-A, and then", "",
		"  c        a new window          0 .. 9   that window",
		"  n space  the next window       p        the one before it",
		"  Ctrl-A   the other window      w        list of windows",
		"  d        detach                k        kill this window",
		"  [        scroll back, copy     ]        paste",
		"  a        a Ctrl-A              l        draw again",
		"  N        number, title         \\        kill all windows, end",
		"  v        version               ?        this page", "",
		"Scrolling back: h j k l or arrows, Ctrl-B Ctrl-F pages, Ctrl-U Ctrl-D half,",
		"g G first and last line, space twice copies what is in between, q or Esc leaves.",
		"", "[Press any key to go on]"
	};

	put_text("\033[r\033[m\033[H\033[J");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		put_format("%s%s", i ? "\r\n" : "", lines[i]);
	help_shown = 1;
}

static void command(int key)
{
	static const char command_key[] = { COMMAND_KEY };

	switch (key) {
	case 'c': case CTRL('C'): new_window(); break;
	case 'n': case CTRL('N'): case ' ': show_next(1); break;
	case 'p': case CTRL('P'): case '\b': case 0x7f: show_next(-1); break;
	case COMMAND_KEY: show_other(); break;
	case 'a': window_type(shown, command_key, 1); break;
	case 'd': case CTRL('D'): detach(); break;
	case 'k': case CTRL('K'): case 'K':
		ask("Really kill this window", kill_window);
		break;
	case '\\': ask("Really quit and kill all your windows", quit); break;
	case 'w': case CTRL('W'): list_windows(); break;
	case 'l': case CTRL('L'): redraw(); break;
	case '[': case 033: copy_start(); break;
	case ']': case CTRL(']'): paste(); break;
	case 'N': message("This is window %d (%s).", shown->number, shown->title); break;
	case 'v': message("screen %s, the teaching kernel's", VERSION); break;
	case '?': help(); break;
	default:
		if (key >= '0' && key <= '9')
			select_window(key - '0');
	}
}

/* Not the window's. 0: it is. */
static int special(int key)
{
	void (*then)(void) = confirmed;

	if (help_shown) {
		help_shown = 0;
		redraw();
		return 1;
	}
	message_clear();
	if (then) {
		confirmed = NULL;
		if (key == 'y' || key == 'Y')
			then();
		return 1;
	}
	if (command_next) {
		command_next = 0;
		command(key);
		return 1;
	}
	if (copying) {
		copy_key(key);
		return 1;
	}
	command_next = key == COMMAND_KEY;
	return command_next;
}

void keys(const char *s, size_t n)
{
	size_t from = 0; /* keys in one piece for the window */

	for (size_t i = 0; i < n && shown; i++) {
		if (!copying && !command_next && !confirmed && !help_shown && s[i] != COMMAND_KEY)
			continue;
		if (i > from)
			window_type(shown, s + from, i - from);
		from = i + 1;
		special((unsigned char)s[i]);
	}
	if (n > from && shown) {
		message_clear();
		window_type(shown, s + from, n - from);
	}
	copy_keys_end();
}

/*
 * The shell's parts: lex.c makes words of characters, parse.c a tree of words, expand.c
 * arguments of words, exec.c runs the tree. All memory that lives no longer than a command
 * comes from a stack (memory.c).
 */
#ifndef _SH_H
#define _SH_H
#include <stddef.h>
#include <sys/types.h>

/* memory.c */
void *stack_alloc(size_t n);
char *stack_copy(const char *s, size_t n);
char *stack_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
struct stack_mark {
	void *block;
	size_t used;
};
struct stack_mark stack_mark(void);
void stack_release(struct stack_mark mark);
void *must_alloc(size_t n);

struct buffer { /* text that grows on the stack */
	char *text;
	size_t n, size;
};
void put(struct buffer *b, char c);
void put_text(struct buffer *b, const char *s);

/* input.c: where the characters come from */
struct input {
	char *text; /* all that was read so far, and where we are in it */
	size_t at, n, size;
	int fd; /* to read more from, or -1 */
	int interactive;
	int line;
	struct input *outer;
};
extern struct input *in;
int peek_char(void);
int next_char(void);
void unread_char(void);
void use_string(struct input *i, const char *text);
void drop_input(struct input *i);

/* edit.c: a line from the terminal, with editing; NULL at the end */
char *edit_line(const char *prompt);

/* lex.c */
struct redirection;
enum token { END, NEWLINE, WORD, OPERATOR };
extern enum token token;
extern char *token_text;
extern int token_number; /* of the descriptor before < or >, or -1 */
void next_token(void);
void later(const char *delimiter, struct redirection *r);
void syntax_error(const char *what) __attribute__((noreturn));

/* parse.c */
enum kind {
	SIMPLE, PIPELINE, NOT, AND, OR, SEQUENCE, BACKGROUND, SUBSHELL, GROUP, IF, WHILE, UNTIL,
	FOR, CASE, FUNCTION
};

struct word {
	char *text; /* as written, with its quotes */
	struct word *next;
};

struct redirection {
	int fd;
	char op[4]; /* <, >, >>, >|, <>, <&, >&, << */
	char *target; /* a word; of <<, the text */
	int literal; /* << with a quoted delimiter, or <<- */
	struct redirection *next;
};

struct case_item {
	struct word *patterns;
	struct node *body;
	struct case_item *next;
};

/*
 * left, right, third: of IF, condition, then, else; of WHILE, condition and body; of AND, OR
 * and SEQUENCE, both sides. The commands of a PIPELINE hang together by next.
 */
struct node {
	enum kind kind;
	struct node *left, *right, *third, *next;
	char *name; /* FOR's variable, FUNCTION's name, CASE's word */
	struct word *words; /* SIMPLE's arguments, FOR's list */
	struct word *assignments;
	int has_list; /* FOR with "in" */
	struct redirection *redirections;
	struct case_item *items;
	char *text; /* BACKGROUND and PIPELINE: as written, for "jobs" */
};
struct node *parse_command(void); /* NULL at the end of the input */
extern int at_end;

/* variables.c */
char *get_variable(const char *name);
void set_variable(const char *name, const char *value);
void export_variable(const char *name);
void unset_variable(const char *name);
void assign(const char *assignment);
int is_name(const char *s, size_t n);
char **exported(void);
void print_variables(int only_exported);
void import_environment(void);
struct node *get_function(const char *name);
void set_function(const char *name, const struct node *body);
void unset_function(const char *name);

/* expand.c, glob.c, arithmetic.c */
char **expand_words(struct word *words); /* with fields split and files matched */
char *expand_string(const char *word); /* one string, whatever it contains */
char *expand_pattern(const char *word); /* what was quoted has a \ before it */
char *expand_text(const char *text); /* of <<: only $ and ` */
int match(const char *pattern, const char *s, size_t n);
int has_wildcard(const char *pattern);
void glob(const char *pattern, void (*found)(char *name));
char *without_escapes(const char *pattern);
long arithmetic(const char *expression);

/* exec.c, redirect.c */
extern int status; /* of the last command */
extern int shell_pid, last_background;
extern int interactive;
extern volatile int interrupted; /* Ctrl-C: give up what is being run */
extern struct options {
	char errexit, nounset, xtrace, noexec, noglob;
} options;
extern char **arguments; /* $0, $1, ... */
extern int argument_count; /* $# */
extern int breaking, continuing, returning; /* loops to leave; a function to leave */
void run(struct node *n);
void run_text(const char *text);
int run_file(const char *path);
char *output_of(const char *command);
int redirect(struct redirection *r, int keep);
void undo_redirections(void), undo_all(void);
void move_fd(int from, int to);
void reset_execution(void);
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void leave(int with) __attribute__((noreturn));
extern void *error_target; /* where fail() and syntax_error() jump to: a jmp_buf */

/* jobs.c */
void start_jobs(void);
struct job;
struct job *new_job(const char *text);
pid_t fork_for(struct job *j, int background);
void wait_for(struct job *j);
void in_background(struct job *j);
void report_jobs(void);
void forget_jobs(void);
int jobs_builtin(char **argv), fg_builtin(char **argv), bg_builtin(char **argv);
int wait_builtin(char **argv), kill_builtin(char **argv);

/* builtins.c, test.c, trap.c */
typedef int builtin(char **argv);
builtin *find_builtin(const char *name);
builtin test_builtin, trap_builtin, read_builtin;
void run_traps(void);
void exit_trap(void);
void reset_traps(void);
#endif

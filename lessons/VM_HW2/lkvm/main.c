/* lkvm's command line, and the order in which a machine is put together. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lkvm.h"

#define STACK_SIZE	0x10000

/* Something is wrong that no errno describes. */
void die(const char *what)
{
	term_restore();
	fprintf(stderr, "lkvm: %s\n", what);
	exit(1);
}

void die_errno(const char *what)
{
	int err = errno;

	term_restore();
	fprintf(stderr, "lkvm: %s: %s (%d)\n", what, strerror(err), err);
	exit(1);
}

/* exit() ends the other threads, too. Who comes second waits here for that. */
void session_end(const char *how, int status)
{
	static unsigned int ending;

	lock_take(&ending);
	term_restore();
	printf("\n  # KVM session %s.\n", how);
	exit(status);
}

void thread_create(void (*fn)(void *), void *arg)
{
	uint8_t *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (stack == MAP_FAILED)
		die_errno("a stack for a thread");
	if (thread_start(fn, arg, stack + STACK_SIZE) < 0)
		die("cannot start a thread");
}

/* ---- The command line ---- */

static void wrong_usage(const char *what, const char *arg)
{
	fprintf(stderr, "lkvm: %s%s\nlkvm: --help says what there is\n", what, arg);
	exit(2);
}

/* A whole number from min to max; otherwise we end, and say what was wanted. */
static unsigned long parse_number(const char *text, unsigned long min, unsigned long max,
				  const char *wanted)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (end == text || *end || number < min || number > max)
		wrong_usage(wanted, text);
	return number;
}

static void set_kernel(struct options *opt, const char *value)
{
	opt->kernel = value;
}

static void set_initrd(struct options *opt, const char *value)
{
	opt->initrd = value;
}

static void set_disk(struct options *opt, const char *value)
{
	opt->disk = value;
}

static void set_mem(struct options *opt, const char *value)
{
	opt->mem = MB * parse_number(value, 8, 4096, "--mem wants MB, from 8 to 4096, not ");
}

static void set_cpus(struct options *opt, const char *value)
{
	opt->cpus = parse_number(value, 1, MAX_CPUS, "--cpus wants a number from 1 to 8, not ");
}

static void set_console(struct options *opt, const char *value)
{
	if (strcmp(value, "serial") && strcmp(value, "virtio"))
		wrong_usage("--console wants serial or virtio, not ", value);
	opt->virtio_console = !strcmp(value, "virtio");
}

static void set_params(struct options *opt, const char *value)
{
	opt->params = value;
}

static void set_name(struct options *opt, const char *value)
{
	opt->name = value;
}

static const struct {
	const char *letter, *name, *value, *help;
	void (*set)(struct options *opt, const char *value);
} table[] = {
	{ "-k", "--kernel", "IMAGE", "an arm64 kernel Image", set_kernel },
	{ "-i", "--initrd", "CPIO", "its first file system, an archive", set_initrd },
	{ "-d", "--disk", "FILE", "becomes the guest's disk, /dev/vda", set_disk },
	{ "-m", "--mem", "MB", "the guest's memory (64)", set_mem },
	{ "-c", "--cpus", "N", "how many CPUs, 1 to 8 (1)", set_cpus },
	{ NULL, "--console", "KIND", "serial: ttyS0, or virtio: hvc0 (serial)", set_console },
	{ "-p", "--params", "TEXT", "the kernel's command line, behind console=", set_params },
	{ NULL, "--name", "NAME", "what lkvm's messages call the guest", set_name },
};

#define NR_OPTIONS (sizeof(table) / sizeof(*table))

static void help(void)
{
	unsigned int i;

	printf("usage: lkvm run --kernel IMAGE [options]\n");
	for (i = 0; i < NR_OPTIONS; i++)
		printf("  %s%s %-9s %-5s  %s\n", table[i].letter ? table[i].letter : "  ",
		       table[i].letter ? "," : " ", table[i].name, table[i].value, table[i].help);
	printf("While the guest runs, Ctrl-A X ends it; Ctrl-A Ctrl-A is one Ctrl-A for it.\n");
	exit(0);
}

static int is_option(const char *arg, unsigned int i)
{
	return !strcmp(arg, table[i].name) || (table[i].letter && !strcmp(arg, table[i].letter));
}

static void parse_options(char **argv, struct options *opt)
{
	unsigned int i;

	for (; *argv; argv += 2) {
		if (!strcmp(*argv, "--help") || !strcmp(*argv, "-h"))
			help();
		for (i = 0; i < NR_OPTIONS && !is_option(*argv, i); i++)
			;
		if (i == NR_OPTIONS)
			wrong_usage("there is no option ", *argv);
		if (!argv[1])
			wrong_usage("a value is missing behind ", *argv);
		table[i].set(opt, argv[1]);
	}
	if (!opt->kernel)
		wrong_usage("which kernel shall run? It is named by ", "--kernel");
}

int main(int argc, char **argv)
{
	static struct kvm_vm vm;
	struct options opt = { .params = "", .mem = 64 * MB, .cpus = 1 };

	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		help();
	if (argc < 2)
		wrong_usage("what shall I do? ", "(run)");
	if (strcmp(argv[1], "run"))
		wrong_usage("I can only run, not ", argv[1]);
	parse_options(argv + 2, &opt);

	kvm_create(&vm, opt.mem);
	kvm_load(&vm, &opt);
	serial_init(&vm);
	if (opt.disk)
		virtio_blk_init(&vm, opt.disk);
	if (opt.virtio_console)
		virtio_console_init(&vm);
	kvm_create_vcpus(&vm, opt.cpus);
	guest_dt_create(&vm, &opt);

	printf("  # lkvm run -k %s -m %lu -c %d", opt.kernel, opt.mem / MB, opt.cpus);
	printf(opt.name ? " --name %s\n" : "\n", opt.name);
	fflush(stdout);
	term_init(opt.virtio_console ? virtio_console_receive : serial_receive);
	kvm_run_guest(&vm);
}

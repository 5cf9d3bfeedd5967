/* lkvm's command line, and the order in which a machine is put together. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lkvm.h"

static const char usage[] =
	"usage: lkvm run --kernel IMAGE [--initrd CPIO] [--disk FILE] [--mem MB] [--cpus 1]\n"
	"                [--params TEXT] [--name NAME]\n"
	"  --kernel, -k   an arm64 kernel Image\n"
	"  --initrd, -i   its first file system, a cpio archive\n"
	"  --disk, -d     a file that becomes the guest's disk\n"
	"  --mem, -m      memory in MB (64)\n"
	"  --cpus, -c     how many CPUs: 1\n"
	"  --params, -p   the kernel's command line, after console=ttyS0\n"
	"  --name         what to call the guest in lkvm's own messages\n"
	"While the guest runs, Ctrl-A X ends it.\n";

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

static void wrong_usage(const char *what, const char *arg)
{
	fprintf(stderr, "lkvm: %s%s\n%s", what, arg, usage);
	exit(2);
}

static int is_option(const char *arg, const char *name, const char *letter)
{
	return !strcmp(arg, name) || !strcmp(arg, letter);
}

static unsigned long parse_mb(const char *text)
{
	char *end;
	unsigned long mb = strtoul(text, &end, 10);

	if (end == text || *end || mb < 8 || mb > 4096)
		wrong_usage("--mem wants a number of MB from 8 to 4096, not ", text);
	return mb * MB;
}

/* The guest has one CPU: a second would need a second thread around KVM_RUN. */
static void check_cpus(const char *text)
{
	char *end;
	unsigned long cpus = strtoul(text, &end, 10);

	if (end == text || *end || !cpus)
		wrong_usage("--cpus wants a number, not ", text);
	if (cpus != 1)
		wrong_usage("a guest of this lkvm has one CPU, not ", text);
}

static void parse_options(int argc, char **argv, struct options *opt)
{
	int i;

	for (i = 0; i < argc; i++) {
		const char *arg = argv[i];
		const char *value = argv[i + 1];

		if (is_option(arg, "--help", "-h")) {
			printf("%s", usage);
			exit(0);
		}
		if (i + 1 == argc)
			wrong_usage("no value, or no such option: ", arg);
		i++;
		if (is_option(arg, "--kernel", "-k"))
			opt->kernel = value;
		else if (is_option(arg, "--initrd", "-i"))
			opt->initrd = value;
		else if (is_option(arg, "--disk", "-d"))
			opt->disk = value;
		else if (is_option(arg, "--params", "-p"))
			opt->params = value;
		else if (is_option(arg, "--mem", "-m"))
			opt->mem = parse_mb(value);
		else if (is_option(arg, "--cpus", "-c"))
			check_cpus(value);
		else if (is_option(arg, "--name", "-n"))
			opt->name = value;
		else
			wrong_usage("no such option: ", arg);
	}
	if (!opt->kernel)
		wrong_usage("which kernel? ", "(--kernel)");
}

int main(int argc, char **argv)
{
	static struct kvm_vm vm;
	int status;
	struct options opt = { .params = "", .mem = 64 * MB };

	if (argc < 2 || strcmp(argv[1], "run"))
		wrong_usage(argc < 2 ? "what shall I do? " : "I can only run, not ",
			    argc < 2 ? "(run)" : argv[1]);
	parse_options(argc - 2, argv + 2, &opt);

	kvm_create(&vm, opt.mem);
	kvm_load(&vm, &opt);
	serial_init(&vm);
	if (opt.disk)
		virtio_blk_init(&vm, opt.disk);
	guest_dt_create(&vm, &opt);
	kvm_vcpu_create(&vm);

	printf("  # lkvm run -k %s -m %lu -c 1", opt.kernel, opt.mem / MB);
	printf(opt.name ? " --name %s\n" : "\n", opt.name);
	fflush(stdout);
	term_init();

	status = kvm_run_guest(&vm);

	term_restore();
	printf("\n  # KVM session ended %s.\n", status ? "with an error" : "normally");
	return status;
}

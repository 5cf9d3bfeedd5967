/* Programs whose first line names another one that runs them: "#!/bin/sh". */
#include <linux/kernel.h>
#include <linux/binfmts.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * The interpreter gets its own path, the rest of the line as one argument if there is
 * any, the script's path, and what the script was given.
 */
static int load_script(struct linux_binprm *bprm)
{
	char line[BINPRM_BUF_SIZE], *name, *end, *arg = NULL;
	int err;

	if (bprm->buf[0] != '#' || bprm->buf[1] != '!')
		return -ENOEXEC;
	if (++bprm->depth > 4)
		return -ELOOP;
	memcpy(line, bprm->buf, sizeof(line));
	line[sizeof(line) - 1] = 0;
	end = strchr(line, '\n');
	if (!end)
		end = line + strlen(line);
	for (name = line + 2; blank(*name); name++)
		;
	while (end > name && blank(end[-1]))
		end--;
	*end = 0;
	if (!*name)
		return -ENOEXEC;
	for (end = name; *end && !blank(*end); end++)
		;
	if (*end) {
		*end++ = 0;
		while (blank(*end))
			end++;
		arg = end;
	}

	remove_arg_zero(bprm);
	err = copy_string_kernel(bprm, bprm->filename);
	if (!err && arg)
		err = copy_string_kernel(bprm, arg);
	if (!err)
		err = copy_string_kernel(bprm, name);
	if (err)
		return err;
	bprm->argc += arg ? 3 : 2;
	fput(bprm->file);
	bprm->file = NULL;
	err = open_exec(bprm, name);
	return err ? err : search_binary_handler(bprm);
}

const struct linux_binfmt script_format = { .load_binary = load_script };

/*
 * execve(): the running task becomes another program. The new memory is built first, by
 * the format that knows the file (binfmt_elf.c, binfmt_script.c); only when that has
 * gone well the old one is given up.
 */
#include <linux/kernel.h>
#include <linux/binfmts.h>
#include <linux/exec.h>
#include <linux/itimer.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/fpsimd.h>
#include <asm/ptrace.h>

/* Called at every execve() with the program's path. A place for those who watch from outside. */
noinline void exec_mark(const char *path)
{
	__asm__ volatile("" : : "r"(path));
}

int open_exec(struct linux_binprm *bprm, const char *path)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	ssize_t n;
	int err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	bprm->file = file;
	if (!file->f_inode || !S_ISREG(file->f_inode->i_mode) || !(file->f_inode->i_mode & 0111))
		return -EACCES;
	err = deny_write_access(file);
	if (err)
		return err;
	memset(bprm->buf, 0, sizeof(bprm->buf));
	n = kernel_read(file, 0, bprm->buf, sizeof(bprm->buf));
	return n < 0 ? n : 0;
}

int search_binary_handler(struct linux_binprm *bprm)
{
	static const struct linux_binfmt *const formats[] = { &elf_format, &script_format };
	int err = -ENOEXEC;

	for (size_t i = 0; i < ARRAY_SIZE(formats) && err == -ENOEXEC; i++)
		err = formats[i]->load_binary(bprm);
	return err;
}

int copy_string_kernel(struct linux_binprm *bprm, const char *s)
{
	unsigned long n = strlen(s) + 1;

	if (n > bprm->p)
		return -E2BIG;
	bprm->p -= n;
	memcpy(bprm->strings + bprm->p, s, n);
	return 0;
}

void remove_arg_zero(struct linux_binprm *bprm)
{
	if (!bprm->argc)
		return;
	bprm->p += strlen(bprm->strings + bprm->p) + 1;
	bprm->argc--;
}

/* Where a vector of strings is: the kernel's own programs begin with one of the kernel. */
struct arg_ptr {
	char *const *v;
	bool kernel;
};

/* The i-th string's address; NULL: the vector ends there. */
static long get_arg(struct arg_ptr args, int i, char **s)
{
	if (args.kernel) {
		*s = args.v[i];
		return 0;
	}
	if (!args.v) {
		*s = NULL;
		return 0;
	}
	return get_user(*s, (char **)args.v + i);
}

static int count(struct arg_ptr args)
{
	char *s;

	for (int i = 0; i < (int)(MAX_ARG_BYTES / 2); i++) {
		if (get_arg(args, i, &s))
			return -EFAULT;
		if (!s)
			return i;
	}
	return -E2BIG;
}

/* A string of user space, put below the others: its length is known when it has been read. */
static int copy_string_user(struct linux_binprm *bprm, const char *s)
{
	long n = strncpy_from_user(bprm->strings, s, bprm->p);

	if (n < 0)
		return n;
	if ((unsigned long)n >= bprm->p)
		return -E2BIG;
	bprm->p -= n + 1;
	memmove(bprm->strings + bprm->p, bprm->strings, n + 1);
	return 0;
}

static int copy_strings(struct linux_binprm *bprm, struct arg_ptr args, int n)
{
	int err = 0;

	while (n-- > 0 && !err) {
		char *s;

		err = get_arg(args, n, &s);
		if (!err)
			err = args.kernel ? copy_string_kernel(bprm, s) : copy_string_user(bprm, s);
	}
	return err;
}

static int copy_all_strings(struct linux_binprm *bprm, struct arg_ptr argv, struct arg_ptr envp)
{
	int err;

	bprm->argc = count(argv);
	if (bprm->argc < 0)
		return bprm->argc;
	bprm->envc = count(envp);
	if (bprm->envc < 0)
		return bprm->envc;
	bprm->p = MAX_ARG_BYTES;
	err = copy_string_kernel(bprm, bprm->filename);
	bprm->name = bprm->p;
	if (!err)
		err = copy_strings(bprm, envp, bprm->envc);
	bprm->env = bprm->p;
	return err ? err : copy_strings(bprm, argv, bprm->argc);
}

/*
 * The process's other threads end; what remains is its leader, whichever thread it was.
 * -EAGAIN: another one was faster, with execve() or exit_group(), and it is we who end.
 */
static int de_thread(void)
{
	struct signal_struct *sig = current->signal;
	struct task_struct *leader = sig->leader, *tsk;
	bool late;
	DEFINE_WAIT(wait);

	lock_tasks();
	late = sig->group_exit || sig->group_exec;
	if (!late && sig->nr_threads > 1) {
		sig->group_exec = current;
		zap_other_threads();
	}
	unlock_tasks();
	if (late)
		return -EAGAIN;
	while (sig->nr_threads > 1) {
		prepare_to_wait(&sig->wait_chldexit, &wait, TASK_UNINTERRUPTIBLE);
		if (sig->nr_threads > 1)
			schedule();
		finish_wait(&sig->wait_chldexit, &wait);
	}
	sig->group_exec = NULL;
	if (leader == current)
		return 0;
	lock_tasks();
	current->exit_signal = leader->exit_signal;
	current->pid = current->tgid;
	sig->leader = current;
	list_for_each_entry(tsk, &task_list, tasks)
		if (tsk->parent == leader)
			tsk->parent = current;
	free_task(leader);
	unlock_tasks();
	return 0;
}

/* Handlers are gone with the old program; what was ignored stays ignored. */
static void flush_signal_handlers(void)
{
	for (int i = 0; i < _NSIG; i++) {
		struct kernel_sigaction *ka = &current->sighand->action[i];

		if (ka->sa_handler != SIG_IGN)
			ka->sa_handler = SIG_DFL;
		ka->sa_flags = ka->sa_mask = 0;
	}
	memset(&current->altstack, 0, sizeof(current->altstack));
}

static void do_close_on_exec(struct files_struct *files)
{
	for (int fd = 0; fd < NR_OPEN; fd++) {
		struct file *file = files->fd[fd];

		if ((files->close_on_exec >> fd & 1) && file) {
			files->fd[fd] = NULL;
			fput(file);
		}
	}
	files->close_on_exec = 0;
}

static void use_mm(struct mm_struct *mm)
{
	current->mm = mm;
	switch_mm(mm);
}

/* There is no way back: the task takes on everything that belongs to the new program. */
static int begin_new_exec(struct linux_binprm *bprm, struct mm_struct *old)
{
	struct files_struct *files = current->files;
	struct sighand_struct *sighand, *old_sighand = current->sighand;
	const char *name = bprm->filename;
	int err = de_thread();

	if (err) {
		use_mm(old);
		return err;
	}
	if (old) {
		use_mm(old);
		mm_release(current, old);
		use_mm(bprm->mm);
	}
	if (atomic_read(&current->sighand->count) > 1) {
		sighand = kmalloc(sizeof(*sighand), GFP_KERNEL);
		if (!sighand)
			do_group_exit(SIGKILL);
		*sighand = *old_sighand;
		atomic_set(&sighand->count, 1);
		current->sighand = sighand;
		if (atomic_dec_and_test(&old_sighand->count))
			kfree(old_sighand);
	}
	if (atomic_read(&files->count) > 1) {
		current->files = dup_files(files);
		put_files(files);
		if (!current->files)
			do_group_exit(SIGKILL);
	}
	do_close_on_exec(current->files);
	flush_signal_handlers();
	fpsimd_flush_thread();
	exit_posix_timers(current->signal);
	current->set_child_tid = NULL;
	current->did_exec = 1;
	bprm->mm->exe_file = get_file(bprm->file);
	for (const char *s = name; *s; s++)
		if (*s == '/')
			name = s + 1;
	strlcpy(current->comm, name, sizeof(current->comm));
	if (old)
		mmput(old);
	vfork_done(current);
	return 0;
}

static long do_execve(const char *path, struct arg_ptr argv, struct arg_ptr envp)
{
	struct mm_struct *old = current->mm;
	struct linux_binprm *bprm = kzalloc(sizeof(*bprm), GFP_KERNEL);
	long err = -ENOMEM;

	if (!bprm)
		return err;
	bprm->filename = path;
	bprm->strings = kmalloc(MAX_ARG_BYTES, GFP_KERNEL);
	bprm->mm = mm_alloc();
	if (bprm->strings && bprm->mm)
		err = open_exec(bprm, path);
	if (!err)
		err = copy_all_strings(bprm, argv, envp);
	if (!err)
		err = search_binary_handler(bprm);
	if (!err) {
		exec_mark(path);
		err = begin_new_exec(bprm, old);
	}
	if (!err)
		start_thread(task_pt_regs(current), bprm->entry, bprm->sp);
	else if (bprm->mm)
		mmput(bprm->mm);
	if (bprm->file)
		fput(bprm->file);
	kfree(bprm->strings);
	kfree(bprm);
	return err;
}

/* A kernel thread's stack is empty above its pt_regs: fill those in and leave through them. */
int kernel_execve(const char *path, char **argv, char **envp)
{
	int err = do_execve(path, (struct arg_ptr){ argv, true }, (struct arg_ptr){ envp, true });

	if (err)
		return err;
	current->kthread = false;
	current->exit_signal = SIGCHLD;
	ret_to_user_from_kernel(task_pt_regs(current));
}

long sys_execve(const char *upath, char *const *uargv, char *const *uenvp)
{
	char *path = getname(upath);
	long err;

	if (IS_ERR(path))
		return PTR_ERR(path);
	err = do_execve(path, (struct arg_ptr){ uargv, false }, (struct arg_ptr){ uenvp, false });
	kfree(path);
	return err;
}

/** Linked lists and global state, as a kernel's scheduler keeps them. */
struct list {
	struct list *next, *previous;
};

struct task {
	struct list run;
	unsigned long runtime, wakeup;
	int priority, state;
	unsigned int flags;
};

#define TASKS 24
#define task_of(p) ((struct task *)((char *)(p) - __builtin_offsetof(struct task, run)))

static struct task tasks[TASKS];
static struct list queue, sleepers;
static unsigned long now, switches;
static struct task *current;

static void list_init(struct list *l)
{
	l->next = l->previous = l;
}

static void list_del(struct list *l)
{
	l->previous->next = l->next;
	l->next->previous = l->previous;
}

static void list_add(struct list *l, struct list *before)
{
	l->next = before;
	l->previous = before->previous;
	before->previous->next = l;
	before->previous = l;
}

static void enqueue(struct task *task)
{
	struct list *p;

	for (p = queue.next; p != &queue; p = p->next)
		if (task_of(p)->runtime > task->runtime)
			break;
	list_add(&task->run, p);
	task->state = 1;
}

static struct task *pick(void)
{
	struct task *task;

	if (queue.next == &queue)
		return 0;
	task = task_of(queue.next);
	list_del(&task->run);
	return task;
}

static void __attribute__((noinline)) wake(void)
{
	struct list *p = sleepers.next;

	while (p != &sleepers) {
		struct task *task = task_of(p);

		p = p->next;
		if (task->wakeup <= now) {
			list_del(&task->run);
			task->flags |= 4;
			enqueue(task);
		}
	}
}

static void __attribute__((noinline)) tick(void)
{
	now++;
	wake();
	if (current) {
		current->runtime += 1024 / (current->priority + 1);
		if (current->runtime & 32) {
			current->wakeup = now + (current->flags & 3) + 1;
			current->state = 2;
			list_add(&current->run, &sleepers);
		} else
			enqueue(current);
	}
	current = pick();
	switches++;
}

unsigned long run(unsigned long n)
{
	unsigned long sum = 0;

	list_init(&queue);
	list_init(&sleepers);
	for (int i = 0; i < TASKS; i++) {
		tasks[i].priority = i * 5 % 17;
		tasks[i].flags = i;
		enqueue(&tasks[i]);
	}
	for (unsigned long i = 0; i < n; i++) {
		tick();
		sum = sum * 31 + (current ? current - tasks : 99);
	}
	for (int i = 0; i < TASKS; i++)
		sum = sum * 31 + tasks[i].runtime + tasks[i].state;
	return sum + switches;
}

/** A byte-code interpreter: one switch in a loop. Its program sums the Collatz steps of 1 to n. */
enum { PUSH, LOAD, STORE, ADD, MUL, SHR, AND, LESS, JUMP, JUMP_ZERO, HALT };
enum { NUMBER, VALUE, STEPS, LIMIT };

static const unsigned char program[] = {
	/* 0: while NUMBER < LIMIT */ LOAD, NUMBER, LOAD, LIMIT, LESS, JUMP_ZERO, 63,
	/* 7 */ LOAD, NUMBER, STORE, VALUE,
	/* 11: while 1 < VALUE */ PUSH, 1, LOAD, VALUE, LESS, JUMP_ZERO, 48,
	/* 18 */ LOAD, STEPS, PUSH, 1, ADD, STORE, STEPS,
	/* 25 */ LOAD, VALUE, PUSH, 1, AND, JUMP_ZERO, 39,
	/* 32: odd */ LOAD, VALUE, PUSH, 3, MUL, JUMP, 54,
	/* 39: even */ LOAD, VALUE, PUSH, 1, SHR, STORE, VALUE, JUMP, 11,
	/* 48: next */ LOAD, NUMBER, PUSH, 1, JUMP, 58,
	/* 54: odd, continued */ PUSH, 1, JUMP, 65,
	/* 58 */ ADD, STORE, NUMBER, JUMP, 0, HALT, HALT,
	/* 65 */ ADD, STORE, VALUE, JUMP, 11
};

struct machine {
	long stack[16];
	long variables[8];
	unsigned long executed;
};

static long interpret(struct machine *m, const unsigned char *pc)
{
	long *top = m->stack;

	for (;;) {
		m->executed++;
		switch (*pc++) {
		case PUSH:
			*top++ = *pc++;
			break;
		case LOAD:
			*top++ = m->variables[*pc++];
			break;
		case STORE:
			m->variables[*pc++] = *--top;
			break;
		case ADD:
			top--;
			top[-1] += top[0];
			break;
		case MUL:
			top--;
			top[-1] *= top[0];
			break;
		case SHR:
			top--;
			top[-1] >>= top[0];
			break;
		case AND:
			top--;
			top[-1] &= top[0];
			break;
		case LESS:
			top--;
			top[-1] = top[-1] < top[0];
			break;
		case JUMP:
			pc = program + *pc;
			break;
		case JUMP_ZERO:
			if (*--top == 0)
				pc = program + *pc;
			else
				pc++;
			break;
		default:
			return m->variables[STEPS];
		}
	}
}

unsigned long run(unsigned long n)
{
	struct machine machine = { { 0 }, { 1, 0, 0, (long)n }, 0 };
	long steps = interpret(&machine, program);

	return (unsigned long)steps << 32 | machine.executed;
}

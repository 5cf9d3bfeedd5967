/*
 * Compiled C for the interpreter's speed: a sieve, a list walk, a checksum over bytes, recursion, a
 * small bytecode loop with a switch, and 64-bit arithmetic. No library; the result is in x0 at HLT.
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

static u8 sieve[8192];
static struct node {
	struct node *next;
	u64 value;
} nodes[1024];
static u8 text[4096];

static u64 primes(void)
{
	u64 count = 0;

	for (u32 i = 0; i < sizeof(sieve); i++)
		sieve[i] = 1;
	for (u32 i = 2; i < sizeof(sieve); i++) {
		if (!sieve[i])
			continue;
		count++;
		for (u32 j = i + i; j < sizeof(sieve); j += i)
			sieve[j] = 0;
	}
	return count;
}

static u64 list(void)
{
	u64 sum = 0;

	for (u32 i = 0; i < 1024; i++) {
		nodes[i].next = &nodes[(i * 619 + 7) & 1023];
		nodes[i].value = i;
	}
	struct node *n = nodes;
	for (u32 i = 0; i < 8192; i++) {
		sum += n->value;
		n = n->next;
	}
	return sum;
}

static u32 checksum(void)
{
	u32 a = 1, b = 0;

	for (u32 i = 0; i < sizeof(text); i++)
		text[i] = i * 31;
	for (u32 i = 0; i < sizeof(text); i++) {
		a = (a + text[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

static u64 fib(u64 n)
{
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static u64 bytecode(void)
{
	u64 acc = 1, i = 0;

	while (i < 20000) {
		switch ((i * 7) & 7) {
		case 0: acc += i; break;
		case 1: acc ^= acc << 3; break;
		case 2: acc -= 5; break;
		case 3: acc = acc >> 1 | acc << 63; break;
		case 4: acc |= 1; break;
		case 5: acc *= 17; break;
		case 6: acc &= 0xfffffffffffful; break;
		default: acc = ~acc; break;
		}
		i++;
	}
	return acc;
}

static u64 mix(void)
{
	u64 h = 1469598103934665603ul;

	for (u32 i = 0; i < 20000; i++) {
		h ^= i & 0xff;
		h *= 1099511628211ul;
		h ^= h >> 29;
	}
	return h;
}

u64 work(u64 rounds)
{
	u64 result = 0;

	for (u64 i = 0; i < rounds; i++) {
		result = result * 31 + primes();
		result = result * 31 + list();
		result = result * 31 + checksum();
		result = result * 31 + fib(18);
		result = result * 31 + bytecode();
		result = result * 31 + mix();
	}
	return result;
}

/** The string functions of a small C library. */
static unsigned long length(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return p - s;
}

static int compare(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

static char *copy(char *to, const char *from)
{
	char *start = to;

	while ((*to++ = *from++))
		;
	return start;
}

static const char *find(const char *text, const char *word)
{
	unsigned long n = length(word);

	for (; *text; text++) {
		unsigned long i = 0;

		while (i < n && text[i] == word[i])
			i++;
		if (i == n)
			return text;
	}
	return 0;
}

static long number(const char *s, const char **end, int base)
{
	long value = 0;
	int negative = 0;

	while (*s == ' ' || *s == '\t')
		s++;
	if (*s == '-')
		negative = 1, s++;
	for (;; s++) {
		int digit;

		if (*s >= '0' && *s <= '9')
			digit = *s - '0';
		else if (*s >= 'a' && *s <= 'z')
			digit = *s - 'a' + 10;
		else
			break;
		if (digit >= base)
			break;
		value = value * base + digit;
	}
	*end = s;
	return negative ? -value : value;
}

static int upper(int c)
{
	return c >= 'a' && c <= 'z' ? c - 32 : c;
}

static const char *words[] = { "virtual", "machine", "monitor", "stage", "two", "fault", "trap" };

unsigned long run(unsigned long n)
{
	char line[256], other[256];
	unsigned long sum = 0;

	for (unsigned long i = 0; i < n; i++) {
		char *p = line;

		for (unsigned long w = 0; w < 7; w++) {
			copy(p, words[(w * i + w) % 7]);
			p += length(p);
			*p++ = ' ';
		}
		copy(p, "-12345 0 7f9a");
		copy(other, line);
		for (char *q = other; *q; q++)
			*q = upper(*q);
		sum = sum * 31 + length(line) + compare(line, other) + compare(words[i % 7], words[3]);
		const char *at = find(line, "monitor");
		sum += at ? at - line : 99;
		at = p;
		sum += number(at, &at, 10);
		sum += number(at, &at, 10);
		sum += number(at, &at, 16);
	}
	return sum;
}

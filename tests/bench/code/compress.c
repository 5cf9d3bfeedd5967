/** LZ77 with a hash of the last three bytes, and its way back. */
typedef unsigned char u8;

#define WINDOW 4096
#define LONGEST 130

static short heads[1024];

static unsigned int hash(const u8 *p)
{
	return (p[0] * 506832829u ^ p[1] * 2654435761u ^ p[2] * 40503u) >> 7 & 1023;
}

static unsigned long pack(const u8 *in, unsigned long length, u8 *out)
{
	u8 *start = out, *literals = 0;
	unsigned long at = 0;

	for (int i = 0; i < 1024; i++)
		heads[i] = -1;
	while (at < length) {
		unsigned long match = 0;
		long from = -1;

		if (at + 3 <= length) {
			unsigned int h = hash(in + at);

			from = heads[h];
			heads[h] = at;
			if (from >= 0 && at - from < WINDOW)
				while (match < LONGEST && at + match < length && in[from + match] == in[at + match])
					match++;
		}
		if (match >= 4) {
			unsigned long distance = at - from;

			*out++ = 0x80 | (match - 4);
			*out++ = distance >> 8;
			*out++ = distance;
			at += match;
			literals = 0;
		} else {
			if (!literals || *literals == 127) {
				literals = out++;
				*literals = 0;
			}
			++*literals;
			*out++ = in[at++];
		}
	}
	return out - start;
}

static unsigned long unpack(const u8 *in, unsigned long length, u8 *out)
{
	const u8 *end = in + length;
	u8 *start = out;

	while (in < end) {
		unsigned int code = *in++;

		if (code & 0x80) {
			unsigned long count = (code & 0x7f) + 4, distance = in[0] << 8 | in[1];

			in += 2;
			for (; count; count--, out++)
				*out = out[-(long)distance];
		} else
			while (code--)
				*out++ = *in++;
	}
	return out - start;
}

static u8 text[8192], packed[10000], back[8192];

unsigned long run(unsigned long n)
{
	unsigned int seed = 3;
	unsigned long sum = 0;

	for (unsigned long i = 0; i < n; i++) {
		seed = seed * 1103515245 + 12345;
		text[i] = i >= 64 && seed >> 24 & 7 ? text[i - (seed >> 16 & 63 & ~7) - 1] : seed >> 20;
	}
	unsigned long small = pack(text, n, packed);
	unsigned long large = unpack(packed, small, back);

	for (unsigned long i = 0; i < n; i++)
		sum = sum * 31 + (text[i] ^ back[i]);
	for (unsigned long i = 0; i < small; i++)
		sum = sum * 31 + packed[i];
	return sum ^ small << 32 ^ large;
}

/** CRC-32 by a table made on the spot, and bit by bit. */
static unsigned int table[256];
static unsigned char data[1024];

static void make_table(void)
{
	for (unsigned int i = 0; i < 256; i++) {
		unsigned int c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
		table[i] = c;
	}
}

static unsigned int crc(const unsigned char *p, unsigned long length)
{
	unsigned int c = ~0u;

	while (length--)
		c = table[(c ^ *p++) & 0xff] ^ c >> 8;
	return ~c;
}

unsigned long run(unsigned long n)
{
	unsigned long sum = 0;

	make_table();
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = i * 7 + (i >> 3);
	for (unsigned long i = 0; i < n; i++) {
		data[i % sizeof(data)]++;
		sum = sum * 31 + crc(data, sizeof(data) - i);
	}
	return sum;
}

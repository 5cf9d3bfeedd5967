/** A fixed-point cosine transform on blocks of 8 by 8, with quantisation and clipping. */
static const short cosines[8][8] = {
	{ 8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192 },
	{ 11363, 9633, 6437, 2260, -2260, -6437, -9633, -11363 },
	{ 10703, 4433, -4433, -10703, -10703, -4433, 4433, 10703 },
	{ 9633, -2260, -11363, -6437, 6437, 11363, 2260, -9633 },
	{ 8192, -8192, -8192, 8192, 8192, -8192, -8192, 8192 },
	{ 6437, -11363, 2260, 9633, -9633, -2260, 11363, -6437 },
	{ 4433, -10703, 10703, -4433, -4433, 10703, -10703, 4433 },
	{ 2260, -6437, 9633, -11363, 11363, -9633, 6437, -2260 }
};

static void forward(const unsigned char *pixels, int stride, short *out)
{
	int rows[8][8];

	for (int y = 0; y < 8; y++)
		for (int u = 0; u < 8; u++) {
			int sum = 0;

			for (int x = 0; x < 8; x++)
				sum += (pixels[y * stride + x] - 128) * cosines[u][x];
			rows[y][u] = (sum + 2048) >> 12;
		}
	for (int v = 0; v < 8; v++)
		for (int u = 0; u < 8; u++) {
			int sum = 0;

			for (int y = 0; y < 8; y++)
				sum += rows[y][u] * cosines[v][y];
			sum = (sum + 32768) >> 16;
			out[v * 8 + u] = sum / (16 + 2 * u + 3 * v) ;
		}
}

static void backward(const short *in, unsigned char *pixels, int stride)
{
	int columns[8][8];

	for (int y = 0; y < 8; y++)
		for (int u = 0; u < 8; u++) {
			int sum = 0;

			for (int v = 0; v < 8; v++)
				sum += in[v * 8 + u] * (16 + 2 * u + 3 * v) * cosines[v][y];
			columns[y][u] = sum >> 12;
		}
	for (int y = 0; y < 8; y++)
		for (int x = 0; x < 8; x++) {
			int sum = 0;

			for (int u = 0; u < 8; u++)
				sum += columns[y][u] * cosines[u][x];
			sum = (sum >> 18) + 128;
			pixels[y * stride + x] = sum < 0 ? 0 : sum > 255 ? 255 : sum;
		}
}

static unsigned char image[32 * 32];
static short block[64];

unsigned long run(unsigned long n)
{
	unsigned long sum = 0;

	for (int y = 0; y < 32; y++)
		for (int x = 0; x < 32; x++)
			image[y * 32 + x] = x * y + (x ^ y) * 3;
	for (unsigned long i = 0; i < n; i++) {
		unsigned char *at = image + (i & 3) * 8 + (i >> 2 & 3) * 256;

		forward(at, 32, block);
		for (int j = 0; j < 64; j++)
			sum = sum * 31 + block[j];
		backward(block, at, 32);
	}
	for (int i = 0; i < 32 * 32; i++)
		sum = sum * 31 + image[i];
	return sum;
}

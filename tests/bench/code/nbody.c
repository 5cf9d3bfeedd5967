/** Bodies that attract each other, in doubles. */
struct body {
	double x, y, z, vx, vy, vz, mass;
};

static struct body bodies[5] = {
	{ 0, 0, 0, 0, 0, 0, 39.5 },
	{ 4.84, -1.16, -0.10, 0.60, 2.81, -0.02, 0.037 },
	{ 8.34, 4.12, -0.40, -1.01, 1.82, 0.008, 0.011 },
	{ 12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017 },
	{ 15.37, -25.9, 0.17, 0.97, 0.59, -0.03, 0.002 }
};

static double root(double value)
{
	double guess = value > 1 ? value : 1;

	for (int i = 0; i < 12; i++)
		guess = 0.5 * (guess + value / guess);
	return guess;
}

static void advance(double step)
{
	for (int i = 0; i < 5; i++) {
		struct body *a = &bodies[i];

		for (int j = i + 1; j < 5; j++) {
			struct body *b = &bodies[j];
			double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
			double square = dx * dx + dy * dy + dz * dz;
			double force = step / (square * root(square));

			a->vx -= dx * b->mass * force;
			a->vy -= dy * b->mass * force;
			a->vz -= dz * b->mass * force;
			b->vx += dx * a->mass * force;
			b->vy += dy * a->mass * force;
			b->vz += dz * a->mass * force;
		}
	}
	for (int i = 0; i < 5; i++) {
		bodies[i].x += step * bodies[i].vx;
		bodies[i].y += step * bodies[i].vy;
		bodies[i].z += step * bodies[i].vz;
	}
}

static double energy(void)
{
	double sum = 0;

	for (int i = 0; i < 5; i++) {
		const struct body *a = &bodies[i];

		sum += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
		for (int j = i + 1; j < 5; j++) {
			double dx = a->x - bodies[j].x, dy = a->y - bodies[j].y, dz = a->z - bodies[j].z;

			sum -= a->mass * bodies[j].mass / root(dx * dx + dy * dy + dz * dz);
		}
	}
	return sum;
}

unsigned long run(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		advance(0.01);
	return (unsigned long)(long)(energy() * -1e9);
}

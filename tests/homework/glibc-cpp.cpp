// What C++ programs of students use: streams, containers, exceptions, threads, OpenMP.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <map>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

struct Loud {
	std::string name;
	~Loud() { std::cout << name << " goes\n"; }
};

static int parse(const std::string &text)
{
	Loud loud{ "parse " + text };
	std::size_t end;
	int n = std::stoi(text, &end);

	if (end != text.size())
		throw std::runtime_error("not all of " + text + " is a number");
	return n;
}

static void exceptions()
{
	for (const char *text : { "42", "7x", "none" })
		try {
			std::cout << parse(text) << "\n";
		} catch (const std::runtime_error &error) {
			std::cout << "runtime_error: " << error.what() << "\n";
		} catch (const std::exception &error) {
			std::cout << "exception: " << error.what() << "\n";
		}
}

static void threads()
{
	std::vector<long> sums(4);
	std::vector<std::thread> all;

	for (int i = 0; i < 4; i++)
		all.emplace_back([i, &sums] {
			std::vector<int> numbers(10000 * (i + 1));
			std::iota(numbers.begin(), numbers.end(), 1);
			try {
				sums[i] = std::accumulate(numbers.begin(), numbers.end(), 0L);
				throw sums[i];
			} catch (long sum) {
				sums[i] = -sum;
			}
		});
	for (std::thread &thread : all)
		thread.join();
	for (long sum : sums)
		std::cout << sum << ' ';
	std::cout << '\n';
}

int main(int argc, char **argv)
{
	std::map<std::string, int> counts;
	std::istringstream words("the guest the host the guest");
	std::string word;
	double sum = 0;

	while (words >> word)
		counts[word]++;
	for (const auto &[name, n] : counts)
		std::cout << name << ' ' << n << '\n';
	exceptions();
	threads();
#pragma omp parallel for reduction(+ : sum) num_threads(3)
	for (int i = 0; i < 20000; i++)
		sum += std::sin(i) * std::sin(i);
	std::cout << std::fixed << std::setprecision(6) << sum << ' ' << argc << '\n';
}

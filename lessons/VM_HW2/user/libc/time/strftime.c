/* Dates as text. */
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const days[] = { "Sunday",	"Monday", "Tuesday", "Wednesday",
				    "Thursday", "Friday", "Saturday" };
static const char *const months[] = { "January", "February", "March",	  "April",
				      "May",	 "June",     "July",	  "August",
				      "September", "October", "November", "December" };

static const char *day_name(const struct tm *tm)
{
	return tm->tm_wday >= 0 && tm->tm_wday < 7 ? days[tm->tm_wday] : "?";
}

static const char *month_name(const struct tm *tm)
{
	return tm->tm_mon >= 0 && tm->tm_mon < 12 ? months[tm->tm_mon] : "?";
}

/* The week of the year; the first one begins with the first day of the week. */
static int week(const struct tm *tm, int first)
{
	return (tm->tm_yday + 7 - (tm->tm_wday - first + 7) % 7) / 7;
}

/* What one conversion stands for. Some stand for several others. */
static void convert(char *s, size_t size, char c, const struct tm *tm)
{
	static const struct {
		char c;
		const char *fmt;
	} composed[] = { { 'c', "%a %b %e %H:%M:%S %Y" }, { 'D', "%m/%d/%y" },
			 { 'F', "%Y-%m-%d" }, { 'h', "%b" }, { 'r', "%I:%M:%S %p" },
			 { 'R', "%H:%M" }, { 'T', "%H:%M:%S" }, { 'x', "%m/%d/%y" },
			 { 'X', "%H:%M:%S" } };
	int hour = tm->tm_hour % 12 ? tm->tm_hour % 12 : 12, value, width = 2;
	const char *text = NULL;
	long year = tm->tm_year + 1900L;
	struct tm copy = *tm;

	for (size_t i = 0; i < sizeof(composed) / sizeof(composed[0]); i++)
		if (composed[i].c == c) {
			strftime(s, size, composed[i].fmt, tm);
			return;
		}
	switch (c) {
	case 'a': snprintf(s, size, "%.3s", day_name(tm)); return;
	case 'A': text = day_name(tm); break;
	case 'b': snprintf(s, size, "%.3s", month_name(tm)); return;
	case 'B': text = month_name(tm); break;
	case 'e': snprintf(s, size, "%2d", tm->tm_mday); return;
	case 'k': snprintf(s, size, "%2d", tm->tm_hour); return;
	case 'l': snprintf(s, size, "%2d", hour); return;
	case 's': snprintf(s, size, "%ld", (long)timegm(&copy)); return;
	case 'Y': snprintf(s, size, "%ld", year); return;
	case 'n': text = "\n"; break;
	case 't': text = "\t"; break;
	case '%': text = "%"; break;
	case 'p': text = tm->tm_hour < 12 ? "AM" : "PM"; break;
	case 'P': text = tm->tm_hour < 12 ? "am" : "pm"; break;
	case 'z': text = "+0000"; break;
	case 'Z': text = tm->tm_zone ? tm->tm_zone : "UTC"; break;
	}
	if (text) {
		snprintf(s, size, "%s", text);
		return;
	}
	switch (c) {
	case 'C': value = year / 100; break;
	case 'd': value = tm->tm_mday; break;
	case 'H': value = tm->tm_hour; break;
	case 'I': value = hour; break;
	case 'j': value = tm->tm_yday + 1; width = 3; break;
	case 'm': value = tm->tm_mon + 1; break;
	case 'M': value = tm->tm_min; break;
	case 'S': value = tm->tm_sec; break;
	case 'u': value = tm->tm_wday ? tm->tm_wday : 7; width = 1; break;
	case 'U': value = week(tm, 0); break;
	case 'w': value = tm->tm_wday; width = 1; break;
	case 'W': value = week(tm, 1); break;
	case 'y': value = year % 100; break;
	default: snprintf(s, size, "%%%c", c); return;
	}
	snprintf(s, size, "%0*d", width, value);
}

size_t strftime(char *s, size_t size, const char *fmt, const struct tm *tm)
{
	size_t n = 0;
	char text[64];

	for (; *fmt; fmt++) {
		text[0] = *fmt;
		text[1] = 0;
		if (*fmt == '%' && fmt[1])
			convert(text, sizeof(text), *++fmt, tm);
		if (n + strlen(text) >= size)
			return 0;
		strcpy(s + n, text);
		n += strlen(text);
	}
	s[n] = 0;
	return n;
}

char *asctime(const struct tm *tm)
{
	static char text[64];

	strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y\n", tm);
	return text;
}

char *ctime(const time_t *t)
{
	return asctime(gmtime(t));
}

/*
 * Between seconds since 1970 and dates, in UTC. Years are counted from March here, so that
 * the leap day is a year's last, and in eras of 400 years, which are all of one length.
 */
#include <time.h>

#define DAY 86400L
#define ERA 146097L /* days of 400 years */
#define TO_MARCH_OF_0 719468L /* days from 1 March of the year 0 to 1 January 1970 */

static long divide(long a, long b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970 of a date; months from 0, of any size. */
static long days_of(long year, long month, long day)
{
	long era;

	year += divide(month, 12);
	month -= divide(month, 12) * 12;
	if (month < 2) { /* January and February end the year before */
		year--;
		month += 12;
	}
	era = divide(year, 400);
	year -= era * 400;
	return era * ERA + year * 365 + year / 4 - year / 100 + (153 * (month - 2) + 2) / 5 + day -
	       1 - TO_MARCH_OF_0;
}

struct tm *gmtime_r(const time_t *t, struct tm *tm)
{
	long days = divide(*t, DAY), seconds = *t - days * DAY;
	long since = days + TO_MARCH_OF_0, era = divide(since, ERA), in_era = since - era * ERA;
	long year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	long in_year = in_era - (365 * year + year / 4 - year / 100);
	long month = (5 * in_year + 2) / 153; /* from March */

	tm->tm_sec = seconds % 60;
	tm->tm_min = seconds / 60 % 60;
	tm->tm_hour = seconds / 3600;
	tm->tm_mday = in_year - (153 * month + 2) / 5 + 1;
	tm->tm_mon = (month + 2) % 12;
	tm->tm_year = year + era * 400 + (month >= 10) - 1900;
	tm->tm_wday = days + 4 - divide(days + 4, 7) * 7; /* 1 January 1970 was a Thursday */
	tm->tm_yday = days - days_of(tm->tm_year + 1900L, 0, 1);
	tm->tm_isdst = 0;
	tm->tm_gmtoff = 0;
	tm->tm_zone = "UTC";
	return tm;
}

struct tm *gmtime(const time_t *t)
{
	static struct tm tm;

	return gmtime_r(t, &tm);
}

struct tm *localtime_r(const time_t *t, struct tm *tm) { return gmtime_r(t, tm); }
struct tm *localtime(const time_t *t) { return gmtime(t); }

/* The fields may be too large or negative: they are brought into their ranges. */
time_t timegm(struct tm *tm)
{
	time_t t = days_of(tm->tm_year + 1900L, tm->tm_mon, tm->tm_mday) * DAY +
		   tm->tm_hour * 3600L + tm->tm_min * 60L + tm->tm_sec;

	gmtime_r(&t, tm);
	return t;
}

time_t mktime(struct tm *tm)
{
	return timegm(tm);
}

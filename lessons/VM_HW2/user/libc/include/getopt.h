#ifndef _GETOPT_H
#define _GETOPT_H
extern char *optarg;
extern int optind, opterr, optopt;
/* Options of one letter, each with an argument if a colon follows it in `options`. */
int getopt(int argc, char *const argv[], const char *options);
#endif

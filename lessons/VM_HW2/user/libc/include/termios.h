#ifndef _TERMIOS_H
#define _TERMIOS_H
#include <linux/termios.h>
#define TCSANOW 0
#define TCSADRAIN 1
#define TCSAFLUSH 2
#define IXON 0002000
#define IEXTEN 0100000
int tcgetattr(int fd, struct termios *t);
int tcsetattr(int fd, int when, const struct termios *t);
#endif

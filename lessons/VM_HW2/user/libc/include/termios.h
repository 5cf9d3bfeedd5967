#ifndef _TERMIOS_H
#define _TERMIOS_H
#include <sys/types.h>
#include <linux/termios.h>
typedef unsigned int tcflag_t;
typedef unsigned char cc_t;
typedef unsigned int speed_t;
#define TCSANOW 0
#define TCSADRAIN 1
#define TCSAFLUSH 2
/* Bits that the kernel may keep without a meaning. */
#ifndef IXON
#define IXON 0002000
#endif
#ifndef IEXTEN
#define IEXTEN 0100000
#endif
#ifndef BRKINT
#define BRKINT 0000002
#define IGNBRK 0000001
#define PARMRK 0000010
#define INPCK 0000020
#define ISTRIP 0000040
#define INLCR 0000100
#define IGNCR 0000200
#endif
#ifndef ECHOE
#define ECHOE 0000020
#define ECHOK 0000040
#endif
#ifndef ECHONL
#define ECHONL 0000100
#endif
#ifndef NOFLSH
#define NOFLSH 0000200
#endif
#ifndef TOSTOP
#define TOSTOP 0000400
#endif
#ifndef CSIZE
#define CSIZE 0000060
#define CS8 0000060
#define PARENB 0000400
#endif
int tcgetattr(int fd, struct termios *t);
int tcsetattr(int fd, int when, const struct termios *t);
void cfmakeraw(struct termios *t);
#endif

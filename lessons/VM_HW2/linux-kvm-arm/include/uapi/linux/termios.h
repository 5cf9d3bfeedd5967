/* The terminal's settings: struct termios of TCGETS/TCSETS, and the terminal's ioctls. */
#ifndef _UAPI_LINUX_TERMIOS_H
#define _UAPI_LINUX_TERMIOS_H

#define NCCS 19

struct termios {
	unsigned int c_iflag;
	unsigned int c_oflag;
	unsigned int c_cflag;
	unsigned int c_lflag;
	unsigned char c_line;
	unsigned char c_cc[NCCS];
};

struct winsize {
	unsigned short ws_row;
	unsigned short ws_col;
	unsigned short ws_xpixel;
	unsigned short ws_ypixel;
};

/* c_cc: which character does it. Zero: none. */
#define VINTR    0
#define VQUIT    1
#define VERASE   2
#define VKILL    3
#define VEOF     4
#define VTIME    5 /* raw mode: tenths of a second */
#define VMIN     6 /* raw mode: so many characters are worth a read() */
#define VSWTC    7
#define VSTART   8
#define VSTOP    9
#define VSUSP    10
#define VEOL     11
#define VREPRINT 12
#define VDISCARD 13
#define VWERASE  14
#define VLNEXT   15
#define VEOL2    16

/* c_iflag: what happens to characters that arrive */
#define IGNBRK 0000001
#define BRKINT 0000002
#define IGNPAR 0000004
#define PARMRK 0000010
#define INPCK  0000020
#define ISTRIP 0000040
#define INLCR  0000100 /* newline arrives as carriage return */
#define IGNCR  0000200 /* carriage return is left out */
#define ICRNL  0000400 /* carriage return arrives as newline */
#define IUCLC  0001000
#define IXON   0002000 /* Ctrl-S stops the output, Ctrl-Q lets it go on */
#define IXANY  0004000 /* any character lets it go on */
#define IXOFF  0010000
#define IMAXBEL 0020000 /* a full buffer rings the bell */
#define IUTF8  0040000

/* c_oflag: what happens to characters that leave */
#define OPOST  0000001 /* without it nothing of the following */
#define OLCUC  0000002
#define ONLCR  0000004 /* newline leaves as carriage return, newline */
#define OCRNL  0000010 /* carriage return leaves as newline */
#define ONOCR  0000020 /* no carriage return in column 0 */
#define ONLRET 0000040 /* newline returns the carriage, too */
#define TABDLY 0014000
#define XTABS  0014000 /* tabs leave as spaces */

/* c_cflag */
#define CBAUD  0010017
#define B38400 0000017
#define CSIZE  0000060
#define CS8    0000060
#define CSTOPB 0000100
#define CREAD  0000200
#define PARENB 0000400
#define PARODD 0001000
#define HUPCL  0002000
#define CLOCAL 0004000

/* c_lflag: the line discipline */
#define ISIG    0000001 /* Ctrl-C and the like make signals */
#define ICANON  0000002 /* hand over whole lines, with editing */
#define ECHO    0000010
#define ECHOE   0000020 /* an erased character is wiped out on the screen */
#define ECHOK   0000040 /* a killed line ends with a newline */
#define ECHONL  0000100 /* newline is echoed even without ECHO */
#define NOFLSH  0000200 /* Ctrl-C throws nothing away */
#define TOSTOP  0000400 /* background processes may not write */
#define ECHOCTL 0001000 /* control characters are echoed as ^X */
#define ECHOPRT 0002000
#define ECHOKE  0004000 /* a killed line is wiped out on the screen */
#define FLUSHO  0010000
#define IEXTEN  0100000 /* VWERASE, VLNEXT, VREPRINT, VEOL2 */

#define TCGETS     0x5401
#define TCSETS     0x5402 /* now */
#define TCSETSW    0x5403 /* when the output is through */
#define TCSETSF    0x5404 /* then, and what was typed is forgotten */
#define TCSBRK     0x5409
#define TCXONC     0x540a
#define TCFLSH     0x540b
#define TIOCEXCL   0x540c
#define TIOCNXCL   0x540d
#define TIOCSCTTY  0x540e
#define TIOCGPGRP  0x540f
#define TIOCSPGRP  0x5410
#define TIOCOUTQ   0x5411
#define TIOCSTI    0x5412
#define TIOCGWINSZ 0x5413
#define TIOCSWINSZ 0x5414
#define FIONREAD   0x541b
#define TIOCINQ    FIONREAD
#define TIOCNOTTY  0x5422
#define TIOCGSID   0x5429
#define TIOCGPTN   0x80045430 /* the number of a pseudo-terminal */
#define TIOCSPTLCK 0x40045431
#define TIOCGDEV   0x80045432 /* the device number: which terminal it is */
#define TIOCGPTLCK 0x80045439

/* tcflush(), tcflow() */
#define TCIFLUSH  0
#define TCOFLUSH  1
#define TCIOFLUSH 2
#define TCOOFF 0
#define TCOON  1
#define TCIOFF 2
#define TCION  3

#endif

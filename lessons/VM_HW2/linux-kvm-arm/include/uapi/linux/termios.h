/* The terminal's settings: struct termios of TCGETS/TCSETS, and the bits we honour. */
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

#define VINTR    0
#define VQUIT    1
#define VERASE   2
#define VKILL    3
#define VEOF     4
#define VTIME    5
#define VMIN     6

#define ICRNL  0000400 /* c_iflag: carriage return arrives as newline */
#define OPOST  0000001 /* c_oflag */
#define ONLCR  0000004 /* c_oflag: newline leaves as carriage return, newline */
#define ISIG   0000001 /* c_lflag: Ctrl-C makes SIGINT */
#define ICANON 0000002 /* c_lflag: hand over whole lines, with editing */
#define ECHO   0000010 /* c_lflag */

#define TCGETS     0x5401
#define TCSETS     0x5402
#define TCSETSW    0x5403
#define TCSETSF    0x5404
#define TIOCSCTTY  0x540e
#define TIOCGPGRP  0x540f
#define TIOCSPGRP  0x5410
#define TIOCGWINSZ 0x5413
#define FIONREAD   0x541b

#endif

/* What a signal says beside its number: who sent it, or what went wrong where. */
#ifndef _UAPI_LINUX_SIGINFO_H
#define _UAPI_LINUX_SIGINFO_H

union sigval {
	int sival_int;
	void *sival_ptr;
};

struct kernel_siginfo {
	int si_signo;
	int si_errno;
	int si_code;
	union {
		int _pad[28];
		struct { /* kill(), sigqueue() */
			int si_pid;
			unsigned int si_uid;
			union sigval si_value;
		};
		struct { /* timers */
			int si_tid;
			int si_overrun;
			union sigval si_timer_value;
		};
		struct { /* SIGCHLD */
			int si_child;
			unsigned int si_child_uid;
			int si_status;
			long si_utime;
			long si_stime;
		};
		void *si_addr; /* SIGSEGV and the like */
	} __attribute__((aligned(8)));
};

/* si_code: who it was. Positive ones are the kernel's. */
#define SI_USER    0
#define SI_KERNEL  0x80
#define SI_QUEUE   -1
#define SI_TIMER   -2
#define SI_TKILL   -6

#define ILL_ILLOPC 1
#define SEGV_MAPERR 1
#define SEGV_ACCERR 2
#define BUS_ADRALN 1
#define BUS_ADRERR 2
#define TRAP_BRKPT 1

#define CLD_EXITED 1
#define CLD_KILLED 2
#define CLD_STOPPED 5
#define CLD_CONTINUED 6

/* For timer_create(): how to say that time is up. */
struct kernel_sigevent {
	union sigval sigev_value;
	int sigev_signo;
	int sigev_notify;
	int sigev_tid;
	int _pad[11];
};

#define SIGEV_SIGNAL    0
#define SIGEV_NONE      1
#define SIGEV_THREAD_ID 4

#endif

/*
 * System call numbers of arm64 Linux: the number travels in x8, arguments in
 * x0 to x5, the result comes back in x0.
 */
#ifndef _UAPI_ASM_UNISTD_H
#define _UAPI_ASM_UNISTD_H

#define __NR_getcwd          17
#define __NR_dup             23
#define __NR_dup3            24
#define __NR_fcntl           25
#define __NR_ioctl           29
#define __NR_mknodat         33
#define __NR_mkdirat         34
#define __NR_unlinkat        35
#define __NR_symlinkat       36
#define __NR_linkat          37
#define __NR_renameat        38
#define __NR_umount2         39
#define __NR_mount           40
#define __NR_statfs          43
#define __NR_fstatfs         44
#define __NR_truncate        45
#define __NR_ftruncate       46
#define __NR_fallocate       47
#define __NR_faccessat       48
#define __NR_chdir           49
#define __NR_fchdir          50
#define __NR_chroot          51
#define __NR_fchmod          52
#define __NR_fchmodat        53
#define __NR_fchownat        54
#define __NR_fchown          55
#define __NR_openat          56
#define __NR_close           57
#define __NR_pipe2           59
#define __NR_getdents64      61
#define __NR_lseek           62
#define __NR_read            63
#define __NR_write           64
#define __NR_readv           65
#define __NR_writev          66
#define __NR_pread64         67
#define __NR_pwrite64        68
#define __NR_sendfile        71
#define __NR_ppoll           73
#define __NR_readlinkat      78
#define __NR_newfstatat      79
#define __NR_fstat           80
#define __NR_sync            81
#define __NR_fsync           82
#define __NR_fdatasync       83
#define __NR_utimensat       88
#define __NR_exit            93
#define __NR_exit_group      94
#define __NR_set_tid_address 96
#define __NR_futex           98
#define __NR_nanosleep       101
#define __NR_clock_gettime   113
#define __NR_syslog          116
#define __NR_sched_yield     124
#define __NR_kill            129
#define __NR_tkill           130
#define __NR_tgkill          131
#define __NR_rt_sigsuspend   133
#define __NR_rt_sigaction    134
#define __NR_rt_sigprocmask  135
#define __NR_rt_sigreturn    139
#define __NR_reboot          142
#define __NR_setpgid         154
#define __NR_getpgid         155
#define __NR_getsid          156
#define __NR_setsid          157
#define __NR_uname           160
#define __NR_umask           166
#define __NR_prctl           167
#define __NR_gettimeofday    169
#define __NR_getpid          172
#define __NR_getppid         173
#define __NR_getuid          174
#define __NR_geteuid         175
#define __NR_getgid          176
#define __NR_getegid         177
#define __NR_gettid          178
#define __NR_brk             214
#define __NR_munmap          215
#define __NR_clone           220
#define __NR_execve          221
#define __NR_mmap            222
#define __NR_mprotect        226
#define __NR_wait4           260
#define __NR_syncfs          267
#define __NR_renameat2       276
#define __NR_syscalls        292

#endif

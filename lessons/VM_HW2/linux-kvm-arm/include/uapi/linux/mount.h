/* Flags of mount() and umount2(). */
#ifndef _UAPI_LINUX_MOUNT_H
#define _UAPI_LINUX_MOUNT_H

#define MS_RDONLY  1
#define MS_REMOUNT 32
#define MS_BIND    4096
#define MS_MOVE    8192
#define MS_REC     16384
#define MS_SILENT  32768

#define MNT_FORCE  1
#define MNT_DETACH 2
#define UMOUNT_NOFOLLOW 8

#endif

/* Stopping the machine. */
#ifndef _LINUX_REBOOT_H
#define _LINUX_REBOOT_H

#include <uapi/linux/reboot.h>

void machine_power_off(void);
void machine_restart(void);

#endif

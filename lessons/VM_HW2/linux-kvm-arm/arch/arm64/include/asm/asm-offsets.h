/* Made by the build from arch/arm64/kernel/asm-offsets.c. */
#include <generated/asm-offsets.h>

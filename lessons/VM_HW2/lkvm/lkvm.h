#ifndef LKVM_H
#define LKVM_H

/*
 * lkvm: a program that makes a virtual machine, with the kernel's help. The kernel
 * (KVM) runs the guest's instructions; lkvm gives it memory and devices. What you
 * may know QEMU for, in a few hundred lines.
 *
 *	main.c		the command line, and the order of things
 *	kvm.c		/dev/kvm: the VM, its memory, its CPUs, and the loop around KVM_RUN
 *	guest-dt.c	the device tree: how the guest learns of its machine
 *	fdt.c		how a device tree is written
 *	mmio.c		which device an access is meant for
 *	serial.c	a 16550A: the guest's console
 *	virtio.h	what virtio devices share: virtio-mmio.c, their registers, and
 *			virtqueue.c, their rings in the guest's memory
 *	virtio-blk.c	the guest's disk
 *	virtio-console.c the guest's console, if --console virtio asks for this one
 *	term.c		our own console, and the thread that waits for keys
 *	thread.S	starting a thread, and a lock
 *
 * The machine that the guest sees:
 *	0x0000_03f8	16550A, 8 bytes			SPI 0
 *	0x0001_0000	virtio-mmio blocks, 0x200 each	SPI 1 and up
 *	0x3ffe_0000	GIC CPU interface
 *	0x3fff_0000	GIC distributor
 *	0x8000_0000	RAM
 */
#include <stddef.h>
#include <stdint.h>
#include <linux/kvm.h>

#define SERIAL_BASE	0x3f8UL
#define SERIAL_SIZE	8UL
#define SERIAL_SPI	0

#define VIRTIO_BASE	0x10000UL
#define VIRTIO_SIZE	0x200UL
#define VIRTIO_SPI	1

#define GIC_CPU_BASE	0x3ffe0000UL
#define GIC_DIST_BASE	0x3fff0000UL

#define MAX_CPUS	8		/* as many as a GICv2 has interfaces for */
#define RAM_BASE	0x80000000UL
#define RAM_LOW_SIZE	(256UL << 20)	/* initrd and DTB lie within the first 256 MB */
#define FDT_MAX_SIZE	0x10000UL
#define MB		(1UL << 20)

/* What the command line asks for. */
struct options {
	const char *kernel;
	const char *initrd;
	const char *disk;
	const char *params;
	const char *name;	/* of the guest, or NULL */
	unsigned long mem;	/* bytes */
	int cpus;
	int virtio_console;	/* the console is hvc0, not ttyS0 */
};

/* One of the guest's CPUs. */
struct kvm_vcpu {
	struct kvm_vm *vm;
	int fd;
	struct kvm_run *run;	/* what KVM and we tell each other, in shared memory */
};

/* The VM as kvm.c keeps it. */
struct kvm_vm {
	int sys_fd, vm_fd;
	struct kvm_vcpu vcpus[MAX_CPUS];
	int nr_cpus;
	uint8_t *ram;
	unsigned long ram_size;
	uint64_t entry, kernel_end, initrd_start, initrd_end, dtb_start;
};

/* main.c: print and give up; and the end of the session, whichever thread comes to it first */
void die(const char *what) __attribute__((noreturn));
void die_errno(const char *what) __attribute__((noreturn));
void session_end(const char *how, int status) __attribute__((noreturn));

/* kvm.c */
void kvm_create(struct kvm_vm *vm, unsigned long mem);
void kvm_load(struct kvm_vm *vm, const struct options *opt);
void kvm_create_vcpus(struct kvm_vm *vm, int cpus);
void kvm_run_guest(struct kvm_vm *vm) __attribute__((noreturn));
void kvm_irq_line(struct kvm_vm *vm, int spi, int level);
/* Guest memory as we see it; NULL if [ipa, ipa + size) is not all RAM. */
void *guest_to_host(struct kvm_vm *vm, uint64_t ipa, uint64_t size);

/* guest-dt.c: write the tree to where kvm_load() wants it */
void guest_dt_create(struct kvm_vm *vm, const struct options *opt);

/* fdt.c */
struct fdt {
	uint8_t *buf;
	unsigned long size, used;
	char strings[512];
	unsigned long strings_used;
};
void fdt_begin(struct fdt *fdt, void *buf, unsigned long size);
void fdt_begin_node(struct fdt *fdt, const char *name);
void fdt_end_node(struct fdt *fdt);
void fdt_property(struct fdt *fdt, const char *name, const void *data, unsigned long len);
void fdt_property_string(struct fdt *fdt, const char *name, const char *s);
void fdt_property_cells(struct fdt *fdt, const char *name, const uint32_t *cells, int n);
void fdt_property_cell(struct fdt *fdt, const char *name, uint32_t cell);
/* address and size, two cells each; n pairs */
void fdt_property_reg(struct fdt *fdt, const char *name, const uint64_t *pairs, int n);
void fdt_finish(struct fdt *fdt);

/* mmio.c: a device is a range of addresses and a function */
typedef void (*mmio_handler)(void *dev, uint64_t offset, uint8_t *data, uint32_t len, int is_write);
void mmio_register(uint64_t base, uint64_t size, mmio_handler handler, void *dev);
void mmio_access(uint64_t addr, uint8_t *data, uint32_t len, int is_write);

/* serial.c */
void serial_init(struct kvm_vm *vm);
void serial_receive(uint8_t c);

/* virtio-blk.c */
void virtio_blk_init(struct kvm_vm *vm, const char *path);

/* virtio-mmio.c: how many virtio devices there are */
int virtio_mmio_count(void);

/* virtio-console.c */
void virtio_console_init(struct kvm_vm *vm);
void virtio_console_receive(uint8_t c);

/* term.c */
void term_init(void (*receive)(uint8_t c));
void term_restore(void);
void term_write(const void *data, unsigned long len);
void term_size(uint16_t *cols, uint16_t *rows);

/* thread.S, and a stack for it in main.c */
long thread_start(void (*fn)(void *), void *arg, void *stack_top);
void thread_create(void (*fn)(void *), void *arg);
void lock_take(unsigned int *lock);
void lock_drop(unsigned int *lock);

#endif

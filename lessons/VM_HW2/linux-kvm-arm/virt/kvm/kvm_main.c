/*
 * The door to KVM: /dev/kvm, and the file descriptors that come out of it.
 *
 *	/dev/kvm	KVM_CREATE_VM		a VM: memory slots, vcpus, interrupts
 *	a VM		KVM_CREATE_VCPU		a vcpu: registers, and KVM_RUN
 *			KVM_CREATE_DEVICE	a device: its attributes
 *
 * This file is the same for all architectures; what Arm adds is behind the functions
 * with "arch" in their names. Find "case KVM_RUN:" to follow a guest. The memory of a
 * VM is in memslots.c, devices that KVM itself plays in kvm_device.c.
 *
 * Linux 3.14: same names, same file.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/kvm_host.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../../arch/arm/kvm/trace.h"

static const struct file_operations kvm_vcpu_fops;
static const struct file_operations kvm_vm_fops;

/* ---- Sleeping and waking ---- */

/* WFI: sleep until the guest has an interrupt, or the task a signal. */
void kvm_vcpu_block(struct kvm_vcpu *vcpu)
{
	DEFINE_WAIT(wait);

	for (;;) {
		prepare_to_wait(&vcpu->wq, &wait, TASK_INTERRUPTIBLE);

		if (kvm_arch_vcpu_runnable(vcpu))
			break;
		if (signal_pending(current))
			break;

		schedule();
	}

	finish_wait(&vcpu->wq, &wait);
}

/*
 * Something has happened that the vcpu must know about. If it sleeps, wake it. If it
 * runs, it would have to be called out of the guest by an interrupt; with one CPU,
 * who calls this has already done that.
 */
void kvm_vcpu_kick(struct kvm_vcpu *vcpu)
{
	if (waitqueue_active(&vcpu->wq)) {
		wake_up_interruptible(&vcpu->wq);
		vcpu->stat.halt_wakeup++;
	}
}

/* WFE: the guest waits for another vcpu, so let that one have the CPU. */
void kvm_vcpu_on_spin(struct kvm_vcpu *vcpu)
{
	set_current_state(TASK_RUNNING);
	schedule();
}

/* ---- vcpus ---- */

int kvm_vcpu_init(struct kvm_vcpu *vcpu, struct kvm *kvm, unsigned int id)
{
	int ret;

	mutex_init(&vcpu->mutex);
	init_waitqueue_head(&vcpu->wq);
	vcpu->cpu = -1;
	vcpu->kvm = kvm;
	vcpu->vcpu_id = id;

	vcpu->run = (struct kvm_run *)get_zeroed_page(GFP_KERNEL);
	if (!vcpu->run)
		return -ENOMEM;
	vcpu->coalesced_ring = get_zeroed_page(GFP_KERNEL);
	if (!vcpu->coalesced_ring) {
		kvm_vcpu_uninit(vcpu);
		return -ENOMEM;
	}

	ret = kvm_arch_vcpu_init(vcpu);
	if (ret)
		kvm_vcpu_uninit(vcpu);
	return ret;
}

void kvm_vcpu_uninit(struct kvm_vcpu *vcpu)
{
	/* lkvm may still have the pages mapped: they go with the last user. */
	put_pfn(virt_to_pfn(vcpu->run));
	vcpu->run = NULL;
	if (vcpu->coalesced_ring)
		put_pfn(virt_to_pfn(vcpu->coalesced_ring));
	vcpu->coalesced_ring = 0;
}

/* Take the vcpu, for one ioctl. 0, or -EINTR. */
int vcpu_load(struct kvm_vcpu *vcpu)
{
	if (mutex_lock_killable(&vcpu->mutex))
		return -EINTR;
	kvm_arch_vcpu_load(vcpu, 0);
	return 0;
}

void vcpu_put(struct kvm_vcpu *vcpu)
{
	kvm_arch_vcpu_put(vcpu);
	mutex_unlock(&vcpu->mutex);
}

/*
 * mmap() of a vcpu: page 0 is struct kvm_run, page 1 the ring of coalesced MMIO, which
 * is always empty here.
 */
static int kvm_vcpu_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct kvm_vcpu *vcpu = vma->vm_file->private_data;

	if (vmf->pgoff == 0)
		vmf->pfn = virt_to_pfn(vcpu->run);
	else if (vmf->pgoff == KVM_COALESCED_MMIO_PAGE_OFFSET)
		vmf->pfn = virt_to_pfn(vcpu->coalesced_ring);
	else
		return -EFAULT;
	get_pfn(vmf->pfn);
	return 0;
}

static const struct vm_operations_struct kvm_vcpu_vm_ops = {
	.fault = kvm_vcpu_fault,
};

static int kvm_vcpu_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &kvm_vcpu_vm_ops;
	return 0;
}

static int kvm_vcpu_release(struct inode *inode, struct file *filp)
{
	struct kvm_vcpu *vcpu = filp->private_data;

	kvm_put_kvm(vcpu->kvm);
	return 0;
}

/* KVM_CREATE_VCPU. Returns a file descriptor. */
static int kvm_vm_ioctl_create_vcpu(struct kvm *kvm, unsigned long id)
{
	struct kvm_vcpu *vcpu;
	int fd;

	if (id >= KVM_MAX_VCPUS)
		return -EINVAL;
	if (kvm->vcpus[id])
		return -EEXIST;

	vcpu = kvm_arch_vcpu_create(kvm, id);
	if (IS_ERR(vcpu))
		return PTR_ERR(vcpu);

	kvm_get_kvm(kvm);
	fd = anon_inode_getfd("kvm-vcpu", &kvm_vcpu_fops, vcpu, O_RDWR);
	if (fd < 0) {
		kvm_put_kvm(kvm);
		kvm_arch_vcpu_free(vcpu);
		return fd;
	}

	kvm->vcpus[id] = vcpu;
	kvm->online_vcpus++;
	return fd;
}

/* KVM_SET_SIGNAL_MASK: the mask that holds during KVM_RUN, or (NULL) none of its own. */
static int kvm_vcpu_ioctl_set_sigmask(struct kvm_vcpu *vcpu, void __user *argp)
{
	struct kvm_signal_mask __user *mask_arg = argp;
	struct kvm_signal_mask mask;

	if (!argp) {
		vcpu->sigset_active = 0;
		return 0;
	}

	if (copy_from_user(&mask, mask_arg, sizeof(mask)))
		return -EFAULT;
	if (mask.len != sizeof(sigset_t))
		return -EINVAL;
	if (copy_from_user(&vcpu->sigset, mask_arg->sigset, sizeof(sigset_t)))
		return -EFAULT;

	vcpu->sigset &= ~(sigmask(SIGKILL) | sigmask(SIGSTOP));
	vcpu->sigset_active = 1;
	return 0;
}

static long kvm_vcpu_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	struct kvm_vcpu *vcpu = filp->private_data;
	long r;

	/* The guest's memory is that of the process that made the VM. */
	if (vcpu->kvm->mm != current->mm)
		return -EIO;

	r = vcpu_load(vcpu);
	if (r)
		return r;

	switch (ioctl) {
	case KVM_RUN:
		r = -EINVAL;
		if (arg)
			break;
		r = kvm_arch_vcpu_ioctl_run(vcpu, vcpu->run);
		trace_kvm_userspace_exit(vcpu->run->exit_reason, r);
		break;

	case KVM_SET_SIGNAL_MASK:
		r = kvm_vcpu_ioctl_set_sigmask(vcpu, (void __user *)arg);
		break;

	default:
		r = kvm_arch_vcpu_ioctl(vcpu, ioctl, arg);
	}

	vcpu_put(vcpu);
	return r;
}

static const struct file_operations kvm_vcpu_fops = {
	.release = kvm_vcpu_release,
	.unlocked_ioctl = kvm_vcpu_ioctl,
	.mmap = kvm_vcpu_mmap,
};

/* ---- VMs ---- */

static struct kvm *kvm_create_vm(unsigned long type)
{
	struct kvm *kvm = kzalloc(sizeof(*kvm), GFP_KERNEL);
	int ret;

	if (!kvm)
		return ERR_PTR(-ENOMEM);

	spin_lock_init(&kvm->mmu_lock);
	mutex_init(&kvm->lock);
	kvm->mm = current->mm;
	atomic_set(&kvm->users_count, 1);

	ret = kvm_arch_init_vm(kvm, type);
	if (ret) {
		kfree(kvm);
		return ERR_PTR(ret);
	}
	/* Held, so that no other process can get one at the same address. */
	atomic_inc(&kvm->mm->mm_count);
	kvm_init_mmu_notifier(kvm);
	return kvm;
}

/* A VM lives as long as one of its file descriptors, the vcpus' included. */
void kvm_get_kvm(struct kvm *kvm)
{
	atomic_inc(&kvm->users_count);
}

void kvm_put_kvm(struct kvm *kvm)
{
	if (!atomic_dec_and_test(&kvm->users_count))
		return;
	mmu_notifier_unregister(&kvm->mmu_notifier, kvm->mm);
	kvm_arch_destroy_vm(kvm);
	mmdrop(kvm->mm);
	kfree(kvm);
}

static int kvm_vm_release(struct inode *inode, struct file *filp)
{
	kvm_put_kvm(filp->private_data);
	return 0;
}

static int kvm_vm_ioctl_set_memory(struct kvm *kvm, void __user *argp)
{
	struct kvm_userspace_memory_region mem;
	int r;

	if (copy_from_user(&mem, argp, sizeof(mem)))
		return -EFAULT;

	mutex_lock(&kvm->lock);
	r = kvm_set_memory_region(kvm, &mem);
	mutex_unlock(&kvm->lock);
	return r;
}

static long kvm_vm_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	struct kvm *kvm = filp->private_data;
	void __user *argp = (void __user *)arg;
	struct kvm_coalesced_mmio_zone zone;
	struct kvm_irq_level irq_level;
	long r;

	if (kvm->mm != current->mm)
		return -EIO;

	switch (ioctl) {
	case KVM_CREATE_VCPU:
		mutex_lock(&kvm->lock);
		r = kvm_vm_ioctl_create_vcpu(kvm, arg);
		mutex_unlock(&kvm->lock);
		return r;

	case KVM_SET_USER_MEMORY_REGION:
		return kvm_vm_ioctl_set_memory(kvm, argp);

	case KVM_IRQ_LINE:
		if (copy_from_user(&irq_level, argp, sizeof(irq_level)))
			return -EFAULT;
		return kvm_vm_ioctl_irq_line(kvm, &irq_level);

	case KVM_CREATE_DEVICE:
		mutex_lock(&kvm->lock);
		r = kvm_ioctl_create_device(kvm, argp);
		mutex_unlock(&kvm->lock);
		return r;

	case KVM_REGISTER_COALESCED_MMIO:
	case KVM_UNREGISTER_COALESCED_MMIO:
		/* 3.14 keeps the zones, and on Arm never looks at them. */
		return copy_from_user(&zone, argp, sizeof(zone)) ? -EFAULT : 0;

	case KVM_CHECK_EXTENSION:
		return kvm_dev_ioctl_check_extension(arg);

	default:
		return kvm_arch_vm_ioctl(kvm, ioctl, arg);
	}
}

static const struct file_operations kvm_vm_fops = {
	.release = kvm_vm_release,
	.unlocked_ioctl = kvm_vm_ioctl,
};

/* ---- /dev/kvm ---- */

/* KVM_CREATE_VM. Returns a file descriptor. */
static int kvm_dev_ioctl_create_vm(unsigned long type)
{
	struct kvm *kvm = kvm_create_vm(type);
	int fd;

	if (IS_ERR(kvm))
		return PTR_ERR(kvm);

	fd = anon_inode_getfd("kvm-vm", &kvm_vm_fops, kvm, O_RDWR);
	if (fd < 0)
		kvm_put_kvm(kvm);
	return fd;
}

static long kvm_dev_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	switch (ioctl) {
	case KVM_GET_API_VERSION:
		return arg ? -EINVAL : KVM_API_VERSION;

	case KVM_CREATE_VM:
		return kvm_dev_ioctl_create_vm(arg);

	case KVM_CHECK_EXTENSION:
		return kvm_dev_ioctl_check_extension(arg);

	case KVM_GET_VCPU_MMAP_SIZE:
		return arg ? -EINVAL : (long)((1 + KVM_COALESCED_MMIO_PAGE_OFFSET) * PAGE_SIZE);

	default:
		return -EINVAL;
	}
}

static const struct file_operations kvm_chardev_ops = {
	.unlocked_ioctl = kvm_dev_ioctl,
};

static struct miscdevice kvm_dev = {
	.minor = KVM_MINOR,
	.name = "kvm",
	.fops = &kvm_chardev_ops,
};

/* At boot. Without a hypervisor mode there is no /dev/kvm. */
int kvm_init(void)
{
	int r = kvm_arch_init();

	if (r)
		return r;
	return misc_register(&kvm_dev);
}

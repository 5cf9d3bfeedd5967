/*
 * KVM_CREATE_DEVICE: devices that the kernel plays for a guest, each with a file
 * descriptor of its own and attributes behind it. Here there is one, the vGIC.
 *
 * Linux 3.14 has this in kvm_main.c.
 */
#include <linux/anon_inodes.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/kvm_host.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct kvm_device {
	const struct kvm_device_ops *ops;
	struct kvm *kvm;
};

static long access_device_attr(struct kvm_device *dev, unsigned long arg,
			       int (*accessor)(struct kvm *kvm, struct kvm_device_attr *attr))
{
	struct kvm_device_attr attr;
	int r;

	if (!accessor)
		return -EPERM;
	if (copy_from_user(&attr, (void __user *)arg, sizeof(attr)))
		return -EFAULT;

	mutex_lock(&dev->kvm->lock);
	r = accessor(dev->kvm, &attr);
	mutex_unlock(&dev->kvm->lock);
	return r;
}

static long kvm_device_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	struct kvm_device *dev = filp->private_data;

	switch (ioctl) {
	case KVM_SET_DEVICE_ATTR:
		return access_device_attr(dev, arg, dev->ops->set_attr);
	case KVM_GET_DEVICE_ATTR:
		return access_device_attr(dev, arg, dev->ops->get_attr);
	case KVM_HAS_DEVICE_ATTR:
		return access_device_attr(dev, arg, dev->ops->has_attr);
	default:
		return -ENOTTY;
	}
}

static int kvm_device_release(struct inode *inode, struct file *filp)
{
	struct kvm_device *dev = filp->private_data;

	kvm_put_kvm(dev->kvm);
	kfree(dev);
	return 0;
}

static const struct file_operations kvm_device_fops = {
	.release = kvm_device_release,
	.unlocked_ioctl = kvm_device_ioctl,
};

static const struct kvm_device_ops *find_device_ops(u32 type)
{
	return type == KVM_DEV_TYPE_ARM_VGIC_V2 ? &kvm_arm_vgic_v2_ops : NULL;
}

/* kvm->lock is held. 0 with the descriptor in arg->fd, or an error. */
long kvm_ioctl_create_device(struct kvm *kvm, struct kvm_create_device __user *arg)
{
	struct kvm_create_device cd;
	const struct kvm_device_ops *ops;
	struct kvm_device *dev;
	long r;
	int fd;

	if (copy_from_user(&cd, arg, sizeof(cd)))
		return -EFAULT;
	ops = find_device_ops(cd.type);
	if (!ops)
		return -ENODEV;
	if (cd.flags & KVM_CREATE_DEVICE_TEST)
		return 0;

	/* Can the answer be written at all? Better asked before there is a device. */
	if (copy_to_user(arg, &cd, sizeof(cd)))
		return -EFAULT;

	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -ENOMEM;
	r = ops->create(kvm);
	if (r) {
		kfree(dev);
		return r;
	}

	dev->ops = ops;
	dev->kvm = kvm;
	kvm_get_kvm(kvm);
	fd = anon_inode_getfd(ops->name, &kvm_device_fops, dev, O_RDWR);
	if (fd < 0) {
		kvm_put_kvm(kvm);
		kfree(dev);
		return fd;
	}
	cd.fd = fd;
	return copy_to_user(arg, &cd, sizeof(cd)) ? -EFAULT : 0;
}

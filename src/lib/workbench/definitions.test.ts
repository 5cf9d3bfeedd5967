import { describe, expect, it } from 'vitest';
import { Definitions } from './definitions.ts';

const definitions = new Definitions(
	new Map([
		['guest/libc.c', 'int printk(void)\n{\n'],
		[
			'linux-kvm-arm/arch/arm64/kvm/handle_exit.c',
			'static int handle_hvc(struct kvm_vcpu *vcpu);\n\nstatic int handle_hvc(struct kvm_vcpu *vcpu,\n' +
				'\t\t      struct kvm_run *run)\n{\n\treturn kvm_psci_call(vcpu);\n}\n' +
				'static exit_handle_fn arm_exit_handlers[] = {\n'
		],
		['linux-kvm-arm/arch/arm64/kvm/hyp.S', '\nENTRY(__kvm_vcpu_run)\nel1_sync:\n'],
		['linux-kvm-arm/arch/arm/kvm/trace.h', '\nTRACE_EVENT(kvm_vm_hw2,\n'],
		['linux-kvm-arm/include/linux/kvm_host.h', 'struct kvm_vcpu {\n};\nint printk(void)\n']
	])
);
const handleExit = 'linux-kvm-arm/arch/arm64/kvm/handle_exit.c';

describe('definitions', () => {
	it.each([
		['handle_hvc()', handleExit, 3],
		['arm_exit_handlers', handleExit, 8],
		['__kvm_vcpu_run', 'linux-kvm-arm/arch/arm64/kvm/hyp.S', 2],
		['el1_sync', 'linux-kvm-arm/arch/arm64/kvm/hyp.S', 3],
		['trace_kvm_vm_hw2()', 'linux-kvm-arm/arch/arm/kvm/trace.h', 2],
		['kvm_vm_hw2', 'linux-kvm-arm/arch/arm/kvm/trace.h', 2],
		['kvm_vcpu', 'linux-kvm-arm/include/linux/kvm_host.h', 1],
		['printk', 'linux-kvm-arm/include/linux/kvm_host.h', 3],
		['arch/arm64/kvm/hyp.S', 'linux-kvm-arm/arch/arm64/kvm/hyp.S', 1],
		['hyp.S:17', 'linux-kvm-arm/arch/arm64/kvm/hyp.S', 17]
	])('finds %s', (name, file, line) => {
		expect(definitions.find(name)).toEqual({ file, line });
	});

	it('knows nothing of calls, and of what is not there', () => {
		expect(definitions.find('kvm_psci_call')).toBeUndefined();
		expect(definitions.find('p.c')).toBeUndefined();
	});

	it('cuts a message at its names', () => {
		const parts = definitions.link('Raise it in handle_hvc() (handle_exit.c), not in gone_fn().');
		expect(parts.map(({ text, place }) => (place ? `[${text}]` : text))).toEqual([
			'Raise it in ',
			'[handle_hvc()]',
			' (',
			'[handle_exit.c]',
			'), not in gone_fn().'
		]);
	});
});

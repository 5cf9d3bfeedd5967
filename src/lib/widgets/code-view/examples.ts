import type { ChangedRegister, CodeLine, Source } from './layout.ts';

export const title = 'Source and instructions';

type Example = {
	code: readonly CodeLine[];
	source?: Source;
	changed?: readonly ChangedRegister[];
	interruptWaits?: boolean;
};

/** An instruction a line: offset from the function, word, source line, text, what it says, its target. */
function parse(
	lines: string,
	at: { symbol: string; start: bigint; file: string | undefined; current: bigint }
): CodeLine[] {
	return lines
		.trim()
		.split('\n')
		.map((row) => {
			const [offset, word, line, text, says, target] = row.split('|').map((each) => each.trim());
			const pc = at.start + BigInt(Number(offset));
			return {
				pc,
				word: parseInt(word!, 16),
				text: text!,
				says: says!,
				symbol: at.symbol === '' ? undefined : at.symbol,
				offset: Number(offset),
				file: at.file,
				line: line === '' ? undefined : Number(line),
				current: pc === at.current,
				target: target === '' ? undefined : target
			};
		});
}

const switchCode = `
336|f9407c43|449|ldr x3, [x2, #248]|X3 = [X2 + 248]|
340|d5184103|449|msr sp_el0, x3|SP_EL0 = X3 (EL0's stack pointer)|
344|d51c4024|449|msr elr_el2, x4|ELR_EL2 = X4 (where EL2's next ERET goes)|
348|d51c4005|449|msr spsr_el2, x5|SPSR_EL2 = X5 (PSTATE that EL2's next ERET restores)|
352|a949d053|449|ldp x19, x20, [x2, #152]|X19 = [X2 + 152], X20 = [X2 + 160]|
356|a94ad855|449|ldp x21, x22, [x2, #168]|X21 = [X2 + 168], X22 = [X2 + 176]|
360|a94be057|449|ldp x23, x24, [x2, #184]|X23 = [X2 + 184], X24 = [X2 + 192]|
364|a94ce859|449|ldp x25, x26, [x2, #200]|X25 = [X2 + 200], X26 = [X2 + 208]|
368|a94df05b|449|ldp x27, x28, [x2, #216]|X27 = [X2 + 216], X28 = [X2 + 224]|
372|a94ef85d|449|ldp x29, x30, [x2, #232]|X29 = [X2 + 232], X30 = [X2 + 240]|
376|a9421444|449|ldp x4, x5, [x2, #32]|X4 = [X2 + 32], X5 = [X2 + 40]|
380|a9431c46|449|ldp x6, x7, [x2, #48]|X6 = [X2 + 48], X7 = [X2 + 56]|
384|a9442448|449|ldp x8, x9, [x2, #64]|X8 = [X2 + 64], X9 = [X2 + 72]|
388|a9452c4a|449|ldp x10, x11, [x2, #80]|X10 = [X2 + 80], X11 = [X2 + 88]|
392|a946344c|449|ldp x12, x13, [x2, #96]|X12 = [X2 + 96], X13 = [X2 + 104]|
396|a9473c4e|449|ldp x14, x15, [x2, #112]|X14 = [X2 + 112], X15 = [X2 + 120]|
400|a9484450|449|ldp x16, x17, [x2, #128]|X16 = [X2 + 128], X17 = [X2 + 136]|
404|f9404852|449|ldr x18, [x2, #144]|X18 = [X2 + 144]|
408|a9400440|449|ldp x0, x1, [x2]|X0 = [X2], X1 = [X2 + 8]|
412|a9410c42|449|ldp x2, x3, [x2, #16]|X3 = [X2 + 24], then X2 = [X2 + 16]|
416|d69f03e0|451|eret|Return from the exception: PC = ELR and PSTATE = SPSR of this level|
`;

const callCode = `
340|f9400000|323|ldr x0, [x0]|X0 = [X0]|
344|97fffdd0|323|bl 0xffffffc000094ab4|Call trace_kvm_entry (X30 = 0xffff_ffc0_0009_5378, the way back)|trace_kvm_entry
348|f94017e9|324|ldr x9, [sp, #40]|X9 = [SP + 40]|
352|52800028|324|mov w8, #0x1|W8 = 1|
356|b9001128|324|str w8, [x9, #16]|[X9 + 16] = W8, 4 bytes|
360|f94017e1|326|ldr x1, [sp, #40]|X1 = [SP + 40]|
364|d503201f|326|nop|Nothing|
368|100471a0|326|adr x0, 0xffffffc00009e1c0|X0 = 0xffff_ffc0_0009_e1c0|
372|940024e4|326|bl 0xffffffc00009e720|Call kvm_call_hyp (X30 = 0xffff_ffc0_0009_5394, the way back)|kvm_call_hyp
376|b90027e0|326|str w0, [sp, #36]|[SP + 36] = W0, 4 bytes|
380|f94017e8|328|ldr x8, [sp, #40]|X8 = [SP + 40]|
384|b900111f|328|str wzr, [x8, #16]|[X8 + 16] = 0, 4 bytes|
388|f94017e8|329|ldr x8, [sp, #40]|X8 = [SP + 40]|
392|b9400909|329|ldr w9, [x8, #8]|W9 = [X8 + 8], 4 bytes|
396|f94017e8|329|ldr x8, [sp, #40]|X8 = [SP + 40]|
400|b906a109|329|str w9, [x8, #1696]|[X8 + 1696] = W9, 4 bytes|
404|b94027f4|330|ldr w20, [sp, #36]|W20 = [SP + 36], 4 bytes|
408|f94017e0|330|ldr x0, [sp, #40]|X0 = [SP + 40]|
412|940000c2|330|bl 0xffffffc0000956c0|Call kvm_vcpu_trap_get_class (X30 = 0xffff_ffc0_0009_53bc, the way back)|kvm_vcpu_trap_get_class
416|53001c13|330|uxtb w19, w0|W19 = bits 7:0 of W0|
420|f94017e0|330|ldr x0, [sp, #40]|X0 = [SP + 40]|
`;

const classCode = `
0|a9be7bfd|73|stp x29, x30, [sp, #-32]!|[SP - 32] = X29, [SP - 24] = X30, then SP -= 32|
4|910003fd|73|mov x29, sp|X29 = SP|
8|f9000be0|73|str x0, [sp, #16]|[SP + 16] = X0|
12|f9400be0|74|ldr x0, [sp, #16]|X0 = [SP + 16]|
16|940002fc|74|bl 0xffffffc0000962c0|Call kvm_vcpu_get_hsr (X30 = 0xffff_ffc0_0009_56d4, the way back)|kvm_vcpu_get_hsr
20|531a7c00|74|lsr w0, w0, #26|W0 >>= 26|
24|a8c27bfd|74|ldp x29, x30, [sp], #32|X29 = [SP], X30 = [SP + 8], then SP += 32|
28|d65f03c0|74|ret|Go to X30 (the function returns)|
`;

const switchSource: Source = {
	file: 'linux-kvm-arm/arch/arm64/kvm/hyp.S',
	firstLine: 440,
	current: 449,
	lines: [
		'\tactivate_traps',
		'\tactivate_vm',
		'\trestore_vgic_state',
		'\trestore_timer_state',
		'',
		'\t// The guest wakes up',
		'\tadd_offset x2, x0, VCPU_CONTEXT',
		'\tbl\t__restore_sysregs',
		'\tbl\t__restore_fpsimd',
		'\trestore_guest_regs',
		'',
		'\teret',
		'',
		"/* The way back. x0 = vcpu, x1 = return code, the guest's x0 to x3 on the stack. */",
		'__kvm_vcpu_return:',
		'\t// The guest goes to rest',
		'\tadd_offset x2, x0, VCPU_CONTEXT',
		'\tsave_guest_regs',
		'\tbl\t__save_fpsimd'
	]
};

const callSource: Source = {
	file: 'linux-kvm-arm/arch/arm/kvm/arm.c',
	firstLine: 317,
	current: 326,
	lines: [
		'\t\t\tkvm_timer_sync_hwstate(vcpu);',
		'\t\t\tkvm_vgic_sync_hwstate(vcpu);',
		'\t\t\tcontinue;',
		'\t\t}',
		'',
		'\t\t/* Into the guest, and out again */',
		'\t\ttrace_kvm_entry(*vcpu_pc(vcpu));',
		'\t\tvcpu->mode = IN_GUEST_MODE;',
		'',
		'\t\tret = kvm_call_hyp(__kvm_vcpu_run, vcpu);',
		'',
		'\t\tvcpu->mode = OUTSIDE_GUEST_MODE;',
		'\t\tvcpu->arch.last_pcpu = vcpu->cpu;',
		'\t\ttrace_kvm_exit(ret, kvm_vcpu_trap_get_class(vcpu), *vcpu_pc(vcpu));',
		'',
		'\t\t/* A host interrupt that ended the run is still pending: it is served here. */',
		'\t\tlocal_irq_enable();',
		'',
		'\t\tkvm_timer_sync_hwstate(vcpu);'
	]
};

const classSource: Source = {
	file: 'linux-kvm-arm/arch/arm64/include/asm/kvm_emulate.h',
	firstLine: 65,
	current: 74,
	lines: [
		'',
		"/* The IPA's page. The low 12 bits are those of the virtual address. */",
		'static inline phys_addr_t kvm_vcpu_get_fault_ipa(const struct kvm_vcpu *vcpu)',
		'{',
		'\treturn (phys_addr_t)(vcpu->arch.fault.hpfar_el2 & HPFAR_MASK) << 8;',
		'}',
		'',
		'static inline u8 kvm_vcpu_trap_get_class(const struct kvm_vcpu *vcpu)',
		'{',
		'\treturn kvm_vcpu_get_hsr(vcpu) >> ESR_EL2_EC_SHIFT;',
		'}',
		'',
		'static inline bool kvm_vcpu_trap_is_iabt(const struct kvm_vcpu *vcpu)',
		'{',
		'\treturn kvm_vcpu_trap_get_class(vcpu) == ESR_EL2_EC_IABT;',
		'}',
		'',
		'/* FSC_FAULT, FSC_ACCESS, FSC_PERM …: the kind of fault, its level left out. */',
		'static inline u8 kvm_vcpu_trap_get_fault(const struct kvm_vcpu *vcpu)'
	]
};

const programCode = `
0|d2800108||mov x8, #0x8|X8 = 8|
4|d4000001||svc #0x0|Supervisor call 0: an exception to EL1|
8|d65f03c0||ret|Go to X30 (the function returns)|
`;

export const examples: Record<string, Example> = {
	'In the world switch: the guest’s registers are loaded': {
		code: parse(switchCode, {
			symbol: '__kvm_vcpu_run',
			start: 0x40_0009_e1c0n,
			file: 'linux-kvm-arm/arch/arm64/kvm/hyp.S',
			current: 0x40_0009_e340n
		}),
		source: switchSource,
		changed: [
			{ name: 'X6', from: 0xffff_ffc0_000a_8ff0n, to: 0x7f_ffff_fd97n },
			{ name: 'X7', from: 0x40_0030n, to: 0xffff_fffen }
		]
	},
	'In C, before the call of EL2': {
		code: parse(callCode, {
			symbol: 'kvm_arch_vcpu_ioctl_run',
			start: 0xffff_ffc0_0009_521cn,
			file: 'linux-kvm-arm/arch/arm/kvm/arm.c',
			current: 0xffff_ffc0_0009_5390n
		}),
		source: callSource,
		changed: [{ name: 'X0', from: 0xffff_ffc0_0009_18f0n, to: 0xffff_ffc0_0009_e1c0n }]
	},
	'An interrupt comes first': {
		code: parse(classCode, {
			symbol: 'kvm_vcpu_trap_get_class',
			start: 0xffff_ffc0_0009_56c0n,
			file: 'linux-kvm-arm/arch/arm64/include/asm/kvm_emulate.h',
			current: 0xffff_ffc0_0009_56d4n
		}),
		source: classSource,
		interruptWaits: true
	},
	'A program at EL0: no source, no names': {
		code: parse(programCode, {
			symbol: '',
			start: 0x40_002cn,
			file: undefined,
			current: 0x40_0030n
		}),
		changed: [{ name: 'X8', from: 0x1dn, to: 0x8n }]
	}
};

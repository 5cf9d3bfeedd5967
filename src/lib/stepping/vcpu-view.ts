import { hypAddress } from 'checks';
import type { Machine, RegisterSnapshot } from 'emulator-core';
import type { Program } from './program.ts';
import type { DistributorInterrupt, KeptRegister, VcpuView, VgicView } from './protocol.ts';

/** Values of asm-offsets.h of the tree that runs, by name. */
export type Offsets = Readonly<Record<string, number>>;

/** The system registers of kvm_cpu_context.sys_regs from index 1 on: asm/kvm_asm.h. */
export const keptSystemRegisters = [
	'VMPIDR_EL2',
	'CSSELR_EL1',
	'SCTLR_EL1',
	'ACTLR_EL1',
	'CPACR_EL1',
	'TTBR0_EL1',
	'TTBR1_EL1',
	'TCR_EL1',
	'ESR_EL1',
	'AFSR0_EL1',
	'AFSR1_EL1',
	'FAR_EL1',
	'MAIR_EL1',
	'VBAR_EL1',
	'CONTEXTIDR_EL1',
	'TPIDR_EL0',
	'TPIDRRO_EL0',
	'TPIDR_EL1',
	'AMAIR_EL1',
	'CNTKCTL_EL1',
	'PAR_EL1'
] as const;

/** PAGE_OFFSET without the bits that EL2 lacks. */
const linear = 0x40_0000_0000n;

/** The host kernel's memory, by its own addresses or EL2's, whatever the MMU does now. */
export class KernelMemory {
	readonly #machine: Machine;

	constructor(machine: Machine) {
		this.#machine = machine;
	}

	/** The physical address of a kernel pointer in the linear map; undefined for any other. */
	physical(pointer: bigint): number | undefined {
		const offset = hypAddress(pointer) - linear;
		const { base } = this.#machine.board.ram;
		return offset >= 0n && offset < BigInt(this.#machine.ramBytes)
			? base + Number(offset)
			: undefined;
	}

	/** Undefined where the pointer is wild or the structure reaches beyond RAM. */
	view(pointer: bigint, length: number): DataView | undefined {
		const pa = this.physical(pointer);
		if (pa === undefined) return undefined;
		const { base } = this.#machine.board.ram;
		if (pa + length > base + this.#machine.ramBytes) return undefined;
		return new DataView(this.#machine.readPhysical(pa, length).buffer);
	}

	pointer(at: bigint): bigint | undefined {
		return this.view(at, 8)?.getBigUint64(0, true);
	}
}

/** Larger than any of the structures; a read costs nothing. */
const structBytes = 8192;

/** Kernel address of the vCPU that runs or ran last; undefined before there is one. */
export function vcpuAddress(machine: Machine, host: Program): bigint | undefined {
	const memory = new KernelMemory(machine);
	const running = host.address('kvm_arm_running_vcpu');
	const now = running === undefined ? undefined : memory.pointer(running);
	if (now) return now;
	const last = machine.registers().system['TPIDR_EL2'] ?? 0n;
	return last === 0n ? undefined : BigInt.asUintN(64, last | (-1n << 39n));
}

/** The vCPU as its memory says; undefined before there is one. */
export function vcpuView(
	machine: Machine,
	registers: RegisterSnapshot,
	host: Program,
	offsets: Offsets
): VcpuView | undefined {
	const address = vcpuAddress(machine, host);
	if (address === undefined || offsets['VCPU_CONTEXT'] === undefined) return undefined;
	const memory = new KernelMemory(machine);
	const vcpu = memory.view(address, structBytes);
	const kvm = vcpu && memory.view(vcpu.getBigUint64(offsets['VCPU_KVM']!, true), structBytes);
	const hostContext =
		vcpu && memory.view(vcpu.getBigUint64(offsets['VCPU_HOST_CONTEXT']!, true), 2048);
	if (!vcpu || !kvm || !hostContext) return undefined;
	const u32 = (name: string) => vcpu.getUint32(offsets[name]!, true);
	const u64 = (name: string) => vcpu.getBigUint64(offsets[name]!, true);
	return {
		address,
		registers: keptRegisters(machine, registers, { vcpu, host: hostContext }, offsets),
		fault: {
			esr: BigInt(u32('VCPU_ESR_EL2')),
			far: u64('VCPU_FAR_EL2'),
			hpfar: u64('VCPU_HPFAR_EL2')
		},
		hcr: u64('VCPU_HCR_EL2'),
		irqLines: u64('VCPU_IRQ_LINES'),
		vttbr: kvm.getBigUint64(offsets['KVM_VTTBR']!, true),
		timer: {
			ctl: BigInt(u32('VCPU_TIMER_CNTV_CTL')),
			cval: u64('VCPU_TIMER_CNTV_CVAL'),
			cntvoff: kvm.getBigUint64(offsets['KVM_TIMER_CNTVOFF']!, true)
		},
		vgic: vgicView(vcpu, kvm, offsets)
	};
}

function keptRegisters(
	machine: Machine,
	{ el, pc, x, nzcv, daif, system }: RegisterSnapshot,
	memory: { vcpu: DataView; host: DataView },
	offsets: Offsets
): KeptRegister[] {
	const guestAt = offsets['VCPU_CONTEXT']!;
	const kept = (name: string, now: bigint, offset: number): KeptRegister => ({
		name,
		now,
		host: memory.host.getBigUint64(offset, true),
		guest: memory.vcpu.getBigUint64(guestAt + offset, true)
	});
	const { cpu } = machine;
	const general = offsets['CPU_USER_PT_REGS']!;
	const spsr = (nzcv << 28) | (daif << 6) | (el << 2) | cpu.spSel;
	// At EL2 those of the level below are in ELR_EL2 and SPSR_EL2.
	const [at, state] =
		el === 2 ? [system['ELR_EL2']!, system['SPSR_EL2']!] : [pc, BigInt(spsr >>> 0)];
	return [
		...x.map((now, n) => kept(`X${n}`, now, general + 8 * n)),
		kept('SP_EL0', cpu.stackPointer(0), offsets['CPU_SP_EL0']!),
		kept('PC', at, offsets['CPU_PC']!),
		kept('PSTATE', state, offsets['CPU_PC']! + 8),
		kept('SP_EL1', cpu.stackPointer(1), offsets['CPU_SP_EL1']!),
		kept('ELR_EL1', system['ELR_EL1'] ?? 0n, offsets['CPU_SP_EL1']! + 8),
		kept('SPSR_EL1', system['SPSR_EL1'] ?? 0n, offsets['CPU_SPSR']!),
		...keptSystemRegisters.map((name, i) =>
			kept(name, system[name] ?? 0n, offsets['CPU_SYSREGS']! + 8 * (i + 1))
		)
	];
}

/** struct vgic_dist of the VM and struct vgic_cpu of the vCPU; undefined for a VM without a vGIC. */
function vgicView(vcpu: DataView, kvm: DataView, offsets: Offsets): VgicView | undefined {
	const dist = offsets['KVM_VGIC'];
	if (dist === undefined) return undefined;
	const inDist = (name: string) => dist + offsets[name]!;
	if (kvm.getUint8(inDist('VGIC_DIST_CREATED')) === 0) return undefined;
	const inCpu = (name: string) => offsets['VCPU_VGIC_CPU']! + offsets[name]!;
	const word = (name: string) => vcpu.getUint32(inCpu(name), true);
	const count = Math.min(64, vcpu.getInt32(inCpu('VGIC_CPU_NR_LR'), true));
	const id = vcpu.getInt32(offsets['VCPU_ID']!, true);
	const used = vcpu.getUint32(inCpu('VGIC_CPU_LR_USED'), true);

	/** The first 32 interrupts are each vCPU's own, the rest shared. */
	const bit = (bitmap: string, irq: number) => {
		const words = inDist(bitmap) + (irq < 32 ? 4 * id : offsets['VGIC_BITMAP_SHARED']!);
		const index = irq < 32 ? 0 : 4 * ((irq >> 5) - 1);
		return ((kvm.getUint32(words + index, true) >>> (irq & 31)) & 1) === 1;
	};
	const priority = (irq: number) => {
		const bytes = inDist('VGIC_DIST_IRQ_PRIORITY');
		return kvm.getUint8(
			irq < 32
				? bytes + id * offsets['VGIC_BYTEMAP_PERCPU_SIZE']! + irq
				: bytes + offsets['VGIC_BYTEMAP_SHARED']! + irq - 32
		);
	};
	const interrupts = Array.from(
		{ length: offsets['VGIC_IRQS']! },
		(_, irq): DistributorInterrupt => {
			const lr = vcpu.getUint8(inCpu('VGIC_CPU_LR_MAP') + irq);
			return {
				id: irq,
				enabled: bit('VGIC_DIST_IRQ_ENABLED', irq),
				pending: bit('VGIC_DIST_IRQ_STATE', irq),
				active: bit('VGIC_DIST_IRQ_ACTIVE', irq),
				edge: bit('VGIC_DIST_IRQ_CFG', irq),
				priority: priority(irq),
				listRegister: lr < count ? lr : undefined
			};
		}
	);
	return {
		enabled: kvm.getUint32(inDist('VGIC_DIST_ENABLED'), true) !== 0,
		// The 16 SGIs are always enabled: only what more there is to say of one makes it worth a line.
		interrupts: interrupts.filter(
			({ id: irq, enabled, pending, active, listRegister }) =>
				(enabled && irq >= 16) || pending || active || listRegister !== undefined
		),
		hcr: word('VGIC_CPU_HCR'),
		vmcr: word('VGIC_CPU_VMCR'),
		apr: word('VGIC_CPU_APR'),
		listRegisters: Array.from({ length: count }, (_, n) =>
			vcpu.getUint32(inCpu('VGIC_CPU_LR') + 4 * n, true)
		),
		used
	};
}

import { describe, expect, it } from 'vitest';
import { deviceTreeBlob } from '../boards/dtb.ts';
import { foundation } from '../boards/foundation.ts';
import { virt } from '../boards/virt.ts';
import { elfFile as elf } from './elf-file.ts';
import { MachineError } from './errors.ts';
import { readImage } from './images.ts';
import { createMachine } from './machine.ts';
import { program } from './program.ts';

const MiB = 2 ** 20;
const base = 0x8000_0000;

/** Code without the header that `program` gives an Image. */
const code = (source: string) => program(source).subarray(64);

describe('a boot wrapper’s axf', () => {
	const kernel = program(`
		mrs x9, CurrentEL
		ldr w10, [x0]
		stop:
		wfi
		b stop
	`);
	// In the ways of the boot wrapper: at the start of RAM, and without EL3 straight on to the kernel.
	const wrapper = code(`
		mrs x4, CurrentEL
		cmp x4, #12
		b.eq at_el3
		movz x0, #0x8800, lsl #16
		movz x6, #0x8008, lsl #16
		br x6
		at_el3:
		b at_el3
	`);
	const dtb = deviceTreeBlob(virt);
	const initrd = Uint8Array.of(1, 2, 3, 4);
	const axf = elf(0x8000_0000n, [
		{ pa: 0x8000_0000n, bytes: wrapper },
		{ pa: 0x8008_0000n, bytes: kernel, size: kernel.length + 4096 },
		{ pa: 0x8800_0000n, bytes: dtb },
		{ pa: 0x9000_0000n, bytes: initrd }
	]);

	it('is loaded piece by piece, entered at EL2 at its start, and hands over its own tree', () => {
		const machine = createMachine({ board: 'foundation', kernel: axf });
		expect([machine.placement.entry, machine.registers().el]).toEqual([0x8000_0000, 2]);
		expect([...machine.readPhysical(0x9000_0000, 4)]).toEqual([1, 2, 3, 4]);
		// The machine's own tree lies behind all that the file brought.
		expect(machine.placement.dtb).toBe(0x9020_0000);
		machine.run({});
		expect([machine.x(0), machine.x(9), machine.x(10)]).toEqual([0x8800_0000n, 8n, 0xedfe_0dd0n]);
	});

	it('says how much RAM it needs', () => {
		const load = () => createMachine({ board: 'foundation', kernel: axf, ramBytes: 64 * MiB });
		expect(load).toThrow(
			'The kernel does not fit: it would take 0x8800_0000 to 0x8800_' // the device tree in it
		);
		expect(load).toThrow('needs at least 259 MB of RAM.');
	});
});

describe('four CPUs on foundation', () => {
	const counting = code(`
		mrs x4, mpidr_el1
		and x4, x4, #3
		adr x5, counts
		str x0, [x5, x4, lsl #3]
		stop:
		wfi
		b stop
		.align 64
		counts:
		.quad 0
		.quad 0
		.quad 0
		.quad 0
	`);
	const start = (at: number, entry = at) =>
		createMachine({
			board: 'foundation',
			ramBytes: 16 * MiB,
			cpus: 4,
			kernel: elf(BigInt(entry), [{ pa: BigInt(at), bytes: counting }])
		});

	it('all begin where boot code begins that lies at the spin table', () => {
		const machine = start(base);
		expect(machine.run({ maxInstructions: 100_000 })).toEqual({ reason: 'idle' });
		const counts = new BigUint64Array(machine.readPhysical(base + 64, 32).buffer);
		expect([...counts]).toEqual(Array.from({ length: 4 }, () => BigInt(machine.placement.dtb)));
	});

	it('wait there until another kernel calls them', () => {
		const machine = start(base + 0x8_0000);
		expect(machine.run({ maxInstructions: 100_000 })).toEqual({ reason: 'idle' });
		expect(machine.cpus.map(({ waitsForEvent }) => waitsForEvent)).toEqual([
			false,
			true,
			true,
			true
		]);
	});

	it('are not overwritten by a kernel that reaches from behind into the place', () => {
		expect(() =>
			createMachine({
				board: 'foundation',
				ramBytes: 16 * MiB,
				cpus: 4,
				kernel: elf(0x8001_0000n, [{ pa: 0x8000_f000n, bytes: new Uint8Array(0x2000).fill(1) }])
			})
		).toThrow('The kernel lies at 0x8000_0000 to 0x8000_ffff, where CPUs wait to be started.');
	});

	const options = { board: 'foundation', ramBytes: 16 * MiB, cpus: 4, kernel: program('wfi') };
	it.each(['psci', 'spin-table'] as const)('start by %s if the device tree says so', (method) => {
		const dtb = deviceTreeBlob(foundation, { cpus: 4, enableMethod: method });
		const machine = createMachine({ ...options, dtb });
		machine.run({ maxInstructions: 1000 });
		expect(machine.registers(1).pc).toBe(method === 'psci' ? 0n : 0x8000_ff90n);
	});
});

describe('an ELF file', () => {
	const bytes = code('wfi');

	it('begins where its entry point is loaded, exactly', () => {
		const va = 0xffff_8000_0800_0000n;
		const { entry } = readImage(elf(va + 4n, [{ va, pa: 0x8000_1000n, bytes, size: 8 }]), base);
		expect(entry).toBe(0x8000_1004);
	});

	it('takes a physical entry point of what runs elsewhere', () => {
		const va = 0xffff_8000_0800_0000n;
		const { entry } = readImage(elf(0x8000_1000n, [{ va, pa: 0x8000_1000n, bytes }]), base);
		expect(entry).toBe(0x8000_1000);
	});

	it.each<[string, Uint8Array, string]>([
		['that was never linked', elf(0n, [{ pa: 0n, bytes }], 1), 'an object file'],
		['without segments', elf(0n, []), 'nothing to load'],
		['that starts nowhere', elf(0x10n, [{ pa: 0x8000_0000n, bytes }]), 'starts at 0x10, where it'],
		[
			'with virtual addresses only',
			elf(0xffff_8000_0800_0000n, [{ pa: 0xffff_8000_0800_0000n, bytes }]),
			'boot the Image that was made of it'
		]
	])('%s is refused', (_, file, message) => {
		expect(() => readImage(file, base)).toThrow(MachineError);
		expect(() => readImage(file, base)).toThrow(message);
	});
});

describe('code at an address that is no multiple of 4', () => {
	it.each([
		['an Image by its text_offset', () => odd(program('wfi'), 8, 0x8_0002n)],
		[
			'an ELF file by its entry point',
			() => elf(0x8000_0002n, [{ pa: 0x8000_0000n, bytes: code('wfi') }])
		]
	])('is refused: %s', (_, make) => {
		expect(() => readImage(make(), base)).toThrow(MachineError);
		expect(() => readImage(make(), base)).toThrow(/would begin at 0x8[\d_]+2, .* multiples of 4/);
	});

	function odd(image: Uint8Array, at: number, value: bigint): Uint8Array {
		const copy = image.slice();
		new DataView(copy.buffer).setBigUint64(at, value, true);
		return copy;
	}

	it('an odd place for a text_offset that is a multiple of 4 is where the Image goes', () => {
		const { entry, segments } = readImage(odd(program('wfi'), 8, 0x12_3454n), base);
		expect([entry, segments[0]!.pa]).toEqual([0x8012_3454, 0x8012_3454]);
	});
});

describe('what is no Image is called by its name', () => {
	const file = (at: number, ...bytes: number[]) => {
		const out = new Uint8Array(1024);
		out.set(bytes, at);
		return out;
	};
	it.each<[Uint8Array, string]>([
		[file(0, 0x1f, 0x8b), 'gunzip'],
		[file(0, 0xfd, 0x37, 0x7a, 0x58, 0x5a), 'unxz'],
		[file(0, 0x28, 0xb5, 0x2f, 0xfd), 'unzstd'],
		[file(0, 0x42, 0x5a, 0x68), 'bunzip2'],
		[file(0, 0x4d, 0x5a, 0, 0, 0x7a, 0x69, 0x6d, 0x67), 'zboot'],
		[file(0, 0x27, 0x05, 0x19, 0x56), 'U-Boot'],
		[file(0, 0xd0, 0x0d, 0xfe, 0xed), 'a device tree, or a FIT image'],
		[file(0x24, 0x18, 0x28, 0x6f, 0x01), '32-bit Arm'],
		[file(0x202, 0x48, 0x64, 0x72, 0x53), 'bzImage for x86'],
		[file(0), 'Give arch/arm64/boot/Image']
	])('%#', (bytes, message) => {
		expect(() => readImage(bytes, base)).toThrow('neither an arm64 Image');
		expect(() => readImage(bytes, base)).toThrow(message);
	});

	it('nor does a big-endian Image run here', () => {
		const image = program('wfi').slice();
		image[24] = 1;
		expect(() => readImage(image, base)).toThrow('big-endian');
	});
});

describe('a device tree in place of the board’s', () => {
	const kernel = program('wfi');

	it('is handed over with RAM and arguments put in', () => {
		const dtb = deviceTreeBlob(virt, { bootargs: 'quiet' });
		const machine = createMachine({ board: 'virt', kernel, dtb, bootargs: 'init=/bin/sh' });
		const text = new TextDecoder('latin1').decode(
			machine.readPhysical(machine.placement.dtb, dtb.length)
		);
		expect(text).toContain('init=/bin/sh\0');
		expect(text).not.toContain('quiet');
	});

	it('that is none is refused', () => {
		const load = () => createMachine({ board: 'virt', kernel, dtb: Uint8Array.of(1, 2, 3) });
		expect(load).toThrow(MachineError);
		expect(load).toThrow('The device tree cannot be used: this is no device tree blob');
	});
});

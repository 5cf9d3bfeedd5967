import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine } from '../../../emulator-core/src/index.ts';
import { ramBase } from '../../conformance/flat-machine.ts';
import { slot, type Block } from './block.ts';
import { imageOf, type BlockImage } from './image.ts';
import { windowBytes } from './steps.ts';

/** A block that ends differently: what differs, each as a line. */
export interface Difference {
	readonly block: Block;
	readonly lines: readonly string[];
}

/** The blocks whose results differ between qemu-aarch64 and our machine. */
export function compareWithQemu(blocks: readonly Block[]): Difference[] {
	const image = imageOf(blocks);
	const [ours, theirs] = [underOurs(image), underQemu(image)];
	if (typeof ours === 'string' || typeof theirs === 'string') {
		const lines = [`here: ${said(ours)}`, `QEMU: ${said(theirs)}`];
		if (blocks.length === 1) return [{ block: blocks[0]!, lines }];
		// One of them did not come to the end: find the blocks that did it.
		const half = blocks.length >> 1;
		return [blocks.slice(0, half), blocks.slice(half)].flatMap(compareWithQemu);
	}
	return blocks.flatMap((block, n) => {
		const lines = differingLines(blocks.length, n, ours, theirs);
		return lines.length > 0 ? [{ block, lines }] : [];
	});
}

const said = (result: Uint8Array | string) =>
	typeof result === 'string' ? result : 'came to the end';

function underQemu({ file, resultBytes }: BlockImage): Uint8Array | string {
	const folder = mkdtempSync(join(tmpdir(), 'fuzz-isa-'));
	try {
		const path = join(folder, 'blocks');
		writeFileSync(path, file);
		chmodSync(path, 0o755);
		const out = execFileSync('qemu-aarch64', ['-cpu', 'cortex-a57', path], {
			maxBuffer: 1 << 28,
			timeout: 300_000,
			stdio: ['ignore', 'pipe', 'pipe']
		});
		return out.length === resultBytes ? out : `wrote ${out.length} bytes`;
	} catch (error) {
		const { signal, status } = error as { signal?: string; status?: number };
		return `ended with ${signal ?? `status ${status}`}`;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function underOurs({
	file,
	bareEntry,
	results,
	resultBytes,
	end
}: BlockImage): Uint8Array | string {
	const kernel = file.slice();
	new DataView(kernel.buffer).setBigUint64(24, BigInt(bareEntry), true);
	const megabytes = Math.ceil(kernel.length / 2 ** 20) + 8;
	const machine = createMachine({ board: 'virt', kernel, ramBytes: megabytes * 2 ** 20 });
	const { reason } = machine.run({ maxInstructions: 50_000_000 });
	const { ESR_EL1: esr, ELR_EL1: elr, FAR_EL1: far } = machine.registers().system;
	if (reason !== 'poweroff' || esr !== 0x5600_0000n || elr !== BigInt(end + 4)) {
		const hex = (value: bigint | undefined) => `0x${value?.toString(16)}`;
		return `${reason}, ESR_EL1 ${hex(esr)}, ELR_EL1 ${hex(elr)}, FAR_EL1 ${hex(far)}`;
	}
	return machine.readPhysical(ramBase + results, resultBytes);
}

function differingLines(count: number, n: number, a: Uint8Array, b: Uint8Array): string[] {
	const lines: string[] = [];
	const [ours, theirs] = [a, b].map((bytes) => new DataView(bytes.buffer, bytes.byteOffset));
	const both = (at: number, say: () => string) => {
		const [mine, other] = [ours!.getBigUint64(at, true), theirs!.getBigUint64(at, true)];
		const hex = (value: bigint) => '0x' + value.toString(16).padStart(16, '0');
		if (mine !== other) lines.push(`${say()}: ${hex(mine)}, QEMU ${hex(other)}`);
	};
	for (let at = 0; at < slot.bytes - 8; at += 8) both(n * slot.bytes + at, () => registerAt(at));
	for (let at = 0; at < windowBytes; at += 8)
		both(count * slot.bytes + n * windowBytes + at, () => `memory + ${at}`);
	return lines;
}

/** The name of the register that lies so far into a slot. */
export function registerAt(at: number): string {
	if (at < slot.x) return `v${at >> 4} ${at & 8 ? 'high' : 'low'}`;
	if (at < slot.sp) return `x${(at - slot.x) >> 3}`;
	return ['sp', 'nzcv', 'fpcr', 'fpsr'][(at - slot.sp) >> 3]!;
}

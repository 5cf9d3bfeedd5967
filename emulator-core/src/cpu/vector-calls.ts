import { blockAt } from '../vectors/block.ts';
import { blockOperationNames, blockOperations } from '../vectors/block-operations.ts';
import {
	computeLane,
	laneOperationNames,
	laneOperations,
	type LaneBits,
	type LaneOperationName
} from '../vectors/lane-operations.ts';
import { fpOperationList, runFpInto, type FpResult, type FpSize } from '../fp/index.ts';
import { cpuState } from '../layout.ts';
import { RegisterFile } from './register-file.ts';
import type { SlowPaths } from './slow-paths.ts';
import { FPCR, FPSR } from './sysregs/el0.ts';

/** FPSR.QC: something saturated. */
const QC = 1 << 27;

/**
 * What vectors and floating point need that WebAssembly does not have, on the operands in
 * cpuState.vectors; the result goes to the same place.
 */
export function vectorCallsOf(memory: ArrayBufferLike): Pick<SlowPaths, 'lanes' | 'block' | 'fp'> {
	const view = new DataView(memory, cpuState.vectors, 64);
	const [a, b, c] = [0, 16, 32].map((at) => blockAt(memory, cpuState.vectors + at));
	const blocks = blockOperationNames.map((name) => blockOperations[name].compute);
	const registers = new RegisterFile(memory, []);
	const result: FpResult = { bits: 0n, flags: 0 };
	return {
		lanes: (operation, bits) => {
			if (computeLanes(view, laneOperationNames[operation]!, bits as LaneBits))
				registers.setLow(FPSR, registers.low(FPSR) | QC);
		},
		block: (operation) => blocks[operation]!(a!, b!, c!),
		fp: (operation, bits) => {
			const [a, b, c] = [0, 8, 16].map((at) => view.getBigUint64(at, true)) as [
				bigint,
				bigint,
				bigint
			];
			runFpInto(result, fpOperationList[operation]!, bits as FpSize, a, b, c, registers.low(FPCR));
			view.setBigUint64(0, result.bits, true);
			if (result.flags) registers.setLow(FPSR, registers.low(FPSR) | result.flags);
		}
	};
}

/** Whether a lane saturated. */
function computeLanes(view: DataView, name: LaneOperationName, bits: LaneBits): boolean {
	const bytes = bits / 8;
	const { operands } = laneOperations[name];
	let any = false;
	for (let at = 0; at < 16; at += bytes) {
		const given = Array.from({ length: operands }, (_, n) => read(view, 16 * n + at, bytes));
		const { pattern, saturated } = computeLane(name, bits, given);
		any ||= saturated;
		write(view, at, bytes, pattern);
	}
	return any;
}

function read(view: DataView, at: number, bytes: number): bigint {
	let value = 0n;
	for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(at + i));
	return value;
}

function write(view: DataView, at: number, bytes: number, value: bigint): void {
	for (let i = 0; i < bytes; i++) view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn));
}

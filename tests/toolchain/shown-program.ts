import {
	backtrace,
	readDebugInfo,
	readElf,
	toImage,
	type DebugInfo,
	type ElfFile,
	type ShownFrame,
	type StoppedMachine,
	type Toolchain
} from '../../toolchain/src/index.ts';
import { FlatMachine, ramBase } from '../conformance/flat-machine.ts';
import { linkBare } from './compilers.ts';

/** What our reader of debugging information shows of programs on the flat machine. */

const ramBytes = 16 << 20;

/**
 * `probe(n)`, of which the compiler knows nothing: it destroys each register that a call may destroy, and
 * stops.
 */
const probe = `	.text
	.globl	probe
	.type	probe, %function
probe:
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18
	movz	x\\n, #0xdead
	.endr
	.irp	n, 0,1,2,3,4,5,6,7,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	dup	v\\n\\().2d, x1
	.endr
	svc	#1
	ret
	.size	probe, .-probe
`;

export interface Stop {
	/** The argument of `probe`. */
	number: bigint;
	frames: ShownFrame[];
}

/** A program with debugging information, compiled at one level. */
export class ShownProgram {
	readonly elf: ElfFile;
	readonly info: DebugInfo;
	machine = new FlatMachine(ramBytes);
	readonly #image: { base: bigint; bytes: Uint8Array };

	/** @throws Error with the compiler's messages */
	constructor(
		toolchain: Toolchain,
		source: string,
		opt: string,
		include: ReadonlyMap<string, Uint8Array> = new Map()
	) {
		const text = new TextEncoder();
		const files = new Map([...include, ['a.c', text.encode(source)]]);
		const { object, diagnostics } = toolchain.compile('a.c', files, {
			opt,
			variables: true,
			freestanding: false,
			includes: ['include'],
			warnings: ['-w', '-Wno-incompatible-pointer-types']
		});
		if (!object) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
		const stop = new Map([['probe.S', text.encode(probe)]]);
		const assembled = toolchain.assembleFile('probe.S', stop, { debug: false });
		this.elf = readElf(linkBare(toolchain, object, assembled.object!));
		this.info = readDebugInfo(this.elf);
		this.#image = toImage(this.elf);
		this.restart();
	}

	restart(): void {
		const { base, bytes } = this.#image;
		this.machine = new FlatMachine(ramBytes);
		this.machine.write(Number(base), bytes);
		this.machine.pc = this.elf.entry;
		this.machine.sp = BigInt(ramBase + ramBytes);
	}

	/** What all calls of `probe`, or the first of them, show. */
	stops(most = Infinity): Stop[] {
		const stops: Stop[] = [];
		this.restart();
		for (let stop = this.#toProbe(); stop; stop = this.#toProbe()) {
			stops.push(stop);
			if (stops.length === most) break;
		}
		return stops;
	}

	/** Runs to the next `probe`, or to the end of the program: then undefined. */
	#toProbe(fuel = 50_000_000): Stop | undefined {
		const { machine } = this;
		for (let left = fuel; left > 0; left = machine.fuel) {
			const taken = machine.run(left);
			if (taken?.kind !== 'svc') return undefined;
			machine.pc += 4n;
			if (taken.value === 1n)
				return { number: machine.x(0) & 0xffff_ffffn, frames: this.#callers() };
			// write() or exit(): what a program prints is nothing here.
			if (machine.x(8) !== 64n) return undefined;
			machine.setX(0, machine.x(2));
		}
		return undefined;
	}

	/** From the caller of `probe` on, which has no frame of its own. */
	#callers(): ShownFrame[] {
		return backtrace(this.info, { ...this.stopped(), pc: this.machine.x(30), calling: true });
	}

	/**
	 * Executes one instruction after the other and stops before each that debugging information is about;
	 * `returns` are the addresses that the calls under way return to, the innermost first.
	 */
	*steps(): Generator<{ machine: StoppedMachine; returns: readonly bigint[] }> {
		this.restart();
		const { machine } = this;
		const returns: bigint[] = [];
		for (;;) {
			const { pc } = machine;
			if (this.info.functionsAt(pc).length > 0) yield { machine: this.stopped(), returns };
			const word = machine.view.getUint32(machine.at(Number(pc)), true);
			if (isCall(word)) returns.unshift(pc + 4n);
			else if (word === retWord) returns.shift();
			const taken = machine.run(1);
			if (!taken) continue;
			if (taken.kind !== 'svc' || (taken.value !== 1n && machine.x(8) !== 64n)) return;
			machine.pc += 4n;
		}
	}

	stopped(): StoppedMachine {
		const { machine } = this;
		return {
			pc: machine.pc,
			register: (number) => (number === 31 ? machine.sp : machine.x(number)),
			vector: (number) => {
				const bytes = new DataView(new ArrayBuffer(16));
				bytes.setBigUint64(0, BigInt.asUintN(64, machine.v(number)), true);
				bytes.setBigUint64(8, machine.v(number) >> 64n, true);
				return new Uint8Array(bytes.buffer);
			},
			memory: (address, count) => {
				const start = Number(address) - ramBase;
				if (start < 0 || start + count > ramBytes) return undefined;
				return new Uint8Array(machine.memory.buffer, machine.at(Number(address)), count);
			}
		};
	}
}

const retWord = 0xd65f_03c0;
/** BL, or BLR. */
const isCall = (word: number) =>
	word >>> 26 === 0b100101 || (word & 0xffff_fc1f) >>> 0 === 0xd63f_0000;

/** How often a variable was shown as it is, not at all, or wrong (with what was expected instead). */
export interface Verdict {
	right: number;
	gone: number;
	wrong: string[];
}

/** Compares stops with those of the same program at -O0. */
export function compareStops(truth: readonly Stop[], found: readonly Stop[]): Verdict {
	const verdict: Verdict = { right: 0, gone: 0, wrong: [] };
	if (truth.length !== found.length)
		verdict.wrong.push(`${found.length} stops instead of ${truth.length}`);
	for (const [i, stop] of truth.entries()) {
		const other = found[i];
		if (!other) break;
		const [names, others] = [stop, other].map(({ frames }) =>
			frames.map((frame) => frame.function.name).join(' < ')
		);
		if (names !== others) verdict.wrong.push(`probe ${stop.number}: ${others}, not ${names}`);
		else stop.frames.forEach((frame, at) => compareFrame(verdict, stop, frame, other.frames[at]!));
	}
	return verdict;
}

function compareFrame(verdict: Verdict, { number }: Stop, frame: ShownFrame, other: ShownFrame) {
	const keyed = new Map(
		other.variables.map((shown) => [`${shown.name} ${shown.line}`, shown.value])
	);
	for (const { name, line, value } of frame.variables) {
		const shown = keyed.get(`${name} ${line}`);
		if (shown === undefined || value === undefined) verdict.gone++;
		else if (withoutAddresses(shown) === withoutAddresses(value)) verdict.right++;
		else
			verdict.wrong.push(
				`probe ${number}, ${frame.function.name}: ${name} of line ${line} is ${value}, not ${shown}`
			);
	}
}

/** Where things are differs from level to level. */
export const withoutAddresses = (value: string) => value.replace(/0x0*[1-9a-f][0-9a-f]*/g, '0x…');

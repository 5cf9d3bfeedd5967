import { hypAddress } from 'checks';
import {
	gicView,
	MachineError,
	setSystemRegisters,
	systemRegisterNames,
	type Machine,
	type Timeline,
	type What
} from 'emulator-core';
import { whereabouts, worldOf, type Programs } from './code-view.ts';
import { becomeGuest } from './guest.ts';
import type { Program } from './program.ts';
import type { World } from './protocol.ts';
import { Refused } from './refused.ts';
import { KernelMemory, type Offsets } from './vcpu-view.ts';

/** What the words of a reader are understood by. */
export interface Surroundings {
	readonly machine: Machine;
	readonly timeline: Timeline;
	readonly programs: Programs;
	readonly offsets: Offsets;
}

/** Something that is looked for in the run. */
export interface Sought {
	/** `change`: of what no instruction names and no RAM holds, whose value is looked at now and then. */
	readonly kind: 'write' | 'change' | 'place';
	/** As it was meant: `HCR_EL2`, `the 8 bytes at PA 0x8000_0000`, `hyp.S:57`. */
	readonly name: string;
	/** Undefined for a change. */
	readonly what: What | undefined;
	/** Whether the machine, which has come to one, has come to the right one; always, if left out. */
	accept?(): boolean;
	/** What it holds, where that is one number. */
	value?(): bigint | undefined;
}

/** Either that, or an instruction of the run by its number. */
export type Goal = Sought | { readonly kind: 'position'; readonly instruction: number };

const registerNames = systemRegisterNames.map(([name]) => name);

const longestText = 200;
const longestRange = 4096;
/** Suggestions that are named. */
const mostLike = 3;

const help =
	'Type a register (HCR_EL2, X19), an address (0x…, or pa:0x…, ipa:0x…), a line (hyp.S:57), a function ' +
	'(__kvm_vcpu_run), or the number of an instruction.';

/**
 * Understands what a reader has typed: a register or an address, whose last or next write is looked for;
 * a source line or a function; the number of an instruction, or how many to go.
 *
 * @throws {Refused} it is nothing of that, in words that say what would be
 */
export function parseSought(given: string, around: Surroundings): Goal {
	const text = given
		.normalize('NFKC')
		.replace(/[\u200b-\u200f\u2060\ufeff]/g, '')
		.trim();
	if (text === '') throw new Refused(help);
	if (text.length > longestText)
		throw new Refused(
			`That is ${text.length} characters long: one register, address or line will do.`
		);
	const [, sign, digits] = /^([+-]?)(\d[\d_, ]*)$/.exec(text) ?? [];
	if (digits !== undefined) return positionOf(sign!, digits, around);
	const [, space, address, length] =
		/^(?:(pa|ipa|va)\s*[: ]\s*)?(0x[\da-f_]+)\s*(?:\/\s*(\w+))?$/i.exec(text) ?? [];
	if (address !== undefined)
		return memoryAt(space?.toLowerCase(), numberOf(address), length, around);
	const [, prefix, rest = text] = /^(host|guest|hyp)\s*:\s*(.+)$/i.exec(text) ?? [];
	const register =
		prefix === undefined ? (interfaceOf(text, around) ?? registerOf(text, around)) : undefined;
	return register ?? placeOf(prefix?.toLowerCase() as World | undefined, rest, around);
}

function numberOf(hex: string): bigint {
	const value = BigInt(hex.replaceAll('_', ''));
	if (BigInt.asUintN(64, value) !== value)
		throw new Refused('An address has 64 bits, which is at most 16 digits: this one does not fit.');
	return value;
}

function positionOf(sign: string, digits: string, { timeline }: Surroundings): Goal {
	const count = Number(digits.replaceAll(/[_, ]/g, ''));
	const here = timeline.position.instruction;
	const instruction = sign === '+' ? here + count : sign === '-' ? here - count : count;
	return { kind: 'position', instruction };
}

const general = /^(?:[xw](?:\d|[12]\d|30)|lr|[vqd](?:\d|[12]\d|3[01])|sp|sp_el[012])$/i;

function registerOf(text: string, { machine }: Surroundings): Sought | undefined {
	const upper = text.toUpperCase();
	const register = registerNames.find((each) => each.toUpperCase() === upper);
	if (register === undefined && !general.test(text)) {
		if (upper === 'PC')
			throw new Refused('Every instruction writes the PC: go to a line, a function or an address.');
		return undefined;
	}
	const name =
		register ?? (upper === 'LR' ? 'X30' : upper.replace(/^W/, 'X').replace(/^[QD]/, 'V'));
	return {
		kind: 'write',
		name,
		what: { register: name },
		value: () => {
			const stack = /^SP_EL([012])$/.exec(name)?.[1];
			if (stack) return machine.cpu.stackPointer(Number(stack) as 0 | 1 | 2);
			if (name.startsWith('X')) return machine.x(Number(name.slice(1)));
			return name === 'SP' ? machine.cpu.hot.sp : machine.registers().system[name];
		}
	};
}

/** The virtual interface's registers lie behind addresses of a device, and change by themselves, too. */
function interfaceOf(text: string, { machine }: Surroundings): Sought | undefined {
	const name = text.toUpperCase();
	const [, which, number] = /^GICH_(HCR|VMCR|APR|LR)(\d*)$/.exec(name) ?? [];
	if (which === undefined) return undefined;
	const read = () => {
		const { hcr, vmcr, apr, listRegisters } = gicView(machine.devices).gich;
		const value = { HCR: hcr, VMCR: vmcr, APR: apr, LR: listRegisters[Number(number)] }[which];
		return value === undefined ? undefined : BigInt(value >>> 0);
	};
	if ((which === 'LR') !== (number !== '') || read() === undefined)
		throw new Refused(
			`There is no register ${name}: the virtual interface has GICH_HCR, GICH_VMCR, GICH_APR and GICH_LR0 to GICH_LR3.`
		);
	return { kind: 'change', name, what: undefined, value: read };
}

function memoryAt(
	space: string | undefined,
	address: bigint,
	bytes: string | undefined,
	around: Surroundings
): Sought {
	const { machine, programs } = around;
	const length = bytes === undefined ? 8 : Number(bytes);
	if (!(Number.isInteger(length) && length >= 1 && length <= longestRange))
		throw new Refused(`After the slash comes a number of bytes, 1 to ${longestRange}.`);
	const here = whereabouts(machine, programs);
	if (space === undefined && bytes === undefined && here?.program.word(address) !== undefined)
		return instructionAt(undefined, address, around);
	if (space === 'pa') return physical(address, length, `PA ${hex(address)}`, machine);
	if (space === 'ipa') {
		const pa = behindStage2(address, around);
		if (pa === undefined)
			throw new Refused(
				`Stage 2 maps nothing at IPA ${hex(address)} now. Go to a moment at which it does, and look back from there.`
			);
		return physical(pa, length, `IPA ${hex(address)} (PA ${hex(pa)})`, machine);
	}
	const { fault, stage1, stage2 } = machine.explainWalk(address, 'read');
	const pa = stage2?.pa ?? stage1?.ipa;
	if (fault !== undefined || pa === undefined) {
		const { base } = machine.board.ram;
		const ram = address >= base && address < base + machine.ramBytes;
		throw new Refused(
			`The code that runs here has nothing mapped at VA ${hex(address)}.` +
				(ram ? ` If you mean the physical address, type pa:${hex(address)}.` : '')
		);
	}
	const what: What = { virtual: address, length };
	return {
		kind: 'write',
		name: bytesAt(length, `VA ${hex(address)}`),
		what,
		value: reads(machine, pa, length)
	};
}

const bytesAt = (length: number, where: string) =>
	`the ${length === 1 ? 'byte' : `${length} bytes`} at ${where}`;

function physical(pa: bigint, length: number, where: string, machine: Machine): Sought {
	const { base } = machine.board.ram;
	const end = base + machine.ramBytes;
	if (pa < base || pa + BigInt(length) > end)
		throw new Refused(
			`At ${where} there is no RAM, which is from ${hex(base)} to ${hex(end - 1)}: only stores to RAM can be looked for.`
		);
	const what: What = { physical: Number(pa), length };
	return { kind: 'write', name: bytesAt(length, where), what, value: reads(machine, pa, length) };
}

/** The number that so many bytes are, if they are one. */
function reads(machine: Machine, pa: bigint, length: number): () => bigint | undefined {
	return () => {
		if (![1, 2, 4, 8].includes(length)) return undefined;
		const bytes = machine.readPhysical(Number(pa), length);
		return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
	};
}

/** Where stage 2 of the guest takes an IPA now, whoever runs. */
function behindStage2(ipa: bigint, { machine, timeline, programs, offsets }: Surroundings) {
	return timeline.whatIf(() => {
		if (worldOf(machine) !== 'guest') becomeGuest(machine, programs.host, offsets);
		// Without stage 1, an address is an IPA.
		setSystemRegisters(machine, { SCTLR_EL1: 0n });
		const { fault, stage2 } = machine.explainWalk(ipa, 'read', 1);
		return fault === undefined ? stage2?.pa : undefined;
	});
}

/** Code by the addresses at which each world executes it. */
type Addresses = ReadonlyMap<World, readonly bigint[]>;

const worlds: readonly World[] = ['host', 'guest', 'hyp'];

function placeOf(world: World | undefined, text: string, around: Surroundings): Goal {
	const { machine, programs } = around;
	if (/^0x[\da-f_]+$/i.test(text)) return instructionAt(world, numberOf(text), around);
	const [, file, line] = /^(.+):\s*(\d{1,7})$/.exec(text) ?? [];
	const find =
		file === undefined
			? (program: Program) => functionAt(program, text)
			: (program: Program) => lineAt(program, file, Number(line));
	const name = file === undefined ? text : `${basename(file)}:${line}`;
	const addresses = kernelAddresses(world, programs, find);
	if (addresses.size > 0) return codeAt(name, addresses, machine);

	const data = file === undefined && world !== 'guest' ? dataNamed(text, around) : undefined;
	if (data) return data;
	const user =
		world === 'hyp' ? [] : programs.user.all.map((each) => ({ ...each, at: find(each.program) }));
	const running = user.filter(({ at }) => at.length > 0);
	if (running.length > 0) {
		const known = new Set(running.map((each) => each.program));
		return {
			kind: 'place',
			name,
			what: {
				reached: [...new Set(running.flatMap(({ at }) => at))],
				el: 0,
				...(world && { guest: world === 'guest' })
			},
			accept: () => known.has(whereabouts(machine, programs)?.program as Program)
		};
	}
	throw new Refused(
		file === undefined ? unknownName(text, programs) : unknownLine(file, Number(line), programs)
	);
}

function instructionAt(world: World | undefined, va: bigint, { machine }: Surroundings): Sought {
	if (va % 4n !== 0n)
		throw new Refused(
			`No instruction lies at ${hex(va)}: their addresses are multiples of 4. For a store to it, type va:${hex(va)}.`
		);
	return {
		kind: 'place',
		name: hex(va),
		what: { reached: va },
		accept: () => world === undefined || worldOf(machine) === world
	};
}

function kernelAddresses(
	world: World | undefined,
	{ host, guest }: Programs,
	find: (program: Program) => readonly bigint[]
): Addresses {
	const found = new Map<World, readonly bigint[]>();
	for (const each of worlds) {
		if (world !== undefined && world !== each) continue;
		const own = find(each === 'guest' ? guest : host);
		if (own.length > 0) found.set(each, each === 'hyp' ? own.map(hypAddress) : own);
	}
	return found;
}

function codeAt(name: string, addresses: Addresses, machine: Machine): Sought {
	const { cpu } = machine;
	return {
		kind: 'place',
		name,
		what: { reached: [...new Set([...addresses.values()].flat())] },
		// A program at EL0 may have something else at an address of EL2's.
		accept: () => cpu.el > 0 && (addresses.get(worldOf(machine))?.includes(cpu.hot.pc) ?? false)
	};
}

function functionAt(program: Program, text: string): readonly bigint[] {
	const [, name = text, offset = '0'] = /^(.+?)\s*\+\s*(0x[\da-f]+|\d+)$/i.exec(text) ?? [];
	const symbol = program.named(name);
	const at = symbol && symbol.value + BigInt(offset);
	return at === undefined || at % 4n !== 0n || program.word(at) === undefined ? [] : [at];
}

function lineAt({ lines }: Program, file: string, line: number): readonly bigint[] {
	const at = lines.addressesOf(file, line);
	return at.length > 0 ? at : lines.rangesOf(file, line).map(({ start }) => start);
}

/** A variable of the host's kernel. */
function dataNamed(
	name: string,
	{ machine, programs: { host } }: Surroundings
): Sought | undefined {
	const symbol = host.named(name);
	const pa = symbol && new KernelMemory(machine).physical(symbol.value);
	if (pa === undefined || host.word(symbol!.value) !== undefined) return undefined;
	const length = Math.min(Math.max(1, Number(symbol!.size)), longestRange);
	return { ...physical(BigInt(pa), length, '', machine), name };
}

function unknownName(text: string, { host, guest }: Programs): string {
	const wanted = text.toUpperCase();
	const like = [...new Set([...registerNames, ...host.names, ...guest.names])]
		.filter((name) => name.toUpperCase().includes(wanted))
		.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
		.slice(0, mostLike);
	const shown = `“${text.length > 40 ? text.slice(0, 39) + '…' : text}”`;
	return like.length > 0
		? `There is no register or function ${shown}. Did you mean ${like.map(code).join(', ')}?`
		: `There is no register or function ${shown}. ${help}`;
}

function unknownLine(file: string, line: number, programs: Programs): string {
	const all = [programs.host, programs.guest, ...programs.user.all.map(({ program }) => program)];
	const program = all.find(({ lines }) => lines.linesOf(file).length > 0);
	if (program === undefined) {
		const wanted = basename(file)
			.replace(/\.\w*$/, '')
			.toLowerCase();
		const like = [...new Set(all.flatMap(({ lines }) => lines.files.map(basename)))]
			.filter((name) => name.toLowerCase().startsWith(wanted))
			.slice(0, mostLike);
		return like.length > 0
			? `No code comes from a file ${code(file)}. Did you mean ${like.map(code).join(', ')}?`
			: `No code comes from a file ${code(file)}: give its name, such as hyp.S or mmu.c.`;
	}
	const known = program.lines.linesOf(file);
	const below = known.findLast((each) => each < line);
	const above = known.find((each) => each > line);
	const near = [below, above].filter((each) => each !== undefined);
	return `No instruction comes from line ${line} of ${code(basename(file))}; from ${near.length > 1 ? 'lines' : 'line'} ${near.join(' and ')} some do.`;
}

const basename = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const code = (text: string) => `\`${text}\``;

export const hex = (n: bigint | number) =>
	'0x' + n.toString(16).replaceAll(/(?<=\w)(?=(\w{4})+$)/g, '_');

/** What the core cannot look for, in its own words. */
export const refusedByCore = (error: unknown): unknown =>
	error instanceof MachineError ? new Refused(error.message) : error;

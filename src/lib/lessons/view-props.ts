import type { RegisterSnapshot } from 'emulator-core';
import type { Position, VcpuView, View } from '../stepping/protocol.ts';
import {
	around,
	type ChangedRegister,
	type Chosen,
	type Source
} from '../widgets/code-view/layout.ts';
import type { KeptRegister, World } from '../widgets/world-switch/layout.ts';

/** What the track, the world switch and the code view are given of a view. */

/** As many records as a view holds on each side of the position, at most. */
const recordsAside = 300;

/** The known run, cut to where its records are complete. */
export function trackProps({ records, position, range }: View) {
	const behind = records.filter(({ at }) => at < position.instruction).length;
	const ahead = records.length - behind;
	const from = behind >= recordsAside ? records[0]!.at : range.from;
	const to = ahead >= recordsAside ? records.at(-1)!.at : range.to;
	return { records, position, range: { from, to } };
}

/** HCR_EL2.RW: EL1 is AArch64. All that hyp.S leaves there for the host. */
const HCR_RW = 0x8000_0000n;

/**
 * Every register that the world switch exchanges. `last` is the view that was shown before: where it
 * lies one instruction back, it knows what the interrupt controller held there.
 */
export function switchProps(
	view: View,
	last: View | undefined
): {
	registers: readonly KeptRegister[];
	before: readonly KeptRegister[] | undefined;
	world: World;
} {
	const { world, registers, before, vcpu, gic } = view;
	if (vcpu === undefined) return { registers: [], before: undefined, world };
	const vcpuBefore = view.vcpuBefore;
	const gicBefore = last && isStep(last.position, view.position) ? last.gic : gic;
	return {
		registers: keptRegisters(registers, vcpu, gic.gich),
		before: before && vcpuBefore && keptRegisters(before, vcpuBefore, gicBefore.gich),
		world
	};
}

function isStep(from: Position, to: Position): boolean {
	return to.instruction - from.instruction === 1 && !to.entered;
}

function keptRegisters(
	{ system }: RegisterSnapshot,
	{ registers, hcr, irqLines, vttbr, timer, vgic }: VcpuView,
	gich: View['gic']['gich']
): KeptRegister[] {
	const one = (name: string, host: bigint | undefined, guest: bigint): KeptRegister => ({
		name,
		now: system[name] ?? 0n,
		host,
		guest
	});
	const interrupts = (
		name: string,
		now: number | undefined,
		guest: number | undefined,
		host?: bigint
	): KeptRegister => ({ name, now: BigInt(now ?? 0), host, guest: BigInt(guest ?? 0) });
	return [
		...registers,
		one('HCR_EL2', HCR_RW, hcr | irqLines),
		one('VTTBR_EL2', 0n, vttbr),
		one('CNTVOFF_EL2', 0n, timer.cntvoff),
		// The host has no use for the virtual timer: nothing of its own is kept.
		one('CNTV_CTL_EL0', undefined, timer.ctl),
		one('CNTV_CVAL_EL0', undefined, timer.cval),
		...(vgic === undefined
			? []
			: [
					interrupts('GICH_HCR', gich.hcr, vgic.hcr, 0n),
					interrupts('GICH_VMCR', gich.vmcr, vgic.vmcr),
					interrupts('GICH_APR', gich.apr, vgic.apr),
					...vgic.listRegisters.map((kept, n) =>
						interrupts(`GICH_LR${n}`, gich.listRegisters[n], kept)
					)
				])
	];
}

/** The next instructions, their source, and what the last instruction changed. */
export function codeProps(view: View, files: ReadonlyMap<string, string> | undefined) {
	const { code, registers, before, interruptWaits } = view;
	const text = code.file === undefined ? undefined : files?.get(code.file);
	const source: Source | undefined =
		text === undefined ? undefined : around(code.file!, text, code.line);
	return {
		code: code.instructions,
		source,
		changed: before === undefined ? [] : changedRegisters(before, registers),
		interruptWaits
	};
}

/** What has been picked in the code view, as one would type it. */
export function textOf(what: Chosen): string {
	if (what.kind === 'register') return what.register;
	const world = what.world === undefined ? '' : `${what.world}:`;
	if (what.kind === 'instruction') return `${world}0x${what.line.pc.toString(16)}`;
	const path = what.file.split('/').slice(-2).join('/');
	return `${world}${path}:${what.line}`;
}

type CodeProps = ReturnType<typeof codeProps>;

/** Words about an instruction that say what it leads to. */
const tells = /\bexception to\b|\btraps?\b/i;

/**
 * The same without what would tell what comes next, for whoever is asked for it: an interrupt that
 * waits, words that name a level, and comments of the source.
 */
export function untold({ code, source, ...rest }: CodeProps): CodeProps {
	return {
		...rest,
		code: code.map((line) =>
			tells.test(line.says) ? { ...line, says: 'What it leads to is the question.' } : line
		),
		source: source && { ...source, lines: withoutComments(source.lines) },
		interruptWaits: false
	};
}

/** C and assembly, with a mark where a comment began. What is shown may begin inside one. */
export function withoutComments(lines: readonly string[]): string[] {
	const text = lines.join('\n');
	const [open, close] = [text.indexOf('/*'), text.indexOf('*/')];
	let inside = close >= 0 && (open < 0 || close < open);
	return lines.map((line) => {
		let kept = '';
		let at = 0;
		while (at < line.length) {
			if (inside) {
				const end = line.indexOf('*/', at);
				if (end < 0) return kept.trimEnd();
				at = end + 2;
				inside = false;
			}
			// A string may hold what looks like a comment.
			const rest = line.slice(at);
			const begin = /\/\*|\/\/|"(?:[^"\\]|\\.)*"/.exec(rest);
			const end = begin ? begin.index : rest.length;
			kept += rest.slice(0, end);
			if (begin?.[0] === '//') return `${kept}// …`;
			if (begin?.[0] === '/*') {
				inside = true;
				kept += '/* … */';
			} else kept += begin?.[0] ?? '';
			at += end + (begin?.[0].length ?? 0);
		}
		return kept.trimEnd();
	});
}

/** They show time, or other registers over again. */
const derived = /^(?:CNT[PV]CT_|CNT.*_TVAL_|PMCCNTR|NZCV$|DAIF$|CurrentEL$|SPSel$|SP_EL|ISR_EL1$)/i;

/** What differs, in the order of the manual: general registers, PSTATE, system registers. */
export function changedRegisters(from: RegisterSnapshot, to: RegisterSnapshot): ChangedRegister[] {
	const changed: ChangedRegister[] = [];
	const note = (name: string, before: bigint | string, now: bigint | string) => {
		if (before !== now) changed.push({ name, from: before, to: now });
	};
	to.x.forEach((value, n) => note(`X${n}`, from.x[n]!, value));
	note('Level', `EL${from.el}`, `EL${to.el}`);
	// Each level has a stack pointer of its own: another one is no change of this one.
	if (from.el === to.el) note('SP', from.sp, to.sp);
	note('NZCV', flags('NZCV', from.nzcv), flags('NZCV', to.nzcv));
	note('DAIF', flags('DAIF', from.daif), flags('DAIF', to.daif));
	for (const [name, value] of Object.entries(to.system))
		if (!derived.test(name)) note(name, from.system[name] ?? 0n, value);
	return changed;
}

/** `-ZC-`: the letters of the bits that are set. */
function flags(letters: string, bits: number): string {
	return [...letters].map((letter, i) => ((bits >> (3 - i)) & 1 ? letter : '-')).join('');
}

/** Remembers the view that was shown before the present one. */
export class LastView {
	#now: View | undefined;
	#before: View | undefined;

	/** The one before `now`; asked again for the same one it says the same. */
	before(now: View): View | undefined {
		if (now !== this.#now) {
			this.#before = this.#now;
			this.#now = now;
		}
		return this.#before;
	}
}

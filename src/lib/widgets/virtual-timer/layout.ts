import { scaleLinear } from 'd3-scale';

/** CNTV as one place holds it. */
export interface TimerRegisters {
	/** CNTV_CTL_EL0: ENABLE, IMASK, and in the hardware ISTATUS, as bits 0 to 2. */
	readonly ctl: number;
	/** CNTV_CVAL_EL0, on the guest's count. */
	readonly cval: bigint;
	/** CNTVOFF_EL2: how far the guest's count is behind the physical one. */
	readonly cntvoff: bigint;
}

/** The virtual timer, where it is and where it is kept. */
export interface VirtualTimerData {
	/** Whose instruction is next; `hyp` is EL2. */
	readonly world: 'guest' | 'host' | 'hyp';
	/** CNTPCT_EL0, in ticks of 100 MHz. */
	readonly count: bigint;
	readonly hardware: TimerRegisters;
	/** In struct kvm_vcpu and struct kvm; undefined before there is a guest. */
	readonly saved: TimerRegisters | undefined;
	/** Which of the two holds the guest's values now. */
	readonly owner: 'hardware' | 'saved';
	/** The host's own timer: what its kernel waits for next. */
	readonly host?: { readonly ctl: number; readonly cval: bigint } | undefined;
}

const ENABLE = 1;
const IMASK = 2;
const TICKS_PER_MICROSECOND = 100;

/** How long a number of ticks of 100 MHz takes: `30 ns`, `123.45 µs`, `4 ms`, `10.5 s`. */
export function formatTicks(ticks: bigint): string {
	const nanoseconds = Number(ticks < 0n ? -ticks : ticks) * (1000 / TICKS_PER_MICROSECOND);
	const [size, unit] =
		nanoseconds < 1e3
			? [1, 'ns']
			: nanoseconds < 1e6
				? [1e3, 'µs']
				: nanoseconds < 1e9
					? [1e6, 'ms']
					: [1e9, 's'];
	return `${(nanoseconds / size).toLocaleString('en', { maximumFractionDigits: 2 })} ${unit}`;
}

/** Microseconds to the tick while that can be read, `1,899.41 µs`; from 100 ms on as formatTicks says. */
export function formatDistance(ticks: bigint): string {
	const count = Number(ticks < 0n ? -ticks : ticks);
	if (count < TICKS_PER_MICROSECOND || count >= 1e5 * TICKS_PER_MICROSECOND)
		return formatTicks(ticks);
	const microseconds = count / TICKS_PER_MICROSECOND;
	return `${microseconds.toLocaleString('en', { maximumFractionDigits: 2 })} µs`;
}

/** `1 tick`, `12,345 ticks`, without the sign. */
export function countTicks(ticks: bigint): string {
	const count = ticks < 0n ? -ticks : ticks;
	return `${count.toLocaleString('en')} ${count === 1n ? 'tick' : 'ticks'}`;
}

/** What the registers mean at a moment. */
export interface TimerState {
	readonly enabled: boolean;
	readonly masked: boolean;
	/** ISTATUS, worked out: the count has reached CVAL. Always false while the timer is off. */
	readonly expired: boolean;
	/** CNTVCT: the guest's count, modulo 2^64. */
	readonly count: bigint;
	/** From now to the deadline; negative once it has passed. */
	readonly left: bigint;
}

/** Arm ARM, "The Generic Timer in AArch64 state": the comparison has no sign, and ISTATUS needs ENABLE. */
export function timerState({ ctl, cval, cntvoff }: TimerRegisters, physical: bigint): TimerState {
	const count = BigInt.asUintN(64, physical - cntvoff);
	const left = BigInt.asIntN(64, cval - count);
	const enabled = (ctl & ENABLE) !== 0;
	return { enabled, masked: (ctl & IMASK) !== 0, expired: enabled && count >= cval, count, left };
}

/** A place on the line of time, in the units of the drawing. */
export interface Mark {
	readonly x: number;
	readonly anchor: 'start' | 'end';
	/** On the guest's count, and on the physical one. */
	readonly guest: string;
	readonly physical: string;
}

export interface Axis {
	readonly width: number;
	readonly ticks: readonly { readonly x: number; readonly label: string }[];
	readonly now: Mark;
	readonly deadline: Mark;
	/** The time between the two has room between their counts; else it stands above them. */
	readonly roomy: boolean;
	/** What the host's kernel waits for; undefined if nothing, or too far away to draw. */
	readonly host: { readonly x: number; readonly label: string } | undefined;
}

/** One register in both places; `was` where the earlier view differs. */
export interface RegisterRow {
	readonly name: string;
	readonly says: string;
	readonly hardware: Value;
	readonly saved: Value;
}

export interface Value {
	readonly text: string;
	readonly was: string | undefined;
}

export interface Bit {
	readonly name: 'ENABLE' | 'IMASK' | 'ISTATUS';
	readonly value: 0 | 1;
	readonly was: 0 | 1 | undefined;
	readonly says: string;
}

export interface VirtualTimerPicture {
	readonly state: TimerState;
	/** `12,345 ticks`, and in time. */
	readonly distance: { readonly ticks: string; readonly time: string };
	/** Where the timer stands, in a sentence. */
	readonly headline: string;
	/** Whose it is, in a sentence or two. */
	readonly whose: string;
	/** Undefined while the timer is off: then CVAL says nothing. */
	readonly axis: Axis | undefined;
	readonly bits: readonly Bit[];
	readonly rows: readonly RegisterRow[];
}

/**
 * @param width of the drawing, in CSS pixels
 * @param before an earlier view, for marking what has changed
 */
export function virtualTimer(
	data: VirtualTimerData,
	width: number,
	before?: VirtualTimerData
): VirtualTimerPicture {
	const registers = effective(data);
	const state = timerState(registers, data.count);
	const distance = { ticks: countTicks(state.left), time: formatDistance(state.left) };
	return {
		state,
		distance,
		headline: headline(data, state, distance),
		whose: whose(data, state),
		axis: state.enabled ? axis(data, registers, state, width) : undefined,
		bits: bits(state, before && timerState(effective(before), before.count)),
		rows: rows(data, before)
	};
}

/** The registers that count for the guest. */
const effective = (data: VirtualTimerData) =>
	data.owner === 'saved' && data.saved ? data.saved : data.hardware;

function headline(
	data: VirtualTimerData,
	{ enabled, masked, expired, count, left }: TimerState,
	{ ticks, time }: { ticks: string; time: string }
): string {
	if (data.saved === undefined) return 'There is no guest yet, and the virtual timer is nobody’s.';
	if (!enabled)
		return `The guest’s timer is off. On the guest’s count, CNTVCT, it is ${count.toLocaleString('en')}.`;
	if (!expired && masked) return `The deadline is ${ticks} away, ${time}, but the timer is masked.`;
	if (!expired) return `The timer fires in ${ticks}, that is ${time}.`;
	const since = left === 0n ? 'at this very tick' : `${ticks} ago, that is ${time}`;
	if (masked) return `The timer expired ${since}, and is masked: its line is low.`;
	if (data.owner === 'hardware') return `The timer expired ${since}: its line is high.`;
	return `The timer expired ${since}, while the guest was not running.`;
}

function whose(data: VirtualTimerData, { enabled, masked, expired }: TimerState): string {
	if (data.saved === undefined) return 'CNTVOFF_EL2 is 0: virtual time is physical time.';
	if (data.world === 'hyp') {
		return data.owner === 'hardware'
			? 'The guest’s values are in the hardware. Here at EL2 the world switch exchanges them.'
			: 'The guest’s values are in the vCPU’s memory. Here at EL2 the world switch exchanges them.';
	}
	if (data.owner === 'hardware') {
		return 'The guest runs, and its values are in the hardware.';
	}
	const rests = 'The guest does not run: its values wait in the vCPU’s memory';
	if (!enabled) return `${rests}, with nothing to watch for.`;
	if (masked && expired)
		return `${rests}. KVM has masked the timer and raised interrupt 27, once, until the guest sets it anew.`;
	if (masked) return `${rests}, with nothing to watch for.`;
	if (expired)
		return `${rests}. KVM finds that out, by kvm_timer_sync_hwstate right after an exit or by the hrtimer that stands in, and raises interrupt 27.`;
	return `${rests}, and a timer of the host’s kernel, an hrtimer, stands in for the one in hardware.`;
}

/** Room at both ends for a count of ten digits beside its mark, and what a label of a tick needs. */
const margin = 100;
const labelRoom = 34;
/** A host's deadline that is more than so many times as far away as the guest's is not drawn. */
const farthest = 3;

function axis(
	data: VirtualTimerData,
	registers: TimerRegisters,
	{ left, count }: TimerState,
	width: number
): Axis {
	const distance = Number(left);
	const away = hostDeadline(data);
	const near = away !== undefined && Math.abs(away) <= farthest * Math.abs(distance);
	const drawn = [0, distance, ...(near ? [away] : [])];
	const low = Math.min(...drawn);
	const x = scaleLinear([low, Math.max(...drawn, low + 1)], [margin, width - margin]);
	const [first, last] = [x.invert(0), x.invert(width)];
	const mark = (at: number, anchor: Mark['anchor'], guest: bigint, physical: bigint): Mark => ({
		x: x(at),
		anchor,
		guest: guest.toLocaleString('en'),
		physical: physical.toLocaleString('en')
	});
	const past = distance <= 0;
	const places = drawn.map((at) => x(at));
	const free = (at: number) =>
		places.every((place) => Math.abs(place - at) > labelRoom) &&
		at > labelRoom &&
		at < width - labelRoom;
	return {
		width,
		ticks: scaleLinear([first, last], [0, width])
			.ticks(Math.max(2, Math.floor(width / 100)))
			.filter(Number.isInteger)
			.map((at) => ({ x: x(at), label: free(x(at)) ? signed(at) : '' })),
		now: mark(0, past ? 'start' : 'end', count, data.count),
		deadline: mark(
			distance,
			past ? 'end' : 'start',
			registers.cval,
			BigInt.asUintN(64, registers.cval + registers.cntvoff)
		),
		roomy: Math.abs(x(distance) - x(0)) > formatDistance(left).length * 9 + 12,
		host: near ? { x: x(away), label: `the host’s timer, CNTP, ${inWords(away)}` } : undefined
	};
}

const signed = (ticks: number) => `${ticks < 0 ? '−' : '+'}${formatTicks(BigInt(ticks))}`;

function hostDeadline({ host, count }: VirtualTimerData): number | undefined {
	if (host === undefined || (host.ctl & (ENABLE | IMASK)) !== ENABLE) return undefined;
	return Number(BigInt.asIntN(64, host.cval - count));
}

function inWords(ticks: number): string {
	const time = formatTicks(BigInt(ticks));
	return ticks > 0 ? `in ${time}` : ticks < 0 ? `${time} ago` : 'now';
}

function bits(now: TimerState, before: TimerState | undefined): Bit[] {
	const bit = (
		name: Bit['name'],
		of: (state: TimerState) => boolean,
		says: readonly [off: string, on: string]
	): Bit => {
		const value = of(now) ? 1 : 0;
		const earlier = before && (of(before) ? 1 : 0);
		return { name, value, was: earlier === value ? undefined : earlier, says: says[value] };
	};
	return [
		bit('ENABLE', (state) => state.enabled, ['the timer is off', 'the timer is on']),
		bit('IMASK', (state) => state.masked, ['its line may rise', 'its line is held low']),
		bit('ISTATUS', (state) => state.expired, [
			now.enabled ? 'the deadline is ahead' : 'says nothing while the timer is off',
			'the deadline is reached'
		])
	];
}

function rows(data: VirtualTimerData, before: VirtualTimerData | undefined): RegisterRow[] {
	const row = (name: string, says: string, of: (registers: TimerRegisters) => string) => {
		const value = (place: 'hardware' | 'saved'): Value => {
			const registers = data[place];
			const earlier = before?.[place];
			const text = registers ? of(registers) : '–';
			const was = earlier && of(earlier);
			return { text, was: was === text ? undefined : was };
		};
		return { name, says, hardware: value('hardware'), saved: value('saved') };
	};
	return [
		row('CNTVOFF', 'subtracted from the physical count', ({ cntvoff }) =>
			cntvoff.toLocaleString('en')
		),
		row('CNTV_CVAL', 'the deadline, on the guest’s count', ({ cval }) => cval.toLocaleString('en')),
		row('CNTV_CTL', 'ENABLE is 1, IMASK 2, ISTATUS 4', ({ ctl }) => String(ctl))
	];
}

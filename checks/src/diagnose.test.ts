import { describe, expect, it } from 'vitest';
import { diagnose, judgeAnswer } from './diagnose.ts';
import type { ExitKind, GuestExit } from './exits.ts';
import type { Observation, TracepointCall } from './observer.ts';
import { phaseTable } from './table.ts';

/** The guest of these tests: what it does in each phase, in order. */
const life: Record<'boot' | 'mem' | 'io', ExitKind[]> = {
	boot: [
		'mem-fetch',
		'mem-data',
		'mem-data',
		'irq',
		'sysreg',
		'hvc-psci',
		'hvc-other',
		'smc',
		'wfi',
		'io-kernel-write',
		'io-kernel-read',
		'mem-data',
		'io-user-write',
		'irq',
		'io-user-read',
		'mem-fetch',
		'wfi',
		'io-user-write',
		'io-user-write',
		'irq',
		'wfi'
	],
	mem: ['mem-data', 'mem-data', 'irq', 'mem-data', 'mem-fetch', 'io-user-write', 'wfi', 'irq'],
	io: [
		'io-user-write',
		'io-user-read',
		'irq',
		'io-kernel-write',
		'io-user-write',
		'mem-data',
		'wfi'
	]
};

type Patch = (
	kind: ExitKind,
	now: { resumed: ExitKind | undefined; stale: boolean; calledNow: number; sentBack: boolean }
) => number[];

/** Runs that life under a patch, with KVM_RUN left for user space at each MMIO that lkvm serves. */
function run(
	patch: Patch,
	options: { traceFirst?: boolean; fetchOutside?: boolean; retries?: boolean } = {}
): Observation {
	const exits: GuestExit[] = [];
	const calls: TracepointCall[] = [];
	const runs: number[] = [];
	const phases: Observation['phases'][number][] = [];
	const totals = [0, 0, 0];
	let resumed: ExitKind | undefined;
	let stale = false;
	let hostCalls = 0;
	const trace = () =>
		calls.push({
			at: exits.length * 1000,
			cpu: BigInt(totals[0]!),
			mem: BigInt(totals[1]!),
			io: BigInt(totals[2]!),
			exits: exits.length,
			runs: runs.length,
			hostCalls
		});
	runs.push(0);
	for (const name of ['boot', 'mem', 'io'] as const) {
		const from = { at: exits.length * 1000, exits: exits.length };
		const kinds = [...life[name]];
		if (options.fetchOutside && name === 'boot') kinds.push('fetch-outside');
		for (const kind of kinds) {
			if (resumed) runs.push(exits.length);
			// One HVC into the guest; every other new page also flushes the TLB at EL2.
			const flush = kind === 'mem-data' && exits.length % 2 === 0;
			const calledNow = flush ? 2 : 1;
			hostCalls += calledNow;
			const sentBack = options.retries === true && kind === 'mem-data' && exits.length % 3 !== 0;
			const add = (k: ExitKind, retry: boolean) =>
				exits.push({ at: exits.length * 1000, kind: k, ec: 0, pc: 0n, ipa: undefined, retry });
			if (sentBack) add(kind, true);
			add(kind, false);
			if (kind.startsWith('io-')) stale = true;
			if (options.traceFirst) trace();
			patch(kind, { resumed, stale, calledNow, sentBack }).forEach((n, i) => (totals[i]! += n));
			if (!options.traceFirst) trace();
			resumed = kind.startsWith('io-user') ? kind : undefined;
			if (resumed) stale = false;
		}
		phases.push({ name, from, to: { at: exits.length * 1000, exits: exits.length } });
	}
	return {
		exits,
		calls,
		phases,
		runs,
		memory: [],
		distributor: [],
		faults: [],
		hostBooted: true,
		guestBooted: true,
		tracepointFound: true,
		programs: [],
		vmmEnded: undefined,
		panic: undefined
	};
}

const isCpu = (k: ExitKind) => ['wfi', 'hvc-psci', 'hvc-other', 'smc', 'sysreg'].includes(k);
const isMem = (k: ExitKind) => k.startsWith('mem-');
const isIo = (k: ExitKind) => k.startsWith('io-');
const correct: Patch = (k) => [Number(isCpu(k)), Number(isMem(k)), Number(isIo(k))];
const codes = (patch: Patch, options?: Parameters<typeof run>[1]) =>
	diagnose(run(patch, options), false).map((f) => f.code);

describe('counts that are right', () => {
	it('says which rule they follow where the run can tell', () => {
		expect(codes(correct)).toEqual(['right-b-or-c']);
		expect(codes(correct, { fetchOutside: true })).toEqual(['right-c']);
		const b: Patch = (k) => (k === 'fetch-outside' ? [0, 0, 1] : correct(k, undefined as never));
		expect(codes(b, { fetchOutside: true })).toEqual(['right-b']);
	});
	it('does not mind retries inside EL2, which handle_exit never sees', () => {
		expect(codes(correct, { retries: true })).toEqual(['right-b-or-c']);
	});
});

describe('mistakes that have a name', () => {
	const cases: [string, string[], Patch, Parameters<typeof run>[1]?][] = [
		[
			'A: by exception class',
			['rule-a'],
			(k) => [Number(isCpu(k)), Number(isMem(k) || isIo(k)), 0]
		],
		[
			'D: stale exit_reason',
			['rule-d'],
			(k, now) => [Number(isCpu(k)), Number(isMem(k)), Number(now.stale)]
		],
		[
			'E: at the top of KVM_RUN',
			['rule-e'],
			(k, now) => [Number(isCpu(k)), Number(isMem(k)), Number(now.resumed !== undefined)]
		],
		[
			'F: reads only',
			['rule-f'],
			(k, now) => [
				Number(isCpu(k)),
				Number(isMem(k)),
				Number(k === 'io-kernel-read') + Number(now.resumed === 'io-user-read')
			]
		],
		[
			'F, at the top of the function',
			['rule-f-late'],
			(k, now) => [
				Number(isCpu(k)),
				Number(isMem(k)),
				Number(k.startsWith('io-kernel')) + Number(now.resumed !== undefined)
			]
		],
		[
			'G: host calls',
			['rule-g-host'],
			(k, now) => [now.calledNow + Number(isCpu(k)), Number(isMem(k)), Number(isIo(k))]
		],
		[
			'G: retries',
			['rule-g-retry'],
			(k, now) => [Number(isCpu(k)), Number(isMem(k)) + Number(now.sentBack), Number(isIo(k))],
			{ retries: true }
		],
		['every exit', ['every-exit-counted'], (k) => [1, Number(isMem(k)), Number(isIo(k))]],
		[
			'a class never counted',
			['class-never-counted'],
			(k) => [0, Number(isMem(k)), Number(isIo(k))]
		],
		[
			'IRQ as CPU',
			['irq-counted-as-cpu'],
			(k) => [Number(isCpu(k) || k === 'irq'), Number(isMem(k)), Number(isIo(k))]
		],
		[
			'early return',
			['early-return'],
			(k) => [Number(isCpu(k) && k !== 'hvc-psci'), Number(isMem(k)), Number(isIo(k))]
		],
		[
			'counted twice',
			['counted-twice'],
			(k) => [Number(isCpu(k)), 2 * Number(isMem(k)), Number(isIo(k))]
		],
		[
			'instruction abort forgotten',
			['fetch-forgotten'],
			(k) => [Number(isCpu(k)), Number(k === 'mem-data'), Number(isIo(k))]
		],
		['never handed over', ['never-handed-over'], () => [0, 0, 0]],
		[
			'sysreg only',
			['cpu-kinds-missing'],
			(k) => [Number(k === 'sysreg'), Number(isMem(k)), Number(isIo(k))]
		],
		[
			'vGIC forgotten',
			['vgic-forgotten'],
			(k) => [Number(isCpu(k)), Number(isMem(k)), Number(k.startsWith('io-user'))]
		],
		[
			'wrong order',
			['handed-over-in-wrong-order'],
			(k) => [Number(isIo(k)), Number(isCpu(k)), Number(isMem(k))]
		],
		['traced before handle_exit', ['traced-too-early'], correct, { traceFirst: true }],
		[
			'two at once',
			['irq-counted-as-cpu', 'fetch-forgotten'],
			(k) => [Number(isCpu(k) || k === 'irq'), Number(k === 'mem-data'), Number(isIo(k))]
		]
	];
	it.each(cases)('%s', (_, expected, patch, options) => {
		expect(codes(patch, options)).toEqual(expected);
	});

	it('counters that restart', () => {
		const seen = run(correct);
		const calls = seen.calls.map((call, i) => (i > 10 ? { ...call, mem: 0n } : call));
		expect(diagnose({ ...seen, calls }, false).map((f) => f.code)).toEqual(['counters-restart']);
	});

	it('the unpatched tree', () => {
		expect(
			diagnose(
				run(() => [0, 0, 0]),
				true
			).map((f) => f.code)
		).toEqual(['unpatched']);
	});

	it('leaves no gap in any text', () => {
		for (const [, , patch, options] of cases) {
			for (const found of diagnose(run(patch, options), false))
				expect(found.text + found.title).not.toMatch(/\{\w+\}/);
		}
	});
});

describe('mistakes without a name', () => {
	it('says phase, class and by how much', () => {
		let n = 0;
		const found = diagnose(
			run((k) => [Number(isCpu(k)), isMem(k) ? n++ % 3 : 0, Number(isIo(k))]),
			false
		);
		expect(found.map((f) => f.code)).toEqual(['unexplained']);
		expect(found[0]!.text).toContain('boot: 4 instead of 5 (-1)');
	});
});

describe('the table of phases', () => {
	it('sets the student’s growth beside the machine’s', () => {
		expect(
			phaseTable(run(correct)).map(({ phase, machine, student }) => ({ phase, machine, student }))
		).toEqual([
			{ phase: 'boot', machine: { cpu: 7, mem: 5, io: 6 }, student: { cpu: 7, mem: 5, io: 6 } },
			{ phase: 'mem', machine: { cpu: 1, mem: 4, io: 1 }, student: { cpu: 1, mem: 4, io: 1 } },
			{ phase: 'io', machine: { cpu: 1, mem: 1, io: 4 }, student: { cpu: 1, mem: 1, io: 4 } }
		]);
	});

	it('tells a running total from what a phase cost', () => {
		const table = phaseTable(run(correct));
		const dump = (phase: 'boot' | 'mem', mem: number) => ({
			phase,
			machine: { cpu: 0, mem, io: 0 },
			student: { cpu: 0, mem, io: 0 }
		});
		const known = { dumps: [dump('boot', 5), dump('mem', 10)], table };
		expect(judgeAnswer(known, 'mem', 'mem', 5)).toBe('right');
		expect(judgeAnswer(known, 'mem', 'mem', 4)).toBe('right'); // without the shell's part
		expect(judgeAnswer(known, 'mem', 'mem', 10)).toMatchObject({ code: 'phase-read-as-total' });
		expect(judgeAnswer(known, 'mem', 'mem', 7)).toMatchObject({ title: 'Not quite: 2 too many' });
	});
});

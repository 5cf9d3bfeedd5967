/** The lessons' machine as their pages step it: from the saved states, against a machine that ran there. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parseMoments, standardRun } from 'checks';
import { comparePositions, createMachine, type Machine } from 'emulator-core';
import { lessonStates, type LessonState } from '../../cli/src/lesson-states.ts';
import { Builder } from '../../cli/src/project.ts';
import { symbolsOf } from '../../cli/src/symbols.ts';
import { openBuilt, openShipped } from '../../src/lib/stepping/opening.ts';
import type { Answer, Ask, Change, Tried, View } from '../../src/lib/stepping/protocol.ts';
import { Stepper } from '../../src/lib/stepping/stepper.ts';
import { applyEdits, rightPatches } from './patches.ts';
import { shippedLessons } from './shipped-lessons.ts';

const builder = new Builder();
let outputs: ReadonlyMap<string, Uint8Array>;
let lessons: ReadonlyMap<string, LessonState>;

beforeAll(() => {
	({ outputs, lessons } = shippedLessons(builder));
}, 600_000);

function open(lesson: string): Stepper {
	const { state, moments } = lessons.get(`hypervisor/${lesson}`)!;
	const elf = outputs.get('vmlinux')!;
	return new Stepper(openShipped({ state, elf, offsets: builder.offsets, moments }));
}

type Request = Exclude<Ask, { ask: 'open' }>;

function ask<S extends Answer['say']>(stepper: Stepper, request: Request, say: S) {
	const answer = stepper.answer(request);
	if (answer.say !== say)
		throw new Error(`not ${say}: ${answer.say === 'refused' ? answer.why : answer.say}`);
	return answer as Extract<Answer, { say: S }>;
}
const view = (stepper: Stepper, request: Request): View => ask(stepper, request, 'view').view;
const goto = (stepper: Stepper, name: string) => view(stepper, { ask: 'moment', name });
const hash = (stepper: Stepper) => ask(stepper, { ask: 'hash' }, 'hash').hash;
const attempt = (stepper: Stepper, change: Change, until: 'exception' | 'acknowledge'): Tried =>
	ask(stepper, { ask: 'try', change, until }, 'tried').outcome;
const refusal = (stepper: Stepper, request: Request) => ask(stepper, request, 'refused').why;
const kept = ({ vcpu }: View, name: string) => vcpu!.registers.find((each) => each.name === name)!;

describe('a lesson whose moments are not in the run', () => {
	const withRule = (rule: object) => () => {
		const text = JSON.stringify({ here: { says: 'it happens', ...rule } });
		const file = 'lessons/01-a/01-b/moments.json';
		lessonStates([{ lesson: 'a/b', file, text, rules: parseMoments(text) }], outputs);
	};

	it('fails the build with its file and the moment’s name', () => {
		expect(withRule({ symbol: 'host:nowhere' })).toThrow(
			'lessons/01-a/01-b/moments.json: moment "here": there is no symbol nowhere'
		);
		expect(withRule({ symbol: 'host:panic' })).toThrow(
			'lessons/01-a/01-b/moments.json: moment "here": the standard run of the shipped tree never comes there'
		);
	});
});

describe.each(['world-switch', 'stage-2', 'vgic'])('the machine of the lesson %s', (lesson) => {
	let stepper: Stepper;
	beforeAll(() => void (stepper = open(lesson)));
	const places = () =>
		Object.entries(lessons.get(`hypervisor/${lesson}`)!.moments).sort(([, a], [, b]) =>
			comparePositions(a, b)
		);

	it('is at every moment what a machine is that ran there from reset', () => {
		const plain: Machine = createMachine({
			...standardRun,
			kernel: outputs.get('Image')!,
			initrd: outputs.get('host.cpio')!
		});
		for (const [name, position] of places()) {
			const shown = goto(stepper, name);
			plain.run({ maxInstructions: position.instruction - plain.instructions });
			if (position.entered) plain.takeInterrupt();
			expect({ name, ...shown.registers }).toEqual({ name, ...plain.registers() });
			expect([shown.position, shown.moment, shown.tick]).toEqual([position, name, plain.ticks]);
			expect(shown.interruptWaits).toBe(plain.interruptWaits);
		}
		expect(hash(stepper)).toBe(plain.hash());
	});

	it('shows the next instruction, and the registers one step earlier', () => {
		for (const [name] of places().reverse()) {
			const shown = goto(stepper, name);
			const current = shown.code.instructions.filter((each) => each.current);
			// Nothing can be shown where the guest jumps to no memory.
			expect([name, current.map(({ pc }) => pc)]).toEqual([
				name,
				name === 'fetch-outside' ? [] : [shown.registers.pc]
			]);
			const { before } = shown;
			const earlier = view(stepper, { ask: 'step', by: 'back' });
			expect({ name, ...before }).toEqual({ name, ...earlier.registers });
			const again = view(stepper, { ask: 'step', by: 'instruction' });
			expect([again.position, again.registers]).toEqual([shown.position, shown.registers]);
		}
	});

	it('goes ten steps at once as it does one by one', () => {
		const [name] = places()[3]!;
		goto(stepper, name);
		const there = hash(stepper);
		const back = view(stepper, { ask: 'step', by: 'back', times: 10 });
		expect(hash(stepper)).not.toBe(there);
		for (let i = 0; i < 10; i++) view(stepper, { ask: 'step', by: 'instruction' });
		expect(hash(stepper)).toBe(there);
		for (let i = 0; i < 10; i++) view(stepper, { ask: 'step', by: 'back' });
		expect(view(stepper, { ask: 'seek', to: back.position }).position).toEqual(back.position);
		const forward = view(stepper, { ask: 'step', by: 'instruction', times: 10 });
		expect(forward.moment).toBe(name);
		expect(hash(stepper)).toBe(there);
	});

	it('is the same after ten steps back and ten forward', () => {
		for (const [name] of places().filter((_, i) => i % 8 === 0)) {
			goto(stepper, name);
			const before = hash(stepper);
			for (let i = 0; i < 10; i++) view(stepper, { ask: 'step', by: 'back' });
			expect(hash(stepper)).not.toBe(before);
			for (let i = 0; i < 10; i++) view(stepper, { ask: 'step', by: 'instruction' });
			expect([name, hash(stepper)]).toEqual([name, before]);
		}
	});

	it('goes through the run ahead of the student, and stands where it stood', () => {
		const fresh = open(lesson);
		const before = fresh.view();
		let parts = 0;
		while (fresh.runAhead(500_000)) parts++;
		expect(parts).toBeGreaterThan(3);
		const after = fresh.view();
		expect([after.position, after.registers]).toEqual([before.position, before.registers]);
		expect(after.range.to).toBe(1 + places().at(-1)![1].instruction);
		fresh.runAhead(1);
		expect(goto(fresh, places()[0]![0]).position).toEqual(places()[0]![1]);
	});
});

describe('steps through a world switch', () => {
	let stepper: Stepper;
	beforeAll(() => void (stepper = open('world-switch')));
	const step = (by: Extract<Ask, { ask: 'step' }>['by']) => view(stepper, { ask: 'step', by });
	const where = ({ world, code, registers }: View) =>
		`EL${registers.el} ${world} ${code.symbol}${code.line ? ':' + code.line : ''}`;

	it('by trap, forward and back', () => {
		expect(where(goto(stepper, 'host-hvc'))).toMatch(/^EL1 host kvm_call_hyp:\d+$/);
		expect(where(step('trap'))).toMatch(/^EL2 hyp __kvm_hyp_vector/);
		expect(step('trap').moment).toBe('into-guest');
		expect(where(step('trap-back'))).toMatch(/^EL2 hyp __kvm_hyp_vector/);
		expect(step('trap-back').world).toBe('host');
	});

	it('to the next exit of the guest, each once', () => {
		goto(stepper, 'into-guest');
		// Its first instruction is executed again each time: first the fetch exits, then its data.
		const exits = Array.from({ length: 3 }, () => step('exit'));
		expect(exits.map(({ world }) => world)).toEqual(['guest', 'guest', 'guest']);
		const classes = exits.map(({ position }) => {
			view(stepper, { ask: 'seek', to: position });
			return Number(step('instruction').registers.system['ESR_EL2']! >> 26n);
		});
		expect(classes).toEqual([0x24, 0x24, 0x24]);
	});

	it('by line: over calls, and over the whole guest', () => {
		const start = goto(stepper, 'handle-hvc');
		const lines = [start, step('over'), step('over'), step('over')];
		expect(lines.map(({ code }) => code.symbol)).toEqual(Array(4).fill('handle_hvc'));
		const numbers = lines.map(({ code }) => code.line);
		expect(numbers.every((line, i) => i === 0 || line !== numbers[i - 1])).toBe(true);
		goto(stepper, 'round-again');
		// kvm_call_hyp is HVC and RET: all that EL2 and the guest do lies between.
		const back = step('over');
		expect(where(back)).toMatch(/kvm_call_hyp/);
		expect(back.position.instruction).toBeGreaterThan(start.position.instruction + 1000);
	});

	it('with the vCPU’s memory at hand', () => {
		const asked = goto(stepper, 'psci-call');
		expect(kept(asked, 'X0').guest).toBe(0x8400_0000n); // PSCI_VERSION
		expect(asked.vcpu!.fault.esr >> 26n).toBe(0x16n);
		const atEl2 = goto(stepper, 'save-guest');
		expect(kept(atEl2, 'PC').now).toBe(atEl2.registers.system['ELR_EL2']);
		expect(kept(atEl2, 'PC').guest).not.toBe(kept(atEl2, 'PC').now);
		// The same kernel twice, each in memory that begins at 0x8000_0000, as it believes.
		const tables = kept(goto(stepper, 'way-back'), 'TTBR1_EL1');
		const swapper = BigInt(symbolsOf(outputs.get('vmlinux')!).address('swapper_pg_dir')!);
		const physical = swapper - 0xffff_ffc0_0000_0000n + 0x8000_0000n;
		expect([tables.host, tables.guest]).toEqual([physical, physical]);
		const saved = goto(stepper, 'save-guest-el1');
		expect(kept(saved, 'PC').guest).toBe(kept(saved, 'PC').now);
		const answered = goto(stepper, 'into-guest-again');
		expect(answered.registers.x[0]).toBe(2n); // PSCI 0.2
		expect(answered.vcpu!.vttbr).toBe(answered.registers.system['VTTBR_EL2']);
	});
});

describe('walks and changes', () => {
	let stepper: Stepper;
	beforeAll(() => void (stepper = open('stage-2')));
	const walk = (va: bigint, access: 'read' | 'write' | 'fetch', of: 'now' | 'guest') =>
		ask(stepper, { ask: 'walk', va, access, of }, 'walk').walk;

	/** Where the guest writes at the moment `list-write`. */
	const listAddress = () => goto(stepper, 'list-write-at-el2').registers.system['FAR_EL2']!;

	it('walk the guest’s tables from the host and from EL2 as from the guest', () => {
		const far = listAddress();
		goto(stepper, 'list-write');
		const before = walk(far, 'write', 'now');
		expect(before.fault).toMatchObject({ fault: 'permission', stage: 2, level: 3 });
		expect(walk(far, 'write', 'guest')).toEqual(before);
		for (const moment of ['list-write-at-el2', 'list-writable']) {
			goto(stepper, moment);
			const whole = hash(stepper);
			expect([moment, walk(far, 'write', 'guest')]).toEqual([moment, before]);
			expect(hash(stepper)).toBe(whole);
		}
		goto(stepper, 'list-write-done');
		expect(walk(far, 'write', 'now').fault).toBeUndefined();
	});

	it('change a descriptor, and see the fault', () => {
		const far = listAddress();
		const trapped = goto(stepper, 'list-write');
		const leaf = walk(far, 'write', 'now').steps.at(-1)!;
		const whole = hash(stepper);
		const pa = Number(leaf.at);
		const gone = attempt(stepper, { kind: 'memory', pa, value: 0n }, 'exception');
		expect(gone.records.length).toBe(1);
		expect(gone.records[0]).toMatchObject({ toEl: 2, stage: 2, at: trapped.position.instruction });
		expect((gone.records[0]!.esr >> 2) & 15).toBe(1); // translation
		const writable = leaf.desc | 0xc0n; // S2AP
		const open = attempt(stepper, { kind: 'memory', pa, value: writable }, 'exception');
		expect(open.records[0]!.at).toBeGreaterThan(trapped.position.instruction);
		expect(hash(stepper)).toBe(whole);
	});

	it('let the guest access what the student likes', () => {
		const far = listAddress();
		goto(stepper, 'list-write');
		const whole = hash(stepper);
		const access = (va: bigint, how: 'read' | 'write' | 'fetch') => {
			const { records } = attempt(stepper, { kind: 'access', va, access: how }, 'exception');
			return records.map(({ toEl, esr, ipa }) => [toEl, esr >>> 26, ipa]);
		};
		expect(access(far, 'read')).toEqual([]);
		expect(access(far, 'write')).toEqual([[2, 0x24, walk(far, 'read', 'now').stage1!.ipa]]);
		expect(access(0n, 'read')).toEqual([[1, 0x25, undefined]]);
		expect(access(0n, 'fetch')).toEqual([[1, 0x21, undefined]]);
		expect(access(0x8000_0000_0000_0000n, 'read')).toEqual([[1, 0x25, undefined]]);
		// From the host it is the guest that accesses, where it runs next.
		goto(stepper, 'list-writable');
		expect(access(far, 'write')).toEqual([]);
		goto(stepper, 'list-write');
		expect(hash(stepper)).toBe(whole);
	});

	it.each<[string, Request, string]>([
		[
			'a moment that there is not',
			{ ask: 'moment', name: 'never' },
			'never comes to the moment “never”'
		],
		['a name of every object', { ask: 'moment', name: 'constructor' }, 'never comes to the moment'],
		['a place before', { ask: 'seek', to: { instruction: 5, entered: false } }, '5 is not in that'],
		[
			'a place far off',
			{ ask: 'seek', to: { instruction: 2e15, entered: false } },
			'is not in that'
		],
		['no number', { ask: 'seek', to: { instruction: NaN, entered: false } }, 'NaN is not in that'],
		[
			'half an instruction',
			{ ask: 'seek', to: { instruction: 2_000_000.5, entered: false } },
			'counted in whole numbers'
		],
		[
			'an interrupt that is not taken',
			{ ask: 'seek', to: { instruction: 2_000_000, entered: true } },
			'No interrupt is taken'
		],
		['an address of 65 bits', { ask: 'walk', va: 1n << 64n, access: 'read', of: 'now' }, '64 bits'],
		['a negative address', { ask: 'walk', va: -1n, access: 'read', of: 'now' }, '64 bits'],
		...(
			[
				[{ kind: 'memory', pa: 3, value: 0n }, 'lies at a multiple of 8; 0x3 is none'],
				[{ kind: 'memory', pa: NaN, value: 0n }, 'NaN is none'],
				[{ kind: 'memory', pa: 0x100, value: 0n }, 'RAM is from 0x8000_0000 to 0x8fff_ffff'],
				[{ kind: 'memory', pa: 0x8fff_fff8 + 8, value: 0n }, 'has no memory'],
				[{ kind: 'memory', pa: 0x8000_0000, value: -1n }, 'has 64 bits; -1 does not fit'],
				[{ kind: 'access', va: 1n << 70n, access: 'read' }, 'An address has 64 bits'],
				[{ kind: 'interrupt', id: 3 }, 'Interrupt 3 is an SGI'],
				[{ kind: 'interrupt', id: 128 }, '128 interrupts, 0 to 127'],
				[{ kind: 'interrupt', id: 1.5 }, 'There is no interrupt 1.5'],
				[{ kind: 'interrupt', id: -1 }, 'There is no interrupt -1']
			] as [Change, string][]
		).map(([change, why]): [string, Request, string] => [
			JSON.stringify(change, (_, each: unknown) => (typeof each === 'bigint' ? `${each}` : each)),
			{ ask: 'try', change, until: 'exception' },
			why
		])
	])('refuse %s, the machine unharmed', (_, request, why) => {
		goto(stepper, 'user-mem-abort');
		const whole = hash(stepper);
		expect(refusal(stepper, request)).toContain(why);
		expect(hash(stepper)).toBe(whole);
	});
});

describe('the way of an interrupt', () => {
	let stepper: Stepper;
	beforeAll(() => void (stepper = open('vgic')));
	const lr0 = ({ gic }: View) => gic.gich.listRegisters[0]!;
	const timer = 0x1000_0000 | 27; // GICH_LR: pending, virtual ID 27

	it('lies in the vCPU’s memory, then in the hardware, and is gone', () => {
		const queued = goto(stepper, 'queued').vcpu!.vgic!;
		expect([queued.enabled, queued.listRegisters[0], queued.used]).toEqual([true, timer, 1]);
		expect(queued.interrupts.map(({ id, listRegister }) => [id, listRegister])).toEqual([
			[27, 0],
			[32, undefined],
			[33, undefined]
		]);
		expect(lr0(goto(stepper, 'load-lr')) & 0x3000_0000).toBe(0);
		expect(lr0(goto(stepper, 'lr-loaded'))).toBe(timer);
		expect(goto(stepper, 'virq')).toMatchObject({
			interruptWaits: true,
			gic: { virtualIrq: true }
		});
		expect(lr0(goto(stepper, 'acknowledged')) >>> 28).toBe(2);
		expect(lr0(goto(stepper, 'ended')) >>> 28).toBe(0);
	});

	it.each([
		['set-timer', 33, true],
		['queue', 32, true],
		['load-lr', 27, true],
		// Serving the disk, the guest asks for the next one by itself before it leaves its handler.
		['disk-status', 32, false]
	])('comes to the guest by injection at %s: %i', (moment, id, taken) => {
		goto(stepper, moment);
		const whole = hash(stepper);
		const {
			acknowledged,
			records,
			view: after
		} = attempt(stepper, { kind: 'interrupt', id }, 'acknowledge');
		expect(acknowledged).toBe(id);
		const toGuest = records.filter(
			({ cause, toEl, vmid }) => cause === 'irq' && toEl === 1 && vmid
		);
		expect(toGuest.length > 0).toBe(taken);
		expect([after.world, after.code.symbol]).toEqual(['guest', 'gic_handle_irq']);
		const held = after.gic.gich.listRegisters.find((lr) => (lr & 0x3ff) === id)!;
		expect(held & 0x2000_0000).not.toBe(0);
		expect(hash(stepper)).toBe(whole);
	});

	it('ends in the distributor where the guest has not enabled it', () => {
		goto(stepper, 'set-timer');
		const outcome = attempt(stepper, { kind: 'interrupt', id: 40 }, 'acknowledge');
		expect(outcome.acknowledged).toBeUndefined();
		const held = outcome.view.vcpu!.vgic!.interrupts.find(({ id }) => id === 40);
		expect(held).toMatchObject({ enabled: false, pending: true, listRegister: undefined });
	});
});

describe('a tree that a student has built', () => {
	const build = (edits: (typeof rightPatches)[number]['edits']) => {
		const result = builder.build(applyEdits(builder.shipped, edits));
		if (!result.ok) throw new Error('the patched tree does not build');
		return {
			kind: 'built' as const,
			kernel: result.outputs.get('Image')!,
			initrd: result.outputs.get('host.cpio')!,
			elf: { host: result.outputs.get('vmlinux')!, guest: outputs.get('vmlinux')! },
			offsets: result.offsets,
			lesson: '',
			site: ''
		};
	};
	const rules = (lesson: string) => lessons.get(`hypervisor/${lesson}`)!.text;

	it('has the same moments, its vCPU read by its own offsets', () => {
		const tree = build(rightPatches[0]!.edits);
		expect(tree.offsets['VCPU_CONTEXT']).not.toBe(builder.offsets['VCPU_CONTEXT']);
		const stepper = new Stepper(openBuilt(tree, rules('world-switch')));
		const asked = goto(stepper, 'psci-call');
		expect(kept(asked, 'X0').guest).toBe(0x8400_0000n);
		expect(Object.keys(asked.moments)).toEqual(
			Object.keys(lessons.get('hypervisor/world-switch')!.moments)
		);
	});

	it('is told of moments that it never reaches', () => {
		const arm = 'linux-kvm-arm/arch/arm/kvm/arm.c';
		const never = [[arm, 'ret = kvm_call_hyp(__kvm_vcpu_run, vcpu);', 'ret = -EINVAL;']] as const;
		const stepper = new Stepper(openBuilt(build(never), rules('world-switch')));
		expect(goto(stepper, 'prepare').code.symbol).toBe('kvm_vgic_flush_hwstate');
		expect(refusal(stepper, { ask: 'moment', name: 'into-guest' })).toContain(
			'This tree’s run never comes to the moment “into-guest”. The tree as shipped does'
		);
		expect(() => openBuilt(build(never), rules('stage-2'))).toThrow(
			'Your tree never reaches any moment of this lesson'
		);
	});
});

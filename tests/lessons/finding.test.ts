/**
 * What a reader looks for in a lesson's run, typed as in the page: each search lands where a machine that
 * went there instruction by instruction has seen it, and leaves the run as it was.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { standardRun } from 'checks';
import { comparePositions, createMachine, disassemble, type Machine } from 'emulator-core';
import { Builder } from '../../cli/src/project.ts';
import type { LessonState } from '../../cli/src/lesson-states.ts';
import { openShipped } from '../../src/lib/stepping/opening.ts';
import { programOf, type Program } from '../../src/lib/stepping/program.ts';
import type { Answer, Ask, Position, View, Way } from '../../src/lib/stepping/protocol.ts';
import { Stepper } from '../../src/lib/stepping/stepper.ts';
import { shippedLessons } from './shipped-lessons.ts';

const builder = new Builder();
let outputs: ReadonlyMap<string, Uint8Array>;
let lessons: ReadonlyMap<string, LessonState>;
let program: Program;

beforeAll(() => {
	({ outputs, lessons } = shippedLessons(builder));
	program = programOf(outputs.get('vmlinux')!);
}, 600_000);

function open(lesson: string): Stepper {
	const { state, moments } = lessons.get(`hypervisor/${lesson}`)!;
	const elf = outputs.get('vmlinux')!;
	return new Stepper(openShipped({ state, elf, offsets: builder.offsets, moments }));
}

type Request = Exclude<Ask, { ask: 'open' }>;
type Found = Extract<Answer, { say: 'found' }>;

function view(stepper: Stepper, request: Request): View {
	const answer = stepper.answer(request);
	if (answer.say !== 'view') throw new Error(JSON.stringify(answer));
	return answer.view;
}
function find(stepper: Stepper, text: string, way: Way): Found {
	const answer = stepper.answer({ ask: 'find', text, way });
	if (answer.say !== 'found') throw new Error(`${text}: ${JSON.stringify(answer)}`);
	return answer;
}
function refusal(stepper: Stepper, text: string, way: Way = 'back'): string {
	const answer = stepper.answer({ ask: 'find', text, way });
	if (answer.say !== 'refused') throw new Error(`${text} is not refused`);
	return answer.why;
}
function hash(stepper: Stepper): string {
	const answer = stepper.answer({ ask: 'hash' });
	return answer.say === 'hash' ? answer.hash : '';
}

/** Just before each instruction, what an onlooker sees of it who has nothing but a machine. */
interface Seen {
	readonly position: Position;
	readonly pc: bigint;
	readonly el: number;
	readonly guest: boolean;
	readonly text: string;
}

/** Every instruction from one place to another; `also` is asked at each. */
function scan(
	lesson: string,
	from: number,
	to: number,
	also: (machine: Machine) => void = () => undefined
): Seen[] {
	const machine = createMachine({ ...standardRun, kernel: outputs.get('Image')! });
	machine.restore(lessons.get(`hypervisor/${lesson}`)!.state);
	machine.run({ maxInstructions: from - machine.instructions });
	const seen: Seen[] = [];
	while (machine.instructions < to) {
		machine.takeInterrupt();
		const { position, cpu } = machine;
		const { pc } = cpu.hot;
		const bytes = machine.readVirtual(pc, 4);
		const word = bytes && new DataView(bytes.buffer).getUint32(0, true);
		const text = word === undefined ? '' : disassemble(word, pc);
		seen.push({ position, pc, el: cpu.el, guest: machine.stage2 && cpu.el < 2, text });
		also(machine);
		machine.step();
	}
	return seen;
}

const before = (all: readonly Seen[], here: Position, fits: (seen: Seen) => boolean) =>
	all.findLast((each) => comparePositions(each.position, here) < 0 && fits(each))?.position;
const after = (all: readonly Seen[], here: Position, fits: (seen: Seen) => boolean) =>
	all.find((each) => comparePositions(each.position, here) > 0 && fits(each))?.position;

describe('looking for the writes of a register', () => {
	let stepper: Stepper;
	let all: Seen[];
	let here: Position;
	beforeAll(() => {
		stepper = open('world-switch');
		const { moments } = lessons.get('hypervisor/world-switch')!;
		here = moments['psci-call']!;
		all = scan('world-switch', stepper.view().position.instruction, here.instruction + 20_000);
	});

	it.each<[string, (seen: Seen) => boolean]>([
		['HCR_EL2', ({ text }) => text.startsWith('msr hcr_el2')],
		[' vttbr_el2 ', ({ text }) => text.startsWith('msr vttbr_el2')],
		['CNTVOFF_EL2', ({ text }) => text.startsWith('msr cntvoff_el2')],
		['Ttbr0_El1', ({ text }) => text.startsWith('msr ttbr0_el1')]
	])('%s, back and on', (name, fits) => {
		view(stepper, { ask: 'seek', to: here });
		const there = hash(stepper);
		const last = find(stepper, name, 'back');
		expect(last.view.position).toEqual(before(all, here, fits));
		expect(last.words).toContain(`${here.instruction - last.view.position.instruction}`.slice(-3));
		const earlier = find(stepper, name, 'back').view.position;
		expect(earlier).toEqual(before(all, last.view.position, fits));
		expect(find(stepper, name, 'on').view.position).toEqual(last.view.position);
		view(stepper, { ask: 'seek', to: here });
		expect(hash(stepper)).toBe(there);
		const next = after(all, here, fits);
		expect(next).toBeDefined();
		expect(find(stepper, name, 'on').view.position).toEqual(next);
	});

	it.each<[string, number]>([
		['ESR_EL2', 2],
		['ELR_EL2', 2]
	])('%s, which exceptions write', (name, toEl) => {
		const taken = view(stepper, { ask: 'seek', to: here }).records.findLast(
			({ at, what, cause, toEl: to }) =>
				at < here.instruction &&
				what === 'entry' &&
				(cause === 'sync' || name === 'ELR_EL2') &&
				to === toEl
		)!;
		const written = before(all, here, ({ text }) => text.startsWith(`msr ${name.toLowerCase()}`));
		const { view: there, words } = find(stepper, name, 'back');
		expect(there.position.instruction).toBe(Math.max(taken.at, written?.instruction ?? 0));
		if (there.position.instruction === taken.at)
			expect(words).toContain(`is written next, by the exception to EL${toEl} that \``);
	});

	it('says where it has come to, by what, and what changes', () => {
		view(stepper, { ask: 'seek', to: here });
		const { words, view: there } = find(stepper, 'hcr_el2', 'back');
		const line = there.code.line;
		expect(words).toMatch(/^[\d\u202f]+ instructions earlier, in `__\w+`, hyp\.S:\d+, at EL2\. /);
		expect(words).toContain(
			`hyp.S:${line}, at EL2. \`HCR_EL2\` is written next, by \`msr hcr_el2, x`
		);
		expect(words).toMatch(/ 0x[\da-f_]+ becomes 0x8000_0000\.$/);
	});
});

describe('looking for stores', () => {
	let stepper: Stepper;
	const lessonMoments = () => lessons.get('hypervisor/stage-2')!.moments;
	beforeAll(() => void (stepper = open('stage-2')));
	const walk = (va: bigint) => {
		const answer = stepper.answer({ ask: 'walk', va, access: 'read', of: 'guest' });
		if (answer.say !== 'walk') throw new Error(JSON.stringify(answer));
		return answer.walk;
	};

	/** Positions before which 8 bytes of RAM are about to change. */
	function changes(pa: number, from: number, to: number): Position[] {
		const found: Position[] = [];
		let last: { value: bigint; position: Position } | undefined;
		scan('stage-2', from, to, (machine) => {
			const value = new DataView(machine.readPhysical(pa, 8).buffer).getBigUint64(0, true);
			if (last && last.value !== value) found.push(last.position);
			last = { value, position: machine.position };
		});
		return found;
	}

	/** Where the guest writes at the moment `list-write`. */
	const listAddress = () =>
		view(stepper, { ask: 'moment', name: 'list-write-at-el2' }).registers.system['FAR_EL2']!;

	it('to an entry of the stage-2 tables', () => {
		const there = view(stepper, { ask: 'moment', name: 'list-write-done' });
		const trapped = lessonMoments()['list-write']!;
		const far = listAddress();
		view(stepper, { ask: 'seek', to: trapped });
		const { at } = walk(far).steps.at(-1)!;
		const known = changes(Number(at), trapped.instruction, there.position.instruction);
		expect(known.length).toBeGreaterThan(0);
		view(stepper, { ask: 'seek', to: there.position });
		const { view: found, words } = find(stepper, `pa:0x${at.toString(16)}`, 'back');
		expect(found.position).toEqual(known.at(-1));
		expect(found.world).toBe('host');
		expect(words).toMatch(/The 8 bytes at PA 0x[\da-f_]+ is written next, by `st/);
		view(stepper, { ask: 'seek', to: trapped });
		expect(find(stepper, `PA 0x${at.toString(16)}/8`, 'on').view.position).toEqual(known[0]);
	});

	it('to the guest’s memory, by its own address and by the IPA', () => {
		const trapped = lessonMoments()['list-write']!;
		const far = listAddress();
		const { registers } = view(stepper, { ask: 'seek', to: trapped });
		// The guest is back: it tries again.
		const { instruction } = lessonMoments()['list-write-done']!;
		const later = { instruction: instruction + 20, entered: false };
		const all = scan('stage-2', trapped.instruction, later.instruction);
		const stored = before(all, later, ({ pc, guest }) => guest && pc === registers.pc)!;
		expect(stored.instruction).toBeGreaterThan(trapped.instruction);
		view(stepper, { ask: 'seek', to: later });
		const ipa = `ipa:0x${walk(far).stage1!.ipa.toString(16)}`;
		for (const name of [`va:0x${far.toString(16)}`, ipa]) {
			view(stepper, { ask: 'seek', to: later });
			expect([name, find(stepper, name, 'back').view.position]).toEqual([name, stored]);
		}
		// By its IPA the host finds it, too, while the guest rests.
		view(stepper, { ask: 'moment', name: 'list-writable' });
		expect(find(stepper, `${ipa}/4`, 'on').view.position).toEqual(stored);
	});

	it('to a variable of the kernel', () => {
		view(stepper, { ask: 'moment', name: 'list-write-done' });
		const { words } = find(stepper, 'kvm_arm_running_vcpu', 'back');
		expect(words).toMatch(/`kvm_arm_running_vcpu` is written next, by `st/);
	});
});

describe('looking for changes of a list register', () => {
	it('finds each that a run step by step sees', () => {
		const stepper = open('vgic');
		const { moments } = lessons.get('hypervisor/vgic')!;
		const [from, to] = [moments['load-lr']!, moments['ended']!];
		const lr = (machine: Machine) => machine.devices.gic.gich.current.lrs[0]!;
		const changes: Position[] = [];
		let last: { value: number; position: Position } | undefined;
		scan('vgic', from.instruction, to.instruction + 1, (machine) => {
			if (last && last.value !== lr(machine)) changes.push(last.position);
			last = { value: lr(machine), position: machine.position };
		});
		expect(changes.length).toBeGreaterThan(1);
		view(stepper, { ask: 'seek', to });
		const there = hash(stepper);
		for (const change of changes.toReversed())
			expect(find(stepper, 'gich_lr0', 'back').view.position).toEqual(change);
		for (const change of changes.slice(1)) {
			const { view: found, words } = find(stepper, 'GICH_LR0', 'on');
			expect(found.position).toEqual(change);
			expect(words).toContain('`GICH_LR0` changes next, by `');
		}
		view(stepper, { ask: 'seek', to });
		expect(hash(stepper)).toBe(there);
		expect(refusal(stepper, 'GICH_LR9')).toContain('There is no register GICH_LR9');
	});
});

describe('running to a place', () => {
	let stepper: Stepper;
	let all: Seen[];
	let here: Position;
	beforeAll(() => {
		stepper = open('world-switch');
		here = lessons.get('hypervisor/world-switch')!.moments['psci-call']!;
		all = scan('world-switch', stepper.view().position.instruction, here.instruction + 20_000);
	});
	const own = (pc: bigint) => program.ownAddress(pc, 'hyp') ?? pc;

	it.each([
		['handle_hvc', 'handle_hvc', false],
		['host:handle_exit', 'handle_exit', false],
		['hyp:__kvm_vcpu_run', '__kvm_vcpu_run', false],
		['guest:vectors', 'vectors', true]
	])('a function, %s', (text, name, guest) => {
		const start = program.address(name)!;
		const fits = (seen: Seen) => own(seen.pc) === start && seen.guest === guest && seen.el > 0;
		for (const from of [here, { instruction: here.instruction - 3000, entered: false }]) {
			view(stepper, { ask: 'seek', to: from });
			const answer = stepper.answer({ ask: 'find', text, way: 'back' });
			const at = answer.say === 'found' ? answer.view.position : undefined;
			expect([text, at]).toEqual([text, before(all, from, fits)]);
		}
	});

	it('a line, back and on, and an instruction by its address', () => {
		view(stepper, { ask: 'seek', to: here });
		const { code, registers } = find(stepper, 'HCR_EL2', 'back').view;
		const isOf = (pc: bigint) => {
			const place = program.locate(pc);
			return place?.line === code.line && place?.file === code.file;
		};
		const begins = ({ pc, el }: Seen) => el === 2 && isOf(own(pc)) && !isOf(own(pc) - 4n);
		const line = `kvm/hyp.S:${code.line}`;
		view(stepper, { ask: 'seek', to: here });
		const back = find(stepper, line, 'back');
		expect(back.view.position).toEqual(before(all, here, begins));
		expect(back.view.code.line).toBe(code.line);
		expect(back.words).toMatch(/^[\d\u202f]+ instructions earlier, .* `hyp\.S:\d+` comes next/);
		view(stepper, { ask: 'seek', to: here });
		expect(find(stepper, `hyp:${line}`, 'on').view.position).toEqual(after(all, here, begins));
		const address = `hyp:0x${registers.pc.toString(16)}`;
		const again = find(stepper, address, 'back').view;
		expect([again.registers.pc, again.world]).toEqual([registers.pc, 'hyp']);
	});

	it('an instruction by its number, or so many away', () => {
		view(stepper, { ask: 'seek', to: here });
		const numbered = find(stepper, (here.instruction - 1000).toLocaleString('en'), 'back');
		expect(numbered.view.position.instruction).toBe(here.instruction - 1000);
		expect(numbered.words).toBe('1\u202f000 instructions earlier.');
		expect(find(stepper, '+1000', 'back').view.position).toEqual(here);
	});
});

describe('what cannot be found', () => {
	let stepper: Stepper;
	let whole: string;
	beforeAll(() => {
		stepper = open('stage-2');
		view(stepper, { ask: 'moment', name: 'user-mem-abort' });
		whole = hash(stepper);
	});

	it.each([
		['', 'Type a register (HCR_EL2'],
		['\u200b ', 'Type a register'],
		['x'.repeat(5000), 'That is 5000 characters long'],
		['HCR', 'Did you mean `HCR_EL2`'],
		['PC', 'Every instruction writes the PC'],
		['MIDR_EL1', 'MIDR_EL1 is read-only: nothing writes it.'],
		['vcpu_ru', 'Did you mean'],
		['what is this?', 'There is no register or function “what is this?”'],
		['hyp.S:999999', 'No instruction comes from line 999999 of `hyp.S`; from line'],
		['mmu.h:1', 'No code comes from a file `mmu.h`'],
		['nothing.c:3', 'give its name, such as hyp.S'],
		['0x10', 'has nothing mapped at VA 0x10'],
		['0x1_0000_0000_0000_0000', 'An address has 64 bits'],
		['pa:0x10', 'At PA 0x10 there is no RAM, which is from 0x'],
		['ipa:0xffff_ffff_f000', 'Stage 2 maps nothing at IPA'],
		['0x10/0', 'a number of bytes, 1 to 4096'],
		['0x10/lots', 'a number of bytes'],
		['host:0x3', 'their addresses are multiples of 4'],
		['5', '5 is not in that'],
		['99999999999999999999999999', 'is not in that'],
		['__proto__', 'There is no register or function'],
		['host:panic', 'does not come between here and the beginning of this lesson’s part of the run']
	])('%s is refused, the machine unharmed', (text, why) => {
		expect(refusal(stepper, text)).toContain(why);
		expect(hash(stepper)).toBe(whole);
	});

	it('is said after a long look ahead, too', () => {
		expect(refusal(stepper, 'host:panic', 'on')).toMatch(
			/^`panic` does not come any more (before the machine|in the next)/
		);
		expect(hash(stepper)).toBe(whole);
	});

	it('can be given up', () => {
		const looking = stepper.answering({ ask: 'find', text: 'panic', way: 'on' });
		const at = [looking.next(), looking.next()].map(({ value }) => value as number);
		expect(at[1]).toBeGreaterThan(at[0]!);
		// Meanwhile the run is not gone through for anything else.
		expect(stepper.runAhead(1000)).toBe(true);
		looking.return({ say: 'refused', why: '' });
		expect(hash(stepper)).toBe(whole);
	});
});

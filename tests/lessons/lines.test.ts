/** Names and lines of what the lessons step through: KVM's C goes line by line, and EL0 has names. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { LessonState } from '../../cli/src/lesson-states.ts';
import { Builder } from '../../cli/src/project.ts';
import { placeOf, worldOf } from '../../src/lib/stepping/code-view.ts';
import { openShipped, type Opened } from '../../src/lib/stepping/opening.ts';
import { shippedLessons } from './shipped-lessons.ts';

const builder = new Builder();
let outputs: ReadonlyMap<string, Uint8Array>;
let lessons: ReadonlyMap<string, LessonState>;

beforeAll(() => {
	({ outputs, lessons } = shippedLessons(builder));
}, 600_000);

function open(lesson: string): Opened {
	const { state, moments } = lessons.get(`hypervisor/${lesson}`)!;
	const elf = outputs.get('vmlinux')!;
	const initrd = outputs.get('host.cpio')!;
	return openShipped({ state, elf, initrd, offsets: builder.offsets, moments });
}

/** Runs to the first instruction of a function of the host, the `nth` time it comes there. */
function runTo({ timeline, machine, programs }: Opened, symbol: string, nth = 1): void {
	const va = programs.host.address(symbol)!;
	const remove = machine.addProbe({ va, el: 1, guest: false, stop: true });
	for (let i = 0; i < nth; i++) {
		if (i > 0) timeline.step();
		expect(timeline.run({ maxInstructions: 8_000_000 })).toBe('probe');
	}
	remove();
}

/** The lines of a file of the tree, without what surrounds them. */
const textOf = (file: string) =>
	new TextDecoder()
		.decode(builder.shipped.get(file))
		.split('\n')
		.map((line) => line.trim());

/** The statements that a function goes through until it returns, calls left out: text of the lines. */
function statements(opened: Opened, symbol: string): string[] {
	const { machine, timeline, programs } = opened;
	runTo(opened, symbol);
	const back = machine.cpu.hot.x(30);
	const lines: string[] = [];
	let last = 0;
	for (let i = 0; i < 50_000 && machine.cpu.hot.pc !== back; i++) {
		const place = placeOf(machine, programs);
		if (place?.symbol === symbol && place.line !== last) {
			last = place.line!;
			lines.push(textOf(place.file!)[last - 1]!);
		}
		timeline.step();
	}
	return lines;
}

describe('C that students edit is gone through in its order', () => {
	it('kvm_handle_guest_abort, for a page of memory', () => {
		expect(statements(open('stage-2'), 'kvm_handle_guest_abort')).toEqual([
			'{',
			'phys_addr_t fault_ipa = kvm_vcpu_get_fault_ipa(vcpu);',
			'gfn_t gfn = fault_ipa >> PAGE_SHIFT;',
			'bool is_iabt = kvm_vcpu_trap_is_iabt(vcpu);',
			'trace_kvm_guest_fault(*vcpu_pc(vcpu), kvm_vcpu_get_hsr(vcpu),',
			'fault_status = kvm_vcpu_trap_get_fault(vcpu);',
			'if (fault_status != FSC_FAULT && fault_status != FSC_PERM) {',
			'if (!kvm_is_visible_gfn(vcpu->kvm, gfn)) {',
			'ret = user_mem_abort(vcpu, fault_ipa, fault_status);',
			'return ret ? ret : 1;',
			'}'
		]);
	});

	it('handle_exit and the handler of a hypercall', () => {
		const opened = open('world-switch');
		expect(statements(opened, 'handle_hvc')).toEqual([
			'{',
			'trace_kvm_hvc(*vcpu_pc(vcpu), vcpu_get_reg(vcpu, 0),',
			'ret = kvm_psci_call(vcpu);',
			'if (ret >= 0)',
			'return ret;',
			'}'
		]);
		expect(statements(opened, 'handle_exit')).toEqual([
			'{',
			'switch (exception_index) {',
			'exit_handler = kvm_get_exit_handler(vcpu);',
			'return exit_handler(vcpu, run);',
			'}'
		]);
	});

	/** A value that is chosen over several lines comes together on its first. */
	const chosen = ['vgic_cpu_irq_set', 'vcpu_ioctl_one_reg'];

	it.each([
		['world-switch', 150_000],
		['vgic', 60_000]
	])('goes back to a line for loops alone: %s', (lesson, instructions) => {
		const { machine, timeline, programs } = open(lesson);
		/** Where each function was last, and the line it has gone back to without a branch back yet. */
		const functions = new Map<string, { pc: bigint; line: number; back: string | undefined }>();
		const jumps = new Set<string>();
		const seen = new Set<string>();
		for (let i = 0; i < instructions; i++) {
			timeline.step();
			if (machine.cpu.el !== 1 || worldOf(machine) !== 'host') continue;
			const place = placeOf(machine, programs);
			if (!place?.line || !/\/kvm\/.*\.c$/.test(place.file!)) continue;
			const { symbol, line } = place;
			const { pc } = machine.cpu.hot;
			const last = place.offset === 0 ? undefined : functions.get(symbol);
			let back = last?.back;
			if (last && pc < last.pc) back = undefined;
			else if (last && line < last.line) back = `${symbol}: from line ${last.line} to ${line}`;
			else if (last && line > last.line && back) {
				jumps.add(back);
				back = undefined;
			}
			functions.set(symbol, { pc, line, back });
			seen.add(symbol);
		}
		expect(seen.size).toBeGreaterThan(20);
		const unexpected = [...jumps].filter((jump) => !chosen.includes(jump.split(':')[0]!));
		expect(unexpected).toEqual([]);
	});
});

describe('programs at EL0 have names and lines', () => {
	it('lkvm, on its way to KVM_RUN and back', () => {
		const opened = open('world-switch');
		const { machine, timeline, programs } = opened;
		timeline.seek(opened.moments['run-ioctl']!);
		const asked = timeline.records.findLast(
			({ what, toEl, at }) => what === 'entry' && toEl === 1 && at < timeline.position.instruction
		)!;
		timeline.seek(asked.at);
		expect(machine.cpu.el).toBe(0);
		expect(placeOf(machine, programs)).toMatchObject({
			symbol: 'lkvm-static: __syscall',
			file: 'user/libc/start.S'
		});
	});

	it('mem in the guest, at its first touch of a page', () => {
		const { machine, timeline, programs, moments } = open('stage-2');
		timeline.seek(moments['mem-touch']!);
		expect(machine.cpu.el).toBe(0);
		expect(placeOf(machine, programs)).toMatchObject({
			symbol: 'mem: main',
			file: 'guest/mem.c'
		});
	});

	it('whichever program runs, from its first instruction on, when all it has is the C library', () => {
		const { machine, timeline, programs, moments } = open('stage-2');
		const names = new Set<string>();
		const last = Math.max(...Object.values(moments).map(({ instruction }) => instruction));
		timeline.run({
			maxInstructions: last - machine.instructions,
			until: ({ what, toEl }) => {
				if (what !== 'return' || toEl !== 0) return false;
				const name = `${worldOf(machine)} ${placeOf(machine, programs)?.symbol.split(':')[0]}`;
				names.add(name);
				return false;
			}
		});
		expect([...names].sort()).toEqual([
			'guest init',
			'guest mem',
			'guest sh',
			'host boot_guest',
			'host lkvm-static'
		]);
	});
});

/** /sys/kernel/debug/tracing: its files, and the text of a trace. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { onTheHost } from './host-program.ts';

const tracing = '/sys/kernel/debug/tracing';
/** No such field, no number, no end, too deep, too many, and so on. */
const wrongFilters = [
	...[
		'none',
		'reason == 1',
		'idx',
		'idx ==',
		'idx == one',
		'idx = 1',
		'idx == 1 &&',
		'idx == 1 idx == 2'
	],
	...['(idx == 1', 'idx == 1)', 'idx && idx', '!', `${'('.repeat(20)}idx == 1${')'.repeat(20)}`],
	Array(17).fill('idx==1').join('||')
];
const putFilter = (filter: string) => `/put events/kvm/kvm_exit/filter '${filter}'`;
const commands = [
	'cat buffer_size_kb current_tracer tracing_on',
	'cat available_events',
	'cat events/kvm/kvm_exit/format events/kvm/kvm_exit/id',
	'echo 1 > event/kvm/kvm_vm_hw2/enable',
	'cat events/kvm/enable events/enable events/kvm/kvm_vm_hw2/enable set_event',
	'echo kvm:kvm_entry kvm_hvc > set_event',
	'echo !kvm_hvc >> set_event',
	'cat set_event',
	'echo 1 > events/kvm/enable',
	'cat events/enable',
	'echo 4 > buffer_size_kb',
	'cat buffer_size_kb',
	'echo "(exit_reason==1 || exit_reason == 0x24)&&vcpu_pc > 0" > events/kvm/kvm_exit/filter',
	'echo "common_pid < -1 || !(vcpu_pc & -1)" > events/kvm/kvm_entry/filter',
	'cat events/kvm/kvm_exit/filter events/kvm/kvm_entry/filter events/kvm/kvm_wfi/filter',
	...wrongFilters.map(putFilter),
	'cat events/kvm/kvm_exit/filter',
	'/home/root/lkvm-static run -k /home/root/image -i /home/root/guest.cpio < /dev/null > /out &',
	'sleep 1',
	'echo 0 > tracing_on',
	'cat trace',
	'sleep 1; cat ./trace',
	'echo > trace',
	'cat ../tracing/trace',
	'echo 1 > tracing_on',
	'sleep 1; echo 0 > tracing_on; (cat trace_pipe > /pipe & sleep 2; kill $!)',
	'cat ../tracing/./trace',
	'cat /pipe',
	'echo 0 > events/kvm/kvm_exit/filter; cat events/kvm/kvm_exit/filter'
];

describe('tracefs', () => {
	/** What each command said. */
	const said: string[] = [];

	beforeAll(async () => {
		const console = await onTheHost([`cd ${tracing}`, ...commands], {
			put: join(import.meta.dirname, 'put.c')
		});
		for (const part of console.split(`:${tracing}# `).slice(1))
			said.push(part.slice(part.indexOf('\n') + 1).replace(/root@genericarmv8$/, ''));
	}, 150_000);

	const of = (command: string) => said[commands.indexOf(command)];

	it('says what it has', () => {
		expect(of(commands[0]!)).toBe('7 (expanded: 1408)\nnop\n1\n');
		expect(of(commands[1]!)!.split('\n').sort()).toEqual(
			[
				'',
				...[
					'vm_hw2',
					'entry',
					'exit',
					'guest_fault',
					'mmio',
					'userspace_exit',
					'wfi',
					'hvc',
					'irq_line'
				]
			]
				.map((name) => name && `kvm:kvm_${name}`)
				.sort()
		);
	});

	it('says what a record holds', () => {
		expect(of(commands[2]!)).toMatch(
			/^name: kvm_exit\nID: (\d+)\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n\tfield:int idx;\toffset:8;\tsize:4;\tsigned:1;\n\tfield:unsigned int exit_reason;\toffset:12;\tsize:4;\tsigned:0;\n\tfield:unsigned long vcpu_pc;\toffset:16;\tsize:8;\tsigned:0;\n\nprint fmt: "%s: HSR_EC: 0x%04x, PC: 0x%08lx", REC->idx \? "TRAP" : "IRQ", REC->exit_reason, REC->vcpu_pc\n\1\n$/
		);
	});

	it('switches events on and off, one or all', () => {
		expect(of(commands[4]!)).toBe('X\nX\n1\nkvm:kvm_vm_hw2\n');
		expect(of('cat set_event')).toBe('kvm:kvm_entry\n');
		expect(of('cat events/enable')).toBe('1\n');
	});

	it('has a trace in the format of Linux 3.14, the newest records in a ring of that size', () => {
		expect(of('cat buffer_size_kb')).toBe('4\n');
		const lines = of('cat trace')!.trimEnd().split('\n');
		expect(lines.slice(0, 11)).toEqual([
			'# tracer: nop',
			'#',
			expect.stringMatching(/^# entries-in-buffer\/entries-written: \d+\/\d+ {3}#P:1$/),
			'#',
			'#                              _-----=> irqs-off',
			'#                             / _----=> need-resched',
			'#                            | / _---=> hardirq/softirq',
			'#                            || / _--=> preempt-depth',
			'#                            ||| /     delay',
			'#           TASK-PID   CPU#  ||||    TIMESTAMP  FUNCTION',
			'#              | |       |   ||||       |         |'
		]);
		const [there, written] = /(\d+)\/(\d+)/.exec(lines[2]!)!.slice(1).map(Number) as [
			number,
			number
		];
		expect(lines.length - 11).toBe(there);
		expect(there).toBeLessThanOrEqual(4096 / 32);
		expect(there).toBeGreaterThan(4096 / 64);
		expect(written).toBeGreaterThan(1000);
		for (const line of lines.slice(11))
			expect(line).toMatch(
				/^ {5}lkvm-static-\d+ +\[000\] [d.][N.][h.]1 {4,5}\d+\.\d{6}: kvm_\w+: \S/
			);
	});

	it('can be read again, and stays as it is while tracing_on is 0', () => {
		expect(of('sleep 1; cat ./trace')).toBe(of('cat trace'));
	});

	it('is empty once it has been written to', () => {
		const [, , head] = of('cat ../tracing/trace')!.split('\n');
		expect(head).toBe('# entries-in-buffer/entries-written: 0/0   #P:1');
	});

	it('is taken away by trace_pipe, and goes on when tracing_on is 1', () => {
		const [, , head] = of('cat ../tracing/./trace')!.split('\n');
		expect(head).toMatch(/^# entries-in-buffer\/entries-written: 0\/\d+ {3}#P:1$/);
		const lines = of('cat /pipe')!.trimEnd().split('\n');
		expect(lines.length).toBeGreaterThan(10);
		for (const line of lines)
			expect(line).toMatch(/^ {5}lkvm-static-\d+ +\[000\] .... {4,5}\d+\.\d{6}: kvm_\w+: \S/);
	});

	it('keeps the records that a filter lets through', () => {
		const filter = '(exit_reason==1 || exit_reason == 0x24)&&vcpu_pc > 0\n';
		expect(of(commands.find((line) => line.startsWith('cat events/kvm/kvm_exit/filter ev'))!)).toBe(
			`${filter}common_pid < -1 || !(vcpu_pc & -1)\nnone\n`
		);
		for (const wrong of wrongFilters)
			expect(of(putFilter(wrong)), wrong).toBe('Invalid argument\n');
		expect(of('cat events/kvm/kvm_exit/filter')).toBe(filter);
		const kinds = (event: string) =>
			new Set(of('cat trace')!.match(new RegExp(`(?<=kvm_${event}: )[^,]*`, 'g')));
		expect([...kinds('exit')]).toEqual(['TRAP: HSR_EC: 0x0001']);
		// Each exit is followed by an entry, but none of these.
		expect(kinds('entry').size).toBe(0);
		expect(of(commands.at(-1)!)).toBe('none\n');
	});
});

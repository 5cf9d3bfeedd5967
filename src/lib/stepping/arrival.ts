import type { Machine, Timeline, TrapRecord } from 'emulator-core';
import { codeView, worldOf, type Programs } from './code-view.ts';
import type { Position, World } from './protocol.ts';
import { distance, shown } from './search.ts';
import { hex, type Sought } from './sought.ts';

const level: Readonly<Record<World, string>> = {
	host: 'in the host',
	guest: 'in the guest',
	hyp: 'at EL2'
};

/** Instructions that store; another one that memory changes with has a device do it. */
const stores = /^(?:st|dc zva)/i;

interface Arrived {
	readonly machine: Machine;
	readonly timeline: Timeline;
	readonly programs: Programs;
}

/**
 * Where a search has come to, as a sentence; code in it stands between backquotes. The machine stands just
 * before what was looked for, and comes back to it.
 *
 * @param from where it was before
 */
export function arrival(
	{ machine, timeline, programs }: Arrived,
	sought: Sought,
	from: Position
): string {
	const here = timeline.position;
	const { file, line, symbol, instructions } = codeView(machine, programs);
	const text = instructions.find(({ current }) => current)?.text;
	const place = [
		symbol && `in \`${symbol}\``,
		file && `${file.slice(file.lastIndexOf('/') + 1)}:${line}`,
		level[worldOf(machine)]
	].filter(Boolean);
	const where = `${distance(from, here)}, ${place.join(', ')}`;
	if (sought.kind === 'place')
		return `${capital(where)}. ${shown(sought.name)} comes next${text ? `: \`${text}\`` : ''}.`;

	const before = sought.value?.();
	timeline.step();
	const after = sought.value?.();
	timeline.seek(here);
	const happens = timeline.records.filter(({ at }) => at === here.instruction);
	// An interrupt is taken before the instruction, everything else with it.
	const record = here.entered ? happens.find(({ cause }) => isSync(cause)) : happens[0];
	const change =
		before === undefined || after === undefined
			? ''
			: before === after
				? ` It stays ${hex(before)}.`
				: ` ${hex(before)} becomes ${hex(after)}.`;
	const verb = sought.kind === 'write' ? 'is written' : 'changes';
	return `${capital(where)}. ${capital(shown(sought.name))} ${verb} next, by ${agent(sought, text, record)}.${change}`;
}

const isSync = (cause: TrapRecord['cause']) => cause === 'sync' || cause === 'eret';

function agent({ what }: Sought, text: string | undefined, record: TrapRecord | undefined): string {
	const instruction = text === undefined ? 'the next instruction' : `\`${text}\``;
	if (what === undefined) return instruction;
	if ('register' in what && record?.what === 'entry') {
		if (record.cause !== 'sync') return `the interrupt that is taken to EL${record.toEl}`;
		return `the exception to EL${record.toEl} that ${instruction} takes`;
	}
	if ('register' in what || text === undefined || stores.test(text)) return instruction;
	return `a device, while ${instruction} is executed`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

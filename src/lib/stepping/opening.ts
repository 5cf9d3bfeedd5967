import { MomentFinder, observe, parseMoments, standardRun } from 'checks';
import { createMachine, Timeline, type Machine } from 'emulator-core';
import { SiteData } from '../build/site-data.ts';
import type { Programs } from './code-view.ts';
import { programOf } from './program.ts';
import type { BuiltMachine, Position, ShippedMachine } from './protocol.ts';
import { Refused } from './refused.ts';
import { UserPrograms } from './user-programs.ts';
import type { Offsets } from './vcpu-view.ts';

/** A machine that can be stepped, with all that is known of what runs on it. */
export interface Opened {
	readonly machine: Machine;
	readonly timeline: Timeline;
	readonly programs: Programs;
	readonly offsets: Offsets;
	readonly moments: Readonly<Record<string, Position>>;
}

/** What the site's build laid down for a lesson, unpacked. */
export interface ShippedParts {
	readonly state: Uint8Array;
	readonly elf: Uint8Array;
	/** What may run at EL0 is in it; without it, code there has no names. */
	readonly initrd?: Uint8Array;
	readonly offsets: Offsets;
	readonly moments: Readonly<Record<string, Position>>;
}

/** Instructions between two checkpoints, and the memory that they may take. */
const history = { spacing: 50_000, budgetBytes: 192 * 2 ** 20 };
/** The machine can be stepped back so far from a built tree's first moment. */
const lead = 5_000;
/** A built tree gets so long to reach its moments: more than three times what the shipped one takes. */
const longestSearch = 40_000_000;
const slice = 200_000;

/** @throws {Error} in words for the student, if a part cannot be loaded */
export async function loadShipped({ site, lesson }: ShippedMachine): Promise<ShippedParts> {
	const data = new SiteData(site, () => {});
	const index = await data.index();
	const files = index.lessons?.[lesson];
	if (!files)
		throw new Error(`This site was built without a saved machine for the lesson ${lesson}.`);
	const [state, elf, initrd, offsets, moments] = await Promise.all([
		data.bytes(files.state),
		data.bytes(index.shipped.elf),
		data.bytes(index.shipped.initrd),
		data.json<Offsets>(index.offsets),
		data.json<Record<string, Position>>(files.moments)
	]);
	return { state, elf, initrd, offsets, moments };
}

/** The rules of a lesson's moments, as the site keeps them. */
export async function loadRules({ site, lesson }: BuiltMachine): Promise<string> {
	const data = new SiteData(site, () => {});
	const files = (await data.index()).lessons?.[lesson];
	if (!files) throw new Error(`This site knows no moments of the lesson ${lesson}.`);
	return new TextDecoder().decode(await data.bytes(files.rules));
}

/** An Image of one page of nothing: a saved state brings its own memory. */
function emptyImage(): Uint8Array {
	const bytes = new Uint8Array(4096);
	const view = new DataView(bytes.buffer);
	view.setBigUint64(16, BigInt(bytes.length), true);
	view.setUint32(56, 0x644d_5241, true); // "ARM\x64"
	return bytes;
}

export function openShipped({ state, elf, initrd, offsets, moments }: ShippedParts): Opened {
	const machine = createMachine({ ...standardRun, kernel: emptyImage() });
	machine.restore(state);
	const program = programOf(elf);
	const user = initrd ? UserPrograms.of(initrd) : new UserPrograms([]);
	return {
		machine,
		timeline: new Timeline(machine, history),
		programs: { host: program, guest: program, user },
		offsets,
		moments
	};
}

/**
 * Boots a built tree and looks for the lesson's moments in its run; then boots it again, up to the first.
 *
 * @throws {Refused} it reaches none of them
 */
export function openBuilt({ kernel, initrd, elf, offsets }: BuiltMachine, rules: string): Opened {
	const programs = {
		host: programOf(elf.host),
		guest: programOf(elf.guest),
		user: UserPrograms.of(initrd)
	};
	const boot = () => createMachine({ ...standardRun, kernel, initrd });
	const searched = boot();
	const seen = observe(searched, programs);
	const finder = new MomentFinder(searched, programs, seen, parseMoments(rules));
	while (!finder.complete && searched.instructions < longestSearch)
		if (searched.run({ maxInstructions: slice }).reason !== 'budget') break;
	const moments = finder.positions;
	const places = Object.values(moments).map(({ instruction }) => instruction);
	if (places.length === 0)
		throw new Refused(
			'Your tree never reaches any moment of this lesson: its host does not get as far as running a guest. ' +
				'The tree as shipped does.'
		);
	const machine = boot();
	machine.run({ maxInstructions: Math.max(0, Math.min(...places) - lead) });
	return { machine, timeline: new Timeline(machine, history), programs, offsets, moments };
}

/** A register in the CPU and in the two places where it is kept; undefined where it is not kept. */
export interface KeptRegister {
	readonly name: string;
	readonly now: bigint;
	readonly host: bigint | undefined;
	readonly guest: bigint | undefined;
}

/** Whose instruction is next; `hyp` is EL2. */
export type World = 'guest' | 'host' | 'hyp';

/** Whose value the CPU holds. `equal`: both have the same, nobody can tell. */
export type Holds = 'host' | 'guest' | 'equal' | 'neither';

/**
 * What the last step did to a register: brought a kept value into the CPU, put the CPU's away, or wrote
 * some other value.
 */
export type Move =
	{ readonly kind: 'load' | 'save'; readonly side: 'host' | 'guest' } | { readonly kind: 'write' };

export interface Row {
	readonly register: KeptRegister;
	readonly name: string;
	/** The name without an ending that its group has in common, and that ending. */
	readonly stem: string;
	readonly ending: string;
	readonly holds: Holds;
	/** The world that runs owns the CPU's value, which is newer than the one that is kept. */
	readonly live: boolean;
	readonly move: Move | undefined;
	/** What it was one step earlier, where that differs. */
	readonly was: Partial<Pick<KeptRegister, 'now' | 'host' | 'guest'>>;
	/** It holds another register's kept value, on its way: `guest's TTBR0_EL1`. */
	readonly carries: { readonly side: 'host' | 'guest'; readonly name: string } | undefined;
	/** All of it in words. */
	readonly text: string;
}

export interface Group {
	readonly title: string;
	readonly span: 1 | 2 | 4;
	readonly rows: readonly Row[];
}

export type Tally = Readonly<Record<Holds, number>>;

export interface Switch {
	readonly groups: readonly Group[];
	readonly tally: Tally;
	readonly total: number;
	/** Rows of what has just moved, in the order of the groups. */
	readonly moved: readonly Row[];
	/** What changed, for a screen reader; empty if nothing did. */
	readonly changes: string;
}

/** `span`: of the four columns that a wide drawing has. The last one takes what the others leave. */
const groups: readonly { title: string; span: 1 | 2 | 4; has: RegExp; ending?: string }[] = [
	{ title: 'General registers', span: 4, has: /^X\d+$/ },
	{ title: 'Stacks, program counter, state', span: 4, has: /^(?:SP|PC|PSTATE|ELR|SPSR)/ },
	{
		title: 'System registers of EL1',
		span: 4,
		has: /^(?!(?:CNT(?!KCTL)|GICH|[QV]\d|FP)|[A-Z]+_EL2$)/,
		ending: '_EL1'
	},
	{ title: 'EL2', span: 1, has: /^(?!CNT).*_EL2$/ },
	{ title: 'Virtual timer', span: 1, has: /^CNT/ },
	{ title: 'Virtual interrupts', span: 2, has: /^GICH/ },
	{ title: 'Floating point', span: 4, has: /./ }
];

/**
 * The state of a switch, register by register.
 *
 * @param before the same registers one step earlier; undefined where that is not known
 */
export function laySwitch(
	registers: readonly KeptRegister[],
	before: readonly KeptRegister[] | undefined,
	world: World
): Switch {
	const earlier = new Map(before?.map((register) => [register.name, register]));
	const around = { kept: keptValues(registers), stage2: stage2On(registers) };
	const rows = registers.map((register) =>
		row(register, earlier.get(register.name), world, around)
	);
	const tally = { host: 0, guest: 0, equal: 0, neither: 0 };
	for (const { holds } of rows) tally[holds]++;
	const moved = rows.filter(({ move }) => move !== undefined);
	const own = (name: string) => groups.find(({ has }) => has.test(name))!;
	return {
		groups: groups
			.map((group) => ({
				title: group.title,
				span: group.span,
				rows: rows
					.filter(({ name }) => own(name) === group)
					.map((each) => withEnding(each, group.ending))
			}))
			.filter((group) => group.rows.length > 0),
		tally,
		total: rows.length,
		moved,
		changes: changesOf(moved)
	};
}

function row(
	register: KeptRegister,
	before: KeptRegister | undefined,
	world: World,
	{ kept, stage2 }: { kept: KeptValues; stage2: boolean | undefined }
): Row {
	const { name } = register;
	const found = holderOf(register);
	const owner = liveOwner(register, found, world, stage2);
	const live = owner !== undefined;
	const holds = owner ?? found;
	const move = before && moveOf(register, before);
	const carries =
		world === 'hyp' && found === 'neither' && name.startsWith('X')
			? kept.get(register.now)
			: undefined;
	const was: { -readonly [K in keyof Row['was']]: Row['was'][K] } = {};
	for (const place of ['now', 'host', 'guest'] as const) {
		const value = before?.[place];
		if (value !== undefined && value !== register[place]) was[place] = value;
	}
	const draft = { register, name, stem: name, ending: '', holds, live, move, was, carries };
	return { ...draft, text: describeRow(draft) };
}

/**
 * The world whose value is in the CPU and in neither memory, because it is newer than what is kept of
 * it. While a world runs, all that it has there is its own. At EL2 the EL1 that nobody has saved yet
 * belongs to the world for which HCR_EL2 is set; general registers may be EL2's own by then.
 */
function liveOwner(
	{ name, host }: KeptRegister,
	found: Holds,
	world: World,
	stage2: boolean | undefined
): 'host' | 'guest' | undefined {
	if (found === 'equal' || found === world) return undefined;
	const atEl2 = stage2 === undefined ? undefined : stage2 ? 'guest' : 'host';
	if (world === 'hyp' && (found !== 'neither' || name.startsWith('X'))) return undefined;
	const owner = world === 'hyp' ? atEl2 : world;
	// What the host does not keep stays the guest's.
	return owner === 'host' && host === undefined ? undefined : owner;
}

/** HCR_EL2.VM: stage 2 is on. Undefined if the register is not among those given. */
function stage2On(registers: readonly KeptRegister[]): boolean | undefined {
	const hcr = registers.find(({ name }) => name === 'HCR_EL2');
	return hcr && (hcr.now & 1n) === 1n;
}

function withEnding(row: Row, ending: string | undefined): Row {
	if (ending === undefined || !row.name.endsWith(ending)) return row;
	return { ...row, stem: row.name.slice(0, -ending.length), ending };
}

function holderOf({ now, host, guest }: KeptRegister): Holds {
	if (now === host) return now === guest ? 'equal' : 'host';
	return now === guest ? 'guest' : 'neither';
}

function moveOf(now: KeptRegister, before: KeptRegister): Move | undefined {
	if (now.host !== before.host) return { kind: 'save', side: 'host' };
	if (now.guest !== before.guest) return { kind: 'save', side: 'guest' };
	if (now.now === before.now) return undefined;
	const holds = holderOf(now);
	if (holds === 'host' || holds === 'guest') return { kind: 'load', side: holds };
	return { kind: 'write' };
}

type KeptValues = ReadonlyMap<bigint, { readonly side: 'host' | 'guest'; readonly name: string }>;

/**
 * Values by which a register that carries them can be known again: large ones, kept in one place only.
 * General registers do not count, they travel on their own.
 */
function keptValues(registers: readonly KeptRegister[]): KeptValues {
	const found = new Map<bigint, { side: 'host' | 'guest'; name: string } | undefined>();
	for (const register of registers)
		for (const side of ['host', 'guest'] as const) {
			const value = register[side];
			if (value === undefined || value < 0x1_0000n) continue;
			const ambiguous = found.has(value) || register.name.startsWith('X');
			found.set(value, ambiguous ? undefined : { side, name: register.name });
		}
	const known = new Map<bigint, { side: 'host' | 'guest'; name: string }>();
	for (const [value, place] of found) if (place) known.set(value, place);
	return known;
}

const holdsText: Record<Holds, string> = {
	host: 'the host’s',
	guest: 'the guest’s',
	equal: 'equal for host and guest',
	neither: 'neither’s kept value'
};

function describeRow({ name, register, holds, live, carries }: Omit<Row, 'text'>): string {
	const whose = live ? `${holdsText[holds]}, newer than in memory` : holdsText[holds];
	const cargo = carries ? `, carries the ${carries.side}’s ${carries.name}` : '';
	return `${name}: ${hex(register.now)}, ${whose}${cargo}`;
}

/** What a move did, as a sentence without its subject. */
export function describeMove({ move, carries }: Pick<Row, 'move' | 'carries'>): string {
	if (move === undefined) return '';
	if (move.kind === 'load') return `loaded from the ${move.side}’s memory`;
	if (move.kind === 'save') return `saved to the ${move.side}’s memory`;
	return carries ? `now carries the ${carries.side}’s ${carries.name}` : 'changed in the CPU';
}

/** The same for the eye, which sees the arrow. */
export function labelMove(row: Pick<Row, 'move' | 'carries' | 'live'>): string {
	const { move, live } = row;
	if (move === undefined) return live ? 'newer than in memory' : '';
	if (move.kind === 'load') return `from the ${move.side}’s memory`;
	if (move.kind === 'save') return `to the ${move.side}’s memory`;
	return describeMove(row);
}

const mostNamed = 4;

function changesOf(moved: readonly Row[]): string {
	const named = moved.slice(0, mostNamed).map((row) => {
		const { name, register, move, was } = row;
		const place = move?.kind === 'save' ? move.side : 'now';
		const old = was[place];
		const from = old === undefined ? '' : `, was ${hex(old)}`;
		return `${name} ${describeMove(row)}: ${hex(register[place] ?? 0n)}${from}.`;
	});
	const more = moved.length - named.length;
	return [...named, ...(more > 0 ? [`And ${more} more registers changed.`] : [])].join(' ');
}

/** `37 of 70 registers are the guest’s, 18 the host’s; 12 are equal for both, 3 in neither memory.` */
export function describeTally({ host, guest, equal, neither }: Tally, total: number): string {
	return (
		`${guest} of ${total} registers are the guest’s, ${host} the host’s; ` +
		`${equal} are equal for both, ${neither} in neither memory.`
	);
}

/** PC and PSTATE are the vCPU's words, and no registers that are written. */
export const isRegister = (name: string): boolean => !/^(?:PC|PSTATE)$/.test(name);

/** Hexadecimal in groups of four, as long as it must be. */
export function hex(value: bigint): string {
	return '0x' + value.toString(16).replace(/\B(?=(?:.{4})+$)/g, '_');
}

/** Where a register's marks stand on its rail: in memory (host left, guest right), or in the CPU. */
export const stations = { host: 8, cpu: 32, guest: 56 } as const;
export const rail = { width: 64, height: 16 } as const;

/** The places of the two worlds' values. A value that is in the CPU leaves a hollow copy behind. */
export function tokens({ holds }: Pick<Row, 'holds'>): { host: number; guest: number } {
	return {
		host: holds === 'host' ? stations.cpu : stations.host,
		guest: holds === 'guest' ? stations.cpu : stations.guest
	};
}

/** The arrow of a move along the rail; undefined if there is none to draw. */
export function arrow(move: Move | undefined): string | undefined {
	if (move === undefined || move.kind === 'write') return undefined;
	const memory = stations[move.side];
	const away = Math.sign(memory - stations.cpu);
	const [from, to] =
		move.kind === 'save'
			? [stations.cpu + away * 6.5, memory - away * 6]
			: [memory - away * 6, stations.cpu + away * 6.5];
	const back = Math.sign(from - to) * 3.6;
	const y = rail.height / 2;
	return `M${from} ${y}H${to}M${to + back} ${y - 3.4}L${to} ${y}L${to + back} ${y + 3.4}`;
}

import { attributeAll, kindsSeen, type Attribution } from './attribution.ts';
import { classOf, trapClasses, type ExitKind, type TrapClass } from './exits.ts';
import { kindNames, said } from './handlers.ts';
import { finding, type Finding } from './messages.ts';
import type { Observation } from './observer.ts';
import { classBy, phaseTable, type Dump, type PhaseRow, type Rule } from './table.ts';
import { total, windowsOf, type Window } from './windows.ts';

const className: Record<TrapClass, string> = { cpu: 'CPU', mem: 'MEM', io: 'I/O' };

/**
 * Says what the student's three counters count. `shipped` tells that the kernel is byte for byte the
 * unpatched one. Judges numbers only.
 */
export function diagnose(seen: Observation, shipped: boolean): Finding[] {
	if (seen.calls.length === 0) return [finding('tracepoint-gone')];
	if (seen.calls.every((call) => trapClasses.every((c) => call[c] === 0n))) {
		return [finding(shipped ? 'unpatched' : 'never-handed-over', { calls: seen.calls.length })];
	}
	const backwards = restarts(seen);
	if (backwards.length > 0) return backwards;

	const { windows, learnt, late } = learn(seen);
	const found = late ? [finding('traced-too-early')] : [];
	const swapped = wrongOrder(windows, learnt);
	if (swapped) return [...found, swapped];
	const mistakes =
		ruleA(windows, learnt) ?? trapClasses.flatMap((c) => judgeClass(seen, windows, learnt[c], c));
	found.push(...unique(mistakes));
	return found.length > 0 ? found : [right(windows, learnt)];
}

/** Attributes the growth to exits; tries the shifted reading when the straight one does not fit. */
function learn(seen: Observation) {
	const windows = windowsOf(seen);
	const learnt = attributeAll(windows);
	if (trapClasses.every((c) => learnt[c].exact)) return { windows, learnt, late: false };
	const shifted = windowsOf(seen, 1);
	const relearnt = attributeAll(shifted);
	if (trapClasses.every((c) => relearnt[c].exact))
		return { windows: shifted, learnt: relearnt, late: true };
	return { windows, learnt, late: false };
}

function restarts(seen: Observation): Finding[] {
	return trapClasses.flatMap((c) => {
		const i = seen.calls.findIndex((call, n) => n > 0 && call[c] < seen.calls[n - 1]![c]);
		if (i < 0) return [];
		const { at } = seen.calls[i]!;
		const from = String(seen.calls[i - 1]![c]);
		const to = String(seen.calls[i]![c]);
		return [finding('counters-restart', { class: className[c], from, to, at })];
	});
}

function right(windows: readonly Window[], learnt: Record<TrapClass, Attribution>): Finding {
	if (!kindsSeen(windows).includes('fetch-outside')) return finding('right-b-or-c');
	return finding(learnt.io.perExit['fetch-outside'] === 1 ? 'right-b' : 'right-c');
}

const orders: TrapClass[][] = [
	['cpu', 'io', 'mem'],
	['mem', 'cpu', 'io'],
	['mem', 'io', 'cpu'],
	['io', 'cpu', 'mem'],
	['io', 'mem', 'cpu']
];

/** All three counters are right, but for their places in the call. */
function wrongOrder(
	windows: readonly Window[],
	learnt: Record<TrapClass, Attribution>
): Finding | undefined {
	const fits = (order: readonly TrapClass[], rule: Rule) =>
		trapClasses.every((place, i) => {
			const { perExit, side, exact } = learnt[place];
			const clean = exact && Object.keys(side).length === 0;
			return (
				clean &&
				kindsSeen(windows).every((k) => perExit[k] === Number(classBy[rule](k) === order[i]))
			);
		});
	const order = orders.find((o) => fits(o, 'b') || fits(o, 'c'));
	return (
		order &&
		finding('handed-over-in-wrong-order', { order: order.map((c) => className[c]).join(', ') })
	);
}

/** Rule A: whatever is an abort counts as memory. It is one mistake, though two counters are off. */
function ruleA(
	windows: readonly Window[],
	learnt: Record<TrapClass, Attribution>
): Finding[] | undefined {
	const io = kindsSeen(windows).filter((kind) => classOf[kind] === 'io');
	const lumped =
		io.length > 0 && io.every((k) => learnt.mem.perExit[k] === 1 && learnt.io.perExit[k] === 0);
	if (!lumped) return undefined;
	const rest: Attribution = { ...learnt.mem, perExit: { ...learnt.mem.perExit } };
	for (const kind of [...io, 'fetch-outside'] as const) rest.perExit[kind] = 0;
	return [
		finding('rule-a'),
		...judgeKinds(windows, rest, 'mem'),
		...judgeKinds(windows, learnt.cpu, 'cpu')
	];
}

function judgeClass(
	seen: Observation,
	windows: readonly Window[],
	learnt: Attribution,
	c: TrapClass
): Finding[] {
	const expected = kindsSeen(windows).filter((kind) => classOf[kind] === c);
	const sums = total(windows);
	const count = (kinds: readonly ExitKind[]) => kinds.reduce((n, kind) => n + sums.kinds[kind], 0);
	if (sums.grew[c] === 0 && count(expected) > 0) {
		const handlers = said([...new Set(expected.map((kind) => kindNames[kind].handler))]);
		return [
			finding('class-never-counted', { class: className[c], expected: count(expected), handlers })
		];
	}
	if (!learnt.exact) return [unexplained(seen, learnt, c)];
	const rule = wrongRule(sums.kinds, learnt);
	if (rule) return rule;
	const beside = alsoCounted(seen, learnt, c);
	// Who counts in hyp.S counts whatever arrives there: saying so once is enough.
	const everyTrap = kindsSeen(windows).every((kind) => kind === 'irq' || learnt.perExit[kind]);
	return beside.length > 0 && everyTrap ? beside : [...beside, ...judgeKinds(windows, learnt, c)];
}

/** Mistaken rules for I/O that look at something else than the exit itself. */
function wrongRule(
	kinds: Record<ExitKind, number>,
	{ side, perExit }: Attribution
): Finding[] | undefined {
	const kernel = kinds['io-kernel-read'] + kinds['io-kernel-write'];
	const writes = kinds['io-kernel-write'] + kinds['io-user-write'];
	const io = kernel + kinds['io-user-read'] + kinds['io-user-write'];
	if (side['stale-exit-reason'] || side['stale-at-trap']) return [finding('rule-d')];
	if (side['finished-user-read'] && side['finished-user-write']) {
		return [perExit['io-kernel-read'] ? finding('rule-f-late') : finding('rule-e', { kernel })];
	}
	if (side['finished-user-read']) return [finding('rule-f', { writes, io })];
	return undefined;
}

/** Rule G: what hyp.S sees and handle_exit() does not. */
function alsoCounted(seen: Observation, { side }: Attribution, c: TrapClass): Finding[] {
	const found: Finding[] = [];
	if (side['host-call']) {
		const hostCalls = seen.calls.at(-1)!.hostCalls;
		found.push(finding('rule-g-host', { class: className[c], hostCalls }));
	}
	if (side.retry) {
		const retries = seen.exits.filter((exit) => exit.retry).length;
		found.push(finding('rule-g-retry', { retries }));
	}
	return found;
}

/** Every kind of exit on its own: not counted, counted elsewhere, counted more than once. */
function judgeKinds(windows: readonly Window[], learnt: Attribution, c: TrapClass): Finding[] {
	const seenKinds = kindsSeen(windows);
	const sums = total(windows).kinds;
	const each = (kind: ExitKind) => learnt.perExit[kind] ?? 0;
	const mine = seenKinds.filter((kind) => classOf[kind] === c);
	const missing = mine.filter((kind) => each(kind) === 0);
	const found: Finding[] = [];

	if (
		seenKinds.length > mine.length &&
		seenKinds.every((kind) => kind === 'irq' || each(kind) > 0)
	) {
		return [finding('every-exit-counted', { class: className[c], irqs: sums.irq })];
	}
	if (missing.length > 0) found.push(missingKinds(c, mine, missing, sums));
	for (const times of [2, 3]) {
		const twice = mine.filter((kind) => each(kind) === times);
		if (twice.length === 0) continue;
		const all = twice.length === mine.length - missing.length && twice.length > 1;
		const what = all
			? `all ${className[c]} exits`
			: said(twice.map((kind) => kindNames[kind].name));
		found.push(finding('counted-twice', { class: className[c], what, times }));
	}
	if (each('irq') > 0)
		found.push(finding('irq-counted-as-cpu', { class: className[c], irqs: sums.irq }));
	const strangers = seenKinds.filter(
		(kind) => kind !== 'irq' && classOf[kind] !== c && each(kind) > 0
	);
	for (const kind of strangers) {
		if (kind === 'fetch-outside' && c === 'io') continue; // rule B
		found.push(wrongClass(kind, c));
	}
	return found;
}

function wrongClass(kind: ExitKind, c: TrapClass): Finding {
	const expected = classOf[kind];
	const distributor = kind.startsWith('io-kernel') && c === 'cpu';
	return finding('wrong-class', {
		what: kindNames[kind].name,
		class: className[c],
		expected: expected ? className[expected] : 'neither memory nor I/O',
		why: distributor
			? 'One can argue that the distributor virtualizes interrupts and so the CPU; by mechanism it is a device register, and that is what rules B and C count.'
			: `It is handled in ${kindNames[kind].handler}().`
	});
}

/** The usual ways to miss a part of a class, each with its name. */
function missingKinds(
	c: TrapClass,
	mine: readonly ExitKind[],
	missing: readonly ExitKind[],
	sums: Record<ExitKind, number>
): Finding {
	const count = missing.reduce((n, kind) => n + sums[kind], 0);
	const exactly = (...kinds: ExitKind[]) =>
		mine.every((kind) => missing.includes(kind) === kinds.includes(kind)) &&
		mine.length > missing.length;
	if (exactly('mem-fetch')) return finding('fetch-forgotten', { missing: count });
	if (exactly('mem-data')) return finding('data-forgotten', { missing: count });
	if (exactly('io-kernel-read', 'io-kernel-write'))
		return finding('vgic-forgotten', { missing: count });
	if (exactly('io-user-read', 'io-user-write'))
		return finding('user-io-forgotten', { missing: count });
	if (exactly('io-kernel-write', 'io-user-write'))
		return finding('writes-forgotten', { missing: count });
	if (exactly('io-kernel-read', 'io-user-read'))
		return finding('reads-forgotten', { missing: count });
	if (missing.length === 1 && missing[0] === 'hvc-psci' && mine.includes('hvc-other')) {
		return finding('early-return', { missing: count });
	}
	const names = (kinds: readonly ExitKind[]) =>
		said(kinds.map((k) => `${kindNames[k].name} (${sums[k]})`));
	if (c === 'cpu') {
		const counted = names(mine.filter((kind) => !missing.includes(kind)));
		return finding('cpu-kinds-missing', { counted, missing: names(missing) });
	}
	return finding('unexplained', {
		class: className[c],
		where: `Not counted: ${names(missing)}`,
		details: names(mine)
	});
}

/** Describes what cannot be named: which phase, which class, how far off, which kinds are unsteady. */
function unexplained(seen: Observation, learnt: Attribution, c: TrapClass): Finding {
	const rows = phaseTable(seen).filter((row) => row.student && row.student[c] !== row.machine[c]);
	const where = rows.map((row) => {
		const off = row.student![c] - row.machine[c];
		return `${row.phase}: ${row.student![c]} instead of ${row.machine[c]} (${off > 0 ? '+' : ''}${off})`;
	});
	const unsteady = (Object.keys(learnt.perExit) as ExitKind[]).filter(
		(k) => learnt.perExit[k] === undefined
	);
	const details = unsteady.length
		? `the amount differs from exit to exit for ${said(unsteady.map((k) => kindNames[k].name))}`
		: 'single exits look right, but their sum does not';
	return finding('unexplained', {
		class: className[c],
		where: where.length ? where.join('; ') : 'The sums agree, single exits do not',
		details
	});
}

/** The same mistake seen in two counters is said once. */
function unique(findings: readonly Finding[]): Finding[] {
	return findings.filter(
		(f, i) => findings.findIndex((g) => g.code === f.code && g.text === f.text) === i
	);
}

/**
 * A student's answer to “how many … traps did this phase cost?”. Right is the difference between two
 * dumps, and what the table has for the phase alone. The usual mistake is the running total.
 */
export function judgeAnswer(
	{ dumps, table }: { dumps: readonly Dump[]; table: readonly PhaseRow[] },
	phase: Dump['phase'],
	c: TrapClass,
	answer: number
): Finding | 'right' {
	const at = dumps.findIndex((dump) => dump.phase === phase);
	const total = dumps[at]?.machine[c] ?? 0;
	const before = dumps[at - 1]?.machine[c] ?? 0;
	const expected = total - before;
	const alone = table.find((row) => row.phase === phase)?.machine[c];
	if (answer === expected || answer === alone) return 'right';
	if (answer === total) {
		return finding('phase-read-as-total', { answer, class: className[c], phase, before, expected });
	}
	const off = answer - expected;
	return finding('answer-off', {
		answer,
		class: className[c],
		phase,
		off: `${Math.abs(off)} too ${off > 0 ? 'many' : 'few'}`
	});
}

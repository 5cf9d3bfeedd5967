import type { Builder, FieldBits, Operand, SlowCall } from '../builder/builder.ts';
import { fieldOf, type Form } from './instruction.ts';

/** Where the instructions of one form put their results; conditions are taken to hold. */
export interface Destinations {
	/** Fields that number a general register; 31 is the zero register. */
	readonly x: readonly FieldBits[];
	/** The same, but 31 is the stack pointer. */
	readonly xsp: readonly FieldBits[];
	/** X30, whatever the fields say. */
	readonly link: boolean;
	/** V registers: so many after the one that the field numbers, going round at 32. */
	readonly v: readonly { readonly field: FieldBits; readonly after: number }[];
	readonly nzcv: boolean;
	/** It may set a flag of FPSR, by what it computes. */
	readonly fpsr: boolean;
	/** What the instruction asks of slow paths. */
	readonly calls: ReadonlySet<SlowCall>;
}

const known = new WeakMap<Form, Destinations>();

/** Found by going through the row's semantics. */
export function destinationsOf(form: Form): Destinations {
	let found = known.get(form);
	if (found === undefined) known.set(form, (found = record(form)));
	return found;
}

/** Does the instruction write Xn? */
export function writesX(form: Form, word: number, n: number): boolean {
	const { x, xsp, link } = destinationsOf(form);
	return (n === 30 && link) || (n < 31 && [...x, ...xsp].some((f) => fieldOf(f, word) === n));
}

/** Does it write the stack pointer in use? */
export function writesSp(form: Form, word: number): boolean {
	return destinationsOf(form).xsp.some((field) => fieldOf(field, word) === 31);
}

/** Does it write Vn, or part of it? */
export function writesV(form: Form, word: number, n: number): boolean {
	const { v } = destinationsOf(form);
	return v.some(({ field, after }) => ((fieldOf(field, word) + after) & 31) === n);
}

const flagSetters = new Set(['addSetFlags', 'subSetFlags', 'setFlagsLogical', 'setNzcv']);
const fpsrSetters = new Set(['fp', 'fpLanes', 'lanes']);

function record({ row, variant }: Form): Destinations {
	const [x, xsp]: [FieldBits[], FieldBits[]] = [[], []];
	const v: { field: FieldBits; after: number }[] = [];
	const calls = new Set<SlowCall>();
	let [link, nzcv, fpsr] = [false, false, false];
	const bits = (field: unknown) => field as FieldBits;
	const after = (count: unknown) => (count as number | undefined) ?? 0;
	const effects: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
		setX: (field) => x.push(bits(field)),
		setXsp: (field) => xsp.push(bits(field)),
		setLink: () => (link = true),
		setV: (field) => v.push({ field: bits(field), after: 0 }),
		setVHigh: (field) => v.push({ field: bits(field), after: 0 }),
		setVector: (field, _value, _bits, count) => v.push({ field: bits(field), after: after(count) }),
		setElement: (field, _bits, _index, _value, count) =>
			v.push({ field: bits(field), after: after(count) }),
		readSystemRegister: (_key, rt) => x.push(bits(rt)),
		slow: (call) => calls.add(call as SlowCall),
		if: (_condition, then, otherwise) => {
			(then as () => void)();
			(otherwise as (() => void) | undefined)?.();
		}
	};
	const builder = new Proxy({} as Builder, {
		get:
			(_, name: string) =>
			(...args: unknown[]): unknown => {
				nzcv ||= flagSetters.has(name);
				fpsr ||= fpsrSetters.has(name);
				effects[name]?.(...args);
				const units = (args[1] as { count?: number } | undefined)?.count ?? 1;
				return name === 'load' ? new Array<object>(units).fill({}) : {};
			}
	});
	const fields: Record<string, number | Operand> = {};
	for (const field of row.fields)
		fields[field.name] = variant[field.name] ?? (field as unknown as Operand);
	row.sem(builder, fields);
	return { x, xsp, link, v, nzcv, fpsr, calls };
}

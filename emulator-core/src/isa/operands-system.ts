import { conditionNames, conditionSynonyms } from './conditions.ts';
import { joined, split, type OperandKind } from './operand-kind.ts';
import type { Scanner } from './scanner.ts';

/** Operands that are names: conditions, barriers, prefetches, system registers and operations. */

function readCondition(input: Scanner): number {
	const column = input.skip();
	const name = input.word();
	const number = conditionNames.indexOf(name as (typeof conditionNames)[number]);
	if (number >= 0) return number;
	const synonym = conditionSynonyms[name];
	if (synonym !== undefined) return synonym;
	return input.fail(`expected a condition (${conditionNames.join(', ')})`, column);
}

const condition: OperandKind = {
	what: 'a condition',
	print: ([cond]) => conditionNames[cond!],
	parse: (input) => [readCondition(input)]
};

const inverted: OperandKind = {
	what: 'a condition',
	print: ([cond]) => conditionNames[cond! ^ 1],
	parse: (input) => {
		const column = input.skip();
		const cond = readCondition(input);
		if (cond >= 14) input.fail('al and nv are not allowed here', column);
		return [cond ^ 1];
	}
};

const barrierNames: Readonly<Record<string, number>> = {
	oshld: 1,
	oshst: 2,
	osh: 3,
	nshld: 5,
	nshst: 6,
	nsh: 7,
	ishld: 9,
	ishst: 10,
	ish: 11,
	ld: 13,
	st: 14,
	sy: 15
};

const nameOf = (names: Readonly<Record<string, number>>, value: number) =>
	Object.keys(names).find((name) => names[name] === value);

/** A name of the table, or `#number`. */
function named(
	what: string,
	names: Readonly<Record<string, number>>,
	most: number,
	digits: number
) {
	return {
		what,
		print: ([value]: readonly number[]) =>
			nameOf(names, value!) ?? `#0x${value!.toString(16).padStart(digits, '0')}`,
		parse: (input: Scanner) => {
			const column = input.skip();
			if (input.accept('#') || /\d/.test(input.text[column] ?? ''))
				return [input.bounded(what, 0, most)];
			const value = names[input.word()];
			if (value === undefined)
				return input.fail(`expected one of ${Object.keys(names).join(', ')}`, column);
			return [value];
		}
	};
}

const prefetchNames = Object.fromEntries(
	['pld', 'pli', 'pst'].flatMap((type, t) =>
		[1, 2, 3].flatMap((level) =>
			['keep', 'strm'].map((policy, p) => [
				`${type}l${level}${policy}`,
				(t << 3) | ((level - 1) << 1) | p
			])
		)
	)
) as Record<string, number>;

/** MSR (immediate): op1:op2 of the PSTATE fields. */
const pstateFields: Readonly<Record<string, number>> = {
	uao: 0o03,
	pan: 0o04,
	spsel: 0o05,
	ssbs: 0o31,
	dit: 0o32,
	tco: 0o34,
	daifset: 0o36,
	daifclr: 0o37
};

const pstate: OperandKind = {
	what: 'a field of PSTATE',
	print: (values, { widths }) => nameOf(pstateFields, joined(values, widths)),
	parse: (input, { widths }) => {
		const column = input.skip();
		const value = pstateFields[input.word()];
		if (value === undefined)
			return input.fail(
				`expected a PSTATE field (${Object.keys(pstateFields).join(', ')})`,
				column
			);
		return split(value, widths);
	}
};

/** op0:op1:CRn:CRm:op2 of `s3_4_c1_c1_0`. */
function genericKey(name: string): number | undefined {
	const found = /^s([0-3])_([0-7])_c(\d{1,2})_c(\d{1,2})_([0-7])$/.exec(name);
	if (!found) return undefined;
	const [op0, op1, crn, crm, op2] = found.slice(1).map(Number) as [
		number,
		number,
		number,
		number,
		number
	];
	if (crn > 15 || crm > 15) return undefined;
	return (op0 << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2;
}

export function genericName(key: number): string {
	const [op0, op1] = [key >> 14, (key >> 11) & 7];
	const [crn, crm, op2] = [(key >> 7) & 15, (key >> 3) & 15, key & 7];
	return `s${op0}_${op1}_c${crn}_c${crm}_${op2}`;
}

/** The field has 15 bits: bit 15 of the key is the fixed 1 of op0. */
const systemRegister: OperandKind = {
	what: 'a system register',
	print: ([key], { systemRegisterName }) =>
		systemRegisterName(0x8000 | key!) ?? genericName(0x8000 | key!),
	parse: (input, { systemRegisterKey }) => {
		const column = input.skip();
		const name = input.word();
		const key = genericKey(name) ?? systemRegisterKey(name);
		if (key === undefined)
			return input.fail(
				`"${name}" is no system register known here; S<op0>_<op1>_C<n>_C<m>_<op2> names any`,
				column
			);
		if (key < 0x8000) input.fail(`${name} is no register that MRS and MSR can name`, column);
		return [key & 0x7fff];
	}
};

/**
 * op1 CRn CRm op2 of SYS under the name that AT, DC, IC or TLBI gives them. `tlbi0` and `ic0`: those
 * that take no register, which are those that name everything (ALLE1, VMALLE1IS, IALLU).
 */
function systemOperation(parameter: string): OperandKind {
	const group = parameter.replace('0', '');
	const takesNone = parameter.endsWith('0');
	const hasRegister = group === 'at' || group === 'dc';
	const fits = (name: string) => hasRegister || name.includes('all') === takesNone;
	return {
		what: `an operation of ${group.toUpperCase()}`,
		print: (values, { widths, systemOperationName }) => {
			const name = systemOperationName((1 << 14) | joined(values, widths));
			if (!name?.startsWith(group + ' ')) return undefined;
			const operation = name.slice(group.length + 1);
			return fits(operation) ? operation : undefined;
		},
		parse: (input, { widths, systemOperationKey }) => {
			const column = input.skip();
			const name = input.word();
			const key = systemOperationKey(`${group} ${name}`);
			if (key === undefined)
				return input.fail(`"${name}" is no operation of ${group.toUpperCase()}`, column);
			if (!fits(name))
				input.fail(takesNone ? `${name} needs a register` : `${name} takes no register`);
			return split(key & 0x3fff, widths);
		}
	};
}

const controlRegister: OperandKind = {
	what: 'C0 to C15',
	print: ([value]) => `C${value}`,
	parse: (input) => {
		const column = input.skip();
		const found = /^c(\d{1,2})$/.exec(input.word());
		if (!found || Number(found[1]) > 15) input.fail('expected c0 to c15', column);
		return [Number(found![1])];
	}
};

export const systemKinds: Readonly<Record<string, (parameter: string) => OperandKind>> = {
	cond: () => condition,
	inverted: () => inverted,
	barrier: (parameter) =>
		parameter === 'isb'
			? named('the barrier', { sy: 15 }, 15, 1)
			: named('the barrier', barrierNames, 15, 2),
	prefetch: () => named('the prefetch', prefetchNames, 31, 2),
	pstate: () => pstate,
	sysreg: () => systemRegister,
	sysop: systemOperation,
	cr: () => controlRegister
};

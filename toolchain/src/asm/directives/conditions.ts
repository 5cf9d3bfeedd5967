import type { Assembly } from '../assembly.ts';
import type { Cursor } from '../cursor.ts';
import { AsmError } from '../diagnostics.ts';
import type { Directive } from './index.ts';

/** .if and its kin. They are obeyed even where statements are skipped, to keep count of the nesting. */
export const conditionDirectives: Record<string, Directive> = {
	'.if': open((asm, cursor) => asm.constant(cursor) !== 0n),
	'.ifne': open((asm, cursor) => asm.constant(cursor) !== 0n),
	'.ifeq': open((asm, cursor) => asm.constant(cursor) === 0n),
	'.ifgt': open((asm, cursor) => asm.constant(cursor) > 0n),
	'.ifge': open((asm, cursor) => asm.constant(cursor) >= 0n),
	'.iflt': open((asm, cursor) => asm.constant(cursor) < 0n),
	'.ifle': open((asm, cursor) => asm.constant(cursor) <= 0n),
	'.ifdef': open(isDefined),
	'.ifndef': open((asm, cursor) => !isDefined(asm, cursor)),
	'.ifnotdef': open((asm, cursor) => !isDefined(asm, cursor)),
	'.ifb': open((_, cursor) => cursor.rest() === ''),
	'.ifnb': open((_, cursor) => cursor.rest() !== ''),
	'.ifc': open((_, cursor) => areSameText(cursor)),
	'.ifnc': open((_, cursor) => !areSameText(cursor)),
	'.ifeqs': open((_, cursor) => areSameStrings(cursor)),
	'.ifnes': open((_, cursor) => !areSameStrings(cursor)),

	'.elseif': (asm, cursor) => {
		const condition = innermost(asm, '.elseif');
		if (condition.hasElse)
			throw new AsmError('.elseif after .else: its branch can never be reached');
		const isTurn = !condition.taken && isOuterActive(asm);
		// The expression is read only if it decides: it may name what the branch not taken defines.
		condition.active = false;
		asm.active = isOuterActive(asm);
		condition.active = isTurn && asm.constant(cursor) !== 0n;
		condition.taken ||= condition.active;
		update(asm);
	},
	'.else': (asm, cursor) => {
		const condition = innermost(asm, '.else');
		if (condition.hasElse) throw new AsmError('This .if has a second .else');
		condition.hasElse = true;
		condition.active = !condition.taken;
		condition.taken = true;
		update(asm);
		cursor.expectEnd();
	},
	'.endif': (asm) => {
		innermost(asm, '.endif');
		asm.conditions.pop();
		update(asm);
	}
};

function open(test: (asm: Assembly, cursor: Cursor) => boolean): Directive {
	return (asm, cursor) => {
		const condition = { active: false, taken: false, hasElse: false, place: asm.input.place() };
		const isOuter = asm.active;
		asm.conditions.push(condition);
		if (!isOuter) {
			condition.taken = true;
			return;
		}
		asm.active = false; // if the test throws, the branch is skipped
		condition.active = test(asm, cursor);
		condition.taken = condition.active;
		asm.active = condition.active;
		cursor.expectEnd();
	};
}

function innermost(asm: Assembly, directive: string) {
	const condition = asm.conditions.at(-1);
	if (!condition || asm.conditions.length <= asm.input.top.conditions)
		throw new AsmError(`${directive} without an .if before it`);
	return condition;
}

function isOuterActive(asm: Assembly): boolean {
	return asm.conditions.slice(0, -1).every((condition) => condition.active);
}

/** Statements are obeyed if every open condition is in its active branch. */
export function update(asm: Assembly): void {
	asm.active = asm.conditions.every((condition) => condition.active);
}

function isDefined(asm: Assembly, cursor: Cursor): boolean {
	const name = cursor.expectName('The name of a symbol');
	return asm.symbols.find(name)?.isDefined ?? false;
}

function areSameText(cursor: Cursor): boolean {
	const first = cursor.untilComma();
	cursor.expect(',', '.ifc compares two texts, separated by a comma.');
	return unquote(first) === unquote(cursor.rest());
}

function unquote(text: string): string {
	return /^'.*'$/.test(text) ? text.slice(1, -1) : text;
}

function areSameStrings(cursor: Cursor): boolean {
	const first = cursor.string();
	cursor.expect(',', '.ifeqs compares two strings, separated by a comma.');
	return first === cursor.string();
}

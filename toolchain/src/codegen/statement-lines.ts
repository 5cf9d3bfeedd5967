import type { Block, FunctionIr } from '../ir/module.ts';
import type { SourceLocations } from './source-locations.ts';

/**
 * Code that nothing has moved runs in the order of its statements, but a statement of several lines
 * goes to and fro between them: the arguments of a call stand below the call. Here such a statement
 * becomes one place, where it begins, so that stepping by lines goes forward only. Within a block,
 * what comes back to an earlier line is still the statement that began there.
 */
export function joinStatements(fn: FunctionIr, locations: SourceLocations): void {
	for (const block of fn.blocks) joinInBlock(block, locations);
}

interface Place {
	location: number;
	file: string;
	line: number;
}

function joinInBlock(block: Block, locations: SourceLocations): void {
	let first: Place | undefined;
	for (const insn of [...block.instructions].reverse()) {
		// A jump alone may lead back to a loop's head, and has its line.
		if (insn.op === 'br' || insn.op === 'switch') continue;
		const place = placeOf(insn.location, locations);
		if (!place) continue;
		if (first && isLater(place, first)) insn.location = first.location;
		else first = place;
	}
	// The second line of a condition ends with the branch of the first: it stays on its own.
	const branch = block.instructions.at(-1)!;
	const before = placeOf(block.instructions.at(-2)?.location ?? -1, locations);
	const place = placeOf(branch.location, locations);
	const conditional = (branch.targets?.length ?? 0) > 1;
	if (conditional && before && place && isLater(before, place)) branch.location = before.location;
}

const isLater = (a: Place, b: Place) => a.file === b.file && a.line > b.line;

/** Undefined also in a function that is always inlined: its lines are its own. */
function placeOf(location: number, locations: SourceLocations): Place | undefined {
	const source = locations.at(location);
	if (!source || source.line === 0 || locations.isInlined(location)) return undefined;
	return { location, file: source.file, line: source.line };
}

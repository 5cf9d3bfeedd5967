/** A stubbed compiler came to a function that its profile lacks: the whole one has to do this work. */
export class StubReached extends Error {
	constructor(program: string) {
		super(`this work needs a part of ${program} that the small compiler lacks`);
	}
}

/** Whether a run ended in an `unreachable` instruction, by the engines' own words for it. */
export const isStubTrap = (trap: string | undefined) =>
	trap !== undefined && /unreachable/i.test(trap);

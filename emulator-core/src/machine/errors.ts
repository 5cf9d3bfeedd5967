/** What the machine cannot do with what it was given: what happened, where, and what to do. */
export class MachineError extends Error {
	override name = 'MachineError';
}

/** Ends a command with one line on stderr. 1: the work itself failed; 2: bad usage or unreadable input. */
export class Failure extends Error {
	override name = 'Failure';
	readonly exitCode: 1 | 2;

	constructor(exitCode: 1 | 2, message: string) {
		super(message);
		this.exitCode = exitCode;
	}
}

export const badUsage = (message: string) => new Failure(2, message);
export const failed = (message: string) => new Failure(1, message);

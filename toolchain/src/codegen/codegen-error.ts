/** The back end cannot translate something; `location` is the DILocation of the instruction, or -1. */
export class CodegenError extends Error {
	readonly location: number;
	constructor(message: string, location: number) {
		super(message);
		this.location = location;
	}
}

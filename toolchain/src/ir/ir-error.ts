/** Something of the C language that the back end does not have; `subject` is its name in the source. */
export class UnsupportedError extends Error {
	readonly subject: string;
	constructor(subject: string, message: string) {
		super(message);
		this.subject = subject;
	}
}

/** The front end sent something the back end does not know: names the line and its text. */
export class IrError extends Error {
	readonly line: number;
	readonly text: string;
	constructor(message: string, line: number, text: string) {
		super(`${message} (line ${line} of the intermediate code: ${text.trim().slice(0, 160)})`);
		this.line = line;
		this.text = text;
	}
}

/** The screen of a person's terminal, as far as screen-4.0.2 and our shell use it. */
export class Terminal {
	readonly rows: number;
	readonly cols: number;
	readonly #rows: string[][];
	#row = 0;
	#col = 0;
	#sequence = '';

	constructor(rows = 24, cols = 80) {
		this.rows = rows;
		this.cols = cols;
		this.#rows = Array.from({ length: rows }, () => this.#blank());
	}

	/** The lines as text, without blanks at their ends and without empty lines at the end. */
	get text(): string {
		return this.#rows
			.map((row) => row.join('').trimEnd())
			.join('\n')
			.trimEnd();
	}

	/** Row and column of the cursor, from 1. */
	get cursor(): [number, number] {
		return [this.#row + 1, this.#col + 1];
	}

	write(text: string): void {
		for (const c of text) {
			if (this.#sequence !== '' || c === '\x1b') this.#escape(c);
			else this.#plain(c);
		}
	}

	#blank(): string[] {
		return Array.from({ length: this.cols }, () => ' ');
	}

	#plain(c: string): void {
		if (c === '\r') this.#col = 0;
		else if (c === '\b') this.#col = Math.max(0, this.#col - 1);
		else if (c === '\n') this.#newLine();
		else if (c >= ' ') {
			if (this.#col === this.cols) {
				this.#col = 0;
				this.#newLine();
			}
			this.#rows[this.#row]![this.#col++] = c;
		}
	}

	#newLine(): void {
		if (this.#row < this.rows - 1) this.#row++;
		else {
			this.#rows.shift();
			this.#rows.push(this.#blank());
		}
	}

	/** @throws Error on a sequence that screen has no reason to send */
	#escape(c: string): void {
		this.#sequence += c;
		const match = /^\x1b\[([?0-9;]*)([@-Z\\^-~])$/.exec(this.#sequence);
		if (!match) {
			if (this.#sequence.length > 20) throw new Error(`no sequence: ${this.#sequence}`);
			return;
		}
		this.#sequence = '';
		const [row = 1, col = 1] = match[1]!.split(';').map((n) => Number(n) || 1);
		if (match[2] === 'H') [this.#row, this.#col] = [row - 1, col - 1];
		else if (match[2] === 'J' || match[2] === 'K') {
			this.#rows[this.#row]!.fill(' ', this.#col);
			if (match[2] === 'J')
				for (let i = this.#row + 1; i < this.rows; i++) this.#rows[i]!.fill(' ');
		} else if (!/[mrhl]/.test(match[2]!)) throw new Error(`${match[0]} is not expected`);
	}
}

/** What a console has shown, kept so that a terminal opened later shows it too. */
export class ConsoleLog {
	#chunks: Uint8Array[] = [];
	#listeners = new Set<(bytes: Uint8Array | undefined) => void>();

	append(bytes: Uint8Array): void {
		this.#chunks.push(bytes);
		for (const listener of this.#listeners) listener(bytes);
	}

	clear(): void {
		this.#chunks = [];
		for (const listener of this.#listeners) listener(undefined);
	}

	/** Hands over all bytes so far and each that follows; undefined means: begin anew. */
	listen(listener: (bytes: Uint8Array | undefined) => void): () => void {
		for (const chunk of this.#chunks) listener(chunk);
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/**
	 * All of it as a file of text. On the wire a line ends in CR LF; in two CRs and LF where the host's
	 * terminal has added one to the guest's own, as Linux does when lkvm writes to one.
	 */
	text(): string {
		const decoder = new TextDecoder();
		const shown = this.#chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('');
		return shown.replace(/\r+\n/g, '\n');
	}
}

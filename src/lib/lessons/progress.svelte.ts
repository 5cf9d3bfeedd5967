import { openStore, type Store } from '$lib/workbench/store.ts';
import { isPassed, type Passed } from './progress-file.ts';

/** Which checks this browser has seen pass. */
class Progress {
	#passed = $state.raw<ReadonlyMap<string, Passed>>(new Map());
	#problem = $state<string>();
	#store: Store | undefined;
	#loading: Promise<void> | undefined;

	/** Reads the store, once. */
	load(): Promise<void> {
		this.#loading ??= this.#read();
		return this.#loading;
	}

	async #read(): Promise<void> {
		this.#store = await openStore();
		this.#problem = this.#store.problem;
		try {
			const records = (await this.#store.all('progress'))
				.map(([, value]) => value)
				.filter(isPassed);
			this.#passed = new Map(records.map((record) => [record.id, record]));
		} catch (error) {
			this.#problem = `Your progress could not be read (${String(error)}). Nothing was deleted.`;
		}
	}

	get problem(): string | undefined {
		return this.#problem;
	}

	has(id: string): boolean {
		return this.#passed.has(id);
	}

	get all(): Passed[] {
		return [...this.#passed.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
	}

	/** Notes a passed check; the first time counts. */
	pass(id: string, at: string = new Date().toISOString()): void {
		if (this.#passed.has(id)) return;
		const record = { id, at };
		this.#passed = new Map(this.#passed).set(id, record);
		this.#store?.put('progress', id, record).catch((error: unknown) => {
			this.#problem = `Your progress could not be stored (${String(error)}).`;
		});
	}

	/** Adds what a file holds to what is here. */
	merge(passed: readonly Passed[]): void {
		for (const { id, at } of passed) this.pass(id, at);
	}
}

export const progress = new Progress();

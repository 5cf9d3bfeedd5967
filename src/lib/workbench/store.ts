import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/** What the browser keeps for the student. Nothing of it leaves the machine. */
interface Schema extends DBSchema {
	/** Changed files of the tree, by path. */
	edits: { key: string; value: unknown };
	/** Passed checks, by id. */
	progress: { key: string; value: unknown };
}

export type StoreName = 'edits' | 'progress';

/** A few named records. `problem` says why nothing is being kept, in words for the student. */
export interface Store {
	readonly problem: string | undefined;
	/** Every record, as it lies there: the reader judges whether it is whole. */
	all(name: StoreName): Promise<[key: string, value: unknown][]>;
	put(name: StoreName, key: string, value: unknown): Promise<void>;
	remove(name: StoreName, key: string): Promise<void>;
}

let opened: Promise<Store> | undefined;

/** The store of this browser; opened once. Never rejects: where there is no store, it says so. */
export function openStore(): Promise<Store> {
	opened ??= open();
	return opened;
}

async function open(): Promise<Store> {
	try {
		const db = await openDB<Schema>('trapline', 1, {
			upgrade(fresh) {
				fresh.createObjectStore('edits');
				fresh.createObjectStore('progress');
			}
		});
		return new IndexedStore(db);
	} catch (error) {
		return new MemoryStore(
			`This browser’s store for Trapline could not be opened (${reason(error)}). You can go on working, ` +
				'but changes last only until the page is closed: download your patch before you leave. ' +
				'What was stored before has not been touched.'
		);
	}
}

function reason(error: unknown): string {
	return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

class IndexedStore implements Store {
	readonly problem = undefined;
	readonly #db: IDBPDatabase<Schema>;

	constructor(db: IDBPDatabase<Schema>) {
		this.#db = db;
	}

	async all(name: StoreName): Promise<[string, unknown][]> {
		const [keys, values] = await Promise.all([this.#db.getAllKeys(name), this.#db.getAll(name)]);
		return keys.map((key, i) => [key, values[i]]);
	}

	async put(name: StoreName, key: string, value: unknown): Promise<void> {
		await this.#db.put(name, value, key);
	}

	async remove(name: StoreName, key: string): Promise<void> {
		await this.#db.delete(name, key);
	}
}

class MemoryStore implements Store {
	readonly problem: string;
	readonly #records: Record<StoreName, Map<string, unknown>> = {
		edits: new Map(),
		progress: new Map()
	};

	constructor(problem: string) {
		this.problem = problem;
	}

	all(name: StoreName): Promise<[string, unknown][]> {
		return Promise.resolve([...this.#records[name]]);
	}

	put(name: StoreName, key: string, value: unknown): Promise<void> {
		this.#records[name].set(key, value);
		return Promise.resolve();
	}

	remove(name: StoreName, key: string): Promise<void> {
		this.#records[name].delete(key);
		return Promise.resolve();
	}
}

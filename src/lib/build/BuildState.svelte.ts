import type {
	BuildEvent,
	BuildMessage,
	BuildProgress,
	BuildRequest,
	Edits,
	Product,
	Shipped
} from './protocol.ts';

export type BuildStatus = 'idle' | 'building' | 'built' | 'errors' | 'failed';

const textOf = (edits: Edits, file: string) => edits.find(([path]) => path === file)?.[1];

/**
 * The page's side of the toolchain: it owns the Worker, starts it when a build is first asked for, and
 * keeps the last good product, which stays when a later build fails.
 */
export class BuildState {
	#worker: Worker | undefined;
	#job = 0;
	#status = $state<BuildStatus>('idle');
	#progress = $state.raw<BuildProgress>();
	#messages = $state.raw<readonly BuildMessage[]>([]);
	#failure = $state<string>();
	#product: Product | undefined;
	#settle: ((product: Product | undefined) => void) | undefined;
	#leaveShipped: (() => void) | undefined;
	/** The compiler is loaded: checks as one types cost nothing more. */
	#ready = false;
	/** The edits of the build that goes on, or of the last one. */
	#building: Edits = [];
	/** A check that was asked for meanwhile: it comes after. */
	#checkWaits: (() => void) | undefined;
	#treeSent = false;
	/** The tree as shipped, for the Worker. */
	tree: ReadonlyMap<string, string> = new Map();

	get status(): BuildStatus {
		return this.#status;
	}

	get progress(): BuildProgress | undefined {
		return this.#progress;
	}

	get messages(): readonly BuildMessage[] {
		return this.#messages;
	}

	/** Why the toolchain itself could not do its work, in words for the student. */
	get failure(): string | undefined {
		return this.#failure;
	}

	/** The last build that succeeded. */
	get product(): Product | undefined {
		return this.#product;
	}

	/**
	 * Builds the tree with the edits in it.
	 *
	 * @param site address of the site's root, where the Worker finds its data
	 * @returns the product, or undefined where the messages or `failure` say why there is none
	 */
	build(edits: Edits, site: string): Promise<Product | undefined> {
		this.#settle?.(undefined);
		this.#status = 'building';
		this.#building = edits;
		this.#failure = undefined;
		this.#progress = undefined;
		return new Promise((resolve) => {
			this.#settle = resolve;
			this.#ask({ ask: 'build', job: ++this.#job, edits, site });
		});
	}

	/**
	 * The shipped tree as the site's own build made it. Rejects, in words for the student, where a part
	 * cannot be loaded; resolves to undefined where the toolchain was disposed of meanwhile.
	 */
	shipped(site: string): Promise<Product | undefined> {
		this.#leaveShipped?.();
		const worker = new Worker(new URL('./shipped-worker.ts', import.meta.url), {
			type: 'module',
			name: 'shipped'
		});
		worker.postMessage(site);
		return new Promise<Product | undefined>((resolve, reject) => {
			this.#leaveShipped = () => resolve(undefined);
			worker.onmessage = ({ data }: MessageEvent<Shipped>) =>
				'reason' in data ? reject(new Error(data.reason)) : resolve(data.product);
			worker.onerror = (event) => reject(new Error(event.message));
		}).finally(() => worker.terminate());
	}

	/** Checks one file's syntax; its messages replace those it had. Only once the compiler is loaded. */
	check(file: string, edits: Edits, site: string): void {
		if (this.#status === 'building') {
			// Of a text that is being built, the build says more than a check.
			const newer = textOf(edits, file) !== textOf(this.#building, file);
			this.#checkWaits = newer ? () => this.check(file, edits, site) : undefined;
			return;
		}
		if (!this.#ready || this.#status === 'failed') return;
		this.#ask({ ask: 'check', job: ++this.#job, file, edits, site });
	}

	/** Ends a build that is under way; the Worker starts anew with the next one. */
	stop(): void {
		if (this.#status !== 'building') return;
		this.dispose();
		this.#status = 'idle';
	}

	dispose(): void {
		this.#worker?.terminate();
		this.#worker = undefined;
		this.#ready = false;
		this.#treeSent = false;
		this.#settle?.(undefined);
		this.#settle = undefined;
		this.#checkWaits = undefined;
		this.#leaveShipped?.();
	}

	#ask(request: BuildRequest): void {
		this.#worker ??= this.#start();
		if (!this.#treeSent) {
			this.#worker.postMessage({ ask: 'tree', tree: this.tree } satisfies BuildRequest);
			this.#treeSent = true;
		}
		this.#worker.postMessage(request);
	}

	#start(): Worker {
		const worker = new Worker(new URL('./worker.ts', import.meta.url), {
			type: 'module',
			name: 'compiler'
		});
		worker.onmessage = (message: MessageEvent<BuildEvent>) => this.#hear(message.data);
		worker.onerror = (event) => {
			this.dispose();
			this.#fail(`The toolchain stopped with an error of its own: ${event.message}`);
		};
		return worker;
	}

	#hear(event: BuildEvent): void {
		if (event.job !== this.#job) return;
		switch (event.say) {
			case 'progress':
				this.#progress = event.progress;
				return;
			case 'built':
				this.#ready = true;
				this.#messages = event.messages;
				this.#status = event.product ? 'built' : 'errors';
				this.#product = event.product ?? this.#product;
				this.#finish(event.product);
				return;
			case 'checked':
				this.#messages = [
					...this.#messages.filter((message) => message.file !== event.file),
					...event.messages
				];
				return;
			case 'failed':
				return this.#fail(event.message);
		}
	}

	#fail(message: string): void {
		this.#failure = message;
		this.#status = 'failed';
		this.#finish(undefined);
	}

	#finish(product: Product | undefined): void {
		this.#progress = undefined;
		this.#settle?.(product);
		this.#settle = undefined;
		this.#checkWaits?.();
		this.#checkWaits = undefined;
	}
}

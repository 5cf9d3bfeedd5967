import type { Measure, Trial } from 'checks';
import type { ExplainedWalk } from 'emulator-core';
import type {
	Answer,
	Ask,
	BuiltMachine,
	Cancel,
	Change,
	Looked,
	Measured,
	Next,
	Numbered,
	Position,
	ShippedMachine,
	StepKind,
	Tried,
	View,
	Way
} from './protocol.ts';

export type SteppingStatus = 'off' | 'opening' | 'ready' | 'failed';

/** Where to: of these only the latest counts. */
type Navigation = Extract<Ask, { ask: 'moment' | 'seek' | 'step' | 'find' }>;

/** What was looked for, and what came of it. */
export interface Search {
	readonly text: string;
	readonly way: Way;
	/** Up to which instruction has been looked; undefined once it is over. */
	readonly looked: number | undefined;
	/** Where that led, in words; code in them stands between backquotes. */
	readonly words?: string;
	/** Or why nothing was found. */
	readonly why?: string;
}

interface Waiting {
	readonly ask: Navigation;
	readonly done: () => void;
}

/** Single steps that wait are added up: a key that is pressed ten times moves by ten. */
function mergeSteps(waiting: Navigation, ask: Navigation): Navigation | 'nothing' | undefined {
	const [a, b] = [signed(waiting), signed(ask)];
	if (a === undefined || b === undefined) return undefined;
	const sum = a + b;
	if (sum === 0) return 'nothing';
	return { ask: 'step', by: sum > 0 ? 'instruction' : 'back', times: Math.abs(sum) };
}

function signed(ask: Navigation): number | undefined {
	if (ask.ask !== 'step') return undefined;
	if (ask.by === 'instruction') return ask.times ?? 1;
	return ask.by === 'back' ? -(ask.times ?? 1) : undefined;
}

/**
 * The page's side of a machine that is stepped: it owns the Worker, and holds the last picture of the
 * machine. One request is under way at a time; of what is asked to go somewhere meanwhile only the
 * latest is done, and single steps are added up, so that a key held down never leaves a queue behind.
 */
export class SteppingState {
	#worker: Worker | undefined;
	#n = 0;
	#status = $state<SteppingStatus>('off');
	#view = $state.raw<View>();
	#failure = $state<string>();
	#refusal = $state<string>();
	#visited = $state.raw<ReadonlySet<string>>(new Set());
	#trials = $state.raw<readonly Trial[]>([]);
	#search = $state.raw<Search>();
	/** Where the machine stood before each search that led somewhere. */
	#trail = $state.raw<readonly Position[]>([]);
	readonly #answers = new Map<number, (answer: Answer) => void>();
	#busy = false;
	#next: Waiting | undefined;

	get status(): SteppingStatus {
		return this.#status;
	}

	/** The machine where it stands; undefined until it is open. It is replaced, never changed. */
	get view(): View | undefined {
		return this.#view;
	}

	/** Why there is no machine, in words for the student. */
	get failure(): string | undefined {
		return this.#failure;
	}

	/** Why the last request was not done; the machine is where it was. */
	get refusal(): string | undefined {
		return this.#refusal;
	}

	/** The search that is under way, or the last one, while the machine is where it led. */
	get search(): Search | undefined {
		return this.#search;
	}

	/** Where the last search began, if the machine can be taken back there. */
	get origin(): Position | undefined {
		return this.#trail.at(-1);
	}

	/** Moments at which the machine has stood. */
	get visited(): ReadonlySet<string> {
		return this.#visited;
	}

	/** What was tried on scratch copies, oldest first. */
	get trials(): readonly Trial[] {
		return this.#trials;
	}

	/** Opens a machine; one that was open before is gone. */
	async open(machine: ShippedMachine | BuiltMachine): Promise<void> {
		this.dispose();
		this.#status = 'opening';
		const worker = (this.#worker = this.#start());
		const answer = await this.#ask({ ask: 'open', machine });
		if (worker !== this.#worker) return;
		if (answer.say === 'refused') return this.#fail(answer.why);
		this.#take(answer);
		this.#status = 'ready';
		this.#goOn();
	}

	/** To a moment of the lesson. Resolves when the machine is there, or a later request overtook it. */
	goto(name: string): Promise<void> {
		this.#trail = [];
		return this.#navigate({ ask: 'moment', name });
	}

	seek(to: Position): Promise<void> {
		return this.#navigate({ ask: 'seek', to });
	}

	/** Back or on to what the reader has typed. Going anywhere else meanwhile gives it up. */
	find(text: string, way: Way): Promise<void> {
		return this.#navigate({ ask: 'find', text, way });
	}

	/** Gives up what is looked for. */
	cancel(): void {
		if (this.#search?.looked !== undefined)
			this.#worker?.postMessage({ ask: 'cancel' } satisfies Cancel);
	}

	/** To where the last search began. */
	undo(): Promise<void> {
		const { origin } = this;
		if (origin === undefined) return Promise.resolve();
		this.#trail = this.#trail.slice(0, -1);
		return this.seek(origin);
	}

	step(by: StepKind): Promise<void> {
		return this.#navigate({ ask: 'step', by });
	}

	/** A walk through the tables where the machine stands; undefined if that was refused. */
	async walk(
		va: bigint,
		access: 'read' | 'write' | 'fetch' = 'read',
		of: 'now' | 'guest' = 'now'
	): Promise<ExplainedWalk | undefined> {
		const answer = await this.#ask({ ask: 'walk', va, access, of });
		return answer.say === 'walk' ? answer.walk : this.#refuse(answer);
	}

	/** What would come of a change, on a scratch copy; undefined if that was refused. */
	async try(
		change: Change,
		until: 'exception' | 'acknowledge' = 'exception'
	): Promise<Tried | undefined> {
		const answer = await this.#ask({ ask: 'try', change, until });
		if (answer.say !== 'tried') return this.#refuse(answer);
		const { records, acknowledged } = answer.outcome;
		this.#trials = [...this.#trials, { kind: change.kind, records, acknowledged }];
		this.#refusal = undefined;
		return answer.outcome;
	}

	/**
	 * What comes next at a moment; undefined if that was refused. The machine stays where it is, and
	 * wherever it is taken meanwhile: the answer is about the moment.
	 */
	async next(moment: string): Promise<Next | undefined> {
		const answer = await this.#ask({ ask: 'next', moment });
		return answer.say === 'next' ? answer.next : this.#refuse(answer);
	}

	/** The machine's answer to a question, wherever it stands; or in words why it has none. */
	async measure(what: Measure): Promise<Measured | { readonly refused: string }> {
		const answer = await this.#ask({ ask: 'measure', what });
		if (answer.say === 'measured') return answer.measured;
		return { refused: answer.say === 'refused' ? answer.why : 'The machine did not answer.' };
	}

	/** A short name of the machine's whole state. */
	async hash(): Promise<string | undefined> {
		const answer = await this.#ask({ ask: 'hash' });
		return answer.say === 'hash' ? answer.hash : this.#refuse(answer);
	}

	dispose(): void {
		this.#worker?.terminate();
		this.#worker = undefined;
		this.#status = 'off';
		this.#view = undefined;
		this.#failure = this.#refusal = this.#search = undefined;
		this.#trail = [];
		this.#busy = false;
		this.#next?.done();
		this.#next = undefined;
		const answers = [...this.#answers.values()];
		this.#answers.clear();
		for (const answer of answers) answer({ say: 'refused', why: 'The machine is gone.' });
	}

	#navigate(ask: Navigation): Promise<void> {
		if (this.#status === 'off' || this.#status === 'failed') return Promise.resolve();
		return new Promise((done) => {
			this.#next?.done();
			const merged = this.#next && mergeSteps(this.#next.ask, ask);
			this.#next = merged === 'nothing' ? undefined : { ask: merged ?? ask, done };
			if (!this.#next) done();
			this.cancel();
			this.#goOn();
		});
	}

	/** Does what waits, if nothing is under way. */
	#goOn(): void {
		const next = this.#next;
		if (this.#busy || this.#status !== 'ready' || next === undefined) return;
		this.#next = undefined;
		this.#busy = true;
		const worker = this.#worker;
		const { ask } = next;
		const from = this.#view?.position;
		if (ask.ask === 'find')
			this.#search = { text: ask.text, way: ask.way, looked: from?.instruction ?? 0 };
		void this.#ask(ask).then((answer) => {
			if (worker === this.#worker) {
				this.#busy = false;
				if (ask.ask === 'find') this.#endSearch(ask, answer, from);
				else if (answer.say === 'refused') this.#refusal = answer.why;
				else this.#take(answer);
			}
			next.done();
			this.#goOn();
		});
	}

	#endSearch({ text, way }: { text: string; way: Way }, answer: Answer, from?: Position): void {
		this.#take(answer);
		const over = { text, way, looked: undefined };
		if (answer.say === 'refused') this.#search = { ...over, why: answer.why };
		if (answer.say !== 'found') return;
		this.#search = { ...over, words: answer.words };
		if (from) this.#trail = [...this.#trail, from];
	}

	#take(answer: Answer): void {
		if (answer.say !== 'view' && answer.say !== 'found') return;
		this.#view = answer.view;
		this.#refusal = this.#search = undefined;
		const { moment } = answer.view;
		if (moment !== undefined && !this.#visited.has(moment))
			this.#visited = new Set([...this.#visited, moment]);
	}

	#refuse(answer: Answer): undefined {
		if (answer.say === 'refused' && this.#worker) this.#refusal = answer.why;
	}

	#ask(ask: Ask): Promise<Answer> {
		const worker = this.#worker;
		if (!worker) return Promise.resolve({ say: 'refused', why: 'There is no machine yet.' });
		const n = ++this.#n;
		return new Promise((resolve) => {
			this.#answers.set(n, resolve);
			worker.postMessage({ n, ...ask } satisfies Numbered<Ask>);
		});
	}

	#start(): Worker {
		const worker = new Worker(new URL('./worker.ts', import.meta.url), {
			type: 'module',
			name: 'stepping'
		});
		worker.onmessage = ({ data }: MessageEvent<Numbered<Answer | Looked>>) => {
			const { n, ...answer } = data;
			if (answer.say === 'looked') {
				if (this.#search) this.#search = { ...this.#search, looked: answer.at };
				return;
			}
			const resolve = this.#answers.get(n);
			this.#answers.delete(n);
			resolve?.(answer);
		};
		worker.onerror = (event) => {
			const why = `The machine stopped with an error of its own: ${event.message}`;
			this.dispose();
			this.#fail(why);
		};
		return worker;
	}

	#fail(message: string): void {
		this.#failure = message;
		this.#status = 'failed';
	}
}

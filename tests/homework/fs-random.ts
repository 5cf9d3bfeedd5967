/** Random scripts for fs-script.c, with what each line must give by the model. */
import { Model, contentOf, type Node } from './fs-model.ts';

/** A line, and what is on the disk once it is finished. */
export interface Step {
	readonly line: string;
	readonly expected: number[] | undefined;
	/** Files, directories and symlinks by their number. */
	readonly after: ReadonlyMap<number, { paths: string[]; content: string; dirty: boolean }>;
}

const SLOTS = 4;

export class RandomScript {
	readonly model = new Model();
	readonly steps: Step[] = [];
	readonly #random: (limit: number) => number;
	readonly #snapshots: boolean;

	/** @param snapshots whether the steps shall say what is on the disk (for power cuts) */
	constructor(random: (limit: number) => number, snapshots: boolean) {
		this.#random = random;
		this.#snapshots = snapshots;
	}

	add(line: string): void {
		const expected = this.model.apply(line);
		this.steps.push({ line, expected, after: this.#snapshots ? this.#look() : new Map() });
	}

	#look() {
		const seen = new Map<number, { paths: string[]; content: string; dirty: boolean }>();
		for (const [path, node] of this.model.paths()) {
			const known = seen.get(node.id);
			if (known) known.paths.push(path);
			else seen.set(node.id, { paths: [path], content: contentOf(node), dirty: node.dirty });
		}
		return seen;
	}

	#pick<T>(list: readonly T[]): T | undefined {
		return list[this.#random(list.length)];
	}

	#all(kind?: Node['kind']): string[] {
		return [...this.model.paths()].filter(([, n]) => !kind || n.kind === kind).map(([p]) => p);
	}

	/** Somewhere in the tree: a new name mostly, often a short one that is taken. */
	#somewhere(): string {
		const random = this.#random;
		const directory = random(3) === 0 ? '/mnt' : (this.#pick(this.#all('directory')) ?? '/mnt');
		const letter = 'abcdefghij'[random(10)]!;
		const name = random(12) === 0 ? letter.repeat(255) : letter.repeat(1 + random(4) * 9);
		return `${directory.length > 1500 ? '/mnt' : directory}/${name}`;
	}

	#some(kind?: Node['kind']): string {
		return (this.#random(8) > 0 ? this.#pick(this.#all(kind)) : undefined) ?? this.#somewhere();
	}

	/** Small mostly, beyond the first and the second level of block numbers at times. */
	#size(): number {
		const limit = [100, 5000, 5000, 20_000, 60_000, 400_000][this.#random(6)]!;
		return this.#random(limit);
	}

	/** One line more. */
	next(): void {
		const random = this.#random;
		const seed = 1 + random(250);
		switch (random(18)) {
			case 0:
			case 1:
				return this.add(`mkdir ${this.#somewhere()} 0755`);
			case 2:
			case 3:
			case 4:
				return this.add(`put ${this.#somewhere()} 0 ${this.#size()} ${seed}`);
			case 5:
				return this.add(`put ${this.#some('file')} ${this.#size()} ${this.#size()} ${seed}`);
			case 6:
			case 7:
				return this.add(`unlink ${this.#some(random(6) ? 'file' : undefined)}`);
			case 8:
				return this.add(`rmdir ${this.#some('directory')}`);
			case 9:
			case 10:
				return this.add(`rename ${this.#some()} ${random(3) ? this.#somewhere() : this.#some()}`);
			case 11:
				return this.add(`link ${this.#some('file')} ${this.#somewhere()}`);
			case 12: {
				const target = random(3) ? this.#some() : 't'.repeat(1 + random(200));
				return this.add(`symlink ${target.slice(0, 1000)} ${this.#somewhere()}`);
			}
			case 13:
				return this.add(`truncate ${this.#some('file')} ${this.#size()}`);
			case 14:
				return this.add(`sum ${this.#some(random(4) ? 'file' : undefined)}`);
			case 15:
				return this.add(
					random(2) ? `list ${this.#some('directory')}` : `readlink ${this.#some('symlink')}`
				);
			case 16:
				return random(4) ? this.#onSlot(seed) : this.add('sync');
			default:
				return this.#onSlot(seed);
		}
	}

	/** Closes what is open, and looks at everything once more. */
	finish(): void {
		for (const [area, { length }] of [...this.model.areas]) this.add(`unmap ${area} ${length}`);
		for (const slot of [...this.model.slots.keys()]) this.add(`close ${slot}`);
		for (const path of this.#all('file')) if (path.length < 4000) this.add(`sum ${path}`);
	}

	/** With an open file: each line of a slot by itself, so that other files change in between. */
	#onSlot(seed: number): void {
		const random = this.#random;
		const slot = random(SLOTS);
		const node = this.model.slots.get(slot);
		if (!node) {
			const path = this.#some('file');
			const flags = ['0102', '0102', '01102', '02102'][random(4)]!;
			this.add(`open ${slot} ${path} ${flags} 0644`);
			if (flags === '02102' && this.model.slots.has(slot)) {
				const size = this.#size();
				this.add(`append ${slot} ${random(1000)} ${size} ${seed}`);
				this.add(`append ${slot} ${random(1000)} ${random(3000)} ${seed + 1}`);
				this.add(`close ${slot}`);
			}
			return;
		}
		const area = this.model.areas.get(slot);
		const within = (length: number) => (length > 0 ? random(length) : 0);
		switch (random(9)) {
			case 0:
			case 1:
				return this.add(`pwrite ${slot} ${this.#size()} ${this.#size()} ${seed}`);
			case 2:
				return this.add(`pread ${slot} ${this.#size()} ${this.#size()}`);
			case 3:
				return this.add(`fsync ${slot}`);
			case 4:
				if (!area) this.add(`ftruncate ${slot} ${this.#size()}`);
				return;
			case 5:
				if (area) this.add(`unmap ${slot} ${area.length}`);
				return this.add(`close ${slot}`);
			case 6:
				// Nobody may cut off what is mapped: a touch beyond the end would be a SIGBUS.
				if (area || node.data.length < 100) return;
				return this.add(`map ${slot} ${slot} 0 ${node.data.length} 3 1`);
			default: {
				if (!area) return;
				const usable = Math.min(area.length, node.data.length);
				if (usable < 2) return;
				const at = within(usable);
				const length = 1 + within(Math.min(usable - at, 9000));
				if (at + length > usable) return;
				if (random(3) === 0) return this.add(`peek ${slot} ${at} ${length}`);
				this.add(`poke ${slot} ${at} ${length} ${seed} ${at}`);
				if (random(2)) this.add(`msync ${slot} 0 ${area.length} 4`);
			}
		}
	}
}

/** One register of a device: a name and what a read and a write do. A side left out reads zero or ignores. */
export interface Register<D> {
	readonly name: string;
	read?(device: D, offset: number): number;
	write?(device: D, value: number, offset: number): void;
}

/** A device's registers by byte offset. Offsets that are not listed read as zero and ignore writes. */
export type RegisterMap<D> = Readonly<Record<number, Register<D>>>;

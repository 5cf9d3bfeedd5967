import { unpackRepeats } from 'toolchain';

/**
 * What the site's own build laid down under `generated/` for the toolchain, and how it is fetched.
 * `index.json` names the files, so that each can carry a hash in its name and be cached for ever.
 */
export interface SiteIndex {
	/** Clang and LLD; `lite` lacks what its profile did not need, and may not be there at all. */
	readonly llvm: { readonly whole: SiteFile; readonly lite?: SiteFile };
	/** The compiler's own headers: name to text, as JSON. */
	readonly headers: SiteFile;
	/** The objects of the tree as shipped (`packCache`). */
	readonly objects: SiteFile;
	/** What they make: kernel Image, initramfs, and the kernel as ELF with symbols and lines. */
	readonly shipped: {
		readonly kernel: SiteFile;
		readonly initrd: SiteFile;
		readonly elf: SiteFile;
	};
	/** What asm-offsets.h of the shipped tree defines: name to value, as JSON. */
	readonly offsets: SiteFile;
	/** For the lessons that step a machine, by `chapter/lesson`. */
	readonly lessons: Readonly<
		Record<
			string,
			{
				/** The machine a little before the first moment (`Machine.save`). */
				readonly state: SiteFile;
				/** Name to position in the standard run, as JSON. */
				readonly moments: SiteFile;
				/** The lesson's moments.json: how they are found in another tree's run. */
				readonly rules: SiteFile;
			}
		>
	>;
}

/** All but the index are compressed by gzip. */
export interface SiteFile {
	readonly file: string;
	/** As it comes over the wire. */
	readonly bytes: number;
	/** What stands in these, one behind the other, is left out of it (`packRepeats`). */
	readonly after?: readonly SiteFile[];
}

const folder = 'generated/';

/** Loads from `site`, telling how many bytes have come in all. */
export class SiteData {
	readonly #site: string;
	readonly #told: (bytes: number) => void;
	#bytes = 0;
	/** By name, what others leave out: it is loaded once. */
	readonly #whole = new Map<string, Promise<Uint8Array>>();

	constructor(site: string, told: (bytes: number) => void) {
		this.#site = site;
		this.#told = told;
	}

	async index(): Promise<SiteIndex> {
		return (await this.#get('index.json')).json() as Promise<SiteIndex>;
	}

	async json<T>(file: SiteFile): Promise<T> {
		return this.#read(file, {}, (response) => response.json() as Promise<T>);
	}

	async bytes(file: SiteFile): Promise<Uint8Array> {
		const known = this.#whole.get(file.file) ?? this.#load(file);
		this.#whole.set(file.file, known);
		return known;
	}

	async #load(file: SiteFile): Promise<Uint8Array> {
		const [buffer, ...after] = await Promise.all([
			this.#read(file, {}, (response) => response.arrayBuffer()),
			...(file.after ?? []).map((earlier) => this.bytes(earlier))
		]);
		const bytes = new Uint8Array(buffer);
		return file.after ? unpackRepeats(bytes, after) : bytes;
	}

	/** Compiles while it arrives. */
	async module(file: SiteFile): Promise<WebAssembly.Module> {
		const headers = { 'content-type': 'application/wasm' };
		return this.#read(file, { headers }, (response) => WebAssembly.compileStreaming(response));
	}

	async #read<T>(
		file: SiteFile,
		init: ResponseInit,
		as: (response: Response) => Promise<T>
	): Promise<T> {
		const stream = await this.#stream(file);
		return as(new Response(stream, init)).catch((error: unknown) => {
			throw new Error(
				`${file.file} did not arrive whole (${String(error)}). Try again; if it stays so, the site’s copy is damaged.`
			);
		});
	}

	async #get(name: string): Promise<Response> {
		const url = this.#site + folder + name;
		// The index alone keeps its name from one publication to the next.
		const cache = name === 'index.json' ? 'no-cache' : 'default';
		const response = await fetch(url, { cache }).catch((error: unknown) => {
			throw new Error(`${name} could not be loaded (${String(error)}). Is the network there?`);
		});
		if (!response.ok)
			throw new Error(
				`${name} is missing from this site (status ${response.status}): it was published without its compiler.`
			);
		return response;
	}

	async #stream({ file }: SiteFile): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
		const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
			transform: (chunk, out) => {
				this.#bytes += chunk.length;
				this.#told(this.#bytes);
				out.enqueue(chunk);
			}
		});
		const body = (await this.#get(file)).body!.pipeThrough(counted);
		if (!file.endsWith('.gz')) return body;
		// A server may have said that the file is merely encoded: then the browser has unpacked it.
		const [look, all] = body.tee();
		const reader = look.getReader();
		const { value } = await reader.read();
		void reader.cancel();
		const packed = value?.[0] === 0x1f && value[1] === 0x8b;
		return packed ? all.pipeThrough(new DecompressionStream('gzip')) : all;
	}
}

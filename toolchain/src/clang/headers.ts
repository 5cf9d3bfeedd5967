import { normalizePath } from '../wasi/memory-files.ts';

/** The compiler's own headers that freestanding C needs; each pulls in its `__*.h` parts. */
const wanted =
	/^include\/(?:(?:stddef|stdint|stdarg|stdbool|limits|stdatomic|stdalign|stdnoreturn|float|iso646)\.h|__(?:stddef|stdarg|float)_[a-z_]*\.h)$/;

/** Where the headers stand in the compiler's file system. */
export const headerFolder = '/clang/include';

/**
 * Takes the headers out of the package's resource archive (POSIX tar), by their names in `include/`.
 * Done once, when the tree is built: a page gets only the result.
 */
export function extractHeaders(tar: Uint8Array): Record<string, string> {
	const decoder = new TextDecoder();
	const text = (from: number, length: number) => {
		const bytes = tar.subarray(from, from + length);
		const end = bytes.indexOf(0);
		return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
	};
	const headers: Record<string, string> = {};
	for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
		const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
		const prefix = text(at + 345, 155);
		const name = normalizePath(prefix ? `${prefix}/${text(at, 100)}` : text(at, 100));
		if (wanted.test(name))
			headers[name.slice('include/'.length)] = decoder.decode(
				tar.subarray(at + 512, at + 512 + size)
			);
		at += 512 + Math.ceil(size / 512) * 512;
	}
	return headers;
}

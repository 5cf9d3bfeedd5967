import type { Product } from './protocol.ts';
import { SiteData } from './site-data.ts';
import { symbolTable } from './symbol-table.ts';

/**
 * The shipped tree as the site's own build made it, without the compiler. A run from its first
 * instruction takes about as long as reading a saved state of it would, and the images are a third of
 * the size: so a lesson that opens on a live machine simply boots one.
 *
 * @throws {Error} in words for the student, if a part cannot be loaded
 */
export async function loadShipped(site: string): Promise<Product> {
	const start = performance.now();
	const data = new SiteData(site, () => {});
	const { shipped } = await data.index();
	const [kernel, initrd, elf] = await Promise.all([
		data.bytes(shipped.kernel),
		data.bytes(shipped.initrd),
		data.bytes(shipped.elf)
	]);
	const symbols = symbolTable(elf);
	return {
		kernel,
		initrd,
		symbols: { host: symbols, guest: symbols },
		compiled: 0,
		milliseconds: performance.now() - start
	};
}

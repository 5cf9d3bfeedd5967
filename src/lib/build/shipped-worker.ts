/// <reference lib="webworker" />
import type { Shipped } from './protocol.ts';
import { loadShipped } from './shipped.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Apart from the toolchain's Worker, which takes longer to start than this takes to be done. */
self.onmessage = ({ data: site }: MessageEvent<string>) =>
	loadShipped(site).then(
		(product) =>
			self.postMessage({ product } satisfies Shipped, [
				product.kernel.buffer,
				product.initrd.buffer
			]),
		(error: Error) => self.postMessage({ reason: error.message } satisfies Shipped)
	);

/** Calls back when the page has nothing to do, after at most two seconds; returns how to call it off. */
export function whenIdle(then: () => void): () => void {
	// Not every browser has it.
	if (!('requestIdleCallback' in globalThis)) {
		const timer = setTimeout(then, 100);
		return () => clearTimeout(timer);
	}
	const handle = requestIdleCallback(then, { timeout: 2000 });
	return () => cancelIdleCallback(handle);
}

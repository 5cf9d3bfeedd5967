const key = 'trapline-seed';

/**
 * A number that this browser has drawn once: it chooses what a lesson's questions ask, so that two
 * students hardly ever have the same answers. Where nothing can be kept it lasts as long as the page.
 */
export function studentSeed(): number {
	try {
		const kept = Number(localStorage.getItem(key));
		if (Number.isInteger(kept) && kept > 0) return kept;
		const drawn = draw();
		localStorage.setItem(key, String(drawn));
		return drawn;
	} catch {
		return (forThisPage ??= draw());
	}
}

let forThisPage: number | undefined;

/** 1 to 9999: short enough to be read out to somebody. */
const draw = () => 1 + (crypto.getRandomValues(new Uint32Array(1))[0]! % 9999);

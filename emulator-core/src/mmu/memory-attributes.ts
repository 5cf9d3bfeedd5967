/** What both stages say of memory, as PAR_EL1 shows it: a byte as in MAIR_ELx, and SH. */
export interface MemoryAttributes {
	readonly attr: number;
	/** 0 not, 2 outer, 3 inner shareable. */
	readonly shareability: number;
}

/** MAIR attributes 0b0000xx00 are Device. */
export const isDevice = (attr: number) => (attr & 0xf0) === 0;

const nonCacheable = 4;

/**
 * The attributes after both stages (Arm ARM, "Combining the stage 1 and stage 2 attributes, EL1&0
 * translation regime"): the stricter of the two, with stage 1's hints about allocation. `memAttr` is
 * MemAttr[3:0] of stage 2; `noCache` is HCR_EL2.CD, by which stage 2 makes all data Non-cacheable.
 */
export function combine(
	stage1: MemoryAttributes,
	{ memAttr = 0, shareability = 0 }: { readonly memAttr?: number; readonly shareability?: number },
	noCache: boolean
): MemoryAttributes {
	// Of Device memory bits 3:2 of either stage say how much may be gathered, reordered, acknowledged early.
	const device2 = memAttr >> 2 === 0;
	if (isDevice(stage1.attr) || device2) {
		const kinds = [
			...(isDevice(stage1.attr) ? [stage1.attr & 0xc] : []),
			...(device2 ? [(memAttr & 3) << 2] : [])
		];
		return { attr: Math.min(...kinds), shareability: 2 };
	}
	const outer = combineNibble(stage1.attr >> 4, noCache ? 1 : memAttr >> 2);
	const inner = combineNibble(stage1.attr & 15, noCache ? 1 : memAttr & 3);
	return {
		attr: (outer << 4) | inner,
		shareability: combineShareability(stage1.shareability, shareability)
	};
}

/** Of one cache: MAIR's four bits, and stage 2's 1 Non-cacheable, 2 Write-Through, 3 Write-Back. */
function combineNibble(first: number, second: number): number {
	if (first === nonCacheable || second === 1) return nonCacheable;
	// Bits 3:2: 00 Write-Through transient, 01 Write-Back transient, 10 Write-Through, 11 Write-Back.
	const writeThrough = (first & 4) === 0;
	return second === 2 && !writeThrough ? 8 | (first & 3) : first;
}

/** Outer shareable wins over inner, inner over none. */
function combineShareability(first: number, second: number): number {
	if (first === 2 || second === 2) return 2;
	return first === 3 || second === 3 ? 3 : 0;
}

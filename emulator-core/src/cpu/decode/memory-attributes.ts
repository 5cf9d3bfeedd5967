const devices: Readonly<Record<number, string>> = {
	0x00: 'Device-nGnRnE',
	0x04: 'Device-nGnRE',
	0x08: 'Device-nGRE',
	0x0c: 'Device-GRE'
};

/** One half of a byte of MAIR_ELx that is Normal memory: outer or inner caching. */
function caching(half: number): string | undefined {
	if (half === 0) return undefined;
	if (half === 4) return 'non-cacheable';
	const policy = (half & 4) === 0 ? 'write-through' : 'write-back';
	return (half & 8) === 0 ? `${policy} transient` : policy;
}

/** A byte of MAIR_EL1, MAIR_EL2 or PAR_EL1.ATTR: which kind of memory it describes. */
export function memoryAttributeWords(attr: number): string {
	const device = devices[attr];
	if (device) return device;
	const [outer, inner] = [caching(attr >> 4), caching(attr & 15)];
	if (outer === undefined || inner === undefined) return 'reserved';
	return outer === inner ? `Normal, ${outer}` : `Normal, outer ${outer}, inner ${inner}`;
}

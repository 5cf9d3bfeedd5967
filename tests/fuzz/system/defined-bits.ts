import { systemRegister } from '../../../emulator-core/src/cpu/sysregs/index.ts';

const all64 = 0xffff_ffff_ffff_ffffn;
const low32 = 0xffff_ffffn;

/** Of registers whose fields the core need not name. */
const others: readonly (readonly [RegExp, bigint])[] = [
	[/^(AFSR|ACTLR|AMAIR|HACR|CNTFRQ|DBGPRCR|DBGCLAIM|OSDLR|OSECCR|OSDTR|MDCCINT|DBGVCR)/, 0n],
	[/^DBG[BW]VR/, 0x1_ffff_ffff_fffcn],
	// BAS is RES1 without AArch32.
	[/^DBGBCR/, 0xff_e007n],
	[/^DBGWCR/, 0x1f1f_ffffn],
	[/^(SPSR|ESR|CONTEXTIDR|DACR|IFSR|FPEXC|HSTR|VPIDR)/, low32],
	[/^VBAR/, all64 & ~0x7ffn],
	[/^CSSELR/, 0xfn]
];

/** The bits that the architecture defines of the register that MRS `word` reads, and that all CPUs have. */
export function definedBits(word: number): bigint {
	const register = systemRegister(((word >>> 5) & 0x7fff) | 0x8000);
	if (register === undefined) return all64;
	const known = others.find(([name]) => name.test(register.name));
	if (known) return known[1];
	const places = typeof register.fields === 'function' ? {} : (register.fields ?? {});
	let mask = 0n;
	for (const place of Object.values(places)) {
		const [high, low] = typeof place === 'number' ? [place, place] : place;
		mask |= ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
	}
	return mask === 0n ? all64 : mask;
}

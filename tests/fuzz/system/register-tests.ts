import { systemRegisterNames } from '../../../emulator-core/src/cpu/index.ts';
import type { Random } from '../../conformance/random.ts';
import { chance } from './descriptors.ts';
import { baseTest, type SystemTest } from './random-tests.ts';
import type { QemuCpu } from './run.ts';
import type { Tables } from './tables.ts';

const keys = systemRegisterNames.map(([, key]) => key);
const named = (name: RegExp) =>
	systemRegisterNames.filter(([known]) => name.test(known)).map(([, key]) => key);

export const mrs = (key: number, rt: number) => (0xd530_0000 | ((key & 0x7fff) << 5) | rt) >>> 0;
export const msr = (key: number, rt: number) => (0xd510_0000 | ((key & 0x7fff) << 5) | rt) >>> 0;

/** What could not be written at random while a test runs at EL1: where the program is, and which. */
const neverWritten = named(/^(SPSel|OSLAR_EL1)$/);
/** S3_0_C0_Cm_op2: the ID registers and those reserved for them. */
const idSpace = () => Array.from({ length: 128 }, (_, n) => 0xc000 | n);
/** Of values that move on their own, or that performance monitors would have (PMUVer is 0 here). */
const unstable = named(/^(CNT\w+_(CTL|TVAL|CVAL)_|CNT[PV]CT_|PM|ISR_EL1|OSLAR_EL1)/);
const writable = keys.filter((key) => !unstable.includes(key) && (key & 0xff80) !== 0xc000);
const sctlr = named(/^SCTLR_EL[12]$/);

/** Reads of registers, writes of what was read, and writes of anything, with all traps drawn. */
export function registerTest(random: Random, tables: Tables, cpu: QemuCpu, n: number): SystemTest {
	if (chance(random, 2)) return valueTest(random, tables, cpu, n);
	const el = random.below(chance(random, 6) ? 3 : 2) as 0 | 1 | 2;
	return baseTest(random, tables, cpu, n, { kind: 'register', el, traps: true }, () => {
		// Mostly registers that are; else an encoding that may be none.
		const key = chance(random, 4)
			? chance(random, 2)
				? random.pick(idSpace())
				: 0x8000 + random.below(0x8000)
			: random.pick(keys);
		const onlyRead = neverWritten.includes(key) || chance(random, 2);
		// At EL2, MSR of what was read is tried in `valueTest`.
		return { words: onlyRead || el === 2 ? [mrs(key, 2)] : [mrs(key, 2), msr(key, 2)] };
	});
}

/** What a register reads as after a write of anything: which bits stay, and as what. */
function valueTest(random: Random, tables: Tables, cpu: QemuCpu, n: number): SystemTest {
	const el = chance(random, 2) ? 2 : (random.below(2) as 0 | 1);
	const setting = { kind: 'value', el, translated: false } as const;
	return baseTest(random, tables, cpu, n, setting, () => {
		const key = random.pick(writable);
		let value = random.value();
		// The MMU stays off, data little-endian.
		if (sctlr.includes(key)) value &= ~0x0300_0001n;
		return {
			words: [mrs(key, 3), msr(key, 0), mrs(key, 2), msr(key, 3)],
			loaded: { X0: value, MDCR_EL2: 6n, CPTR_EL2: 0x33ffn, CPACR_EL1: 3n << 20n }
		};
	});
}

import type { Cpu } from './cpu.ts';
import {
	callException,
	exceptionReturn,
	ownTarget,
	takeSync,
	takeUndefined
} from './exceptions.ts';
import { wakesFromWfi } from './interrupts.ts';
import { loadKnown, storeKnown } from './known-pages.ts';
import { fetch, load, markExclusive, store, storeExclusive } from './memory.ts';
import type { SlowPaths } from './slow-paths.ts';
import { EC, wfxIss } from './syndrome.ts';
import {
	readSystemRegister,
	systemOperation,
	writePstateField,
	writeSystemRegister,
	takeSimdTrap
} from './system-access.ts';
import { HCR } from './sysregs/traps.ts';
import { vectorCallsOf } from './vector-calls.ts';

const unsigned = (value: bigint) => BigInt.asUintN(64, value);

/** The CPU as generated code calls it. `hot.pc` is the current instruction at each call. */
export function slowPathsOf(cpu: Cpu): SlowPaths {
	return {
		load: (va, size, flags) => load(cpu, unsigned(va), size, flags),
		store: (va, value, size, flags) => store(cpu, unsigned(va), unsigned(value), size, flags),
		loadKnown: (low, high, size, flags) => loadKnown(cpu, low, high, size, flags),
		storeKnown: (low, high, size, flags) => storeKnown(cpu, low, high, size, flags),
		fetch: (va) => fetch(cpu, unsigned(va)),
		markExclusive: (va, size) => markExclusive(cpu, unsigned(va), size),
		storeExclusive: (va, lo, hi, size, pair, flags) => {
			const values = pair ? [unsigned(lo), unsigned(hi)] : [unsigned(lo)];
			return storeExclusive(cpu, unsigned(va), values, size, flags);
		},
		readSystemRegister: (key, rt) => readSystemRegister(cpu, key, rt),
		writeSystemRegister: (key, value, rt) => writeSystemRegister(cpu, key, unsigned(value), rt),
		system: (key, value, rt) => systemOperation(cpu, key, unsigned(value), rt),
		writePstateField: (field, imm) => writePstateField(cpu, field, imm),
		callException: (kind, imm) => callException(cpu, kind, imm),
		undefined: (word) => {
			const at = `0x${cpu.hot.pc.toString(16)}`;
			cpu.environment.note(
				`instruction 0x${(word >>> 0).toString(16).padStart(8, '0')} at PC ${at}, ` +
					`EL${cpu.el}: unallocated, or not in this CPU; UNDEFINED`
			);
			takeUndefined(cpu);
		},
		simdTrapped: () => takeSimdTrap(cpu),
		spMisaligned: () => takeSync(cpu, ownTarget(cpu), EC.spAlignment),
		eret: () => exceptionReturn(cpu),
		wfi: () => waitForInterrupt(cpu),
		wfe: () => waitForEvent(cpu),
		sev: (own) => (own ? void (cpu.event = true) : cpu.sendEvent()),
		probe: () => cpu.environment.probe(cpu.hot.pc),
		...vectorCallsOf(cpu.bytes.buffer)
	};
}

/**
 * WFI. With an interrupt pending, masked or not, it is done at once, and no trap is taken: the trap is
 * for a CPU that would otherwise sleep.
 */
function waitForInterrupt(cpu: Cpu): void {
	if (wakesFromWfi(cpu)) return;
	const nTWI = 16;
	if (cpu.el === 0 && !cpu.sctlr1(nTWI))
		return takeSync(cpu, ownTarget(cpu), EC.wfx, wfxIss(false));
	if (cpu.el < 2 && cpu.hcr(HCR.TWI)) return takeSync(cpu, 2, EC.wfx, wfxIss(false));
	cpu.sleeping = true;
	cpu.hot.leaveSoon();
}

/**
 * WFE. A CPU that is alone has nobody who could send an event, and goes on at once, which a WFE always may.
 * With others it waits until one sends an event, its monitor is lost, an exception returns, or the event
 * stream of the timer comes by.
 */
function waitForEvent(cpu: Cpu): void {
	if (cpu.peers.length === 1) return;
	if (cpu.event) {
		cpu.event = false;
		return;
	}
	const nTWE = 18;
	if (cpu.el === 0 && !cpu.sctlr1(nTWE)) return takeSync(cpu, ownTarget(cpu), EC.wfx, wfxIss(true));
	if (cpu.el < 2 && cpu.hcr(HCR.TWE)) return takeSync(cpu, 2, EC.wfx, wfxIss(true));
	cpu.sleeping = cpu.waitsForEvent = true;
	cpu.environment.waitsForEvent?.();
	cpu.hot.leaveSoon();
}

import { isAddImmediate } from './immediates.ts';
import type { Selector } from './selector.ts';

/** d = base + constant, in as few instructions as it takes. */
export function addConstant(s: Selector, d: number, base: number, offset: bigint): void {
	if (offset === 0n) s.move(d, base);
	else if (isAddImmediate(offset)) s.alu('add', 'x', d, base, `#${offset}`);
	else if (isAddImmediate(-offset)) s.alu('sub', 'x', d, base, `#${-offset}`);
	else if (offset > 0n && offset < 0x100_0000n) {
		const t = s.fresh();
		s.alu('add', 'x', t, base, `#${offset & ~0xfffn}`);
		s.alu('add', 'x', d, t, `#${offset & 0xfffn}`);
	} else s.alu('add', 'x', d, base, s.constant(offset));
}

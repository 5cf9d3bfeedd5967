import { check, type Trial } from 'checks';

const EC_IABT = 0x20;
const EC_DABT = 0x24;
/** Fault status codes 0b0011LL: permission fault at level LL. */
const permissionFault = (esr: number) => (esr & 0x3c) === 0x0c;

/** A change of memory after which the guest's next access was forbidden, not missing. */
function forbids({ kind, records }: Trial): boolean {
	const first = records.find(({ what }) => what === 'entry');
	if (kind !== 'memory' || first?.toEl !== 2) return false;
	const ec = first.esr >>> 26;
	return (ec === EC_IABT || ec === EC_DABT) && first.stage === 2 && permissionFault(first.esr);
}

export default [
	check('guest-fault', {
		ask: 'Predict where three exceptions of the guest go: when mem calls its kernel, when it touches a page, and when its kernel writes to a free page.',
		hint: 'The questions are under “Whose fault?”.',
		passed: ({ stepped }) =>
			['mem-touch-traps', 'mem-traps', 'mem-call-traps'].every(
				(id) => stepped?.answered.has(id) ?? false
			)
	}),
	check('memory-or-io', {
		ask: 'Predict the class of the trap for a page that may not be written, and for a write to a device.',
		hint: 'The questions stand under “Eleven reads” and “Where there is no memory”. It is the same class: what tells them apart is not in it.',
		passed: ({ stepped }) =>
			['list-write-class', 'mmio-class'].every((id) => stepped?.answered.has(id) ?? false)
	}),
	check('spoil', {
		ask: 'Make the guest’s next access fail for lack of permission: change one descriptor of stage 2, and try.',
		hint: 'In the last step, choose the descriptor at the end of the walk. It must stay valid, but S2AP, or XN for a fetch, must forbid what the guest is about to do.',
		passed: ({ stepped }) => stepped?.tried.some(forbids) ?? false
	}),
	check('where-is-it', {
		ask: 'Find a page of the guest in the real memory.',
		hint: 'Go to the step “Eleven reads”, type the address into the walk, and read the address at its end.',
		question: (seed) => {
			// In the middle of the kernel's .bss, which it has cleared at boot: stage 2 knows these pages.
			const va = 0xffff_ffc0_000c_c000n + BigInt(seed % 8) * 0x1000n;
			return {
				ask: `At which physical address does the guest’s page 0x${va.toString(16).replaceAll(/(?=(.{4})+$)(?<=.)/g, '_')} lie, when it first reads its list?`,
				measure: { kind: 'walk', moment: 'list-read', va, want: 'pa' }
			};
		},
		passed: ({ stepped }) => stepped?.answered.has('where-is-it') ?? false
	})
];

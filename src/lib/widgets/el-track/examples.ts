import type { TrapRecord } from 'emulator-core';
import type { Position, Run } from './events.ts';

export const title = 'Exception-level track';

type Example = {
	records: readonly TrapRecord[];
	position: Position;
	range: Run['range'];
	future?: boolean;
};

/**
 * A record a line, of the standard run: instructions before it, ticks slept so far, cause, levels, PC,
 * ESR, FAR, IPA, stage of a fault, and whose instruction it was.
 */
function parse(lines: string): TrapRecord[] {
	return lines
		.trim()
		.split('\n')
		.map((line) => {
			const [at, slept, cause, levels, pc, esr, far, ipa, stage, world] = line.trim().split(' ');
			const big = (text: string | undefined) => BigInt(`0x${text}`);
			return {
				at: Number(at),
				tick: Number(at) + Number(slept),
				what: cause === 'return' ? 'return' : 'entry',
				cause: cause === 'return' ? 'eret' : (cause as TrapRecord['cause']),
				fromEl: Number(levels![0]),
				toEl: Number(levels![2]),
				pc: big(pc),
				esr: Number(big(esr)),
				far: big(far),
				ipa: ipa === '-' ? undefined : big(ipa),
				stage: stage === '-' ? undefined : (Number(stage) as 1 | 2),
				s1ptw: false,
				vmid: world === 'guest' ? 1 : undefined,
				outcome: undefined
			};
		});
}

const firstCall = parse(`
	2378632 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	2378880 0 return 2>1 ffffffc00008465c 00000000 0 - - guest
	2378967 0 sync 1>2 ffffff8000005000 82000006 ffffff8000005000 84000000 2 guest
	2379224 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	2381191 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	2381439 0 return 2>1 ffffffc000082200 00000000 0 - - guest
	2381518 0 return 1>1 ffffffc0000841a0 00000000 0 - - guest
	2387070 0 sync 1>2 ffffffc0000918f0 5a000000 0 - - guest
	2387326 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	2388318 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	2388566 0 return 2>1 ffffffc0000918f0 00000000 0 - - guest
	2388579 0 sync 1>2 ffffffc000091938 5a000000 0 - - guest
	2388835 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	2389828 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	2390076 0 return 2>1 ffffffc000091938 00000000 0 - - guest
`);

const programStarts = parse(`
	7180484 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7183123 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7183371 0 return 2>1 ffffffc000088ae0 00000000 0 - - guest
	7183958 0 return 1>1 ffffffc0000843ec 00000000 0 - - guest
	7186647 0 return 1>0 400000 00000000 0 - - guest
	7186648 0 sync 0>1 400000 82000005 400000 - 1 guest
	7187503 0 sync 1>2 ffffffc000088ae0 93c88047 ffffffc003fa6000 83fa6000 2 guest
	7187760 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7190443 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7190691 0 return 2>1 ffffffc000088ae0 00000000 0 - - guest
	7190727 0 sync 1>2 ffffffc000088ae0 93c88047 ffffffc003fa5000 83fa5000 2 guest
	7190984 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7193623 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7193871 0 return 2>1 ffffffc000088ae0 00000000 0 - - guest
	7194545 0 sync 1>2 ffffffc0000842e4 92000007 ffffffc003fb2074 83fb2074 2 guest
	7194802 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7196637 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7196885 0 return 2>1 ffffffc0000842e4 00000000 0 - - guest
	7197630 0 sync 1>2 ffffffc0000842e4 92000007 ffffffc003fb3000 83fb3000 2 guest
	7197887 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7199722 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7199970 0 return 2>1 ffffffc0000842e4 00000000 0 - - guest
	7200373 0 return 1>0 400000 00000000 0 - - guest
	7200385 0 sync 0>1 400058 92000047 4070f8 - 1 guest
	7200693 0 sync 1>2 ffffffc000088ae0 93c88047 ffffffc003fa7000 83fa7000 2 guest
	7200950 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7203771 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7204019 0 return 2>1 ffffffc000088ae0 00000000 0 - - guest
	7204100 0 sync 1>2 ffffffc0000842e4 92000007 ffffffc003fb9074 83fb9074 2 guest
	7204357 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7206192 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7206440 0 return 2>1 ffffffc0000842e4 00000000 0 - - guest
	7207090 0 return 1>0 400058 00000000 0 - - guest
	7207094 0 sync 0>1 4038a8 82000007 4038a8 - 1 guest
	7207426 0 sync 1>2 ffffffc0000842e4 92000007 ffffffc003fb5074 83fb5074 2 guest
	7207683 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7209518 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7209766 0 return 2>1 ffffffc0000842e4 00000000 0 - - guest
	7210873 0 return 1>0 4038a8 00000000 0 - - guest
	7210921 0 sync 0>1 400030 56000000 0 - - guest
	7211005 0 sync 1>1 ffffffc00008444c 96000007 4044af - 1 guest
	7211331 0 sync 1>2 ffffffc000088ae0 93c88047 ffffffc003fac000 83fac000 2 guest
`);

const idle = parse(`
	7685176 0 return 1>0 400030 00000000 0 - - host
	7685264 0 sync 0>1 400030 56000000 0 - - host
	7685780 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7686028 0 return 2>1 ffffffc000092c3c 00000000 0 - - guest
	7686110 0 return 1>0 400030 00000000 0 - - guest
	7686196 0 sync 0>1 400030 56000000 0 - - guest
	7686427 0 sync 1>2 ffffffc0000831cc 07e00000 0 - - guest
	7686681 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7687718 0 return 1>0 400030 00000000 0 - - host
	7687747 0 sync 0>1 400030 56000000 0 - - host
	7697747 0 return 1>0 400030 00000000 0 - - host
	7705658 0 sync 0>1 400030 56000000 0 - - host
	7705975 411528 irq 1>1 ffffffc0000831d4 00000000 0 - - host
	7706268 411528 return 1>1 ffffffc0000831d4 00000000 0 - - host
	7706318 577304 irq 1>1 ffffffc0000831d4 00000000 0 - - host
	7708412 577304 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7708660 577304 return 2>1 ffffffc0000831cc 00000000 0 - - guest
	7708663 577304 irq 1>1 ffffffc0000831d4 00000000 0 - - guest
	7708945 577304 return 1>1 ffffffc0000831d4 00000000 0 - - guest
	7708993 577304 sync 1>2 ffffffc0000831cc 07e00000 0 - - guest
	7709247 577304 return 2>1 ffffffc00009e724 00000000 0 - - host
	7709970 577304 return 1>1 ffffffc0000831d4 00000000 0 - - host
	7710020 1407483 irq 1>1 ffffffc0000831d4 00000000 0 - - host
	7710313 1407483 return 1>1 ffffffc0000831d4 00000000 0 - - host
`);

export const examples: Record<string, Example> = {
	'One HVC of the guest, its exit half done': {
		records: firstCall,
		position: { instruction: 2387196, entered: false },
		range: { from: 2378300, to: 2391000 }
	},
	'Just before an HVC, and what it leads to is not shown yet': {
		records: firstCall,
		position: { instruction: 2387070, entered: false },
		range: { from: 2378300, to: 2391000 },
		future: false
	},
	'The guest starts a program: its own page faults, and those of stage 2': {
		records: programStarts,
		position: { instruction: 7186648, entered: false },
		range: { from: 7180484, to: 7212400 }
	},
	'Host and guest sleep, the host is woken by its timer': {
		records: idle,
		position: { instruction: 7705975, entered: true },
		range: { from: 7684876, to: 7710343 }
	},
	'Nothing known yet': {
		records: [],
		position: { instruction: 0, entered: false },
		range: { from: 0, to: 0 }
	}
};

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
	2388784 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	2389032 0 return 2>1 ffffffc00008465c 00000000 0 - - guest
	2389119 0 sync 1>2 ffffff8000005000 82000006 ffffff8000005000 84000000 2 guest
	2389376 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	2391343 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	2391591 0 return 2>1 ffffffc000082200 00000000 0 - - guest
	2391670 0 return 1>1 ffffffc0000841a0 00000000 0 - - guest
	2397222 0 sync 1>2 ffffffc0000918f0 5a000000 0 - - guest
	2397478 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	2398470 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	2398718 0 return 2>1 ffffffc0000918f0 00000000 0 - - guest
	2398731 0 sync 1>2 ffffffc000091938 5a000000 0 - - guest
	2398987 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	2399980 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	2400228 0 return 2>1 ffffffc000091938 00000000 0 - - guest
`);

const programStarts = parse(`
	7189687 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7192326 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7192574 0 return 2>1 ffffffc000088ae0 00000000 0 - - guest
	7193161 0 return 1>1 ffffffc0000843ec 00000000 0 - - guest
	7195850 0 return 1>0 400000 00000000 0 - - guest
	7195851 0 sync 0>1 400000 82000005 400000 - 1 guest
	7196706 0 sync 1>2 ffffffc000088ae0 93c88047 ffffffc003fa6000 83fa6000 2 guest
	7196963 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7199646 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7199894 0 return 2>1 ffffffc000088ae0 00000000 0 - - guest
	7199930 0 sync 1>2 ffffffc000088ae0 93c88047 ffffffc003fa5000 83fa5000 2 guest
	7200187 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7202826 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7203074 0 return 2>1 ffffffc000088ae0 00000000 0 - - guest
	7203748 0 sync 1>2 ffffffc0000842e4 92000007 ffffffc003fb2074 83fb2074 2 guest
	7204005 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7205840 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7206088 0 return 2>1 ffffffc0000842e4 00000000 0 - - guest
	7206833 0 sync 1>2 ffffffc0000842e4 92000007 ffffffc003fb3000 83fb3000 2 guest
	7207090 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7208925 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7209173 0 return 2>1 ffffffc0000842e4 00000000 0 - - guest
	7209576 0 return 1>0 400000 00000000 0 - - guest
	7209588 0 sync 0>1 400058 92000047 4070f8 - 1 guest
	7209896 0 sync 1>2 ffffffc000088ae0 93c88047 ffffffc003fa7000 83fa7000 2 guest
	7210153 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7212974 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7213222 0 return 2>1 ffffffc000088ae0 00000000 0 - - guest
	7213303 0 sync 1>2 ffffffc0000842e4 92000007 ffffffc003fb9074 83fb9074 2 guest
	7213560 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7215395 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7215643 0 return 2>1 ffffffc0000842e4 00000000 0 - - guest
	7216293 0 return 1>0 400058 00000000 0 - - guest
	7216297 0 sync 0>1 4038a8 82000007 4038a8 - 1 guest
	7216629 0 sync 1>2 ffffffc0000842e4 92000007 ffffffc003fb5074 83fb5074 2 guest
	7216886 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7218721 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7218969 0 return 2>1 ffffffc0000842e4 00000000 0 - - guest
	7220076 0 return 1>0 4038a8 00000000 0 - - guest
	7220124 0 sync 0>1 400030 56000000 0 - - guest
	7220208 0 sync 1>1 ffffffc00008444c 96000007 4044af - 1 guest
	7220534 0 sync 1>2 ffffffc000088ae0 93c88047 ffffffc003fac000 83fac000 2 guest
`);

const idle = parse(`
	7694379 0 return 1>0 400030 00000000 0 - - host
	7694467 0 sync 0>1 400030 56000000 0 - - host
	7694983 0 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7695231 0 return 2>1 ffffffc000092c3c 00000000 0 - - guest
	7695313 0 return 1>0 400030 00000000 0 - - guest
	7695399 0 sync 0>1 400030 56000000 0 - - guest
	7695630 0 sync 1>2 ffffffc0000831cc 07e00000 0 - - guest
	7695884 0 return 2>1 ffffffc00009e724 00000000 0 - - host
	7696856 0 return 1>0 400030 00000000 0 - - host
	7696885 0 sync 0>1 400030 56000000 0 - - host
	7706882 0 return 1>0 400030 00000000 0 - - host
	7714845 0 sync 0>1 400030 56000000 0 - - host
	7715162 407266 irq 1>1 ffffffc0000831d4 00000000 0 - - host
	7715455 407266 return 1>1 ffffffc0000831d4 00000000 0 - - host
	7715505 578269 irq 1>1 ffffffc0000831d4 00000000 0 - - host
	7717599 578269 sync 1>2 ffffffc00009e724 5a000000 0 - - host
	7717847 578269 return 2>1 ffffffc0000831cc 00000000 0 - - guest
	7717850 578269 irq 1>1 ffffffc0000831d4 00000000 0 - - guest
	7718132 578269 return 1>1 ffffffc0000831d4 00000000 0 - - guest
	7718180 578269 sync 1>2 ffffffc0000831cc 07e00000 0 - - guest
	7718434 578269 return 2>1 ffffffc00009e724 00000000 0 - - host
	7719157 578269 return 1>1 ffffffc0000831d4 00000000 0 - - host
	7719207 1403221 irq 1>1 ffffffc0000831d4 00000000 0 - - host
	7719500 1403221 return 1>1 ffffffc0000831d4 00000000 0 - - host
`);

export const examples: Record<string, Example> = {
	'One HVC of the guest, its exit half done': {
		records: firstCall,
		position: { instruction: 2397348, entered: false },
		range: { from: 2388452, to: 2401152 }
	},
	'Just before an HVC, and what it leads to is not shown yet': {
		records: firstCall,
		position: { instruction: 2397222, entered: false },
		range: { from: 2388452, to: 2401152 },
		future: false
	},
	'The guest starts a program: its own page faults, and those of stage 2': {
		records: programStarts,
		position: { instruction: 7195851, entered: false },
		range: { from: 7189687, to: 7221603 }
	},
	'Host and guest sleep, the host is woken by its timer': {
		records: idle,
		position: { instruction: 7715162, entered: true },
		range: { from: 7694079, to: 7719530 }
	},
	'Nothing known yet': {
		records: [],
		position: { instruction: 0, entered: false },
		range: { from: 0, to: 0 }
	}
};

import type { PhaseCounts } from './layout.ts';

export const title = 'Table of traps';

/** What the gallery shows and the golden test holds. The numbers are made up, the shapes are not. */
export const examples: Record<string, { data: readonly PhaseCounts[] }> = {
	'Nothing yet': { data: [] },
	'As shipped: three zeros': {
		data: [
			{
				phase: 'boot',
				machine: { cpu: 38, mem: 412, io: 3120 },
				student: { cpu: 0, mem: 0, io: 0 }
			},
			{ phase: 'mem', machine: { cpu: 4, mem: 131, io: 86 }, student: { cpu: 0, mem: 0, io: 0 } },
			{ phase: 'io', machine: { cpu: 3, mem: 6, io: 644 }, student: { cpu: 0, mem: 0, io: 0 } }
		]
	},
	'By exception class alone: I/O counted as memory': {
		data: [
			{
				phase: 'boot',
				machine: { cpu: 38, mem: 412, io: 3120 },
				student: { cpu: 38, mem: 3532, io: 0 }
			},
			{ phase: 'mem', machine: { cpu: 4, mem: 131, io: 86 }, student: { cpu: 4, mem: 217, io: 0 } },
			{ phase: 'io', machine: { cpu: 3, mem: 6, io: 644 }, student: { cpu: 3, mem: 650, io: 0 } }
		]
	},
	'Right, while io still runs': {
		data: [
			{
				phase: 'boot',
				machine: { cpu: 38, mem: 412, io: 3120 },
				student: { cpu: 38, mem: 412, io: 3120 }
			},
			{
				phase: 'mem',
				machine: { cpu: 4, mem: 131, io: 86 },
				student: { cpu: 4, mem: 131, io: 86 }
			},
			{ phase: 'shell', machine: { cpu: 9, mem: 0, io: 12 }, student: { cpu: 9, mem: 0, io: 12 } },
			{ phase: 'io', machine: { cpu: 1, mem: 2, io: 17 }, student: undefined }
		]
	}
};

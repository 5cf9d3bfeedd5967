import type { KeptRegister, World } from './layout.ts';
import {
	atRest,
	beforePair,
	beforeRuns,
	beforeTables,
	entered,
	pair,
	runs,
	saved,
	tables
} from './snapshots.ts';

export const title = 'World switch';

type Example = {
	registers: readonly KeptRegister[];
	before?: readonly KeptRegister[] | undefined;
	world: World;
};

export const examples: Record<string, Example> = {
	'The host goes to rest: X19 and X20 saved': { registers: saved, before: atRest, world: 'hyp' },
	'EL1 becomes the guest’s: its tables installed': {
		registers: tables,
		before: beforeTables,
		world: 'hyp'
	},
	'Near the end: two registers loaded at once': {
		registers: pair,
		before: beforePair,
		world: 'hyp'
	},
	'The guest runs and changes what it likes': {
		registers: runs,
		before: beforeRuns,
		world: 'guest'
	},
	'Come from afar: no step before': { registers: entered, world: 'guest' },
	'No vCPU yet': { registers: [], world: 'host' }
};

import type { Assembly } from '../assembly.ts';
import type { Cursor } from '../cursor.ts';
import { conditionDirectives } from './conditions.ts';
import { dataDirectives } from './data.ts';
import { debugDirectives } from './debug.ts';
import { expansionDirectives } from './expansions.ts';
import { frameDirectives } from './frames.ts';
import { layoutDirectives } from './layout.ts';
import { sectionDirectives } from './sections.ts';
import { symbolDirectives } from './symbols.ts';

/** Obeys one directive; the cursor stands after its name. */
export type Directive = (asm: Assembly, cursor: Cursor) => void;

/** Every directive by its name, with the dot, in lower case. */
export const directives: ReadonlyMap<string, Directive> = new Map(
	Object.entries({
		...conditionDirectives,
		...dataDirectives,
		...debugDirectives,
		...expansionDirectives,
		...frameDirectives,
		...layoutDirectives,
		...sectionDirectives,
		...symbolDirectives
	})
);

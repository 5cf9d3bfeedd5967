export type { TrapRecord } from './machine/trap-log.ts';

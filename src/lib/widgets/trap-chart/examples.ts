export const title = 'Chart of traps';
export { examples } from '../trap-table/examples.ts';

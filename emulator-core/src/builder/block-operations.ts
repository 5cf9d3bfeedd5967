/** Operations on whole vectors, done by TypeScript: each takes and gives 16 bytes, lowest first. */

export type BlockOperation = (args: readonly Uint8Array[], result: Uint8Array) => void;

const described = {} as const satisfies Record<string, { compute: BlockOperation; says: string }>;

export type BlockOperationName = keyof typeof described;
export const blockOperations: Readonly<
	Record<string, { readonly compute: BlockOperation; readonly says: string }>
> = described;
/** Their numbers, as generated code names them to TypeScript. */
export const blockOperationNames: readonly string[] = Object.keys(described);

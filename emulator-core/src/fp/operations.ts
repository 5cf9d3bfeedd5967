export type FpOperationName = string;
export const fpOperationNames: readonly FpOperationName[] = [];

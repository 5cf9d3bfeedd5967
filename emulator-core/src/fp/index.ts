/**
 * Arm's floating point, bit for bit, for whatever the host's own arithmetic cannot answer: other rounding
 * modes, flags, subnormals, NaNs. Starts at `operations.ts`.
 */
export { FpEnvironment, fpcrFields, fpFlags, type Rounding } from './environment.ts';
export { fpFormats, type FpFormat, type FpSize } from './format.ts';
export {
	fpOperationList,
	fpOperations,
	runFp,
	runFpInto,
	sayFp,
	type FpOperand,
	type FpOperation,
	type FpOperationName,
	type FpResult,
	type FpResultKind
} from './operations.ts';

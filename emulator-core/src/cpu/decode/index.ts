export { decodeDescriptor } from './descriptor.ts';
export type { Descriptor, DescriptorOptions } from './descriptor.ts';
export { decodeRegister } from './register.ts';
export type { DecodedRegister } from './register.ts';
export { decodeSyndrome, ipaOf } from './syndrome.ts';
export type { Syndrome } from './syndrome.ts';

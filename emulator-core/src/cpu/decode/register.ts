import { esrPlaces } from '../syndrome.ts';
import { systemRegisterNamed } from '../sysregs/index.ts';
import { hex, splitFields, type DecodedField } from '../../fields.ts';
import { decodeSyndrome } from './syndrome.ts';

/** A system register's value taken apart. */
export interface DecodedRegister {
	readonly name: string;
	/** What it is for, in half a line; undefined where that is not described. */
	readonly purpose: string | undefined;
	readonly value: bigint;
	/** From bit 63 (31 of a 32-bit register) down to bit 0. A register without fields is one field. */
	readonly fields: readonly DecodedField[];
}

/**
 * What a value of a system register says, by the register's description; undefined for a name that
 * this CPU does not have.
 *
 * @param name as Arm spells it: `HCR_EL2`
 */
export function decodeRegister(name: string, value: bigint): DecodedRegister | undefined {
	const register = systemRegisterNamed(name);
	if (register === undefined) return undefined;
	const word = BigInt.asUintN(64, value);
	const described = { name, purpose: register.what, value: word };
	const { fields = {}, means = {} } = register;
	const places = typeof fields === 'function' ? fields(word) : fields;
	const meanings = typeof means === 'function' ? means(word) : means;
	if (places === esrPlaces) return { ...described, fields: syndromeFields(word) };
	const width = word >> 32n === 0n && register.writable! >> 32n === 0n ? 32 : 64;
	if (Object.keys(places).length === 0)
		return {
			...described,
			fields: [{ name, bits: [width - 1, 0], value: word, means: hex(word) }]
		};
	return { ...described, fields: splitFields(word, width, places, meanings) };
}

/** The ISS has fields of its own, by exception class. */
function syndromeFields(word: bigint): DecodedField[] {
	const { name, fields: iss } = decodeSyndrome(word);
	const [EC, IL] = splitFields(BigInt.asUintN(32, word), 32, esrPlaces, {
		EC: () => name,
		IL: ['a 16-bit instruction', 'a 32-bit instruction, or none']
	});
	return [EC!, IL!, ...iss];
}

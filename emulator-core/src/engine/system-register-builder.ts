import type { Operand, Value } from '../builder/builder.ts';
import type { WasmValue } from '../builder/function-writer.ts';
import { op } from '../builder/opcodes.ts';
import { memarg } from '../builder/wasm-builder.ts';
import { I32, I64, type ValueType } from '../builder/wasm-module.ts';
import { cpuState, systemRegisterFile as file, writeEffects } from '../layout.ts';
import { OperandBuilder } from './operand-builder.ts';

const DAIFSet = 0b011_110;
const DAIFClr = 0b011_111;
/** The entry of DAIF: its key is S3_3_C4_C2_1, without the bit that all keys have. */
const daifKey = 0x5a11;

/**
 * MRS, MSR and the interrupt masks where nothing can trap and nothing follows: the register file
 * (layout.ts) says so, and the value lies there. Whatever else, TypeScript does.
 */
export abstract class SystemRegisterBuilder extends OperandBuilder {
	/** The address of the entry of a key without its top bit. */
	#entry(key: Value): WasmValue {
		const at = this.w(this.shl(key, 1));
		const number = this.f.value(I32, memarg(op.i32_load16_u, file.numbers), [at], true);
		const scale = 31 - Math.clz32(file.entryBytes);
		const entry = this.w(this.shl(this.wrap(number), scale));
		// A use of its own keeps it in a local.
		entry.uses++;
		return entry;
	}

	#member(type: ValueType, entry: WasmValue, member: number): Value {
		const opcode = type === I64 ? op.i64_load : op.i32_load;
		return this.wrap(this.f.value(type, memarg(opcode, file.entries + member), [entry], true));
	}

	/** May this mode do it, and does HCR_EL2 let it? */
	#allowed(entry: WasmValue, modes: number, traps: number): Value {
		const mode = this.and(this.#member(I32, entry, modes), this.state(I32, cpuState.mode));
		const trap = this.and(this.#member(I32, entry, traps), this.state(I32, cpuState.hcrTraps));
		return this.ltU(this.eqz(mode), this.eqz(trap));
	}

	readSystemRegister(key: Operand, rt: Operand): void {
		const low = this.imm(key, 32);
		const entry = this.#entry(low);
		const value = this.f.variable(I64);
		this.if(
			this.#allowed(entry, file.readModes, file.readTraps),
			() => this.f.set(value, this.w(this.#member(I64, entry, file.value))),
			() => {
				const whole = this.or(low, this.constant(0x8000, 32));
				this.f.set(value, this.w(this.slow('readSystemRegister', whole, this.imm(rt, 32))));
			}
		);
		this.setX(rt, this.wrap(this.f.get(value)));
	}

	writeSystemRegister(key: Operand, rt: Operand): void {
		const low = this.imm(key, 32);
		const entry = this.#entry(low);
		const value = this.x(rt, 64);
		const writable = this.and(value, this.#member(I64, entry, file.writable));
		const now = this.or(writable, this.#member(I64, entry, file.fixed));
		this.w(now).uses++;
		const before = this.#member(I64, entry, file.value);
		const effects = this.#member(I32, entry, file.effects);
		const present = this.and(effects, this.state(I32, cpuState.writeEffects));
		const same = this.eq(now, before);
		// Writing what is there already changes nothing, and world switches do that much.
		const harmless = this.or(same, this.eqz(present));
		const allowed = this.#allowed(entry, file.writeModes, file.writeTraps);
		this.if(
			this.and(allowed, harmless),
			() => {
				this.f.effect(memarg(op.i64_store, file.entries + file.value), [entry, this.w(now)]);
				const later = this.and(effects, this.constant(writeEffects.el1Translation, 32));
				const changed = this.select(same, this.constant(0, 32), later);
				this.setState(cpuState.el1Changed, this.or(this.state(I32, cpuState.el1Changed), changed));
			},
			() => {
				const whole = this.or(low, this.constant(0x8000, 32));
				this.slow('writeSystemRegister', whole, value, this.imm(rt, 32));
			}
		);
	}

	writePstateField(field: Value, imm: Operand): void {
		const entry = this.#entry(this.constant(daifKey, 32));
		const bits = this.imm(imm, 64, 6);
		const before = this.#member(I64, entry, file.value);
		const sets = this.eq(field, this.constant(DAIFSet, 32));
		const after = this.select(sets, this.or(before, bits), this.and(before, this.not(bits)));
		this.w(after).uses++;
		const waiting = this.and(
			this.state(I32, cpuState.writeEffects),
			this.constant(writeEffects.interrupts, 32)
		);
		const clears = this.and(this.eq(field, this.constant(DAIFClr, 32)), this.eqz(waiting));
		const allowed = this.#allowed(entry, file.writeModes, file.writeTraps);
		this.if(
			this.and(allowed, this.or(sets, clears)),
			() => this.f.effect(memarg(op.i64_store, file.entries + file.value), [entry, this.w(after)]),
			() => this.slow('writePstateField', field, this.imm(imm, 32))
		);
	}
}

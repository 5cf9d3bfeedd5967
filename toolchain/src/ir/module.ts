import type { Type } from './types.ts';

/** What an operand may be. Locals are shared objects: one for each name in a function. */
export type Value =
	| Local
	| { kind: 'int'; type: Type; value: bigint }
	| { kind: 'float'; type: Type; bits: bigint }
	| { kind: 'null' | 'undef' | 'zero'; type: Type }
	| { kind: 'global'; type: Type; name: string }
	| { kind: 'bytes'; type: Type; bytes: Uint8Array }
	| { kind: 'aggregate'; type: Type; elements: Value[] }
	| { kind: 'gep'; type: Type; source: Type; operands: Value[] }
	| { kind: 'cast'; type: Type; op: string; operand: Value }
	| { kind: 'binary'; type: Type; op: string; operands: [Value, Value] }
	| { kind: 'blockaddress'; type: Type; function: string; label: string }
	| { kind: 'metadata'; type: Type; text: string };

export interface Local {
	kind: 'local';
	name: string;
	type: Type;
	/** The instruction that makes it; absent for parameters. */
	def?: Instruction;
	/** How many operands name it. */
	uses: number;
	parameter?: Parameter;
	/** Number given by the code generator (-1 before): index into its tables. */
	index: number;
}

export interface Attributes {
	sret?: Type;
	byval?: Type;
	elementtype?: Type;
	align?: number;
	alignstack?: number;
	zeroext?: boolean;
	signext?: boolean;
	noreturn?: boolean;
}

export interface Parameter {
	local: Local;
	attributes: Attributes;
}

export interface Argument {
	value: Value;
	attributes: Attributes;
}

export interface InlineAsm {
	template: string;
	constraints: string;
	sideEffect: boolean;
}

export interface Instruction {
	op: string;
	type: Type;
	result?: Local;
	/** Operands in the textual order; phi: the incoming values; call: the arguments. */
	operands: Value[];
	block: Block;
	/** `!dbg`: index of a DILocation node, -1 without one. */
	location: number;
	/** Line of the IR text, for messages. */
	line: number;
	/** icmp/fcmp predicate, atomicrmw operation. */
	predicate?: string;
	/** Type that getelementptr steps by, alloca allocates. */
	source?: Type;
	align?: number;
	volatile?: boolean;
	/** Memory ordering of atomics; the failure ordering of cmpxchg is ignored: the stronger rules. */
	ordering?: string;
	indices?: number[];
	/** br, switch (default first), indirectbr, callbr (fall-through first); phi: the predecessors. */
	targets?: Block[];
	/** switch: one value for each target after the default. */
	cases?: bigint[];
	callee?: Value | InlineAsm;
	arguments?: Attributes[];
	varargs?: boolean;
	fixedParameters?: number;
	attributes?: Attributes;
	srcloc?: number;
	/** `!DIAssignID`: the assignments of C that this store does. */
	assigned?: number;
	/** Of op `mark`, which is no instruction. */
	mark?: DebugMark;
	/** `musttail`/`tail` are not distinguished; noreturn comes from the attribute group. */
	noreturn?: boolean;
}

export interface Block {
	label: string;
	instructions: Instruction[];
	/** Its address is taken by `blockaddress`. */
	addressTaken: boolean;
	index: number;
}

export interface DebugVariable {
	/** DILocalVariable node. */
	variable: number;
	/** What the expression starts from: one value, or those of a DIArgList. */
	values: Value[];
	expression: string;
	location: number;
	/** `value` and `assign`: the variable's value from here on; `declare`: its address. */
	kind: 'declare' | 'value' | 'assign';
	/** Of `assign`: the store that does the same, by its DIAssignID, and the variable's home. */
	assigned?: { id: number; address: Value; expression: string };
	block: Block;
	/** Position in its block: before the instruction with this index. */
	at: number;
}

/** What is known of variables from a place in a block on. */
export type DebugMark =
	| { kind: 'variable'; record: DebugVariable }
	/** The store of this DIAssignID has been executed. */
	| { kind: 'stored'; id: number }
	/** Memory of this alloca was written by a store that has no such number. */
	| { kind: 'written'; home: Local };

export interface Linkage {
	name: string;
	/** internal, private, external, weak, … as in the text; `external` by default. */
	linkage: string;
	visibility: 'default' | 'hidden' | 'protected';
	section?: string;
	align?: number;
	declaration: boolean;
	/** `!dbg` node or -1. */
	debug: number;
}

export interface Global extends Linkage {
	type: Type;
	constant: boolean;
	threadLocal: boolean;
	initializer?: Value;
}

export interface FunctionIr extends Linkage {
	result: Type;
	parameters: Parameter[];
	varargs: boolean;
	blocks: Block[];
	variables: DebugVariable[];
	/** Attribute groups named after the parameters: `"key"` or `key`, with a value or "". */
	attributes: Map<string, string>;
}

export interface Alias extends Linkage {
	target: Value;
}

export interface Module {
	globals: Global[];
	functions: FunctionIr[];
	aliases: Alias[];
	moduleAsm: string[];
	metadata: Metadata;
	/** Labels whose address is taken, by function. */
	addressTaken: Map<string, Set<string>>;
}

/** A metadata node's fields; references are kept as text (`!12`). */
export type MetadataNode = { tag: string; fields: Record<string, string>; items: string[] };

export interface Metadata {
	/** Parses a node when asked for: most are never looked at. */
	node(id: number): MetadataNode | undefined;
	named(name: string): string[];
}

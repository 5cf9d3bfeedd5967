import {
	DW_AT,
	DW_FORM,
	DW_LANG,
	DW_OP,
	DW_TAG,
	expressionText,
	unitText,
	type Attribute,
	type Die
} from '../dwarf/die.ts';
import { slebBytes, ulebBytes } from '../dwarf/leb128.ts';
import type { DebugVariable, FunctionIr, Global, Module } from '../ir/module.ts';
import { FunctionScopes, type Scope } from './debug-scopes.ts';
import { DebugTypes, metadataReference, named } from './debug-types.ts';
import type { EmittedLine } from './emit.ts';
import type { Frame } from './frame.ts';
import { LocationLists } from './location-lists.ts';
import type { MachineFunction } from './machine.ts';
import type { SourceLocations } from './source-locations.ts';
import type { KnownVariable } from './variable-bindings.ts';

/** A function that was compiled, as far as debuggers want to know it. */
export interface CompiledFunction {
	fn: FunctionIr;
	machine: MachineFunction;
	frame: Frame;
	lines: readonly EmittedLine[];
	/** What the lines' `known` is about. */
	known: readonly KnownVariable[];
}

/** A variable of a scope: its one place in the frame, or what the lines know. */
interface ScopeVariable {
	declared?: DebugVariable;
	known?: KnownVariable;
}

/**
 * .debug_info of one unit: functions with their parameters, variables and types, for a compilation
 * with full debug records (`-debug-info-kind` standalone or limited). With line tables alone there are
 * no types, and the assembler lists the functions by itself.
 */
export class DebugInfo {
	readonly #module: Module;
	readonly #locations: SourceLocations;
	readonly #types: DebugTypes;
	readonly #functions: Die[] = [];
	readonly #ranges: string[] = [];
	readonly #unitRanges: { start: string; end: string }[] = [];
	readonly #abstract = new Map<number, { label: string; children: Die[] }>();
	readonly #lists = new LocationLists();
	/** Labels of the variables that types may name. */
	readonly #variableLabels = new Map<number, string>();
	/** Variables with a place of their own, by the function or block that they are declared in. */
	readonly #statics = new Map<number, Global[]>();
	#rangeLists = 0;
	#labels = 0;

	constructor(module: Module, locations: SourceLocations) {
		this.#module = module;
		this.#locations = locations;
		this.#types = new DebugTypes(module.metadata);
		for (const global of module.globals) {
			if (global.declaration || global.debug < 0) continue;
			const scope = metadataReference(this.#globalFields(global)?.['scope']);
			this.#statics.set(scope, [...(this.#statics.get(scope) ?? []), global]);
		}
	}

	/** Does the unit say anything about types and variables? */
	static isWanted({ metadata }: Module): boolean {
		return metadata
			.named('llvm.dbg.cu')
			.some(
				(unit) => metadata.node(metadataReference(unit))?.fields['emissionKind'] === 'FullDebug'
			);
	}

	/**
	 * Describes a function. Returns the labels that must stand before its lines, by the number of the
	 * line; those of number `lines.length` stand at its end, those of -1 at its beginning.
	 */
	function(compiled: CompiledFunction): Map<number, string> {
		const { fn, lines } = compiled;
		const fields = this.#module.metadata.node(fn.debug)?.fields;
		if (!fields) return new Map();
		const labels = new Map<number, string>();
		const label = (line: number) => {
			if (!labels.has(line)) labels.set(line, `.Ldwarf_at${this.#labels++}`);
			return labels.get(line)!;
		};
		const start = label(-1);
		const end = label(lines.length);
		this.#unitRanges.push({ start, end });
		const scopes = new FunctionScopes(this.#module.metadata, fn.debug, lines);
		const variables = variablesByScope(compiled, scopes);
		const describe = (scope: Scope): Die[] => [
			...this.#variables(variables.get(scope), scope, compiled, label),
			...(scope.inlinedAt < 0 ? this.#staticsOf(scope.node) : []),
			...scope.children.flatMap((child) => this.#scope(child, describe(child), label, start))
		];
		this.#functions.push({
			tag: DW_TAG.subprogram,
			attributes: [
				...this.#declaration(fields),
				[DW_AT.prototyped, DW_FORM.flag_present, ''],
				...this.#types.resultOf(fields['type']),
				...external(!fields['spFlags']?.includes('DISPFlagLocalToUnit')),
				[DW_AT.low_pc, DW_FORM.addr, start],
				[DW_AT.high_pc, DW_FORM.data8, `${end} - ${start}`],
				[DW_AT.frame_base, DW_FORM.exprloc, expressionText([DW_OP.call_frame_cfa])]
			],
			children: describe(scopes.root)
		});
		return labels;
	}

	/** A block or an inlined function; a block that declares nothing gives its contents to the one around. */
	#scope(scope: Scope, children: Die[], label: (line: number) => string, base: string): Die[] {
		if (scope.ranges.length === 0) return [];
		const isInlined = this.#module.metadata.node(scope.node)?.tag === 'DISubprogram';
		const declares = children.some(
			({ tag }) => tag === DW_TAG.variable || tag === DW_TAG.formal_parameter
		);
		if (!isInlined && !declares) return children;
		const ranges = scope.ranges.map(([from, to]) => [label(from), label(to)] as const);
		const place = this.#place(ranges, base);
		if (!isInlined) return [{ tag: DW_TAG.lexical_block, attributes: place, children }];
		const call = this.#locations.at(scope.inlinedAt);
		const attributes: Attribute[] = [
			[DW_AT.abstract_origin, DW_FORM.ref4, this.#abstractFunction(scope.node).label],
			...place
		];
		if (call)
			attributes.push(
				[DW_AT.call_file, DW_FORM.udata, this.#locations.fileNumber(call.file)],
				[DW_AT.call_line, DW_FORM.udata, call.line],
				[DW_AT.call_column, DW_FORM.udata, call.column]
			);
		return [{ tag: DW_TAG.inlined_subroutine, attributes, children }];
	}

	#place(ranges: (readonly [start: string, end: string])[], base: string): Attribute[] {
		const [first] = ranges;
		if (ranges.length === 1 && first)
			return [
				[DW_AT.low_pc, DW_FORM.addr, first[0]],
				[DW_AT.high_pc, DW_FORM.data8, `${first[1]} - ${first[0]}`]
			];
		const list = `.Ldwarf_ranges${this.#rangeLists++}`;
		this.#ranges.push(
			`${list}:`,
			'.byte 5', // DW_RLE_base_address
			`.8byte ${base}`,
			...ranges.flatMap(([start, end]) => [
				'.byte 4', // DW_RLE_offset_pair
				`.uleb128 ${start} - ${base}, ${end} - ${base}`
			]),
			'.byte 0'
		);
		return [[DW_AT.ranges, DW_FORM.sec_offset, list]];
	}

	/** What all inlined copies of a function have in common. */
	#abstractFunction(node: number): { label: string; children: Die[] } {
		const known = this.#abstract.get(node);
		if (known) return known;
		const made = { label: `.Ldwarf_function${node}`, children: [] };
		this.#abstract.set(node, made);
		const fields = this.#module.metadata.node(node)!.fields;
		this.#functions.push({
			tag: DW_TAG.subprogram,
			...made,
			attributes: [
				...this.#declaration(fields),
				[DW_AT.prototyped, DW_FORM.flag_present, ''],
				...this.#types.resultOf(fields['type']),
				...external(!fields['spFlags']?.includes('DISPFlagLocalToUnit')),
				[DW_AT.inline, DW_FORM.data1, 1] // DW_INL_inlined
			]
		});
		return made;
	}

	#variables(
		found: ReadonlyMap<number, ScopeVariable> | undefined,
		scope: Scope,
		{ machine, frame, lines }: CompiledFunction,
		label: (line: number) => string
	): Die[] {
		if (!found) return [];
		const number = (node: number) =>
			Number(this.#module.metadata.node(node)?.fields['arg'] ?? Infinity);
		const ordered = [...found].sort(([a], [b]) => number(a) - number(b) || a - b);
		return ordered.map(([node, { declared, known }]) => {
			const { tag, attributes } = this.#variable(node, scope);
			const place = declared
				? declaredLocation(declared, machine, frame)
				: this.#lists.attribute(known!, scope, lines, label);
			const die = { tag, attributes: [...attributes, ...place] };
			if (place.length === 0 || this.#variableLabels.has(node)) return die;
			this.#variableLabels.set(node, `.Ldwarf_variable${node}`);
			return { ...die, label: `.Ldwarf_variable${node}` };
		});
	}

	/** Name and type, or in an inlined function the entry that has them. */
	#variable(node: number, scope: Scope): Die {
		const fields = this.#module.metadata.node(node)!.fields;
		const tag = fields['arg'] === undefined ? DW_TAG.variable : DW_TAG.formal_parameter;
		const attributes: Attribute[] = [
			...this.#declaration(fields),
			...this.#types.attribute(fields['type']),
			...(fields['flags']?.includes('DIFlagArtificial')
				? [[DW_AT.artificial, DW_FORM.flag_present, ''] as const]
				: [])
		];
		const subprogram = scope.inlinedAt < 0 ? -1 : this.#subprogramOf(scope.node);
		if (subprogram < 0) return { tag, attributes };
		const label = `.Ldwarf_abstract${node}`;
		const { children } = this.#abstractFunction(subprogram);
		if (!children.some((child) => child.label === label)) children.push({ tag, attributes, label });
		return { tag, attributes: [[DW_AT.abstract_origin, DW_FORM.ref4, label]] };
	}

	#subprogramOf(scope: number): number {
		let at = scope;
		for (let depth = 0; depth < 1000; depth++) {
			const node = this.#module.metadata.node(at);
			if (!node) return -1;
			if (node.tag === 'DISubprogram') return at;
			at = metadataReference(node.fields['scope']);
		}
		return -1;
	}

	#declaration(fields: Record<string, string>): Attribute[] {
		const file = this.#module.metadata.node(metadataReference(fields['file']))?.fields['filename'];
		const line = Number(fields['line'] ?? 0);
		if (file === undefined || line === 0) return named(fields['name']);
		return [
			...named(fields['name']),
			[DW_AT.decl_file, DW_FORM.udata, this.#locations.fileNumber(file)],
			[DW_AT.decl_line, DW_FORM.udata, line]
		];
	}

	#globalFields(global: Global): Record<string, string> | undefined {
		const expression = this.#module.metadata.node(global.debug)?.fields;
		return this.#module.metadata.node(metadataReference(expression?.['var']))?.fields;
	}

	#staticsOf(scope: number): Die[] {
		const globals = this.#statics.get(scope) ?? [];
		this.#statics.delete(scope);
		return globals.map((global) => {
			const fields = this.#globalFields(global)!;
			return {
				tag: DW_TAG.variable,
				attributes: [
					...this.#declaration(fields),
					...this.#types.attribute(fields['type']),
					...external(fields['isLocal'] !== 'true'),
					[
						DW_AT.location,
						DW_FORM.exprloc,
						expressionText([DW_OP.addr, { symbol: global.name, offset: 0n }])
					] as const
				]
			};
		});
	}

	/** The sections' text, when every function is described. `hasLines`: there is a line table. */
	finish(hasLines: boolean): string[] {
		const unit = this.#module.metadata.node(
			metadataReference(this.#module.metadata.named('llvm.dbg.cu')[0])
		);
		const file = this.#module.metadata.node(metadataReference(unit?.fields['file']));
		const variables = [...this.#statics.keys()].flatMap((scope) => this.#staticsOf(scope));
		const attributes: Attribute[] = [
			[DW_AT.producer, DW_FORM.strp, 'Trapline toolchain, front end Clang'],
			[DW_AT.language, DW_FORM.data2, DW_LANG.C11],
			...named(file?.fields['filename']),
			[DW_AT.comp_dir, DW_FORM.strp, '.']
		];
		if (hasLines) attributes.push([DW_AT.stmt_list, DW_FORM.sec_offset, '.Ldwarf_line']);
		if (this.#unitRanges.length > 0)
			attributes.push(
				[DW_AT.low_pc, DW_FORM.addr, 0],
				[DW_AT.ranges, DW_FORM.sec_offset, '.Ldwarf_unit_ranges']
			);
		const children = [...this.#functions, ...variables];
		this.#types.finishCounts(this.#variableLabels);
		return [
			...this.#rangeSection(),
			...this.#lists.section(),
			...unitText({
				tag: DW_TAG.compile_unit,
				attributes,
				// Types last: describing the others asks for them.
				children: [...children, ...this.#types.entries]
			})
		];
	}

	#rangeSection(): string[] {
		if (this.#unitRanges.length === 0) return [];
		return [
			'.section .debug_rnglists,"",@progbits',
			'.4byte .Ldwarf_ranges_end - .Ldwarf_ranges_start',
			'.Ldwarf_ranges_start:',
			'.2byte 5',
			'.byte 8, 0', // bytes of an address, of a segment selector
			'.4byte 0', // no table of offsets
			'.Ldwarf_unit_ranges:',
			...this.#unitRanges.flatMap(({ start, end }) => [
				'.byte 7', // DW_RLE_start_length
				`.8byte ${start}`,
				`.uleb128 ${end} - ${start}`
			]),
			'.byte 0',
			...this.#ranges,
			'.Ldwarf_ranges_end:'
		];
	}
}

function external(isExternal: boolean): Attribute[] {
	return isExternal ? [[DW_AT.external, DW_FORM.flag_present, '']] : [];
}

function variablesByScope(
	{ fn, machine, known }: CompiledFunction,
	scopes: FunctionScopes
): Map<Scope, Map<number, ScopeVariable>> {
	const found = new Map<Scope, Map<number, ScopeVariable>>();
	const put = (node: number, location: number, what: ScopeVariable) => {
		const scope = scopes.ofVariable(node, location);
		if (!found.has(scope)) found.set(scope, new Map());
		const here = found.get(scope)!;
		if (!here.get(node)?.declared) here.set(node, what);
	};
	for (const variable of known) put(variable.node, variable.location, { known: variable });
	for (const variable of fn.variables)
		if (variable.kind === 'declare' && slotOf(variable, machine) !== undefined)
			put(variable.variable, variable.location, { declared: variable });
	return found;
}

function slotOf({ values: [value] }: DebugVariable, machine: MachineFunction): number | undefined {
	return value?.kind === 'local' ? machine.variableSlots.get(value) : undefined;
}

/** Where a variable is that has one place in the frame. */
function declaredLocation(
	variable: DebugVariable,
	machine: MachineFunction,
	frame: Frame
): Attribute[] {
	const operations = operationsOf(variable.expression);
	if (!operations) return [];
	const offset = machine.slots[slotOf(variable, machine)!]!.offset - frame.size;
	const text = expressionText([DW_OP.fbreg, ...slebBytes(offset), ...operations]);
	return [[DW_AT.location, DW_FORM.exprloc, text]];
}

/** The operations of a DIExpression as bytes; undefined if one of them is not known here. */
function operationsOf(expression: string): number[] | undefined {
	const words = expression
		.slice(expression.indexOf('(') + 1, -1)
		.split(', ')
		.filter((word) => word !== '');
	const bytes: number[] = [];
	for (let i = 0; i < words.length; i++) {
		if (words[i] === 'DW_OP_deref') bytes.push(DW_OP.deref);
		else if (words[i] === 'DW_OP_plus_uconst')
			bytes.push(DW_OP.plus_uconst, ...ulebBytes(Number(words[++i])));
		else return undefined;
	}
	return bytes;
}

/** What a compilation depends on besides its files. */
export interface CompileFlags {
	includes?: readonly string[];
	/** Name to value; the value "" defines the bare name. */
	defines?: Readonly<Record<string, string>>;
	undefines?: readonly string[];
	/** Files included before the first line, as `-include` does. */
	forceIncludes?: readonly string[];
	/** -O0 (default), -O1, -O2, -Os, -Og. */
	opt?: string;
	/** No use of vector registers, as in a kernel. */
	generalRegsOnly?: boolean;
	/** `-mstrict-align`: no access at less than its own alignment. */
	strictAlign?: boolean;
	/** `-ffreestanding`: nothing is assumed of a C library. On unless false. */
	freestanding?: boolean;
	/** `-fno-builtin`. */
	noBuiltin?: boolean;
	/** Debug records for lines; on unless false. */
	debug?: boolean;
	/** And for columns, which nearly double them. */
	columns?: boolean;
	/** And for all of that, variables and their types: the intermediate code is then almost twice as long. */
	variables?: boolean;
	std?: string;
	/** Warning flags such as `-Wall`, and further flags of `clang -cc1`. */
	warnings?: readonly string[];
	extra?: readonly string[];
}

const target = [
	'-triple',
	'aarch64-unknown-linux-gnu',
	'-target-abi',
	'aapcs',
	'-target-cpu',
	'generic',
	'-mrelocation-model',
	'static',
	// Values AArch64 Linux has and the bare front end does not default to.
	'-fno-signed-char',
	'-fgnuc-version=4.2.1'
];

const reporting = [
	'-fdiagnostics-print-source-range-info',
	'-fno-caret-diagnostics',
	'-ferror-limit',
	'50'
];

/** Flags of the preprocessor alone. */
export function preprocessorArguments(flags: CompileFlags, headerFolder: string): string[] {
	const out = [...target, ...reporting];
	for (const folder of flags.includes ?? []) out.push('-I', folder);
	out.push('-internal-isystem', headerFolder);
	for (const [name, value] of Object.entries(flags.defines ?? {}))
		out.push('-D', value === '' ? name : `${name}=${value}`);
	for (const name of flags.undefines ?? []) out.push('-U', name);
	for (const file of flags.forceIncludes ?? []) out.push('-include', file);
	return out;
}

/** Flags of a C compilation up to the intermediate code. */
export function compileArguments(flags: CompileFlags, headerFolder: string): string[] {
	const out = preprocessorArguments(flags, headerFolder);
	out.push(`-std=${flags.std ?? 'gnu11'}`, flags.opt ?? '-O0');
	if (flags.generalRegsOnly)
		for (const feature of ['-fp-armv8', '-neon', '-crypto']) out.push('-target-feature', feature);
	else out.push('-target-feature', '+fp-armv8', '-target-feature', '+neon');
	if (flags.strictAlign) out.push('-target-feature', '+strict-align');
	if (flags.freestanding !== false) out.push('-ffreestanding');
	if (flags.noBuiltin) out.push('-fno-builtin');
	if (flags.debug !== false)
		out.push(
			`-debug-info-kind=${flags.variables ? 'standalone' : 'line-tables-only'}`,
			...(flags.variables || flags.columns ? [] : ['-gno-column-info']),
			'-dwarf-version=5',
			'-debugger-tuning=gdb'
		);
	out.push('-fwrapv', '-relaxed-aliasing', '-ffp-contract=off');
	out.push(...(flags.warnings ?? []), ...(flags.extra ?? []));
	return out;
}

/** Text that is equal exactly when two compilations may share their object. */
export function flagsKey(flags: CompileFlags): string {
	return JSON.stringify(
		flags,
		Object.keys(flags)
			.sort()
			.concat(Object.keys(flags.defines ?? {}).sort())
	);
}

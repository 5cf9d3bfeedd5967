import type { CompileFlags } from 'toolchain';
import { badUsage } from '../failure.ts';

/** What is made of each source: an ELF program, an object, assembly text, preprocessed text. */
export type Goal = 'program' | 'object' | 'assembly' | 'preprocessed';

/** A command line of `trapline cc`, read. */
export interface CcOptions {
	goal: Goal;
	output: string | undefined;
	inputs: string[];
	/** `-I` and `-include`, as typed. */
	includes: string[];
	forceIncludes: string[];
	script: string | undefined;
	/** Linked with the homework tree's C library, which brings its headers too. */
	libc: boolean;
	/** For ld.lld. */
	linker: string[];
	flags: CompileFlags;
}

/** What our compiler does or leaves out anyway: taken for the sake of existing makefiles. */
const alreadySo = new Set([
	...['-nostdlib', '-nostartfiles', '-nodefaultlibs', '-nostdinc', '-static', '-no-pie', '-pipe'],
	...['-fno-pic', '-fno-pie', '-fno-PIC', '-fno-PIE', '-fno-stack-protector'],
	...['-fno-strict-aliasing', '-fwrapv', '-fno-common', '-fno-exceptions', '-fno-plt'],
	...[
		'-fno-asynchronous-unwind-tables',
		'-fno-unwind-tables',
		'-fno-tree-loop-distribute-patterns'
	],
	...['-fno-omit-frame-pointer', '-fomit-frame-pointer', '-fno-strict-overflow', '-fno-lto'],
	...['-fno-delete-null-pointer-checks', '-fno-semantic-interposition', '-funsigned-char'],
	...['-fno-diagnostics-color', '-fdiagnostics-color=never', '-fno-caret-diagnostics'],
	...['-mno-outline-atomics', '-mlittle-endian', '-mcmodel=small', '-mabi=lp64'],
	...['-march=armv8-a', '-mcpu=generic', '-mcpu=cortex-a53', '-mcpu=cortex-a57', '-mtune=generic']
]);

/** Passed on to the front end as they are. */
const frontEnd = new Set([
	...['-fno-signed-char', '-fsigned-char', '-fshort-enums', '-fms-extensions', '-fgnu89-inline'],
	...['-fno-inline', '-ffunction-sections', '-fdata-sections', '-finline-functions'],
	...['-fmerge-all-constants', '-fvisibility=default', '-fvisibility=hidden', '-pedantic', '-w'],
	...['-pedantic-errors', '-ferror-limit=0']
]);

const levels = new Set(['-O0', '-O1', '-O2', '-O3', '-Os', '-Oz', '-Og']);

/** Options whose value may stand apart (`-o x`) or follow at once (`-ox`). */
const withValue = ['-o', '-I', '-D', '-U', '-T', '-Xlinker', '-include', '-e'] as const;

/** @throws Failure with exit code 2 on what is unknown, double or incomplete */
export function parseCc(words: readonly string[]): CcOptions {
	const includes: string[] = [];
	const forceIncludes: string[] = [];
	const defines = new Map<string, string>();
	const undefines: string[] = [];
	const warnings: string[] = [];
	const extra: string[] = [];
	const flags: CompileFlags = { undefines, warnings, extra, debug: false };
	const options: CcOptions = {
		...{ goal: 'program', output: undefined, inputs: [], script: undefined, linker: [] },
		libc: false,
		...{ includes, forceIncludes, flags }
	};

	const takers: Record<(typeof withValue)[number], (value: string) => void> = {
		'-o': (value) => (options.output = once('-o', options.output, value)),
		'-T': (value) => (options.script = once('-T', options.script, value)),
		'-I': (value) => includes.push(value),
		'-include': (value) => forceIncludes.push(value),
		'-e': (value) => options.linker.push('-e', value),
		'-Xlinker': (value) => options.linker.push(value),
		'-D': (value) => {
			const [name, text] = split(value);
			defines.set(name, text ?? '1');
		},
		'-U': (value) => {
			defines.delete(value);
			undefines.push(value);
		}
	};

	for (let i = 0; i < words.length; i++) {
		const word = words[i]!;
		if (word === '-')
			throw badUsage('standard input is not read; name a file that ends in .c, .S, .s or .o');
		if (!word.startsWith('-')) {
			options.inputs.push(word);
			continue;
		}
		const taker = withValue.find((option) => word.startsWith(option));
		if (/^-T(?:text|data|bss)=/.test(word)) options.linker.push(word);
		else if (taker !== undefined) {
			const value = word.length > taker.length ? word.slice(taker.length) : words[++i];
			if (value === undefined) throw badUsage(`${word} needs a value after it`);
			takers[taker](value);
		} else simple(word, options, { warnings, extra });
	}
	check(options);
	return { ...options, flags: { ...flags, defines: Object.fromEntries(defines) } };
}

function simple(
	word: string,
	options: CcOptions,
	{ warnings, extra }: { warnings: string[]; extra: string[] }
): void {
	const { flags } = options;
	if (word === '-c') options.goal = goal(options, 'object');
	else if (word === '-S') options.goal = goal(options, 'assembly');
	else if (word === '-E') options.goal = goal(options, 'preprocessed');
	else if (word === '--libc') options.libc = true;
	else if (word === '-O') flags.opt = '-O1';
	else if (levels.has(word)) flags.opt = word;
	else if (/^-g(?:[0-3]|gdb[0-3]?|dwarf(?:-5)?)?$/.test(word)) flags.debug = word !== '-g0';
	else if (word.startsWith('-std=')) flags.std = word.slice('-std='.length);
	else if (word.startsWith('-Wl,')) options.linker.push(...word.slice('-Wl,'.length).split(','));
	else if (word.startsWith('-Wa,') || word.startsWith('-Wp,'))
		throw badUsage(`${word}: assembler and preprocessor take no options of their own here`);
	else if (word.startsWith('-W')) warnings.push(word);
	else if (word === '-ffreestanding') flags.freestanding = true;
	else if (word === '-fhosted' || word === '-fno-freestanding') flags.freestanding = false;
	else if (word === '-fno-builtin') flags.noBuiltin = true;
	else if (word === '-mgeneral-regs-only') flags.generalRegsOnly = true;
	else if (word === '-mstrict-align' || word === '-mno-unaligned-access') flags.strictAlign = true;
	else if (frontEnd.has(word)) extra.push(word);
	else if (!alreadySo.has(word)) throw badUsage(refusal(word));
}

/** Why an option is not taken, for the ones that people try. */
function refusal(word: string): string {
	if (/^-l/.test(word))
		return `${word}: libraries are not looked for; --libc links with the homework’s C library`;
	if (/^-L/.test(word))
		return `${word}: libraries are not looked for; name .o and .a files instead`;
	if (/^-f(?:pic|pie)$/i.test(word) || word === '-pie' || word === '-shared')
		return `${word}: code is made for a fixed address; leave it out`;
	if (/^-m(?:arch|cpu|tune)=/.test(word))
		return `${word}: code is made for ARMv8.0-A (-march=armv8-a)`;
	if (/^-gdwarf-/.test(word)) return `${word}: debug lines are DWARF 5 (-g)`;
	if (/^-M/.test(word)) return `${word}: dependencies are not written`;
	return `there is no option ${word}`;
}

function split(definition: string): [name: string, text: string | undefined] {
	const at = definition.indexOf('=');
	return at < 0 ? [definition, undefined] : [definition.slice(0, at), definition.slice(at + 1)];
}

function once(option: string, before: string | undefined, value: string): string {
	if (before !== undefined) throw badUsage(`${option} is given twice: ${before} and ${value}`);
	return value;
}

function goal({ goal: before }: CcOptions, wanted: Goal): Goal {
	if (before !== 'program' && before !== wanted) throw badUsage('give one of -c, -S and -E');
	return wanted;
}

function check({ inputs, goal: wanted, output }: CcOptions): void {
	if (inputs.length === 0)
		throw badUsage('name a file to compile. Usage: trapline cc FILE… [-o OUT]');
	if (wanted !== 'program' && output !== undefined && inputs.length > 1)
		throw badUsage(`-o ${output} names one file, but ${inputs.length} would be made: leave out -o`);
	if (output === '-' && (wanted === 'program' || wanted === 'object'))
		throw badUsage('-o -: only text (-S, -E) goes to standard output');
	const other = inputs.find((name) => !/\.(?:c|S|s|o|a)$/.test(name));
	if (other !== undefined)
		throw badUsage(`${other}: the name must end in .c, .S, .s, .o or .a, which says what it is`);
	const linked = inputs.find((name) => /\.(?:o|a)$/.test(name));
	if (wanted !== 'program' && linked !== undefined)
		throw badUsage(`${linked} is only for the linker, which does not run here`);
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as constants from '../../toolchain/src/elf/constants.ts';
import { readElf, type ElfFile } from '../../toolchain/src/elf/reader.ts';

/** Debugging sections and notes differ between assemblers by design. */
const ignored = /^\.(debug_|eh_frame|note\.gnu|comment|group$)/;

/**
 * What two assemblers must agree on, as text: bytes of sections, relocations by what they mean,
 * symbols. Local symbols in relocations are named as section+offset.
 */
export function describeObject(bytes: Uint8Array): string[] {
	const elf = readElf(bytes);
	const out: string[] = [];
	for (const section of elf.sections) {
		if (!isContents(section.type) || ignored.test(section.name) || section.size === 0) continue;
		const { name, type, flags, alignment, entrySize, size } = section;
		out.push(
			`section ${name} type ${type} flags ${flags} align ${alignment} entry ${entrySize} size ${size}`
		);
		const hex = Buffer.from(section.data).toString('hex');
		for (let at = 0; at < hex.length; at += 8)
			out.push(`${name}+0x${(at / 2).toString(16)}: ${hex.slice(at, at + 8)}`);
	}
	return [...out, ...relocations(elf), ...symbols(elf)];
}

function isContents(type: number): boolean {
	const tables = [
		constants.SHT_NULL,
		constants.SHT_SYMTAB,
		constants.SHT_STRTAB,
		constants.SHT_RELA
	];
	return !tables.includes(type);
}

function relocations(elf: ElfFile): string[] {
	return elf.relocations
		.filter(({ section }) => !ignored.test(elf.sections[section].name))
		.map(({ section, offset, type, symbol: index, addend }) => {
			const symbol = elf.symbols[index];
			const isLocal = symbol.binding === constants.STB_LOCAL && symbol.sectionIndex < 0xff00;
			const to =
				isLocal && index > 0
					? `${elf.sections[symbol.sectionIndex].name}+${symbol.value + addend}`
					: `${symbol.name}+${addend}`;
			return `reloc ${elf.sections[section].name}+0x${offset.toString(16)} ${constants.relocationName(type)} ${to}`;
		})
		.sort();
}

function symbols(elf: ElfFile): string[] {
	return elf.symbols
		.filter(
			({ name, type }) => name !== '' && !/^(\$|\.L)/.test(name) && type < constants.STT_SECTION
		)
		.map(({ name, value, size, binding, type, visibility, sectionIndex }) => {
			const where = elf.sections[sectionIndex]?.name ?? sectionIndex;
			return `symbol ${name} ${where}+${value} size ${size} binding ${binding} type ${type} visibility ${visibility}`;
		})
		.sort();
}

/** Runs `body` with a folder that is removed afterwards. */
export function inTemporaryFolder<T>(body: (folder: string) => T): T {
	const folder = mkdtempSync(join(tmpdir(), 'trapline-golden-'));
	try {
		return body(folder);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Assembles with GNU as. */
export function gnuAssemble(text: string): Uint8Array {
	return inTemporaryFolder((folder) => {
		writeFileSync(join(folder, 'in.s'), text);
		execFileSync('aarch64-linux-gnu-as', ['-march=armv8.2-a+lse', '-o', 'out.o', 'in.s'], {
			cwd: folder,
			stdio: ['ignore', 'ignore', 'pipe']
		});
		return new Uint8Array(readFileSync(join(folder, 'out.o')));
	});
}

/** Runs gcc on a source text and returns what it prints to its output file. */
export function gcc(source: string, name: string, args: string[]): string {
	return inTemporaryFolder((folder) => {
		writeFileSync(join(folder, name), source);
		execFileSync('aarch64-linux-gnu-gcc', [...args, '-o', 'out', name], {
			cwd: folder,
			stdio: ['ignore', 'ignore', 'pipe']
		});
		return readFileSync(join(folder, 'out'), 'utf8');
	});
}

/** Are the cross tools here? In CI a missing tool is a failure. */
export function hasTool(...tools: string[]): boolean {
	const missing = tools.filter((tool) => {
		try {
			execFileSync(tool, ['--version'], { stdio: 'ignore' });
			return false;
		} catch {
			return true;
		}
	});
	if (missing.length === 0) return true;
	const message = `skipped: ${missing.join(' and ')} not found (Debian: apt install binutils-aarch64-linux-gnu gcc-aarch64-linux-gnu qemu-user)`;
	if (process.env.CI) throw new Error(message);
	console.warn(message);
	return false;
}

const tree = resolve(import.meta.dirname, '../../lessons/VM_HW2');

/** The assembly files of the kernel tree, by path; linker scripts are none. */
export function kernelAssemblyFiles(): string[] {
	return (
		readdirSync(tree, { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.S') && !name.endsWith('.lds.S'))
			// What it includes is only there in a build.
			.filter((name) => name !== 'boot-wrapper/images.S')
			.sort()
	);
}

/** The files' texts after the C preprocessor, with structure offsets as gcc sees them. */
export function preprocessKernelAssembly(names: string[]): Map<string, string> {
	const { asmOffsets, flags } = JSON.parse(readFileSync(join(tree, 'tree.json'), 'utf8')) as {
		asmOffsets: { source: string; header: string };
		flags: Record<string, { includes: string[]; defines: Record<string, string> }>;
	};
	const defines = Object.entries(flags.kernel.defines).map(([name, value]) => `-D${name}=${value}`);
	return inTemporaryFolder((folder) => {
		const includes = [folder, ...flags.kernel.includes].flatMap((path) => ['-I', path]);
		const run = (...args: string[]) =>
			execFileSync(
				'aarch64-linux-gnu-gcc',
				['-ffreestanding', ...defines, ...includes, ...args, '-o', '-'],
				{
					cwd: tree,
					encoding: 'utf8',
					stdio: ['ignore', 'pipe', 'pipe']
				}
			);
		const offsets = run('-S', '-O1', asmOffsets.source).matchAll(/->(\w+) #?(-?\d+)/g);
		mkdirSync(join(folder, dirname(asmOffsets.header)), { recursive: true });
		writeFileSync(
			join(folder, asmOffsets.header),
			[...offsets].map(([, name, value]) => `#define ${name} ${value}\n`).join('')
		);
		return new Map(names.map((name) => [name, run('-E', '-D__ASSEMBLY__', name)]));
	});
}

#!/usr/bin/env node
/**
 * Builds lessons/VM_HW2 as tree.json says, with Debian's aarch64-linux-gnu-gcc: for development
 * and as an oracle in tests. Usage: build-with-gcc.mjs [OUTPUT-DIR [TARGET-OR-ARCHIVE…]]
 * What was compiled before from the same text, here or for another output folder, is not compiled again:
 * objects are kept under hashes of all that they were made from, in .cache/gcc or where GCC_OBJECTS says.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const tree = join(root, 'lessons/VM_HW2');
const out = resolve(process.argv[2] ?? join(root, 'build/gcc'));
const kept = resolve(process.env.GCC_OBJECTS ?? join(root, '.cache/gcc'));
const wanted = process.argv.slice(3);
const prefix = 'aarch64-linux-gnu-';
const manifest = JSON.parse(readFileSync(join(tree, 'tree.json'), 'utf8'));

/** Flags that gcc and Clang read alike: no host headers, no floating point registers, no PIC. */
const common = [
	'-std=gnu11',
	'-ffreestanding',
	'-nostdinc',
	'-fno-pic',
	'-fno-pie',
	'-fno-stack-protector',
	'-fno-asynchronous-unwind-tables',
	'-fno-strict-aliasing',
	'-fno-common',
	'-fno-tree-loop-distribute-patterns',
	'-mstrict-align',
	'-mno-outline-atomics',
	'-g',
	'-Wall',
	'-Wextra',
	'-Wno-missing-field-initializers',
	'-Wno-override-init',
	'-Wno-unused-parameter',
	'-Wno-builtin-declaration-mismatch'
];

/** @param {string} name @param {string | undefined} opt */
function flagsFor(name, opt) {
	const set = manifest.flags[name];
	return [
		...common,
		...(set.float ? [] : ['-mgeneral-regs-only']),
		...set.includes.map((/** @type {string} */ dir) => `-I${join(tree, dir)}`),
		`-I${out}`,
		...Object.entries(set.defines).map(([key, value]) => `-D${key}=${value}`),
		opt ?? set.opt
	];
}

/** @param {(string | Uint8Array)[]} parts */
function hashOf(parts) {
	const hash = createHash('sha256');
	for (const part of parts) hash.update(part).update('\0');
	return hash.digest('hex').slice(0, 40);
}

/** @type {Map<string, string>} */
const hashes = new Map();

/** @param {string} file from the tree; one that is not there has a hash, too */
function fileHash(file) {
	const path = resolve(tree, file);
	const known = hashes.get(path) ?? hashOf([existsSync(path) ? readFileSync(path) : 'none']);
	hashes.set(path, known);
	return known;
}

/** A file that others may be writing at the same time: it is there whole or not at all. */
function keep(/** @type {string} */ from, /** @type {string} */ name) {
	const path = join(kept, `${name}.${process.pid}`);
	copyFileSync(from, path);
	renameSync(path, join(kept, name));
}

/**
 * Compiles `file` to `object`, or takes the object that came of the same text with the same flags: what the
 * file includes is known from the last time it was compiled, and is hashed with it.
 *
 * @param {string[]} flags @param {string} file @param {string} object
 */
async function compile(flags, file, object) {
	const named = flags.map((flag) => flag.replaceAll(out, 'OUT').replaceAll(tree, 'TREE'));
	const source = hashOf([...named, file, fileHash(file)]);
	const list = join(kept, `${source}.d`);
	const withIncludes = () => {
		const names = readFileSync(list, 'utf8').split('\n').filter(Boolean);
		const here = names.map((name) => name.replace('OUT', out).replace('TREE', tree));
		return `${hashOf([source, ...here.map(fileHash)])}.o`;
	};
	if (existsSync(list) && existsSync(join(kept, withIncludes()))) {
		copyFileSync(join(kept, withIncludes()), object);
		return;
	}
	const made = object.replace(/\.o$/, '.d');
	await tool('gcc', [...flags, '-MD', '-c', '-o', object, join(tree, file)]);
	const names = readFileSync(made, 'utf8').replace(/\\\n/g, ' ').split(':').slice(1).join(':');
	const moved = names.split(/\s+/).map((name) => name.replace(out, 'OUT').replace(tree, 'TREE'));
	writeFileSync(made, moved.filter(Boolean).join('\n'));
	keep(made, `${source}.d`);
	keep(object, withIncludes());
}

/** @param {string} tool @param {string[]} args */
async function tool(tool, args) {
	try {
		const { stderr } = await run(prefix + tool, args, { cwd: tree, maxBuffer: 2 ** 26 });
		if (stderr) process.stderr.write(stderr);
	} catch (error) {
		process.stderr.write(/** @type {{ stderr?: string }} */ (error).stderr ?? String(error));
		throw new Error(`${tool} failed: ${args.at(-1)}`, { cause: error });
	}
}

/** asm-offsets.c: compiled to text; its "->NAME value" lines become #defines. */
async function buildAsmOffsets() {
	const { source, header, flags } = manifest.asmOffsets;
	const text = join(out, 'asm-offsets.s');
	await tool('gcc', [...flagsFor(flags, undefined), '-S', '-o', text, join(tree, source)]);
	const lines = [...readFileSync(text, 'utf8').matchAll(/\.ascii "->(\w+) #?(-?\d+)"/g)];
	const result = `/* Made from ${source}: do not edit. */\n${lines
		.map(([, name, value]) => `#define ${name} ${value}\n`)
		.join('')}`;
	const path = join(out, header);
	mkdirSync(dirname(path), { recursive: true });
	if (!existsSync(path) || readFileSync(path, 'utf8') !== result) writeFileSync(path, result);
}

/** @param {string} name */
async function buildTarget(name) {
	const target = manifest.targets[name];
	const library = (target.libraries ?? []).flatMap(
		(/** @type {string} */ each) => manifest.libraries[each]
	);
	const objects = [];
	const jobs = [];
	for (const entry of [...target.sources, ...library]) {
		const file = typeof entry === 'string' ? entry : entry.file;
		const opt = typeof entry === 'string' ? undefined : entry.opt;
		const object = join(out, 'obj', target.flags, file.replace(/\.[cS]$/, '.o'));
		objects.push(object);
		mkdirSync(dirname(object), { recursive: true });
		const assembly = file.endsWith('.S') ? ['-D__ASSEMBLY__'] : [];
		jobs.push({ flags: [...flagsFor(target.flags, opt), ...assembly], file, object });
	}
	// two at a time; every file's errors are worth seeing
	let failed = 0;
	const worker = async () => {
		for (let job = jobs.shift(); job; job = jobs.shift())
			await compile(job.flags, job.file, job.object).catch(() => failed++);
	};
	await Promise.all([worker(), worker()]);
	if (failed) throw new Error(`${name}: ${failed} files do not compile`);

	const elf = join(out, target.output);
	const script = join(out, `${name}.lds`);
	await tool('gcc', [
		...flagsFor(target.flags, undefined),
		...['-D__ASSEMBLY__', '-E', '-P', '-x', 'assembler-with-cpp', '-o', script],
		join(tree, target.link)
	]);
	const archive = join(out, `${name}.a`);
	rmSync(archive, { force: true });
	if (library.length > 0)
		await tool('ar', ['qcs', archive, ...objects.slice(target.sources.length)]);
	await tool('ld', [
		...['-nostdlib', '-static', '--no-warn-rwx-segments', '-z', 'max-page-size=4096'],
		...['-T', script, '-o', elf, ...objects.slice(0, target.sources.length)],
		...(library.length > 0 ? [archive] : [])
	]);
	if (target.image)
		await tool('objcopy', ['-O', 'binary', '-R', '.comment', elf, join(out, target.image)]);
}

/**
 * A cpio archive in the "newc" format.
 * @param {{ path: string, mode: number, data: Uint8Array }[]} members
 */
function cpio(members) {
	const chunks = [];
	let ino = 1;
	for (const { path, mode, data } of [
		...members,
		{ path: 'TRAILER!!!', mode: 0, data: new Uint8Array() }
	]) {
		const name = path.replace(/^\//, '');
		const fields = [ino++, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
		const header = `070701${fields.map((f) => f.toString(16).padStart(8, '0')).join('')}${name}\0`;
		for (const part of [Buffer.from(header), Buffer.from(data)])
			chunks.push(part, Buffer.alloc(-part.length & 3));
	}
	return Buffer.concat(chunks);
}

/** @param {string} name */
function buildArchive(name) {
	const members = manifest.archives[name].map((/** @type {Record<string, string>} */ entry) => {
		const target = entry.target && manifest.targets[entry.target];
		const data = entry.symlink
			? Buffer.from(entry.symlink)
			: readFileSync(
					entry.archive
						? join(out, entry.archive)
						: entry.source
							? join(tree, entry.source)
							: join(out, entry.as === 'image' ? target.image : target.output)
				);
		const type = entry.symlink ? 0o120000 : 0o100000;
		return { path: entry.path, mode: type | parseInt(entry.mode ?? '0644', 8), data };
	});
	writeFileSync(join(out, name), cpio(members));
}

mkdirSync(out, { recursive: true });
mkdirSync(kept, { recursive: true });
try {
	await buildAsmOffsets();
	for (const name of Object.keys(manifest.targets))
		if (!wanted.length || wanted.includes(name)) await buildTarget(name);
	for (const name of Object.keys(manifest.archives))
		if (!wanted.length || wanted.includes(name)) buildArchive(name);
} catch (error) {
	process.stderr.write(`${/** @type {Error} */ (error).message}\n`);
	process.exit(1);
}

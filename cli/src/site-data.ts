import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { packCache, packRepeats, stubUnused, usedFunctions } from 'toolchain';
import { compilerHeaders, llvmWasm } from './llvm.ts';
import { lessonStates, readLessonMoments } from './lesson-states.ts';
import { readProfile, sha256 } from './profile/file.ts';
import { cacheFolder, root, type Builder } from './project.ts';

/** A file of the site: its name carries a hash of what it was made from. */
interface SiteFile {
	readonly file: string;
	/** As it comes over the wire. */
	readonly bytes: number;
	/** What stands in these is left out (`packRepeats`). */
	readonly after?: readonly SiteFile[];
}

/** Where compressed files are kept between builds: LLVM's 75 MB take some seconds. */
const kept = join(cacheFolder, 'site');
/** To be raised when the same inputs begin to give other bytes. */
const recipe = 'gzip 9, repeats, 2';

/**
 * What the site needs from a build, as static files: the shipped tree's objects (so that a first build
 * in the page compiles only what was edited), its images, the compiler and its headers. All are gzip,
 * which every browser unpacks itself; a static host need not know. `index.json` names them; the other
 * names carry hashes, so that browsers may keep the files for ever. A lesson with moments gets their
 * places in the standard run, and the machine saved before the first.
 *
 * @param told hears a line about anything that is not as it should be
 */
export function writeSiteData(
	folder: string,
	builder: Builder,
	told: (line: string) => void = console.error
): void {
	mkdirSync(folder, { recursive: true });
	mkdirSync(kept, { recursive: true });
	const outputs = builder.pristine();
	const json = (name: string, value: unknown) => {
		const bytes = new TextEncoder().encode(JSON.stringify(value));
		return put(folder, name, sha256(bytes), () => bytes);
	};
	const objects = packCache(builder.objects);
	const vmlinux = outputs.get('vmlinux')!;
	const elf = put(folder, 'vmlinux.elf', sha256(vmlinux), () => vmlinux);
	/** Without what its reader has by then: the kernel's ELF file, and what else is named. */
	const after = (name: string, bytes: Uint8Array, ...others: [SiteFile, Uint8Array][]) => {
		const first: [SiteFile, Uint8Array][] = [[elf, vmlinux], ...others];
		const known = first.map(([, text]) => text);
		const source = [bytes, ...known].map(sha256).join(' ');
		const made = put(folder, name, source, () => packRepeats(bytes, known));
		return { ...made, after: first.map(([file]) => file) };
	};
	const archive = outputs.get('host.cpio')!;
	const initrd = after('host.cpio', archive);
	const index = {
		llvm: compiler(folder, told),
		headers: json('headers.json', compilerHeaders(cacheFolder)),
		objects: after('objects.bin', objects),
		shipped: {
			kernel: after('Image.bin', outputs.get('Image')!),
			initrd,
			elf
		},
		offsets: json('offsets.json', builder.offsets),
		lessons: Object.fromEntries(
			lessonStates(readLessonMoments(root), outputs).map(({ lesson, text, moments, state }) => {
				const name = lesson.replace('/', '-');
				const rules = new TextEncoder().encode(text);
				return [
					lesson,
					{
						state: after(`${name}.state`, state, [initrd, archive]),
						moments: json(`${name}.json`, moments),
						rules: put(folder, `${name}-rules.json`, sha256(rules), () => rules)
					}
				];
			})
		)
	};
	writeFileSync(join(folder, 'index.json'), JSON.stringify(index, undefined, '\t') + '\n');
	const wanted = filesOf(index);
	removeOthers(folder, ['index.json', ...wanted]);
	removeOthers(kept, wanted);
}

/** The files that the index names, wherever in it. */
function filesOf(part: object): string[] {
	if ('file' in part && typeof part.file === 'string') return [part.file];
	return Object.values(part).flatMap((inner: object) => filesOf(inner));
}

/** The whole compiler, and the small one where its profile was taken of this very package. */
function compiler(folder: string, told: (line: string) => void) {
	const wasm = llvmWasm();
	const module = sha256(wasm);
	const whole = put(folder, 'llvm.wasm', module, () => wasm);
	const profile = readProfile();
	const used = profile && usedFunctions(profile, wasm, module);
	if (!used) {
		const why = profile ? 'its profile was taken of another version of the package' : 'no profile';
		told(
			`the page will load the whole compiler, ${megabytes(whole)} MB: there is no small one (${why}); ` +
				'`trapline profile-llvm` records one'
		);
		return { whole };
	}
	const lite = put(folder, 'llvm-lite.wasm', sha256(profile.used) + module, () =>
		stubUnused(wasm, used)
	);
	return { lite, whole };
}

const megabytes = ({ bytes }: SiteFile) => (bytes / 1e6).toFixed(1);

/** Writes a compressed file, unless it is there: `source` stands for all that its bytes depend on. */
function put(folder: string, name: string, source: string, make: () => Uint8Array): SiteFile {
	const hash = sha256(new TextEncoder().encode(`${recipe} ${source}`)).slice(0, 16);
	const dot = name.lastIndexOf('.');
	const file = `${name.slice(0, dot)}-${hash}${name.slice(dot)}.gz`;
	const store = join(kept, file);
	if (!isWhole(store)) writeWhole(store, gzipSync(make(), { level: 9 }));
	const bytes = readFileSync(store);
	const target = join(folder, file);
	if (!existsSync(target) || !bytes.equals(readFileSync(target))) copyFileSync(store, target);
	return { file, bytes: bytes.length };
}

/** Whether a kept file can be unpacked: gzip's checksum tells damaged files and cut ones. */
function isWhole(path: string): boolean {
	if (!existsSync(path)) return false;
	try {
		gunzipSync(readFileSync(path));
		return true;
	} catch {
		return false;
	}
}

/** A build that is broken off must not leave half a file under a good name. */
function writeWhole(path: string, bytes: Uint8Array): void {
	writeFileSync(path + '.new', bytes);
	renameSync(path + '.new', path);
}

/** What an earlier build left. */
function removeOthers(folder: string, wanted: readonly string[]): void {
	for (const name of readdirSync(folder))
		if (!wanted.includes(name)) rmSync(join(folder, name), { recursive: true });
}

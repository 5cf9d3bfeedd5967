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
import {
	packCache,
	programsIn,
	stubUnused,
	usedFunctions,
	withoutData,
	writeCpio
} from 'toolchain';
import { compilerHeaders, llvmWasm } from './llvm.ts';
import { lessonStates, readLessonMoments } from './lesson-states.ts';
import { readProfile, sha256 } from './profile/file.ts';
import { cacheFolder, root, type Builder } from './project.ts';

/** A file of the site: its name carries a hash of what it was made from. */
interface SiteFile {
	readonly file: string;
	/** As it comes over the wire. */
	readonly bytes: number;
}

/** Where compressed files are kept between builds: LLVM's 75 MB take some seconds. */
const kept = join(cacheFolder, 'site');
/** To be raised when the same inputs begin to give other bytes. */
const recipe = 'gzip 9, 1';

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
	const output = (name: string, ending = '') => {
		const bytes = outputs.get(name)!;
		return put(folder, `${name}${ending}`, sha256(bytes), () => bytes);
	};
	const json = (name: string, value: unknown) => {
		const bytes = new TextEncoder().encode(JSON.stringify(value));
		return put(folder, name, sha256(bytes), () => bytes);
	};
	const objects = packCache(builder.cache);
	const programs = archiveOfPrograms(outputs.get('host.cpio')!);
	const index = {
		llvm: compiler(folder, told),
		headers: json('headers.json', compilerHeaders(cacheFolder)),
		objects: put(folder, 'objects.bin', sha256(objects), () => objects),
		shipped: {
			kernel: output('Image', '.bin'),
			initrd: output('host.cpio'),
			elf: output('vmlinux', '.elf'),
			programs: put(folder, 'programs.cpio', sha256(programs), () => programs)
		},
		offsets: json('offsets.json', builder.offsets),
		lessons: Object.fromEntries(
			lessonStates(readLessonMoments(root), outputs).map(({ lesson, text, moments, state }) => {
				const name = lesson.replace('/', '-');
				const rules = new TextEncoder().encode(text);
				return [
					lesson,
					{
						state: put(folder, `${name}.state`, sha256(state), () => state),
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

/** What may run at EL0, with its names and lines: for whoever steps there. */
export function archiveOfPrograms(initramfs: Uint8Array): Uint8Array {
	const members = Array.from(programsIn(initramfs), ([path, elf]) => ({
		path,
		mode: 0o100755,
		data: withoutData(elf)
	}));
	return writeCpio(members);
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

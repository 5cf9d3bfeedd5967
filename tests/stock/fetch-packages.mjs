#!/usr/bin/env node
/**
 * Fetches a stock Debian arm64 kernel and a static busybox with apt, from wherever this machine's own
 * sources say. Usage: fetch-packages.mjs DIR
 * Afterwards DIR holds Image, the modules for virtio, busybox and packages.json, which names their versions;
 * what is there already is left alone. apt gets a state and a cache of its own below DIR, with arm64 as its only architecture: the
 * system's lists, packages and architectures are neither used nor changed, and nobody need be root.
 * Where apt or its sources cannot bring the packages, the exit status is 3 and stderr says why.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** Depends on the newest kernel of its kind; the image itself is in that one's unsigned form. */
const META = 'linux-image-cloud-arm64';
const SHELL = 'busybox-static';
/** Modules of the kernel package, by the names of their files. */
const MODULES = [
	...['virtio', 'virtio_ring', 'virtio_mmio', 'virtio_blk'],
	...['virtio-rng', 'virtio_console']
];
const MINUTES = 5;

/**
 * @param {string} why
 * @returns {never}
 */
function unavailable(why) {
	process.stderr.write(`${why.trim()}\n`);
	process.exit(3);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
function run(command, args, options = {}) {
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		encoding: 'utf8',
		timeout: MINUTES * 60_000,
		...options
	});
	if (error) unavailable(`${command} cannot be run: ${error.message}`);
	if (status !== 0) unavailable(`${command} ${args.join(' ')} failed:\n${stderr.slice(-800)}`);
	return stdout;
}

/**
 * A configuration under which apt knows nothing of this system but its sources, their keys, and how to
 * reach them (proxies and the like). Hooks of the system's configuration would touch the system's cache.
 * @param {string} folder
 */
function isolatedApt(folder) {
	for (const part of ['state/lists/partial', 'cache/archives/partial'])
		mkdirSync(join(folder, part), { recursive: true });
	writeFileSync(join(folder, 'state/status'), '');
	const reached = run('apt-config', ['dump', 'Acquire']);
	const config = `${reached}
Dir::Etc::Main "/dev/null";
Dir::Etc::Parts "/dev/null";
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "";
Dir::State "${folder}/state";
Dir::State::status "${folder}/state/status";
Dir::Cache "${folder}/cache";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
`;
	const path = join(folder, 'apt.conf');
	writeFileSync(path, config);
	return { ...process.env, APT_CONFIG: path, LC_ALL: 'C' };
}

/**
 * The newest kernel's unsigned package: the signed one is the same image with a signature behind it.
 * @param {NodeJS.ProcessEnv} env
 */
function kernelPackage(env) {
	const found = /^\s*Depends: (linux-image-\S+)/m.exec(
		run('apt-cache', ['depends', META], { env })
	);
	if (!found) unavailable(`${META} depends on no kernel here`);
	return `${found[1]}-unsigned`;
}

/**
 * Downloads a package and unpacks it. Returns the folder, and name and version.
 * @param {string} name @param {string} folder @param {NodeJS.ProcessEnv} env
 */
function unpacked(name, folder, env) {
	mkdirSync(folder, { recursive: true });
	run('apt-get', ['-q', 'download', name], { cwd: folder, env });
	const file = readdirSync(folder).find((each) => each.endsWith('.deb'));
	if (file === undefined) unavailable(`apt-get download brought no package ${name}`);
	const deb = join(folder, file);
	const root = join(folder, 'root');
	run('dpkg-deb', ['-x', deb, root]);
	return { root, version: `${name} ${run('dpkg-deb', ['-f', deb, 'Version']).trim()}` };
}

/**
 * Copies the modules, unpacked, from the kernel's package into `to`.
 * @param {string} root @param {string} to
 */
function copyModules(root, to) {
	const tree = join(root, 'lib/modules');
	const files = readdirSync(tree, { recursive: true, encoding: 'utf8' });
	for (const name of MODULES) {
		const path = files.find((each) => [`${name}.ko`, `${name}.ko.xz`].includes(basename(each)));
		if (path === undefined) unavailable(`the kernel package has no module ${name}`);
		copyFileSync(join(tree, path), join(to, basename(path)));
		if (path.endsWith('.xz')) run('xz', ['-d', '-f', basename(path)], { cwd: to });
	}
}

/** @param {string} folder */
function fetchInto(folder) {
	const work = join(folder, 'work');
	rmSync(work, { recursive: true, force: true });
	mkdirSync(work, { recursive: true });
	const env = isolatedApt(work);
	run('apt-get', ['-q', 'update'], { env });
	const kernel = unpacked(kernelPackage(env), join(work, 'kernel'), env);
	const shell = unpacked(SHELL, join(work, 'shell'), env);

	const boot = join(kernel.root, 'boot');
	const image = readdirSync(boot).find((name) => name.startsWith('vmlinuz'));
	if (image === undefined) unavailable('the kernel package has no /boot/vmlinuz');
	copyFileSync(join(boot, image), join(folder, 'Image'));
	copyModules(kernel.root, folder);
	const busybox = ['bin/busybox', 'usr/bin/busybox'].map((path) => join(shell.root, path));
	const found = busybox.find((path) => existsSync(path));
	if (found === undefined) unavailable(`${SHELL} has no busybox`);
	copyFileSync(found, join(folder, 'busybox'));
	rmSync(work, { recursive: true });
	return { kernel: kernel.version, busybox: shell.version };
}

if (process.argv[2] === undefined) unavailable('usage: fetch-packages.mjs DIR');
const folder = resolve(process.argv[2]);
const done = join(folder, 'packages.json');
const wanted = ['Image', 'busybox', ...MODULES.map((name) => `${name}.ko`)];
const complete = () => wanted.every((name) => existsSync(join(folder, name)));
if (!existsSync(done) || !complete()) {
	mkdirSync(folder, { recursive: true });
	const versions = fetchInto(folder);
	writeFileSync(`${done}.new`, JSON.stringify(versions, undefined, '\t') + '\n');
	renameSync(`${done}.new`, done);
}
process.stdout.write(readFileSync(done));

/**
 * Makes a fresh clone ready: packages, and for the tests a browser and the tools that serve as oracles.
 * Plain Node, because nothing is installed yet when it runs. What is there already is left alone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

const root = new URL('..', import.meta.url);

/** Runs a command with its output shown; false, after a clear line, if it fails. */
export function succeeds(command, args, env = {}) {
	const { status, error } = spawnSync(command, args, {
		cwd: root,
		stdio: 'inherit',
		env: { ...process.env, ...env }
	});
	if (status !== 0)
		console.error(`\n${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.`);
	return status === 0;
}

/** Runs a command without which there is no going on: ends the process if it fails. */
export function run(command, args, env = {}) {
	if (!succeeds(command, args, env)) process.exit(1);
}

/** Installs the packages of package-lock.json, unless that was done since it last changed. */
export function installPackages() {
	const done = new URL('node_modules/.package-lock.json', root);
	const lock = new URL('package-lock.json', root);
	if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return;
	console.log('Installing packages …');
	run('npm', ['ci', '--no-audit', '--no-fund']);
}

const onPath = (name) => spawnSync('which', [name], { stdio: 'ignore' }).status === 0;
const isDebian = () =>
	existsSync('/etc/debian_version') && /debian/i.test(readFileSync('/etc/os-release', 'utf8'));

/** Each tool of the tests, and Debian's package that brings it. */
const tools = {
	chromium: 'chromium',
	'qemu-system-aarch64': 'qemu-system-arm',
	'qemu-aarch64': 'qemu-user',
	'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu',
	'aarch64-linux-gnu-g++': 'g++-aarch64-linux-gnu',
	'aarch64-linux-gnu-as': 'binutils-aarch64-linux-gnu',
	dtc: 'device-tree-compiler'
};

/** On Debian, as root, fetches with apt what the tests need; elsewhere says what is missing. */
export function installTestTools() {
	const missing = Object.keys(tools).filter((tool) => !onPath(tool));
	if (missing.length === 0) return;
	const packages = missing.map((tool) => tools[tool]);
	if (isDebian() && process.getuid?.() === 0) {
		console.log(`Installing with apt: ${packages.join(' ')} …`);
		run('apt-get', ['update', '-qq']);
		run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
			DEBIAN_FRONTEND: 'noninteractive'
		});
		return;
	}
	console.log(
		`Not on this machine: ${missing.join(', ')}. Tests that need them will be skipped` +
			(isDebian() ? ` (apt-get install ${packages.join(' ')} brings them).` : '.')
	);
}

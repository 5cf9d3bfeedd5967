// node x.mjs NAME ours|gcc : hot code by sampling
import { runnerImport } from 'vite';
import { writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
const [name, who] = process.argv.slice(2);
const { module: c } = await runnerImport('/work/clones/codegen/tests/bench/code/compare.ts', {
	configFile: false,
	logLevel: 'warn'
});
const { module: t } = await runnerImport('/work/clones/codegen/tests/toolchain/compilers.ts', {
	configFile: false,
	logLevel: 'warn'
});
const tc = t.makeToolchain();
const obj = who === 'gcc' ? c.objectOfGcc(name) : c.ourObject(tc, name);
const { machine, image, elf } = c.load(tc, name, obj);
machine.write(0x40000000, image);
machine.setX(0, BigInt(c.rounds[name]));
const h = new Map();
let n = 0;
while (!machine.taken && n < 2e6) {
	const k = 37 + (n % 7);
	machine.run(k);
	n += k;
	const pc = Number(machine.pc);
	h.set(pc, (h.get(pc) || 0) + 1);
}
writeFileSync('/tmp/prof.o', obj);
const tot = [...h.values()].reduce((a, b) => a + b, 0);
const text = execFileSync('aarch64-linux-gnu-objdump', [
	'-d',
	'--no-show-raw-insn',
	'/tmp/prof.o'
]).toString();
// program text begins after support.o text, 8/16-aligned: find via symbol run
const sym = elf.symbols.find((s) => s.name === 'run');
const m = /^([0-9a-f]+) <run>:/m.exec(text);
const base = Number(sym.value) - parseInt(m[1], 16);
for (const l of text.split('\n')) {
	const q = /^\s+([0-9a-f]+):\t(.*)/.exec(l);
	if (!q) {
		console.log(l);
		continue;
	}
	const cnt = h.get(base + parseInt(q[1], 16)) || 0;
	console.log(((cnt / tot) * 100).toFixed(1).padStart(5).replace(' 0.0', '    '), l);
}

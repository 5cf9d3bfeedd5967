import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FpInstruction } from './fp-instructions.ts';

/** One question: which instruction, FPCR, and three operands. */
export interface FpCase {
	readonly instruction: number;
	readonly fpcr: number;
	readonly operands: readonly bigint[];
}
export interface FpAnswer {
	readonly bits: bigint;
	/** FPSR, which was zero before. */
	readonly flags: number;
}

const main = `
#include <stdio.h>
#include <stdint.h>
struct question { uint32_t instruction, fpcr; uint64_t operands[3]; } q[4096];
struct answer { uint64_t bits, flags; } a[4096];
void run(const struct question *, struct answer *);
int main(void) {
	for (size_t n; (n = fread(q, sizeof *q, 4096, stdin)) > 0; fwrite(a, sizeof *a, n, stdout))
		for (size_t i = 0; i < n; i++)
			run(&q[i], &a[i]);
	return 0;
}
`;

/** Each instruction, with what moves its result to X0 and a return, fills 16 bytes. */
function assembly(instructions: readonly FpInstruction[]): string {
	const bodies = instructions.map(({ assembly }) =>
		['.balign 16', ...assembly, 'ret'].join('\n\t')
	);
	return `
	.text
	.globl run
run:
	stp x30, x1, [sp, #-16]!
	ldp w2, w3, [x0]
	ldp d0, d1, [x0, #8]
	ldr d2, [x0, #24]
	ldr x0, [x0, #8]
	ldr x4, =instructions
	add x4, x4, x2, lsl #4
	msr fpcr, x3
	msr fpsr, xzr
	blr x4
	mrs x2, fpsr
	msr fpcr, xzr
	ldp x30, x1, [sp], #16
	stp x0, x2, [x1]
	ret
	.ltorg
	.balign 16
instructions:
	${bodies.join('\n\t')}
	.section .note.GNU-stack, "", %progbits
`;
}

/** A program that runs the given instructions, each on its own, under qemu-aarch64. */
export class FpOracle {
	readonly #program: string;

	constructor(instructions: readonly FpInstruction[]) {
		const folder = mkdtempSync(join(tmpdir(), 'fp-'));
		this.#program = join(folder, 'fp');
		const [c, s] = [join(folder, 'main.c'), join(folder, 'instructions.s')];
		writeFileSync(c, main);
		writeFileSync(s, assembly(instructions));
		execFileSync('aarch64-linux-gnu-gcc', ['-O1', '-static', '-o', this.#program, c, s]);
	}

	ask(cases: readonly FpCase[]): FpAnswer[] {
		const questions = new BigUint64Array(cases.length * 4);
		cases.forEach(({ instruction, fpcr, operands }, index) => {
			questions[4 * index] = BigInt(instruction) | (BigInt(fpcr) << 32n);
			operands.forEach((operand, n) => (questions[4 * index + 1 + n] = operand));
		});
		const output = execFileSync('qemu-aarch64', ['-cpu', 'cortex-a57', this.#program], {
			input: new Uint8Array(questions.buffer),
			maxBuffer: cases.length * 16 + 1024,
			timeout: 120_000
		});
		const answers = new DataView(output.buffer, output.byteOffset, output.length);
		return cases.map((_, index) => ({
			bits: answers.getBigUint64(16 * index, true),
			flags: Number(answers.getBigUint64(16 * index + 8, true))
		}));
	}
}

import { resolve } from 'node:path';
import { readdirSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { decodeBitMask, encodeBitMask } from './bit-masks.ts';
import { fieldsOf, insn } from './instruction.ts';
import { instructionSet, tableDecoder } from './table.ts';

describe('the instruction table', () => {
	it('has no two forms that match the same word', () => {
		const overlaps: string[] = [];
		const { forms } = tableDecoder();
		forms.forEach((a, i) => {
			for (let k = i + 1; k < forms.length; k++) {
				const b = forms[k]!;
				if (((a.value ^ b.value) & a.mask & b.mask) !== 0) continue;
				// Rows that leave words to each other: the one with Xm does not take Xm = 31.
				const word = (a.value | b.value) >>> 0;
				const taken = [a, b].every(({ row }) => row.where(fieldsOf(row, word)));
				if (taken) overlaps.push(`${a.row.name} and ${b.row.name}`);
			}
		});
		expect(overlaps).toEqual([]);
	});

	it('has a name of its own for each row', () => {
		const names = instructionSet.map((row) => row.name);
		expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
	});

	it.each([
		[0x9100_0400, 'ADD_i'],
		[0xd503_201f, 'HINT'],
		[0xd69f_03e0, 'ERET'],
		[0xc85f_7c20, 'LDXR_x'],
		[0xf940_0000, 'LDR_x_uimm']
	])('decodes %#x as %s', (word, name) => {
		const { forms } = tableDecoder();
		expect(forms[tableDecoder().decode(word)]!.row.name).toBe(name);
	});

	it.each([
		[0xffff_ffff, 'nothing at all'],
		[0x1140_0000 | (1 << 23), 'ADD (immediate) with a reserved shift'],
		[0x1220_fc00, 'AND (immediate) whose run of ones fills its element'],
		[0x5280_0000 | (2 << 21), 'MOVZ of a halfword that W registers do not have'],
		[0x0b00_8000, 'ADD (shifted register) of a W register by 32'],
		[0x0bc0_0000, 'ADD (shifted register) with ROR'],
		[0x8b20_1400, 'ADD (extended register) by 5'],
		[0x1340_0000, 'SBFM with N and sf unequal']
	])('leaves %#x unallocated: %s', (word) => {
		expect(tableDecoder().decode(word >>> 0)).toBe(-1);
	});

	it('knows every logical immediate, 5334 of them', () => {
		const masks = new Set<bigint>();
		for (let n = 0; n < 2; n++)
			for (let immr = 0; immr < 64; immr++)
				for (let imms = 0; imms < 64; imms++) {
					const mask = decodeBitMask(n, immr, imms);
					if (mask !== undefined) masks.add(mask);
				}
		expect(masks.size).toBe(5334);
		expect(decodeBitMask(0, 0, 0b111100)).toBe(0x5555_5555_5555_5555n);
		expect(encodeBitMask(0x00ff_00ff_00ff_00ffn)).toBe(0b0_000000_100111);
		expect(encodeBitMask(0x1234n)).toBeUndefined();
	});
});

/** Each line is wrong, and has to be a type error: the compiler checks this test. */
export const typeErrors = () => [
	insn('T1', 'sf:1 0 0 100010 sh:1 imm12:12 Rn:5 Rd:5', {
		// @ts-expect-error: no such field
		variants: ['size'],
		asm: 'add',
		sem: () => undefined
	}),
	insn('T2', 'sf:1 0 0 100010 sh:1 imm12:12 Rn:5 Rd:5', {
		variants: ['sf'],
		asm: 'add',
		// @ts-expect-error: a typo in the name of a field
		sem: (b, { Rm }) => b.setX(Rm, b.constant(0, 64))
	}),
	insn('T3', 'sf:1 0 0 100010 sh:1 imm12:12 Rn:5 Rd:5', {
		variants: ['sf'],
		asm: 'add',
		// @ts-expect-error: arithmetic on an operand, which is no number
		sem: (b, { imm12, Rd }) => b.setX(Rd, b.constant(imm12 << 12, 64))
	}),
	insn('T4', 'sf:1 0 0 100010 sh:1 imm12:12 Rn:5 Rd:5', {
		asm: 'add',
		// @ts-expect-error: an operand is not compared with a number
		sem: (b, { Rn }) => b.setX(Rn, b.constant(Rn === 31 ? 1 : 0, 64))
	})
];

/** TypeScript lets every object be a condition, so this is looked for in the source. */
describe('semantics', () => {
	it('never branch in JavaScript on an operand or a value', () => {
		const folder = import.meta.dirname;
		const files = readdirSync(folder)
			.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
			.map((name) => resolve(folder, name));
		const program = ts.createProgram(files, {
			strict: true,
			target: ts.ScriptTarget.ES2023,
			module: ts.ModuleKind.ESNext,
			moduleResolution: ts.ModuleResolutionKind.Bundler,
			allowImportingTsExtensions: true,
			noEmit: true,
			types: []
		});
		const checker = program.getTypeChecker();
		const found: string[] = [];
		const test = (condition: ts.Expression) => {
			const type = checker.getTypeAtLocation(condition);
			const parts = type.isUnion() ? type.types : [type];
			const always = parts.every((part) => ['Operand', 'Value'].includes(part.symbol?.name ?? ''));
			if (always) found.push(`${condition.getSourceFile().fileName}: ${condition.getText()}`);
		};
		const visit = (node: ts.Node): void => {
			if (ts.isIfStatement(node) || ts.isWhileStatement(node)) test(node.expression);
			if (ts.isConditionalExpression(node)) test(node.condition);
			if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
				test(node.operand);
			if (
				ts.isBinaryExpression(node) &&
				[ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken].includes(
					node.operatorToken.kind
				)
			)
				test(node.left);
			ts.forEachChild(node, visit);
		};
		for (const file of files) visit(program.getSourceFile(file)!);
		expect(found).toEqual([]);
		expect(files.length).toBeGreaterThan(10);
	});
});

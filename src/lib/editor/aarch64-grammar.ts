import type { languages } from 'monaco-editor/editor/editor.api.js';

/** Comments and brackets of A64 assembly that passes through the C preprocessor. */
export const aarch64Configuration: languages.LanguageConfiguration = {
	comments: { lineComment: '//', blockComment: ['/*', '*/'] },
	brackets: [
		['[', ']'],
		['(', ')'],
		['{', '}']
	],
	autoClosingPairs: [
		{ open: '[', close: ']' },
		{ open: '(', close: ')' },
		{ open: '"', close: '"' }
	],
	wordPattern: /[A-Za-z_.][\w.]*/
};

/** A64 assembly in GNU syntax: labels, mnemonics, registers, directives, preprocessor lines. */
export const aarch64Grammar: languages.IMonarchLanguage = {
	defaultToken: '',
	// With the line feed as a token, the end of a line can end its operands.
	includeLF: true,
	tokenizer: {
		root: [
			[/^\s*#\s*\w+/, 'keyword.directive'],
			{ include: '@space' },
			[/^\s*[\w.$]+:/, 'type.identifier'],
			[/\.[a-z_]\w*/, 'keyword.directive', '@operands'],
			[/[a-zA-Z_][\w.]*/, 'keyword', '@operands'],
			[/[;]/, 'delimiter']
		],
		operands: [
			[/\n/, '', '@pop'],
			[/;/, 'delimiter', '@pop'],
			{ include: '@space' },
			[
				/\b([xw]([12]?\d|30)|[xw]zr|w?sp|lr|fp|[vqdshb]([12]?\d|3[01]))\b(\.\d*[bhsdq])?/i,
				'variable'
			],
			[/\b[a-z]\w*_el[0-3]\b/i, 'variable.predefined'],
			[/#?:[a-z0-9_]+:/, 'keyword.directive'],
			[/#?-?0x[\da-fA-F_]+\b/, 'number.hex'],
			[/#?-?\b\d+[bf]?\b/, 'number'],
			[/"/, 'string', '@string'],
			[/\\[\w@()]+/, 'type'],
			[/[A-Za-z_.$][\w.$]*/, 'identifier'],
			[/[#,+\-*/&|^~<>=!()[\]{}:]/, 'delimiter']
		],
		space: [
			[/[ \t\r\n]+/, ''],
			[/\/\*/, 'comment', '@comment'],
			[/\/\/.*/, 'comment']
		],
		comment: [
			[/[^/*]+/, 'comment'],
			[/\*\//, 'comment', '@pop'],
			[/[/*]/, 'comment']
		],
		string: [
			[/[^\\"]+/, 'string'],
			[/\\./, 'string.escape'],
			[/"/, 'string', '@pop']
		]
	}
};

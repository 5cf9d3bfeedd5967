import type { editor } from 'monaco-editor/editor/editor.api.js';

export const themeName = (dark: boolean) => (dark ? 'trapline-dark' : 'trapline-light');

interface Palette {
	base: 'vs' | 'vs-dark';
	paper: string;
	ink: string;
	soft: string;
	rule: string;
	select: string;
	keyword: string;
	directive: string;
	string: string;
	number: string;
	name: string;
}

/** The colours of app.css; Monaco takes no CSS variables. */
const light: Palette = {
	base: 'vs',
	paper: '#fffefb',
	ink: '#211f1b',
	soft: '#5a544a',
	rule: '#ddd6c7',
	select: '#f4dfd2',
	keyword: '#8c2f1b',
	directive: '#7a2f6b',
	string: '#25652f',
	number: '#7d5200',
	name: '#1d5c80'
};

const dark: Palette = {
	base: 'vs-dark',
	paper: '#1f1c19',
	ink: '#e9e3d8',
	soft: '#b5ac9d',
	rule: '#3a352e',
	select: '#4b2c21',
	keyword: '#f2a88f',
	directive: '#dea0d2',
	string: '#8fd19b',
	number: '#e3b657',
	name: '#86c5e8'
};

export function defineThemes(api: typeof editor): void {
	api.defineTheme(themeName(false), themeOf(light));
	api.defineTheme(themeName(true), themeOf(dark));
}

function themeOf(p: Palette): editor.IStandaloneThemeData {
	const rule = (token: string, colour: string, fontStyle = '') => ({
		token,
		foreground: colour.slice(1),
		fontStyle
	});
	return {
		base: p.base,
		inherit: true,
		rules: [
			rule('', p.ink),
			rule('comment', p.soft, 'italic'),
			rule('keyword', p.keyword),
			rule('keyword.directive', p.directive),
			rule('string', p.string),
			rule('string.escape', p.string),
			rule('number', p.number),
			rule('number.hex', p.number),
			rule('variable', p.name),
			rule('variable.predefined', p.name),
			rule('type', p.name),
			rule('type.identifier', p.name),
			rule('delimiter', p.ink)
		],
		colors: {
			'editor.background': p.paper,
			'editor.foreground': p.ink,
			'editorLineNumber.foreground': p.soft,
			'editorLineNumber.activeForeground': p.ink,
			'editor.selectionBackground': p.select,
			'editor.lineHighlightBackground': p.select + '55',
			'editor.lineHighlightBorder': '#00000000',
			'editorIndentGuide.background1': p.rule,
			'editorWidget.background': p.paper,
			'editorWidget.border': p.rule,
			focusBorder: p.keyword
		}
	};
}

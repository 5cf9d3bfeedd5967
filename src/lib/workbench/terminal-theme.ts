import type { ITheme } from '@xterm/xterm';

/** The colours of app.css for xterm.js, which takes no CSS variables. */
export function terminalTheme(dark: boolean): ITheme {
	return dark
		? {
				background: '#1f1c19',
				foreground: '#e9e3d8',
				cursor: '#f2a88f',
				selectionBackground: '#4b2c21',
				overviewRulerBorder: '#0000',
				scrollbarSliderBackground: '#8b828259',
				scrollbarSliderHoverBackground: '#8b828299',
				scrollbarSliderActiveBackground: '#8b8282cc',
				red: '#f79d8e',
				green: '#8fd19b',
				yellow: '#e3b657',
				blue: '#86c5e8',
				magenta: '#dea0d2'
			}
		: {
				background: '#fffefb',
				foreground: '#211f1b',
				cursor: '#8c2f1b',
				selectionBackground: '#f4dfd2',
				overviewRulerBorder: '#0000',
				scrollbarSliderBackground: '#8d847159',
				scrollbarSliderHoverBackground: '#8d847199',
				scrollbarSliderActiveBackground: '#8d8471cc',
				red: '#a3261a',
				green: '#25652f',
				yellow: '#785300',
				blue: '#1d5c80',
				magenta: '#7a2f6b'
			};
}

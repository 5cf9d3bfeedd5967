/**
 * Monaco with the parts that editing one file at a time needs, and no more: the page's weight is
 * mostly this module. It is only ever imported lazily, in the browser.
 */
import * as monaco from 'monaco-editor/editor/editor.api.js';
import 'monaco-editor/editor/browser/coreCommands.js';
import 'monaco-editor/features/bracketMatching/register.js';
import 'monaco-editor/features/caretOperations/register.js';
import 'monaco-editor/features/clipboard/register.js';
import 'monaco-editor/features/codicon/register.js';
import 'monaco-editor/features/comment/register.js';
import 'monaco-editor/features/cursorUndo/register.js';
import 'monaco-editor/features/diffEditor/register.js';
import 'monaco-editor/features/find/register.js';
import 'monaco-editor/features/folding/register.js';
import 'monaco-editor/features/gotoError/register.js';
import 'monaco-editor/features/hover/register.js';
import 'monaco-editor/features/indentation/register.js';
import 'monaco-editor/features/linesOperations/register.js';
import 'monaco-editor/features/multicursor/register.js';
import 'monaco-editor/features/wordHighlighter/register.js';
import 'monaco-editor/features/wordOperations/register.js';
import { conf, language } from 'monaco-editor/languages/definitions/cpp/cpp.js';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import { aarch64Configuration, aarch64Grammar } from './aarch64-grammar.ts';
import { defineThemes, themeName } from './monaco-themes.ts';
import {
	languageOf,
	type EditorBackend,
	type EditorEvents,
	type Marker,
	type Place
} from './types.ts';

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

monaco.languages.register({ id: 'c' });
monaco.languages.setLanguageConfiguration('c', conf);
monaco.languages.setMonarchTokensProvider('c', language);
monaco.languages.register({ id: 'aarch64' });
monaco.languages.setLanguageConfiguration('aarch64', aarch64Configuration);
monaco.languages.setMonarchTokensProvider('aarch64', aarch64Grammar);
defineThemes(monaco.editor);

const severity = {
	error: monaco.MarkerSeverity.Error,
	warning: monaco.MarkerSeverity.Warning,
	note: monaco.MarkerSeverity.Info
};

const options: monaco.editor.IEditorOptions & monaco.editor.IGlobalEditorOptions = {
	automaticLayout: true,
	fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
	fontSize: 13,
	lineHeight: 20,
	fontLigatures: false,
	minimap: { enabled: false },
	scrollBeyondLastLine: false,
	renderLineHighlight: 'line',
	lineNumbersMinChars: 4,
	lineDecorationsWidth: 8,
	overviewRulerBorder: false,
	hideCursorInOverviewRuler: true,
	padding: { top: 8, bottom: 8 },
	smoothScrolling: false,
	scrollbar: {
		alwaysConsumeMouseWheel: false,
		horizontalScrollbarSize: 8,
		verticalScrollbarSize: 10
	},
	hover: { above: false },
	ariaLabel: 'Source code. Control M lets Tab leave the editor.',
	fixedOverflowWidgets: true
};

/** Models outlive a switch of files, so that each keeps its undo history. */
export class MonacoEditor implements EditorBackend {
	readonly #host: HTMLElement;
	readonly #events: EditorEvents;
	readonly #models = new Map<string, monaco.editor.ITextModel>();
	readonly #places = new Map<string, monaco.editor.ICodeEditorViewState>();
	readonly #original = monaco.editor.createModel('', 'c');
	#code: monaco.editor.IStandaloneCodeEditor | undefined;
	#diff: monaco.editor.IStandaloneDiffEditor | undefined;
	#file: string | undefined;
	#replacing = false;

	constructor(host: HTMLElement, events: EditorEvents) {
		this.#host = host;
		this.#events = events;
		this.#code = this.#createCode();
	}

	#createCode(): monaco.editor.IStandaloneCodeEditor {
		const code = monaco.editor.create(this.#host, { ...options, model: null });
		code.onKeyDown((event) => {
			if (!event.ctrlKey || event.keyCode !== monaco.KeyCode.KeyM) return;
			event.preventDefault();
			event.stopPropagation();
			const on = !code.getOption(monaco.editor.EditorOption.tabFocusMode);
			code.updateOptions({ tabFocusMode: on });
			this.#events.tabMovesFocus(on);
		});
		return code;
	}

	open(file: string, text: string, original: string): void {
		this.#remember();
		this.#file = file;
		const model = this.#modelOf(file, text);
		this.#replacing = true;
		if (model.getValue() !== text) model.setValue(text);
		this.#replacing = false;
		this.#original.setValue(original);
		monaco.editor.setModelLanguage(this.#original, languageOf(file));
		this.#show();
	}

	#modelOf(file: string, text: string): monaco.editor.ITextModel {
		const known = this.#models.get(file);
		if (known) return known;
		const uri = monaco.Uri.from({ scheme: 'tree', path: '/' + file });
		const model = monaco.editor.createModel(text, languageOf(file), uri);
		model.updateOptions({
			tabSize: 8,
			insertSpaces: false,
			bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false }
		});
		model.onDidChangeContent(() => {
			if (!this.#replacing) this.#events.change(file, model.getValue());
		});
		this.#models.set(file, model);
		return model;
	}

	#remember(): void {
		const state = this.#code?.saveViewState();
		if (this.#file && state) this.#places.set(this.#file, state);
	}

	#show(): void {
		const model = this.#models.get(this.#file ?? '');
		if (!model) return;
		if (this.#diff) this.#diff.setModel({ original: this.#original, modified: model });
		else if (this.#code!.getModel() !== model) {
			this.#code!.setModel(model);
			this.#code!.restoreViewState(this.#places.get(this.#file!) ?? null);
		}
	}

	setMarkers(file: string, markers: readonly Marker[]): void {
		const model = this.#models.get(file);
		if (!model) return;
		monaco.editor.setModelMarkers(
			model,
			'trapline',
			markers.map((marker) => place(model, marker))
		);
	}

	reveal(line: number, column: number): void {
		const code = this.#diff?.getModifiedEditor() ?? this.#code!;
		code.setPosition({ lineNumber: line, column });
		code.revealLineInCenter(line);
		code.focus();
	}

	/** Takes the open file over from another editor: its reader notices nothing. */
	goOnFrom(place: Place): void {
		const code = this.#code!;
		const model = code.getModel()!;
		if (place.text !== place.before) {
			this.#replacing = true;
			model.pushEditOperations(null, [changeTo(model, place.text)], () => null);
			model.pushStackElement();
			this.#replacing = false;
		}
		const from = model.getPositionAt(place.anchor);
		const to = model.getPositionAt(place.head);
		code.setSelection(monaco.Selection.fromPositions(from, to));
		code.setScrollPosition({ scrollTop: place.scrollTop, scrollLeft: place.scrollLeft });
		if (place.tabMovesFocus) code.updateOptions({ tabFocusMode: true });
		if (place.focused) code.focus();
	}

	setDiff(on: boolean): void {
		if (on === (this.#diff !== undefined)) return;
		this.#remember();
		if (on) {
			this.#code?.dispose();
			this.#code = undefined;
			this.#diff = monaco.editor.createDiffEditor(this.#host, {
				...options,
				renderSideBySide: true,
				useInlineViewWhenSpaceIsLimited: true,
				hideUnchangedRegions: { enabled: true }
			});
		} else {
			this.#diff?.dispose();
			this.#diff = undefined;
			this.#code = this.#createCode();
		}
		this.#show();
	}

	setTheme(dark: boolean): void {
		monaco.editor.setTheme(themeName(dark));
	}

	dispose(): void {
		this.#code?.dispose();
		this.#diff?.dispose();
		this.#original.dispose();
		for (const model of this.#models.values()) model.dispose();
	}
}

/** The one edit that makes the model's text `text`. */
function changeTo(
	model: monaco.editor.ITextModel,
	text: string
): monaco.editor.IIdentifiedSingleEditOperation {
	const old = model.getValue();
	const least = Math.min(old.length, text.length);
	let head = 0;
	while (head < least && old[head] === text[head]) head++;
	let tail = 0;
	while (tail < least - head && old.at(-1 - tail) === text.at(-1 - tail)) tail++;
	const from = model.getPositionAt(head);
	const to = model.getPositionAt(old.length - tail);
	return {
		range: monaco.Range.fromPositions(from, to),
		text: text.slice(head, text.length - tail)
	};
}

function place(model: monaco.editor.ITextModel, marker: Marker): monaco.editor.IMarkerData {
	const line = Math.min(Math.max(marker.line, 1), model.getLineCount());
	const word = model.getWordAtPosition({ lineNumber: line, column: marker.column });
	return {
		severity: severity[marker.severity],
		message: marker.message,
		startLineNumber: line,
		startColumn: marker.column,
		endLineNumber: marker.endLine ?? line,
		endColumn: marker.endColumn ?? word?.endColumn ?? marker.column + 1
	};
}

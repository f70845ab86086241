/** Monaco with the features that a Dockerfile needs and no more. Loaded only when an editor is on screen. */
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codeAction/register';
import 'monaco-editor/features/codeEditor/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/format/register';
import 'monaco-editor/features/gotoError/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/parameterHints/register';
import 'monaco-editor/features/readOnlyMessage/register';
import 'monaco-editor/features/rename/register';
import 'monaco-editor/features/snippet/register';
import 'monaco-editor/features/suggest/register';
import 'monaco-editor/features/toggleTabFocusMode/register';
import 'monaco-editor/features/wordOperations/register';
import 'monaco-editor/languages/definitions/css/register';
import 'monaco-editor/languages/definitions/go/register';
import 'monaco-editor/languages/definitions/html/register';
import 'monaco-editor/languages/definitions/javascript/register';
import 'monaco-editor/languages/definitions/markdown/register';
import 'monaco-editor/languages/definitions/typescript/register';
import 'monaco-editor/languages/definitions/yaml/register';
// What the features above register without loading it.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import 'monaco-editor/editor/common/standaloneStrings';
import { editor, KeyCode, KeyMod, MarkerSeverity, Range } from 'monaco-editor/editor';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import type { Problem, TextEdit } from '../../dockerfile/problem.ts';
import { scanStages, stageHues } from '../../stages/scan-stages.ts';
import { onThemeChange } from '../../theme/theme.ts';
import type { LineMark } from '../line-marks.ts';
import { dockerfileLanguage, registerDockerfile } from './dockerfile-language.ts';
import { applyEditorTheme, themeName } from './editor-theme.ts';
import { markProblems, registerIntelligence } from './monaco-intelligence.ts';
import { modelUri, toRange } from './monaco-places.ts';

export interface EditorOptions {
  onChange(path: string, text: string): void;
  onSubmit(): void;
  onLeave(): void;
  onCursor(path: string, line: number): void;
}

export interface FileText {
  path: string;
  text: string;
  language: string;
  readOnly: boolean;
  ariaLabel: string;
}

const font = { family: "'JetBrains Mono Variable', ui-monospace, monospace", size: 14 };
const markOwner = 'stagecraft';

/** One editor with one model per file; a file keeps its undo history and scroll position while others are shown. */
export class CodeEditor {
  readonly #editor: editor.IStandaloneCodeEditor;
  readonly #options: EditorOptions;
  readonly #models = new Map<string, editor.ITextModel>();
  readonly #viewStates = new Map<string, editor.ICodeEditorViewState | null>();
  readonly #stageLines: editor.IEditorDecorationsCollection;
  readonly #stopTheme: () => void;
  #shown = '';
  /** Text that comes from outside is not a change by the learner. */
  #setting = false;

  static async create(host: HTMLElement, options: EditorOptions): Promise<CodeEditor> {
    self.MonacoEnvironment = { getWorker: () => new EditorWorker() };
    registerDockerfile();
    registerIntelligence();
    // Monaco measures letters once; with the fallback font the cursor would stand beside them.
    await document.fonts.load(`${font.size}px ${font.family}`).catch(() => []);
    return new CodeEditor(host, options);
  }

  private constructor(host: HTMLElement, options: EditorOptions) {
    applyEditorTheme();
    this.#options = options;
    this.#editor = editor.create(host, {
      model: null,
      theme: themeName,
      fontFamily: font.family,
      fontSize: font.size,
      lineHeight: 22,
      fontLigatures: false,
      automaticLayout: true,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      renderLineHighlight: 'line',
      occurrencesHighlight: 'off',
      selectionHighlight: false,
      quickSuggestions: { other: true, comments: false, strings: false },
      acceptSuggestionOnEnter: 'smart',
      suggest: { showStatusBar: false, preview: false },
      wordBasedSuggestions: 'off',
      folding: false,
      renderFinalNewline: 'on',
      stickyScroll: { enabled: false },
      contextmenu: false,
      guides: { indentation: false },
      lineNumbersMinChars: 3,
      lineDecorationsWidth: 12,
      overviewRulerLanes: 2,
      hideCursorInOverviewRuler: true,
      padding: { top: 12, bottom: 12 },
      scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, alwaysConsumeMouseWheel: false },
      fixedOverflowWidgets: true,
    });
    this.#stageLines = this.#editor.createDecorationsCollection();
    this.#editor.addCommand(KeyMod.CtrlCmd | KeyCode.Enter, () => options.onSubmit());
    // Monaco's own key on Linux, Ctrl+Shift+I, belongs to the browser.
    this.#editor.addCommand(KeyMod.Shift | KeyMod.Alt | KeyCode.KeyF, () => {
      void this.#editor.getAction('editor.action.formatDocument')?.run();
    });
    const nothingOpen =
      'editorTextFocus && !findWidgetVisible && !markersNavigationVisible && !editorHasMultipleSelections && ' +
      '!suggestWidgetVisible && !parameterHintsVisible && !renameInputVisible && !inSnippetMode && ' +
      '!codeActionMenuVisible && !editorHoverVisible';
    this.#editor.addCommand(KeyCode.Escape, () => options.onLeave(), nothingOpen);
    this.#editor.onDidChangeCursorPosition(({ position }) => options.onCursor(this.#shown, position.lineNumber));
    this.#stopTheme = onThemeChange(applyEditorTheme);
  }

  /** Shows a file; its text is taken only the first time, after that the editor's own is the truth. */
  show(file: FileText): void {
    if (this.#shown !== file.path) {
      if (this.#shown !== '') this.#viewStates.set(this.#shown, this.#editor.saveViewState());
      this.#shown = file.path;
      this.#editor.setModel(this.#modelOf(file));
      this.#editor.restoreViewState(this.#viewStates.get(file.path) ?? null);
      this.#colourStages();
    }
    this.#editor.updateOptions({
      readOnly: file.readOnly,
      domReadOnly: file.readOnly,
      ariaLabel: file.ariaLabel,
      renderLineHighlight: file.readOnly ? 'none' : 'line',
    });
  }

  /** Makes the text what it should be, as one step that can be undone. */
  replace(file: FileText): void {
    const model = this.#modelOf(file);
    if (model.getValue() === file.text) return;
    this.#setting = true;
    model.pushStackElement();
    model.pushEditOperations([], [{ range: model.getFullModelRange(), text: file.text }], () => null);
    model.pushStackElement();
    this.#setting = false;
    this.#colourStages();
  }

  goToLine(line: number): void {
    const last = this.#editor.getModel()?.getLineCount() ?? 1;
    const position = { lineNumber: Math.min(line, last), column: 1 };
    this.#editor.setPosition(position);
    this.#editor.revealLineInCenterIfOutsideViewport(position.lineNumber);
    this.#editor.focus();
  }

  mark(path: string, marks: readonly LineMark[]): void {
    const model = this.#models.get(path);
    if (!model) return;
    const last = model.getLineCount();
    const shown = marks.filter((mark) => mark.line <= last);
    editor.setModelMarkers(
      model,
      markOwner,
      shown.map((mark) => ({
        startLineNumber: mark.line,
        startColumn: mark.column ?? model.getLineFirstNonWhitespaceColumn(mark.line),
        endLineNumber: mark.endLine ?? mark.line,
        endColumn: mark.endColumn ?? model.getLineMaxColumn(mark.endLine ?? mark.line),
        message: mark.message,
        severity: mark.severity === 'error' ? MarkerSeverity.Error : MarkerSeverity.Warning,
      })),
    );
  }

  /** What the rules say about the text as it is now. */
  markProblems(path: string, problems: readonly Problem[]): void {
    const model = this.#models.get(path);
    if (model) markProblems(model, problems);
  }

  /** Applies edits as one step that can be undone. */
  edit(path: string, edits: readonly TextEdit[]): void {
    const model = this.#models.get(path);
    if (!model || this.#shown !== path) return;
    this.#editor.pushUndoStop();
    const operations = edits.map((edit) => ({ range: toRange(edit), text: edit.text }));
    this.#editor.executeEdits('stagecraft', operations);
    this.#editor.pushUndoStop();
    const [first] = edits;
    if (first) this.goToLine(first.line);
  }

  dispose(): void {
    this.#stopTheme();
    this.#editor.dispose();
    for (const model of this.#models.values()) model.dispose();
    this.#models.clear();
  }

  #modelOf(file: FileText): editor.ITextModel {
    const known = this.#models.get(file.path);
    if (known) return known;
    const model = editor.createModel(file.text, file.language, modelUri(file.path));
    model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } });
    model.onDidChangeContent(() => {
      if (file.path === this.#shown) this.#colourStages();
      if (!this.#setting) this.#options.onChange(file.path, model.getValue());
    });
    this.#models.set(file.path, model);
    return model;
  }

  /** Every stage has its colour in the margin of its lines. */
  #colourStages(): void {
    const model = this.#editor.getModel();
    if (!model || model.getLanguageId() !== dockerfileLanguage) {
      this.#stageLines.clear();
      return;
    }
    const { stageOfLine } = scanStages(model.getValue());
    this.#stageLines.set(
      stageOfLine.flatMap((stage, index) => {
        if (stage < 0) return [];
        const options = {
          isWholeLine: true,
          linesDecorationsClassName: `stage-margin stage-margin-${stage % stageHues}`,
        };
        return [{ range: new Range(index + 1, 1, index + 1, 1), options }];
      }),
    );
  }
}

/** Monaco's two columns. The right one is the very model of the editor: what is typed here is typed there. */
import 'monaco-editor/features/diffEditor/register';
import { editor, KeyCode } from 'monaco-editor/editor';
import { strings } from '../../strings.ts';
import { languageOf } from '../editor/edited-files.ts';
import { themeName } from '../editor/editor-theme.ts';
import { modelUri } from '../editor/monaco-places.ts';

export interface DiffRequest {
  before: string;
  file: string;
  /** What the left column is. */
  label: string;
  onLeave(): void;
}

/** Below this width the two texts stand in one column. */
const twoColumnsMinPx = 720;

/** @throws Error when the editor has no such file open. Gives the means to close it. */
export function openDiff(host: HTMLElement, { before, file, label, onLeave }: DiffRequest): () => void {
  const modified = editor.getModel(modelUri(file));
  if (!modified) throw new Error(`no model of ${file}`);
  const original = editor.createModel(before, languageOf(file));
  const diff = editor.createDiffEditor(host, {
    theme: themeName,
    fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
    fontSize: 14,
    lineHeight: 22,
    automaticLayout: true,
    originalEditable: false,
    renderSideBySideInlineBreakpoint: twoColumnsMinPx,
    useInlineViewWhenSpaceIsLimited: true,
    renderOverviewRuler: false,
    renderGutterMenu: false,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    lineNumbersMinChars: 3,
    contextmenu: false,
    folding: false,
    hideUnchangedRegions: { enabled: true, minimumLineCount: 6 },
    fixedOverflowWidgets: true,
    padding: { top: 12, bottom: 12 },
    originalAriaLabel: label,
    modifiedAriaLabel: strings.editor.label(file),
  });
  diff.setModel({ original, modified });
  const columns = [diff.getOriginalEditor(), diff.getModifiedEditor()];
  for (const column of columns) column.addCommand(KeyCode.Escape, onLeave, 'editorTextFocus && !findWidgetVisible');
  return () => {
    diff.dispose();
    original.dispose();
  };
}

/** Gives Monaco what the worker knows: completion, hover, signatures, rename, format and quick fixes. */
import { editor, languages, MarkerSeverity, Range, Uri } from 'monaco-editor/editor';
import type { Problem, Severity, TextEdit } from '../../dockerfile/problem.ts';
import { strings } from '../../strings.ts';
import { dockerfileLanguage } from './dockerfile-language.ts';
import { sharedIntelligence } from './intelligence/intelligence.ts';
import type { At, Question, Questions, Suggestion, SuggestionKind } from './intelligence/protocol.ts';
import { toRange, visibleRange } from './monaco-places.ts';

const owner = 'stagecraft-rules';
/** What is marked in each model now: quick fixes are offered from it. */
const marked = new WeakMap<editor.ITextModel, readonly Problem[]>();

const severities: Record<Severity, MarkerSeverity> = {
  error: MarkerSeverity.Error,
  warning: MarkerSeverity.Warning,
  info: MarkerSeverity.Info,
};

export function markProblems(model: editor.ITextModel, problems: readonly Problem[]): void {
  const shown = problems.filter((problem) => problem.line <= model.getLineCount());
  marked.set(model, shown);
  editor.setModelMarkers(
    model,
    owner,
    shown.map((problem) => ({
      ...visibleRange(problem, model.getLineMaxColumn(problem.line)),
      message: problem.message,
      severity: severities[problem.severity],
      source: problem.rule,
      ...(problem.readMore !== undefined && {
        source: undefined,
        code: { value: problem.rule, target: Uri.parse(new URL(problem.readMore, location.href).href) },
      }),
    })),
  );
}

/** Asks the worker; nothing when it fails. Monaco minds itself what was typed meanwhile. */
const ask = <Q extends Question>(
  question: Q,
  asks: Questions[Q]['asks'],
): Promise<Questions[Q]['answers'] | undefined> =>
  sharedIntelligence()
    .ask(question, asks)
    .catch(() => undefined);

/** The same for what changes the text: nothing when it is another text by now. */
async function askToEdit<Q extends Question>(
  model: editor.ITextModel,
  question: Q,
  asks: Questions[Q]['asks'],
): Promise<Questions[Q]['answers'] | undefined> {
  const version = model.getVersionId();
  const answers = await ask(question, asks);
  return !model.isDisposed() && model.getVersionId() === version ? answers : undefined;
}

const at = (model: editor.ITextModel, position: { lineNumber: number; column: number }): At => ({
  text: model.getValue(),
  line: position.lineNumber,
  column: position.column,
});

let isRegistered = false;

/** Once per page. */
export function registerIntelligence(): void {
  if (isRegistered) return;
  isRegistered = true;
  languages.registerCompletionItemProvider(dockerfileLanguage, {
    triggerCharacters: [' ', '=', ':', '-', '/', '.', ',', '$'],
    provideCompletionItems: async (model, position) => {
      const suggestions = await ask('complete', at(model, position));
      // What is offered depends on what has been typed: other spellings of a tag come once one is begun.
      return { suggestions: (suggestions ?? []).map(toCompletion), incomplete: true };
    },
  });
  languages.registerHoverProvider(dockerfileLanguage, {
    provideHover: async (model, position) => {
      const hover = await ask('hover', at(model, position));
      return hover ? { contents: [{ value: hover.markdown }] } : null;
    },
  });
  languages.registerSignatureHelpProvider(dockerfileLanguage, {
    signatureHelpTriggerCharacters: [' '],
    provideSignatureHelp: async (model, position, _token, context) => {
      // It covers the lines above: unasked it shows itself once, behind the keyword.
      const before = model.getLineContent(position.lineNumber).slice(0, position.column - 1);
      const asked = context.triggerKind === languages.SignatureHelpTriggerKind.Invoke;
      if (!asked && !/^\s*\w+\s$/.test(before)) return null;
      const value = await ask('signatures', at(model, position));
      return value ? { value, dispose: () => {} } : null;
    },
  });
  languages.registerDocumentFormattingEditProvider(dockerfileLanguage, {
    provideDocumentFormattingEdits: async (model) => {
      const text = await askToEdit(model, 'format', { text: model.getValue() });
      return text === undefined ? [] : [{ range: model.getFullModelRange(), text }];
    },
  });
  registerRename();
  languages.registerCodeActionProvider(dockerfileLanguage, { provideCodeActions: quickFixes });
}

const kinds: Record<SuggestionKind, languages.CompletionItemKind> = {
  keyword: languages.CompletionItemKind.Keyword,
  image: languages.CompletionItemKind.Module,
  stage: languages.CompletionItemKind.Struct,
  folder: languages.CompletionItemKind.Folder,
  variable: languages.CompletionItemKind.Variable,
  flag: languages.CompletionItemKind.Property,
};

/** Monaco sorts by text: the number keeps our order. */
function toCompletion(suggestion: Suggestion, index: number): languages.CompletionItem {
  const { label, kind, detail, documentation, edit, snippet } = suggestion;
  return {
    label: detail ? { label, description: detail } : label,
    kind: kinds[kind],
    ...(documentation !== undefined && { documentation }),
    insertText: edit.text,
    ...(snippet && { insertTextRules: languages.CompletionItemInsertTextRule.InsertAsSnippet }),
    range: toRange(edit),
    sortText: String(index).padStart(4, '0'),
  };
}

function registerRename(): void {
  languages.registerRenameProvider(dockerfileLanguage, {
    resolveRenameLocation: async (model, position) => {
      const place = await ask('renamePlace', at(model, position));
      if (place) return { range: toRange(place.at), text: place.name };
      const nothing = { range: Range.fromPositions(position), text: '' };
      return { ...nothing, rejectReason: strings.editor.notRenamable };
    },
    provideRenameEdits: async (model, position, newName) => {
      const renaming = await askToEdit(model, 'rename', { ...at(model, position), newName });
      return { edits: workspaceEdits(model, renaming?.edits ?? []), rejectReason: renaming?.refusal };
    },
  });
}

const workspaceEdits = (model: editor.ITextModel, edits: readonly TextEdit[]): languages.IWorkspaceTextEdit[] =>
  edits.map((edit) => ({
    resource: model.uri,
    versionId: model.getVersionId(),
    textEdit: { range: toRange(edit), text: edit.text },
  }));

function quickFixes(model: editor.ITextModel, range: Range): languages.CodeActionList {
  const touched = (marked.get(model) ?? []).filter((problem) =>
    Range.areIntersectingOrTouching(toRange(problem), range),
  );
  const actions = touched.flatMap((problem) =>
    problem.fixes.map((fix, index) => ({
      title: fix.title,
      kind: 'quickfix',
      isPreferred: index === 0,
      edit: { edits: workspaceEdits(model, fix.edits) },
    })),
  );
  return { actions, dispose: () => {} };
}

/** What can stand at the cursor: names from our catalogue and the stages above, all else from the language service. */
import './buffer-shim.ts';
import { DockerAssist } from 'dockerfile-language-service/lib/dockerAssist.js';
import { PlainTextDocumentation } from 'dockerfile-language-service/lib/dockerPlainText.js';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type CompletionItem, CompletionItemKind, InsertTextFormat } from 'vscode-languageserver-types';
import type { ImageName } from '../../../dockerfile/problem.ts';
import { fromLspEdit, toLsp } from './lsp.ts';
import type { At, Suggestion, SuggestionKind } from './protocol.ts';
import { suggestNames } from './suggest-names.ts';

/** Asked for the tags of an image; it would ask a registry over the network, and `suggestNames` has answered by then. */
const noRegistry = { getTags: async () => [] } as unknown as ConstructorParameters<typeof DockerAssist>[1];
const documentation = new PlainTextDocumentation();

export async function complete(at: At, images: readonly ImageName[]): Promise<Suggestion[]> {
  const names = suggestNames(at, images);
  if (names !== undefined) return names;
  const document = TextDocument.create('Dockerfile', 'dockerfile', 0, at.text);
  const assist = new DockerAssist(document as never, noRegistry, { snippetSupport: true });
  return (await assist.computeProposals(toLsp(at))).flatMap(toSuggestion);
}

const kinds: Partial<Record<CompletionItemKind, SuggestionKind>> = {
  [CompletionItemKind.Folder]: 'folder',
  [CompletionItemKind.Variable]: 'variable',
  [CompletionItemKind.Field]: 'flag',
};

function toSuggestion(item: CompletionItem): Suggestion[] {
  const { textEdit, label } = item;
  if (textEdit === undefined || !('range' in textEdit)) return [];
  // Deprecated, and BuildKit says so: it should not be offered to somebody who learns.
  if (label.startsWith('MAINTAINER')) return [];
  return [
    {
      label,
      kind: kinds[item.kind ?? CompletionItemKind.Keyword] ?? 'keyword',
      documentation: typeof item.data === 'string' ? documentation.getDocumentation(item.data) : undefined,
      edit: fromLspEdit(textEdit),
      snippet: item.insertTextFormat === InsertTextFormat.Snippet,
    },
  ];
}

/** Renames a stage everywhere; a variable as the language service does. */
import './buffer-shim.ts';
import { DockerRename } from 'dockerfile-language-service/lib/dockerRename.js';
import { readDockerfile } from '../../../dockerfile/read-dockerfile.ts';
import { fromLspEdit, fromLspRange, toLsp } from './lsp.ts';
import type { At, RenamePlace, Renaming } from './protocol.ts';
import { holds, stageReferences } from './stage-references.ts';
import { intelligenceStrings as say } from './strings.ts';

const variables = new DockerRename();

export function renamePlace(at: At): RenamePlace | null {
  const reference = stageReferences(at.text).find((each) => holds(each.at, at));
  if (reference) return { at: reference.at, name: textAt(at.text, reference.at) };
  const range = variables.prepareRename(at.text, toLsp(at));
  if (range === null) return null;
  const place = fromLspRange(range);
  return { at: place, name: textAt(at.text, place) };
}

export function rename(at: At & { newName: string }): Renaming {
  const { text, newName } = at;
  const references = stageReferences(text);
  const stage = references.find((each) => holds(each.at, at))?.stage;
  if (stage === undefined) {
    return { edits: variables.rename({ uri: 'Dockerfile' }, text, toLsp(at), newName).map(fromLspEdit) };
  }
  if (!/^[a-z][a-z0-9\-_.]*$/.test(newName)) return { edits: [], refusal: say.badStageName(newName) };
  const taken = readDockerfile(text).stages.some((other) => other.name === newName && other.index !== stage);
  if (taken) return { edits: [], refusal: say.stageTaken(newName) };
  return { edits: references.filter((each) => each.stage === stage).map((each) => ({ ...each.at, text: newName })) };
}

const textAt = (text: string, { line, column, endColumn }: RenamePlace['at']) =>
  (text.split('\n')[line - 1] ?? '').slice(column - 1, endColumn - 1);

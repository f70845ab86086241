/** Images and stages where a Dockerfile names them: our own catalogue, never a registry. */

import type { ImageName } from '../../../dockerfile/problem.ts';
import { readDockerfile } from '../../../dockerfile/read-dockerfile.ts';
import { formatBytes } from '../../../format/bytes.ts';
import type { At, Suggestion } from './protocol.ts';
import { intelligenceStrings as say } from './strings.ts';

/** Undefined where neither an image nor a stage is expected. */
export function suggestNames(at: At, images: readonly ImageName[]): Suggestion[] | undefined {
  const before = (at.text.split('\n')[at.line - 1] ?? '').slice(0, at.column - 1);
  const typed = typedName(before);
  if (typed === undefined) return undefined;
  const range = { line: at.line, endLine: at.line, column: at.column - typed.name.length, endColumn: at.column };
  const stages = stagesAbove(at, typed.flag).map(({ name, detail }) =>
    suggestion(name, { kind: 'stage', detail, range }),
  );
  const fromImages = images.flatMap((image) => imageSuggestions(image, { typed: typed.name, range }));
  return [...stages, ...fromImages];
}

/** What has been typed of the name up to the cursor, and whether a flag asks for it. */
function typedName(before: string): { name: string; flag: boolean } | undefined {
  const from = /^\s*FROM\s+(?:--\S+\s+)*(?!-)(\S*)$/i.exec(before);
  if (from) return { name: from[1] ?? '', flag: false };
  const copy = /^\s*(?:ONBUILD\s+)?COPY\s+(?:--\S+\s+)*--from=(\S*)$/i.exec(before);
  if (copy) return { name: copy[1] ?? '', flag: true };
  // A RUN often goes on over several lines, each with a mount.
  const mount = /--mount=(?:[^\s,]+,)*from=([^\s,]*)$/.exec(before);
  return mount ? { name: mount[1] ?? '', flag: true } : undefined;
}

/** Those above the cursor's own stage; the nearest first, as it is the likeliest. */
function stagesAbove({ text, line }: At, byNumber: boolean): { name: string; detail: string }[] {
  const begun = readDockerfile(text).stages.filter((stage) => stage.line <= line);
  // In a FROM the cursor stands in the stage that it begins.
  return begun
    .slice(0, -1)
    .reverse()
    .flatMap(({ name, index, base, line: start }) => {
      if (name === undefined && !byNumber) return [];
      return [{ name: name ?? String(index), detail: say.stage(base, start) }];
    });
}

interface Range {
  line: number;
  endLine: number;
  column: number;
  endColumn: number;
}

/** Other spellings only once somebody begins to type one: they would bury the catalogue's own names. */
function imageSuggestions(image: ImageName, { typed, range }: { typed: string; range: Range }): Suggestion[] {
  const size = image.sizeBytes === undefined ? '' : formatBytes(image.sizeBytes);
  const repository = image.name.replace(/:[^/:]*$/, '');
  const wantsTags = typed.startsWith(`${repository}:`) && typed.length > image.name.indexOf(':') + 1;
  const names = wantsTags ? [image.name, ...image.aliases] : [image.name];
  return names
    .filter((name) => name.startsWith(repository))
    .map((name) =>
      suggestion(name, {
        kind: 'image',
        detail: size,
        documentation: name === image.name ? image.summary : say.alias(image.name, image.summary),
        range,
      }),
    );
}

function suggestion(
  label: string,
  facts: { kind: Suggestion['kind']; detail: string; documentation?: string; range: Range },
): Suggestion {
  const { kind, detail, documentation, range } = facts;
  return { label, kind, detail, documentation, edit: { ...range, text: label }, snippet: false };
}

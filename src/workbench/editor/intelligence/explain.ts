/** Hover texts and signatures. */
import './buffer-shim.ts';
import { DockerHover } from 'dockerfile-language-service/lib/dockerHover.js';
import { MarkdownDocumentation } from 'dockerfile-language-service/lib/dockerMarkdown.js';
import { PlainTextDocumentation } from 'dockerfile-language-service/lib/dockerPlainText.js';
import { DockerSignatures } from 'dockerfile-language-service/lib/dockerSignatures.js';
import { canonicalReference } from '../../../../grader/dockerfile/reference.ts';
import type { ImageName } from '../../../dockerfile/problem.ts';
import { readDockerfile } from '../../../dockerfile/read-dockerfile.ts';
import { formatBytes } from '../../../format/bytes.ts';
import { toLsp } from './lsp.ts';
import type { At, HoverText, Signatures } from './protocol.ts';
import { holds, stageReferences } from './stage-references.ts';
import { intelligenceStrings as say } from './strings.ts';

const service = new DockerHover(new MarkdownDocumentation(), new PlainTextDocumentation());

export function hover(at: At, images: readonly ImageName[]): HoverText | null {
  const own = stageHover(at) ?? imageHover(at, images);
  if (own !== undefined) return { markdown: own };
  const contents = service.onHover(at.text, toLsp(at), ['markdown'])?.contents;
  if (contents === undefined) return null;
  if (typeof contents === 'string') return { markdown: contents };
  return 'value' in contents ? { markdown: contents.value } : null;
}

function stageHover(at: At): string | undefined {
  const reference = stageReferences(at.text).find((each) => holds(each.at, at));
  const stage = readDockerfile(at.text).stages[reference?.stage ?? -1];
  return stage && say.stageHover(stage.name ?? String(stage.index), stage.base, stage.line);
}

function imageHover(at: At, images: readonly ImageName[]): string | undefined {
  const word = wordAt(at);
  const name = word === undefined ? undefined : canonicalReference(word);
  const image = images.find((each) => each.name === name || (name !== undefined && each.aliases.includes(name)));
  if (image === undefined || !readDockerfile(at.text).stages.some(({ line }) => line === at.line)) return undefined;
  return say.image(image.name, image.sizeBytes === undefined ? '' : formatBytes(image.sizeBytes), image.summary);
}

function wordAt({ text, line, column }: At): string | undefined {
  for (const match of (text.split('\n')[line - 1] ?? '').matchAll(/[^\s=,]+/g)) {
    if (match.index < column && column <= match.index + match[0].length + 1) return match[0];
  }
  return undefined;
}

const signatureService = new DockerSignatures();

export function signatures(at: At): Signatures | null {
  const help = signatureService.computeSignatures(at.text, toLsp(at));
  if (help.signatures.length === 0) return null;
  return {
    signatures: help.signatures.map(({ label, documentation, parameters = [] }) => ({
      label,
      documentation: plain(documentation),
      parameters: parameters.map((parameter) => ({
        label: typeof parameter.label === 'string' ? parameter.label : label.slice(...parameter.label),
        documentation: plain(parameter.documentation),
      })),
    })),
    activeSignature: help.activeSignature ?? 0,
    activeParameter: help.activeParameter ?? 0,
  };
}

const plain = (text: string | { value: string } | undefined) => (typeof text === 'string' ? text : (text?.value ?? ''));

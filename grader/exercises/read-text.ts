import { readFile, stat } from 'node:fs/promises';
import type { ContentProblem } from './content-problem.ts';
import { describeFileError } from './describe-file-error.ts';

interface Options {
  bytesMax: number;
  problems: ContentProblem[];
}

/** The text of a file; undefined when it is missing, too long or not UTF-8: then a problem is added. */
export async function readUtf8(file: string, { bytesMax, problems }: Options): Promise<string | undefined> {
  const add = (message: string): undefined => {
    problems.push({ file, line: undefined, message });
    return undefined;
  };
  try {
    const { size } = await stat(file);
    if (size > bytesMax) return add(`expected at most ${bytesMax} bytes, found ${size}`);
    const text = decodeUtf8(await readFile(file));
    return text ?? add('expected UTF-8 text, found other bytes; save the file as UTF-8');
  } catch (error) {
    return add(`expected a readable file, found ${describeFileError(error)}`);
  }
}

/** The same, but a file that does not exist is no problem. */
export async function readUtf8IfThere(file: string, options: Options): Promise<string | undefined> {
  const exists = await stat(file).then(
    () => true,
    (error) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
  );
  return exists ? readUtf8(file, options) : undefined;
}

/** Undefined when the bytes are not UTF-8 or hold a NUL, which no text does. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

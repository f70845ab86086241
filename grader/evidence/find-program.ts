/** Where in an image's file system the program stands that its command starts. */

import { canonicalPath } from '../contract/merge-layers.ts';
import { limits } from '../limits.ts';
import type { ImageEvidence } from './evidence.ts';

type Image = Pick<ImageEvidence, 'files' | 'config'>;

/** The path as the command names it, made absolute; undefined when there is no command or it can't be found. */
export function commandPath({ files, config }: Image): string | undefined {
  const [name] = [...config.entrypoint, ...config.cmd];
  if (name === undefined || name === '') return undefined;
  if (name.startsWith('/')) return canonicalPath(name);
  if (name.includes('/')) return canonicalPath(`${config.workingDir}/${name}`);
  const folders = (config.env.PATH ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin').split(':');
  return folders
    .slice(0, limits.judge.pathFoldersMax)
    .map((folder) => canonicalPath(`${folder}/${name}`))
    .find((path) => realPath({ files }, path));
}

/** The path of the file at the end of all links, of folders too; undefined where nothing is. */
export function realPath({ files }: Pick<Image, 'files'>, path: string): string | undefined {
  const rest = path.split('/').slice(0, limits.judge.pathPartsMax);
  let real = '';
  let links = 0;
  while (rest.length > 0) {
    const part = rest.shift() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      real = real.slice(0, Math.max(0, real.lastIndexOf('/')));
      continue;
    }
    const entry = files.get(`${real}/${part}`);
    if (entry?.type !== 'symlink') {
      real += `/${part}`;
      continue;
    }
    links += 1;
    const target = (entry.linkTarget ?? '').split('/');
    if (links > limits.judge.symlinksMax || target.length + rest.length > limits.judge.pathPartsMax) return undefined;
    if (target[0] === '') real = '';
    rest.unshift(...target);
  }
  return files.has(real) ? real : undefined;
}

/** The folders of a layer that hide everything that lower layers have below them. */
import { spawnSync } from 'node:child_process';

/** A hundred thousand folders with short names fit; an honest layer has a handful. */
const outputBytesMax = 16 * 1024 * 1024;

/**
 * Node can't read extended attributes, `getfattr` can. It waits for its end: for the thread that reads layers.
 * @returns paths within the image; `isCut` when there are more
 */
export function findOpaque(dir: string): { paths: string[]; isCut: boolean } {
  const args = ['-R', '-P', '-h', '-d', '--absolute-names', '-m', '^trusted\\.overlay\\.opaque$', '--', dir];
  // It fails when some path is too long to be read, having told about all the others.
  const { stdout, error } = spawnSync('getfattr', args, {
    maxBuffer: outputBytesMax,
    env: { ...process.env, LC_ALL: 'C' },
    encoding: 'utf8',
  });
  return {
    paths: parseOpaque(stdout ?? '', dir),
    isCut: (error as NodeJS.ErrnoException | undefined)?.code === 'ENOBUFS',
  };
}

/** `getfattr` output as paths within the layer. Names are escaped as `\ooo`. */
export function parseOpaque(output: string, dir: string): string[] {
  const paths: string[] = [];
  for (const block of output.split('\n\n')) {
    const path = /^# file: (.+)$/m.exec(block)?.[1];
    if (path === undefined || !/^trusted\.overlay\.opaque="y"$/m.test(block)) continue;
    const bytes = path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    const plain = Buffer.from(bytes, 'latin1').toString('utf8');
    if (plain.startsWith(`${dir}/`)) paths.push(plain.slice(dir.length));
  }
  return paths;
}

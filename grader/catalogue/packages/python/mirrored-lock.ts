/**
 * uv downloads from the addresses in its lock file and asks no other index, whatever it is configured with. So a build
 * without a network needs a lock file whose addresses are the mirror's; hashes stay, and uv checks them.
 */
import { normalName } from './names.ts';

/**
 * `indexUrl` as the base images configure it, with the slash at its end: uv compares it letter by letter, e.g.
 * `http://10.213.0.1:4873/pypi/simple/`.
 */
export function withMirrorAddresses(uvLock: string, indexUrl: string): string {
  return uvLock
    .split(/(?=^\[\[package\]\])/m)
    .map((block) => withMirror(block, indexUrl))
    .join('');
}

/** uv writes its lock file itself, always in the same form. What comes from git or an address has no other place. */
function withMirror(block: string, indexUrl: string): string {
  const name = /^name = "([^"\n]+)"/m.exec(block)?.[1];
  if (name === undefined || !/^source = \{ registry = "/m.test(block)) return block;
  return block
    .replace(/^(source = \{ registry = ")[^"\n]*/m, `$1${indexUrl}`)
    .replace(/(\{ url = ")[^"\n]*\/([^"/\n]+)"/g, `$1${indexUrl}${normalName(name)}/$2"`);
}

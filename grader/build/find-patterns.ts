/** Globs of exercise authors to patterns of `find -path`, which match at least as much. */

/** Braces are written out; what `find` can't say becomes `*`. The glob itself decides afterwards. */
export function findPatterns(glob: string): string[] {
  return withoutBraces(glob).flatMap((each) => {
    const path = each.startsWith('/') ? each : `/${each}`;
    // `a/**` also matches `a` itself, and `a/**/b` also `a/b`.
    const folder = path.replace(/(?:\/\*\*)+$/, '');
    return [path, ...(folder === path ? [] : [folder])].map((loose) => `.${loosened(loose)}`);
  });
}

function loosened(glob: string): string {
  return glob
    .replace(/(?:\/\*\*)+\//g, '/*')
    .replace(/\/?[?*!]\([^)]*\)|[@+]\([^)]*\)|\[[^\]]*\]/g, '*')
    .replace(/\*+/g, '*');
}

/** A pattern of exactly one path. */
export function literalPattern(path: string): string {
  return `.${path.startsWith('/') ? '' : '/'}${path.replace(/[\\*?[\]]/g, '\\$&')}`;
}

function withoutBraces(glob: string): string[] {
  const match = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(glob);
  if (match === null) return [glob.replace(/\{[^{}]*\}/g, '*')];
  const [, before = '', alternatives = '', after = ''] = match;
  return alternatives
    .split(',')
    .slice(0, 20)
    .flatMap((each) => withoutBraces(`${before}${each}${after}`))
    .slice(0, 50);
}

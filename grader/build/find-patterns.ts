/** Globs of exercise authors to patterns of `find -path`, which match at least as much. */

/** Braces are written out; what `find` can't say becomes `*`. The glob itself decides afterwards. */
export function findPatterns(glob: string): string[] {
  return withoutBraces(glob).map((each) => {
    const path = each.startsWith('/') ? each : `/${each}`;
    // `**/x` also matches `/x` itself: `./*x` covers both.
    const loose = path.replace(/^\/\*\*\//, '/*').replace(/\/\*\*\//g, '/*');
    return `.${loose.replace(/[@?*+!]\([^)]*\)|\[[^\]]*\]/g, '*').replace(/\*+/g, '*')}`;
  });
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

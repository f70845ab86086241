'use strict';

/** Reads nginx's list, `types { text/html html htm; … }`: from the end of a file's name to its media type. */
function parseTypes(text) {
  const types = new Map();
  const body = /types\s*\{([^}]*)\}/.exec(text.replaceAll(/#.*$/gm, ''))?.[1];
  if (body === undefined) throw new Error('expected a list like `types { text/html html htm; }`');
  for (const line of body.split(';')) {
    const [type, ...ends] = line.trim().split(/\s+/);
    for (const end of ends) types.set(end, type);
  }
  return types;
}

module.exports = { parseTypes };

'use strict';

// Looks for distance.node where node-gyp puts it: build/Release, below the folder with package.json.
const distance = require('bindings')('distance');

/** The nearest of the known words, the first of equals. */
function suggest(word, known) {
  let best = { suggestion: undefined, distance: Number.POSITIVE_INFINITY };
  for (const candidate of known) {
    const found = distance(word, candidate);
    if (found < best.distance) best = { suggestion: candidate, distance: found };
  }
  return { word, ...best };
}

module.exports = { suggest };

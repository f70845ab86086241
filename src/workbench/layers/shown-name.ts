/** Longer names are cut in their middle: what is at the end of a path says most. */
const shownLengthMax = 400;

// Controls, and letters that turn the direction of text round or take no room: a name must look like what it is.
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** A name that a build wrote, as text to be shown: nothing in it may hide or pretend. */
export function shownName(name: string): string {
  const cut =
    name.length <= shownLengthMax ? name : `${name.slice(0, shownLengthMax / 4)}…${name.slice(-shownLengthMax / 2)}`;
  return cut.replace(unseen, (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`);
}

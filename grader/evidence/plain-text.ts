/** Text from a learner's process, made safe to show: no terminal sequences, no control characters, bounded. */
import { stripVTControlCharacters } from 'node:util';

/** Everything below space but tab and newline, DEL and C1, and what reorders or hides text (bidi, zero width). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** @param charactersMax the text is cut after so many UTF-16 units. */
export function plainText(text: string, charactersMax: number): string {
  return stripVTControlCharacters(text.slice(0, charactersMax))
    .replace(/\r\n?/g, '\n')
    .replace(UNPRINTABLE, '')
    .toWellFormed();
}

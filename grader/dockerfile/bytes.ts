/** Bytes of a text in UTF-8, without Node's Buffer: what stands here runs in the browser too. */

/** How many bytes the text is long in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (isHigh(code) && isLow(text.charCodeAt(at + 1))) {
      bytes += 4;
      at += 1;
    } else bytes += 3;
  }
  return bytes;
}

/** One char per byte, as Go indexes a string. */
export function toByteChars(text: string): string {
  let chars = '';
  for (const byte of new TextEncoder().encode(text)) chars += String.fromCharCode(byte);
  return chars;
}

/** The text that `toByteChars` took apart; bytes that are no UTF-8 become U+FFFD. */
export function fromByteChars(chars: string): string {
  const bytes = Uint8Array.from(chars, (char) => char.charCodeAt(0));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

const isHigh = (code: number) => code >= 0xd800 && code < 0xdc00;
const isLow = (code: number) => code >= 0xdc00 && code < 0xe000;

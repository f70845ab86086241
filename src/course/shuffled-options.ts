interface Question<Option> {
  id: string;
  options: readonly Option[];
}

/** FNV-1a, 32 bits: only to mix. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}

/** In an order that says nothing of which is right and is the same for everyone; "I don't know" stays the last. */
export function shuffledOptions<Option extends { id: string }>({ id, options }: Question<Option>): Option[] {
  const place = (option: Option): number => (option.id === 'dont-know' ? Infinity : mixed(`${id}/${option.id}`));
  return options.toSorted((a, b) => place(a) - place(b));
}

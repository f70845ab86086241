const mark = '# buildkit';

/** History as its author wrote it: `RUN |1 A=b /bin/sh -c npm ci # buildkit` → `RUN npm ci`. */
export function instructionOf(createdBy: string): string {
  // No expression for the space before it: in a long run of spaces each would be a beginning.
  const text = createdBy.endsWith(mark) ? createdBy.slice(0, -mark.length).trimEnd() : createdBy;
  const shell = /^(?:RUN )?(?:\|\d+ [\s\S]*? )?\/bin\/(?:ba|a)?sh (?:\S+ ){0,4}?-\w*c (?<command>[\s\S]*)$/.exec(text);
  const command = shell?.groups?.command;
  return command === undefined ? text : `RUN ${command}`;
}

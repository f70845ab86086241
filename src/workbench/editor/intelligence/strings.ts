/** What the editor's helper says in its pop-ups. */
export const intelligenceStrings = {
  stage: (base: string, line: number) => `stage from ${base}, line ${line}`,
  alias: (name: string, summary: string) => `The same image as ${name}. ${summary}`,
  image: (name: string, size: string, summary: string) => `**${name}**${size === '' ? '' : ` · ${size}`}\n\n${summary}`,
  stageHover: (name: string, base: string, line: number) => `Stage **${name}**, from \`${base}\` on line ${line}.`,
  badStageName: (name: string) =>
    `${JSON.stringify(name)} can't be the name of a stage: it must begin with a letter and hold only lower-case letters, digits, -, _ and dots.`,
  stageTaken: (name: string) => `There is a stage ${name} already.`,
} as const;

/** A sentence of the grader's, in which `backticks` mean code. */
export function Sentence({ text }: { text: string }) {
  // Every second part stood between backticks; a backtick without a partner stays as it is.
  const parts = text.split(/`([^`]+)`/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code key={`${index}${part}`}>{part}</code> : part))}</>;
}

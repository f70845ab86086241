/**
 * PostgreSQL's text has no NUL and its jsonb no lone surrogates; what a build prints may have both.
 */
function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** The same value with every text made storable. */
export function storable<Value>(value: Value): Value {
  return JSON.parse(
    JSON.stringify(value, (_key, part) => (typeof part === 'string' ? storableText(part) : part)),
  ) as Value;
}

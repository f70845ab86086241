/** dockerfile-ast asks Node's Buffer for the bytes of a here-document. Imported before it. */
const scope = globalThis as { Buffer?: unknown };
scope.Buffer ??= { from: (text: string) => new TextEncoder().encode(text) };

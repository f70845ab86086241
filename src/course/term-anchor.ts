/** `COPY --from` is found at `/glossary/#copy-from`, `.dockerignore` at `#dockerignore`. */
export const termAnchor = (term: string) =>
  term
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

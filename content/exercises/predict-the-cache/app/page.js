import { marked } from 'marked';

/** A whole page for a recipe; its first line is the title. */
export function page(markdown) {
  const title = markdown.split('\n', 1)[0].replace(/^#\s*/, '');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><link rel="stylesheet" href="/site.css"></head>
<body>${marked.parse(markdown)}</body>
</html>
`;
}

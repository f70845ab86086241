'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { createArchive } = require('./lib/archive');
const { parseTypes } = require('./lib/types');

// The same list as the nginx in front of us has, so that both say the same of a file.
const list = process.env.MIME_TYPES ?? join(__dirname, 'config', 'mime.types');
const types = parseTypes(readFileSync(list, 'utf8'));

const port = Number(process.env.PORT ?? 3000);
const server = createArchive({ folder: join(__dirname, 'calls'), types }).listen(port, '0.0.0.0', () => {
  console.log(`dawn-chorus listens on port ${port} and knows ${types.size} kinds of files`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

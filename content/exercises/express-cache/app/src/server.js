'use strict';

const { createApp } = require('./app');

const port = Number(process.env.PORT ?? 3000);
const server = createApp().listen(port, '0.0.0.0', () => {
  console.log(`tea-shop listens on port ${port}`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    console.log(`${signal}: shutting down`);
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

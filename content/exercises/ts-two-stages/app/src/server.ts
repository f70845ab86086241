import { createApp } from './app';

const port = Number(process.env.PORT ?? 3000);
const server = createApp().listen(port, '0.0.0.0', () => {
  console.log(`freight-rates listens on port ${port}`);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    console.log(`${signal}: shutting down`);
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

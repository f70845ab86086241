import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { advice, isKite } from './kites.js';

const app = new Hono();
app.get('/healthz', (context) => context.json({ status: 'ok' }));
app.get('/kites/:kite', (context) => {
  const kite = context.req.param('kite');
  const wind = Number(context.req.query('wind'));
  if (!isKite(kite)) return context.json({ error: `no kite named ${kite}` }, 404);
  if (!(wind >= 0 && wind <= 60)) return context.json({ error: 'wind must be a number from 0 to 60' }, 400);
  return context.json({ kite, wind, advice: advice(kite, wind) });
});

const port = Number(process.env.PORT ?? 3000);
const server = serve({ fetch: app.fetch, port, hostname: '0.0.0.0' }, () => {
  console.log(`kite-weather listens on port ${port}`);
});
process.on('SIGTERM', () => server.close(() => process.exit(0)));
